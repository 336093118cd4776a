"""The bell and what rings: new notices for the readers of open pages. Their ids only tell that there are new ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, When
from django.urls import reverse

from anlan.kernel.actors import Actor
from anlan.toolkit.notices.inbox import notices_for, unread_count
from anlan.toolkit.notices.models import Notice, NoticeRead

RINGS_FOR = timedelta(hours=24)
RINGS_MOST = 5
SLACK = 2000
"""An id may be taken long before it is seen; so many below the highest are looked at again."""


KEYS: dict[type, Any] = {Notice: Case(When(hushed_at=None, then=F("id")), default=-F("id")), NoticeRead: F("id")}
"""What is heard of once: a notice, below zero when it falls silent; a reading."""


@dataclass
class Ears:
    """Which notices, silences and readings have been heard of; `told` gives whom the new ones concern."""

    highest: dict[type, int] = field(default_factory=dict)
    heard: dict[type, set[int]] = field(default_factory=dict)

    def begin(self) -> None:
        """What is there already is nobody's news."""
        for model in (Notice, NoticeRead):
            self.highest[model] = model._default_manager.order_by("-id").values_list("id", flat=True).first() or 0
            self.heard[model] = set(self._recent(model).values_list("heard_as", flat=True))

    def told(self) -> tuple[set[int], set[int]]:
        """Parties and persons whose bell may have changed since the last call; two statements."""
        parties: set[int] = set()
        persons: set[int] = set()
        for _key, party, person in self._new(Notice, "party_id", "person_id"):
            parties |= {party} - {None}
            persons |= {person} - {None}
        persons |= {person for _key, person in self._new(NoticeRead, "person_id")}
        return parties, persons

    def _recent(self, model: Any) -> Any:
        return model._default_manager.filter(id__gt=self.highest[model] - SLACK).annotate(heard_as=KEYS[model])

    def _new(self, model: Any, *columns: str) -> list[tuple[Any, ...]]:
        heard, rows = self.heard[model], self._recent(model).order_by("id")
        found = [row for row in rows.values_list("heard_as", *columns) if row[0] not in heard]
        if found:
            self.highest[model] = max(self.highest[model], abs(found[-1][0]))
            heard |= {row[0] for row in found}
            self.heard[model] = {key for key in heard if abs(key) > self.highest[model] - SLACK}
        return found


def bell_of(actor: Actor, at: datetime) -> dict[str, Any]:
    """How many are unread, and which of them ring; two statements."""
    return {"count": unread_count(actor, at), "rings": [ring_of(n) for n in ringing(actor, at)]}


def ringing(actor: Actor, at: datetime) -> Iterable[Notice]:
    """What rings of the last day: not acknowledged by this person, and not signed for by anybody; oldest first."""
    rows = notices_for(actor, at).filter(read=False, rings=True, hushed_at=None, at__gt=at - RINGS_FOR)
    return rows.order_by("at", "id")[:RINGS_MOST]


def ring_of(notice: Notice) -> dict[str, Any]:
    return {"key": str(notice.key), "text": notice.text, "url": reverse("notices:open", args=[notice.key]),
            "heard": reverse("notices:heard", args=[notice.key])}
