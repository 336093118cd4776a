"""What a post owes: stakes with their cases and clocks, by group, a page by key."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS, Flow, Owed
from anlan.kernel.models import NEVER, Clock, Stake
from anlan.toolkit.mixed import cases_of

PAGE = 50
SOON = timedelta(hours=24)
GROUPS: Mapping[str, Any] = {
    "all": _("全部"), "late": _("已超期"), "soon": _("快到期"), "decide": _("等我签批"), "own": _("归我本人"),
    "other": _("代办")}


@dataclass(frozen=True)
class Limit:
    """The clock of a duty. next: what happens by itself when it runs out."""

    due: datetime
    remind: datetime | None
    paused: bool
    next: str


@dataclass(frozen=True)
class Duty:
    """One thing owed. limit None: none runs. party_id: who of the reader's parties owes it."""

    stake_id: int
    kind: str
    case: Any
    role: str
    owed: Owed
    limit: Limit | None
    party_id: int

    @property
    def flow(self) -> Flow:
        return FLOWS[self.kind]

    @property
    def url(self) -> str:
        return self.flow.url(self.case.uid)

    @property
    def title(self) -> str:
        return str(self.flow.title(self.case))

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.case.uid}"


@dataclass(frozen=True)
class Wish:
    """What the address asks for. after: the key of the last row of the page before."""

    group: str = "all"
    kind: str = ""
    text: str = ""
    after: tuple[datetime, int] | None = None

    @property
    def narrow(self) -> bool:
        return self.group != "all" or bool(self.kind) or bool(self.text)


def wish_of(asked: Mapping[str, str]) -> Wish:
    """Anything that cannot be read is as if it had not been asked."""
    group, kind = asked.get("show", ""), asked.get("kind", "")
    return Wish(group if group in GROUPS else "all", kind if kind in FLOWS else "",
                asked.get("q", "").replace("\x00", "").strip()[:60], _after(asked.get("after", "")))


def _after(text: str) -> tuple[datetime, int] | None:
    try:
        due, key = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
        return datetime.fromisoformat(due), min(int(key), 2**63 - 1)
    except (ValueError, TypeError):
        return None


def key_of(stake: Stake) -> str:
    told = json.dumps([stake.due_at.isoformat(), stake.id])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def stakes_of(actor: Actor) -> QuerySet[Stake]:
    """Of the post, its organisation, and whom it acts for."""
    return Stake.objects.filter(party_id__in=actor.parties, kind__in=FLOWS)


def in_group(group: str, actor: Actor, at: datetime) -> Q:
    own = (actor.post_id or 0, actor.organisation_id or 0)
    return {
        "all": Q(), "late": Q(due_at__lte=at), "soon": Q(due_at__gt=at, due_at__lte=at + SOON), "decide": _decides(),
        "own": Q(party_id=own[0]), "other": ~Q(party_id__in=own)}[group]


def _decides() -> Q:
    found = Q(pk__in=())
    for flow in FLOWS.values():
        if roles := [name for name, owed in flow.roles.items() if owed.decides]:
            found |= Q(kind=flow.kind, role__in=roles)
    return found


def counts(actor: Actor, at: datetime) -> dict[str, int]:
    """How many of each group; one statement over the post's own stakes."""
    return stakes_of(actor).aggregate(**{g: Count("id", filter=in_group(g, actor, at)) if g != "all" else Count("id")
                                         for g in GROUPS})


@dataclass(frozen=True)
class Page:
    duties: list[Duty]
    next_key: str


def page_of(actor: Actor, at: datetime, wish: Wish) -> Page:
    """By due instant, the same case and role once. Statements: one for stakes and clocks, one per kind of case."""
    rows = stakes_of(actor).filter(in_group(wish.group, actor, at))
    rows = rows.filter(kind=wish.kind) if wish.kind else rows
    if wish.after:
        due, key = wish.after
        rows = rows.filter(Q(due_at__gt=due) | Q(due_at=due, id__gt=key), due_at__gte=due)
    most = PAGE if not wish.text else PAGE * 10
    found = list(rows.annotate(clocks=_clocks()).order_by("due_at", "id")[: most + 1])
    duties = joined(found[:most])
    if wish.text:
        duties = [d for d in duties if wish.text in f"{d.title}{where_of(d)}{getattr(d.case, 'code', '')}"]
    return Page(duties, key_of(found[most - 1]) if len(found) > most else "")


def _clocks() -> ArraySubquery:
    """The open clocks of the case, packed into its stake's row."""
    mine = Clock.objects.filter(kind=OuterRef("kind"), case_id=OuterRef("case_id"), stopped_at__isnull=True)
    return ArraySubquery(mine.values(data=JSONObject(
        name=F("name"), due=F("due_at"), remind=F("remind_at"), paused=F("paused_at"), fires=F("fires"))))


def joined(stakes: Sequence[Any]) -> list[Duty]:
    cases, found, seen = _cases(stakes), [], set()
    for s in stakes:
        case = cases.get((s.kind, s.case_id))
        if case is not None and (s.kind, s.case_id, s.role) not in seen:
            seen.add((s.kind, s.case_id, s.role))
            owed = FLOWS[s.kind].owed(s.role)
            found.append(Duty(s.id, s.kind, case, s.role, owed, _limit(s), s.party_id))
    return found


def _limit(s: Any) -> Limit | None:
    flow = FLOWS[s.kind]
    clock = next((c for c in s.clocks if c["name"] == flow.clock_of(s.role)), None)
    if clock is None:
        return Limit(s.due_at, None, False, "") if s.due_at != NEVER else None
    due, remind = _instant(clock["due"]), _instant(clock["remind"])
    if due is None:
        return None
    fires = next((flow.by_name[name] for name in clock["fires"] if name in flow.by_name), None)
    return Limit(due, remind, clock["paused"] is not None, str(fires.label) if fires else "")


def _instant(text: str) -> datetime | None:
    """As PostgreSQL's JSON has it; None for the year 9999."""
    instant = datetime.fromisoformat(text)
    return None if instant >= NEVER else instant


def _cases(stakes: Sequence[Any]) -> dict[tuple[str, int], Any]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for s in stakes:
        wanted[s.kind].add(s.case_id)
    return cases_of(wanted, lambda model: [n for n in ("area", "premises") if _is_relation(model, n)])


def _is_relation(model: Any, name: str) -> bool:
    return any(f.name == name and f.is_relation for f in model._meta.concrete_fields)


def where_of(d: Duty) -> str:
    unit = getattr(d.case, "premises", None) if _is_relation(type(d.case), "premises") else None
    return str(unit or getattr(d.case, "area", "") or "")
