"""What an edit of a calendar or a rule does to open clocks: shown before it is confirmed, done when it is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import instance_clock, zone
from anlan.kernel.reckoning import Moved, Scope, apply, differences
from anlan.kernel.rulebook import Rulebook, rulebook
from anlan.toolkit.jobs import Work, job
from anlan.toolkit.jobs.queue import enqueue
from anlan.toolkit.ui import parts

from .calendars import Day

SHOWN = 50
COUNTED = 10_000
AT_ONCE = 500


@dataclass(frozen=True)
class Preview:
    """count: of the clocks that would move, at most COUNTED; token: of the inputs it was made from."""

    count: int
    table: parts.Table
    token: str

    @property
    def hidden(self) -> dict[str, str]:
        return {"agreed": self.token}

    @property
    def sentence(self) -> str:
        more = _("至少 ") if self.count >= COUNTED else ""
        return _("这样修改会改变%(more)s%(n)s个正在计时的时限，请核对。确认后重新计算，并告知承办方。") % {"more": more, "n": self.count}


def of_calendar(code: str, changed: Iterable[Day]) -> tuple[Scope, Rulebook]:
    """The question and the rules, as if these days had been entered."""
    works = {d.day: d.works for d in changed}
    return Scope(code, days=tuple(sorted(works))), rulebook().with_days(code, works)


def preview(scope: Scope, rules: Rulebook, given: Mapping[str, Any], at: datetime) -> Preview | None:
    """None where nothing moves."""
    found = list(islice(differences(scope, at, rules), COUNTED))
    return Preview(len(found), _table(found[:SHOWN], len(found)), token_of(given)) if found else None


def token_of(given: Mapping[str, Any]) -> str:
    """Differs as soon as an input differs: what is confirmed is what was shown."""
    return sha256(json.dumps(given, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:24]


def settle(scope: Scope, count: int, why: str, actor: Actor, at: datetime) -> str:
    """Within the edit's transaction where they are few, in the background where they are many. Returns a sentence."""
    if count <= AT_ONCE:
        return _("已重新计算%(n)s个时限") % {"n": apply(scope, why=why, actor=actor, at=at).clocks}
    who = {"name": actor.name, "person_id": actor.person_id, "post_id": actor.post_id}
    enqueue("reckon_clocks", {"scope": asdict(scope) | {"days": [d.isoformat() for d in scope.days]}, "why": why,
                              "actor": who, "count": count}, person_id=actor.person_id)
    return _("受影响的时限较多，正在后台重新计算")


@job("reckon_clocks", label=gettext_lazy("重算时限"))
def in_background(work: Work) -> dict[str, int]:
    """Goes on where an attempt before it stopped."""
    asked, total = work.payload, max(1, int(work.payload["count"]))
    scope = Scope(asked["scope"]["calendar"], asked["scope"]["rule"],
                  tuple(date.fromisoformat(d) for d in asked["scope"]["days"]))
    done = apply(scope, why=asked["why"], actor=Actor(**asked["actor"]), at=instance_clock(),
                 told=lambda n: work.progress(min(99, n * 100 // total)))
    return asdict(done)


def _table(moved: list[Moved], count: int) -> parts.Table:
    columns = [parts.Column(label) for label in (_("事项"), _("时限"), _("原来到期"), _("改为"))]
    caption = _("会改变的时限") if count <= SHOWN else _("会改变的时限，列出前%(n)s个") % {"n": SHOWN}
    return parts.Table(caption, columns, _rows(moved), parts.Empty(_("没有会改变的时限。")))


def _rows(moved: list[Moved]) -> list[parts.Row]:
    """One statement a kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for m in moved:
        ids[m.clock.kind].add(m.clock.case_id)
    cases = {(kind, case.id): case for kind, of in ids.items()
             for case in FLOWS[kind].model._default_manager.filter(id__in=of)}
    return [_row(m, cases[m.clock.kind, m.clock.case_id]) for m in moved]


def _row(m: Moved, case: Any) -> parts.Row:
    flow = FLOWS[m.clock.kind]
    old, new = (t.astimezone(zone()).strftime("%Y-%m-%d %H:%M") for t in (m.clock.due_at, m.due_at))
    return parts.Row([flow.title(case) or str(flow.label), flow.clock_label(m.clock.name), old, new], flow.url(case.uid),
                     sub=str(flow.label))
