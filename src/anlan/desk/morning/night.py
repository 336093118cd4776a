"""What happened in the night, in the words of the journal, by kind and step; what the reader may not see is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, JSONObject

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS, SAME, Flow, Move
from anlan.kernel.instance import local_day, zone
from anlan.kernel.models import Entry
from anlan.kernel.rulebook import Rulebook
from anlan.kernel.rules import system_only
from anlan.kernel.wording import sentence
from anlan.people.models import Person, Post
from anlan.toolkit.registers.caseview import CASES, CasePages
from anlan.toolkit.registers.names import Names

BEGINS = time(18)
LOOKED_AT = 6000
"""So many of the newest deeds: more than a district does in four days."""
LINES = 8


class Line(NamedTuple):
    at: datetime
    where: str
    sentence: str
    url: str


class Group(NamedTuple):
    """A step of a kind: how often it was made, and the newest of them."""

    kind: str
    label: str
    n: int
    lines: list[Line]


def night_begins(at: datetime) -> datetime:
    """18:00 of the day before."""
    return datetime.combine(local_day(at) - timedelta(days=1), BEGINS, zone())


def told_moves(flow: Flow) -> list[Move]:
    """What is news of the night: what was opened, went on to another state, or ran out of time."""
    return [m for m in flow.moves if m.opens or m.to is not SAME or m.by is system_only]


def night_of(actor: Actor, at: datetime, head: int, rules: Rulebook, parts: Mapping[int, str]) -> list[Group]:
    """parts: the areas one level below the reader's ground, by id. Two statements: what happened, and what of it one may see."""
    happened = list(_entries(at, head))
    seen = _seen({(e.kind, e.subject_id) for e in happened}, actor, at)
    mine = sorted((e for e in happened if (e.kind, e.subject_id) in seen), key=lambda e: _place(e.kind, e.verb))
    groups = []
    for (kind, verb), held in groupby(mine, key=lambda e: (e.kind, e.verb)):
        entries, flow = list(held), FLOWS[kind]
        lines = [_line(e, seen[kind, e.subject_id], rules.lineage(seen[kind, e.subject_id].area, local_day(at)), parts)
                 for e in entries[:LINES]]
        groups.append(Group(kind, f"{flow.label} · {flow.by_name[verb].label}", len(entries), lines))
    return groups


def _place(kind: str, verb: str) -> tuple[int, int]:
    return list(CASES).index(kind), [m.name for m in FLOWS[kind].moves].index(verb)


def _kinds() -> list[CasePages]:
    """Cases that owe something by a time and stand on some ground."""
    return [pages for pages in CASES.values() if pages.flow.clock_names and "area_id" in _columns(pages.flow.model)]


@cache
def _columns(model: Any) -> frozenset[str]:
    return frozenset(f.attname for f in model._meta.concrete_fields)


def _entries(at: datetime, head: int) -> Any:
    """The newest first, with who did it in which post."""
    wanted = Q(pk__in=())
    for pages in _kinds():
        wanted |= Q(kind=pages.flow.kind, verb__in=[m.name for m in told_moves(pages.flow)])
    post = Post.objects.filter(id=OuterRef("post_id")).values(words=Concat("organisation__name", Value(""), "title"))
    return Entry.objects.filter(seal__no__gt=head - LOOKED_AT, at__gte=night_begins(at), at__lte=at).filter(wanted).annotate(
        who=Subquery(Person.objects.filter(id=OuterRef("actor_id")).values("name")[:1]), post=Subquery(post[:1]),
    ).order_by("-at", "-id")


class Seen(NamedTuple):
    """A case that the reader may see."""

    area: int
    title: str
    url: str


def _seen(wanted: set[tuple[str, int]], actor: Actor, at: datetime) -> dict[tuple[str, int], Seen]:
    """All kinds in one statement, each through its own selector, with no more columns than its title looks at."""
    asked = []
    for pages in _kinds():
        flow = pages.flow
        if ids := [id for kind, id in wanted if kind == flow.kind]:
            columns = {name: F(name) for name in ("uid", "area_id", *title_columns(flow.kind))}
            asked.append(pages.seen_by(actor, at).order_by().select_related(None).filter(id__in=ids)
                         .values_list(Value(flow.kind), "id", JSONObject(**columns)))
    rows = asked[0].union(*asked[1:], all=True) if asked else ()
    return {(kind, id): _told(FLOWS[kind], held) for kind, id, held in rows}


def _told(flow: Flow, held: Mapping[str, Any]) -> Seen:
    field = flow.model._meta.get_field
    case = flow.model(**{name: field(name).to_python(value) for name, value in held.items()})
    return Seen(case.area_id, str(flow.title(case)), flow.url(case.uid))


@cache
def title_columns(kind: str) -> tuple[str, ...]:
    """What a kind's title looks at, found by asking it; it may look at columns of its own only."""
    flow, asked = FLOWS[kind], _Asked()
    flow.title(asked)
    names = {name.removeprefix("get_").removesuffix("_display") for name in asked.names}
    return tuple(sorted(names & _columns(flow.model) - {"uid", "area_id"}))


class _Asked:
    """A case that has everything and remembers what was asked of it."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return _Word()


class _Word(str):
    def __call__(self) -> str:
        return ""

    def __format__(self, spec: str) -> str:
        return ""


def _line(e: Any, seen: Seen, above: frozenset[int], parts: Mapping[int, str]) -> Line:
    """A sentence that does not say of what it speaks is told what."""
    who = Names({e.actor_id: e.who} if e.who else {}, {e.post_id: e.post} if e.post else {}, {}).who(e.actor_id, e.post_id)
    said = sentence(e, who)
    said = said if seen.title[:20] in said else f"{said}：{seen.title}"
    return Line(e.at.astimezone(zone()), next((name for id, name in parts.items() if id in above), ""), said, seen.url)
