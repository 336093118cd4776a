"""What happened in the night, in the words of the journal, by kind and step; what the reader may not see is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Concat, JSONObject, RowNumber

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS, SAME, Flow, Move
from anlan.kernel.instance import local_day, zone
from anlan.kernel.models import Entry
from anlan.kernel.rulebook import Rulebook
from anlan.kernel.rules import system_only
from anlan.kernel.wording import sentence
from anlan.people.models import Person, Post
from anlan.toolkit.registers.caseview import CASES
from anlan.toolkit.registers.names import Names

BEGINS = time(18)
LOOKED_AT = 5000
"""So many of the newest deeds: more than a district does in three days."""
LINES = 12


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
    """parts: the areas one level below the reader's ground, by id. One statement."""
    rows = sorted(_rows(actor, at, head), key=lambda e: _place(e.kind, e.verb))
    groups = []
    for (kind, verb), held in groupby(rows, key=lambda e: (e.kind, e.verb)):
        entries, flow = list(held), FLOWS[kind]
        lines = [_line(e, flow, at, rules, parts) for e in entries]
        groups.append(Group(kind, f"{flow.label} · {flow.by_name[verb].label}", entries[0].n_alike, lines))
    return groups


def _place(kind: str, verb: str) -> tuple[int, int]:
    return list(CASES).index(kind), [m.name for m in FLOWS[kind].moves].index(verb)


def _rows(actor: Actor, at: datetime, head: int) -> Any:
    wanted, seen = Q(pk__in=()), []
    for kind, rows in _kinds(actor, at):
        moves = [m.name for m in told_moves(FLOWS[kind])]
        wanted |= Q(kind=kind, verb__in=moves)
        case = rows.filter(id=OuterRef("subject_id")).values(data=JSONObject(uid=F("uid"), area=F("area_id")))
        seen.append(When(kind=kind, then=Subquery(case[:1])))
    alike = [F("kind"), F("verb")]
    return (Entry.objects.filter(seal__no__gt=head - LOOKED_AT, at__gte=night_begins(at), at__lte=at).filter(wanted)
            .annotate(case=Case(*seen, default=None), who=_person(), post=_post()).filter(case__isnull=False)
            .annotate(place=Window(RowNumber(), partition_by=alike, order_by=[F("at").desc(), F("id").desc()]),
                      n_alike=Window(Count("id"), partition_by=alike))
            .filter(place__lte=LINES).order_by("-at", "-id"))


def _kinds(actor: Actor, at: datetime) -> Iterator[tuple[str, Any]]:
    """Cases that owe something by a time and stand on some ground."""
    for kind, pages in CASES.items():
        if pages.flow.clock_names and any(f.name == "area" for f in pages.flow.model._meta.concrete_fields):
            yield kind, pages.seen_by(actor, at).order_by().select_related(None)


def _person() -> Subquery:
    return Subquery(Person.objects.filter(id=OuterRef("actor_id")).values("name")[:1])


def _post() -> Subquery:
    named = Post.objects.filter(id=OuterRef("post_id")).values(words=Concat("organisation__name", Value(""), "title"))
    return Subquery(named[:1])


def _line(e: Any, flow: Flow, at: datetime, rules: Rulebook, parts: Mapping[int, str]) -> Line:
    above = rules.lineage(e.case["area"], local_day(at))
    who = Names({e.actor_id: e.who} if e.who else {}, {e.post_id: e.post} if e.post else {}, {}).who(e.actor_id, e.post_id)
    return Line(e.at.astimezone(zone()), next((name for id, name in parts.items() if id in above), ""), sentence(e, who),
                flow.url(e.case["uid"]))
