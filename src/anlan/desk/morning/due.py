"""What a leader asks after: calls that nobody has signed and when they climb, major hazards and listings with the time left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kernel.actors import Actor
from anlan.kernel.areas import within
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day, zone
from anlan.kernel.models import NEVER, Clock
from anlan.kernel.rulebook import Rulebook
from anlan.toolkit.registers.caseview import CASES

CANDIDATES, SHOWN = 200, 10


@dataclass(frozen=True)
class Watch:
    """Cases of a kind with an open clock of one of these names. only: columns that narrow them; more: all of them in a list."""

    kind: str
    title: Any
    none: Any
    clocks: tuple[str, ...]
    more: str
    only: Mapping[str, Any] = field(default_factory=dict)


WATCHES = (
    Watch("call", gettext_lazy("没有签收的呼叫"), gettext_lazy("没有待签收的呼叫。"), ("sign",), "/desk/calls/board/"),
    Watch("hazard", gettext_lazy("重大隐患"), gettext_lazy("没有未销号的重大隐患。"),
          ("confirm", "rectify", "accept_check", "review"), "/desk/hazards/?level=major", {"level": "major"}),
    Watch("listing", gettext_lazy("在办的挂牌督办"), gettext_lazy("没有在办的挂牌督办。"),
          ("approve", "issue", "due", "extension_answer", "overdue_check", "team", "review"), "/desk/listings/"),
)


class Line(NamedTuple):
    """what: the step that is owed. next: what happens by itself at the end of the limit."""

    title: str
    url: str
    where: str
    what: str
    due: datetime | None
    remind: datetime | None
    next: str


class Section(NamedTuple):
    title: str
    none: str
    more_url: str
    lines: Sequence[Line]
    more: bool


def sections(actor: Actor, at: datetime, rules: Rulebook, parts: Mapping[int, str]) -> list[Section]:
    """The most pressing first; one statement a kind."""
    return [_section(w, actor, at, rules, parts) for w in WATCHES if w.kind in CASES]


def _section(watch: Watch, actor: Actor, at: datetime, rules: Rulebook, parts: Mapping[int, str]) -> Section:
    flow, day = FLOWS[watch.kind], local_day(at)
    cases = list(_cases(watch, actor, at)[:SHOWN + 1])
    lines = [_line(flow, case, rules.lineage(case.area_id, day), parts) for case in cases[:SHOWN]]
    return Section(str(watch.title), str(watch.none), watch.more, lines, len(cases) > SHOWN)


def _cases(watch: Watch, actor: Actor, at: datetime) -> Any:
    """With their nearest clock, the nearest first; a narrowed kind is narrowed before its clocks are looked at."""
    flow, rows = FLOWS[watch.kind], CASES[watch.kind].seen_by(actor, at).order_by()
    clocks = _open(watch, actor, at)
    mine = clocks.filter(case_id=OuterRef("id")).order_by("due_at", "id")
    told = mine.values(data=JSONObject(name=F("name"), due=F("due_at"), remind=F("remind_at"), fires=F("fires")))[:1]
    near = (Q(**watch.only) & ~Q(state__in=flow.final) if watch.only
            else Q(id__in=clocks.order_by("due_at", "id").values("case_id")[:CANDIDATES]))
    rows = rows.filter(near).annotate(clock=Subquery(told), due_next=Subquery(mine.values("due_at")[:1]))
    return rows.filter(due_next__isnull=False).order_by("due_next", "id")


def _open(watch: Watch, actor: Actor, at: datetime) -> Any:
    """Running clocks of the watched names on the reader's ground."""
    rows = Clock.objects.filter(kind=watch.kind, name__in=watch.clocks, stopped_at__isnull=True, paused_at__isnull=True)
    return rows if actor.area_id is None else rows.filter(area_id__in=within(actor.area_id, local_day(at)))


def _line(flow: Any, case: Any, above: frozenset[int], parts: Mapping[int, str]) -> Line:
    clock = case.clock
    due, remind = (datetime.fromisoformat(clock[name]) for name in ("due", "remind"))
    fires = next((flow.by_name[name] for name in clock["fires"] if name in flow.by_name), None)
    known = due < NEVER
    return Line(str(flow.title(case)), flow.url(case.uid), next((name for id, name in parts.items() if id in above), ""),
                str(flow.clock_label(clock["name"])), due.astimezone(zone()) if known else None, remind if known else None,
                _("到期后：%(next)s") % {"next": fires.label} if fires and known else "")
