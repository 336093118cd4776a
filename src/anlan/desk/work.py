"""What a post owes: stakes joined to their cases and clocks, late first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS
from anlan.kernel.models import NEVER, Clock, Stake

BOUND = 200  # the desk shows the first so many and says so
ROLES: Mapping[str, Any] = {
    "rectify": _("整改"), "confirm": _("确认重大隐患等级"), "five_blocks": _("填写五落实"), "sign_order": _("签发指令书"),
    "accept_check": _("安排复查"), "review": _("现场复查"), "department": _("牵头办理"), "answer": _("批复"),
    "walk": _("巡查"), "fix": _("处理"),
}
CLOCKS: Mapping[str, str] = {"rectify": "rectify", "confirm": "confirm", "five_blocks": "five_blocks",
                             "accept_check": "accept_check", "review": "review", "answer": "answer", "walk": "day"}


@dataclass(frozen=True)
class Duty:
    """One thing owed. due None: no limit runs."""

    kind: str
    case: Any
    role: str
    due: datetime | None
    remind: datetime | None
    paused: bool
    url: str
    title: str

    @property
    def words(self) -> str:
        return str(ROLES.get(self.role) or FLOWS[self.kind].clock_label(self.role))


def duties_of(actor: Actor) -> list[Duty]:
    """Everything the actor's parties owe, by due instant. Statements: stakes with clocks, one per kind of case."""
    stakes = list(Stake.objects.filter(party_id__in=actor.parties).annotate(clocks=_packed()).order_by("due_at", "id")[:BOUND])
    cases = _cases(stakes)
    found, seen = [], set()
    for s in stakes:
        case = cases.get((s.kind, s.case_id))
        if case is None or (s.kind, s.case_id, s.role) in seen:
            continue
        seen.add((s.kind, s.case_id, s.role))
        found.append(_duty(s, case, _clock(s, CLOCKS.get(s.role, s.role))))
    return sorted(found, key=lambda d: (d.due or NEVER, d.kind))


def _duty(s: Stake, case: Any, clock: dict[str, datetime] | None) -> Duty:
    flow, known = FLOWS[s.kind], clock or {}
    due, remind = known.get("due", s.due_at), known.get("remind", NEVER)
    return Duty(s.kind, case, s.role, due if due != NEVER else None, remind if remind != NEVER else None, "paused" in known,
                flow.url(case.uid), str(flow.title(case)))


def _cases(stakes: list[Stake]) -> dict[tuple[str, int], Any]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for s in stakes:
        wanted[s.kind].add(s.case_id)
    found = {}
    for kind, ids in wanted.items():
        rows = FLOWS[kind].model._default_manager.filter(id__in=ids)
        related = [n for n in ("area", "premises", "hazard") if hasattr(FLOWS[kind].model, n)]
        for case in rows.select_related(*related):
            found[kind, case.id] = case
    return found


def _packed() -> ArraySubquery:
    """The open clocks of the case, in its stake's row."""
    mine = Clock.objects.filter(kind=OuterRef("kind"), case_id=OuterRef("case_id"), stopped_at__isnull=True)
    return ArraySubquery(mine.values(data=JSONObject(
        name=F("name"), due=F("due_at"), remind=F("remind_at"), paused=F("paused_at"))))


def _clock(stake: Any, name: str) -> dict[str, datetime] | None:
    """The stake's own clock: due, remind and paused instants."""
    held = next((k for k in stake.clocks if k["name"] == name), None)
    return held and {k: datetime.fromisoformat(v) for k, v in held.items() if k != "name" and v}
