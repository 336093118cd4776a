"""Which sealed deeds a reader may be told of: what its selector shows, and what its parties owe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day
from anlan.kernel.models import Entry, Seal, Stake, Versioned
from anlan.kernel.rulebook import rulebook
from anlan.toolkit.registers.caseview import CASES

MOST = 500
"""Deeds told one by one; whoever missed more is told to look again."""


class News(NamedTuple):
    """A sealed deed, and what tells whom it concerns. parties: who has a stake in the case now."""

    no: int
    kind: str
    case_id: int
    uid: UUID
    verb: str
    person_id: int | None
    lineage: frozenset[int]
    parties: frozenset[int]


def news_between(after: int, until: int, at: datetime) -> list[News]:
    """The deeds sealed in (after, until] on cases that have pages; four statements and one a kind."""
    seals = Seal.objects.filter(no__gt=after, no__lte=until).order_by("no").select_related("entry")[:MOST]
    told = [(s.no, s.entry) for s in seals if _has_pages(s.entry)]
    cases = _cases([entry for _no, entry in told])
    parties = _parties([entry for _no, entry in told])
    rules, day = rulebook() if told else None, local_day(at)
    return [_news(no, e, cases[e.kind, e.subject_id], parties[e.kind, e.subject_id], rules, day)
            for no, e in told if (e.kind, e.subject_id) in cases]


def _has_pages(entry: Entry) -> bool:
    """Sign-ins, exports and the like are no news."""
    return entry.kind in CASES and entry.verb in FLOWS[entry.kind].by_name


def _news(no: int, entry: Entry, case: Versioned, parties: set[int], rules: Any, day: date) -> News:
    area = getattr(case, "area_id", None)
    lineage = rules.lineage(area, day) if area is not None else frozenset()
    return News(no, entry.kind, case.id, case.uid, entry.verb, entry.actor_id, lineage, frozenset(parties))


def _cases(entries: Sequence[Entry]) -> dict[tuple[str, int], Any]:
    found = {}
    for kind in {e.kind for e in entries}:
        ids = {e.subject_id for e in entries if e.kind == kind}
        for case in FLOWS[kind].model._default_manager.filter(id__in=ids):
            found[kind, case.id] = case
    return found


def _parties(entries: Sequence[Entry]) -> defaultdict[tuple[str, int], set[int]]:
    found: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    rows = Stake.objects.filter(kind__in={e.kind for e in entries}, case_id__in={e.subject_id for e in entries})
    for kind, case_id, party in rows.values_list("kind", "case_id", "party_id") if entries else ():
        found[kind, case_id].add(party)
    return found


class Sight:
    """What readers see of some news; those of one post ask together."""

    def __init__(self, news: Sequence[News], at: datetime) -> None:
        self.news, self.at = news, at
        self.known: dict[Any, set[tuple[str, int]]] = {}

    def of(self, actor: Actor) -> list[News]:
        """A deed on its ground or on a case in which it has a stake, if the selector shows the case."""
        near = [n for n in self.news if actor.area_id in n.lineage or not n.parties.isdisjoint(actor.parties)]
        key = (actor.post_id, actor.parties, actor.area_id, frozenset((n.kind, n.case_id) for n in near))
        if key not in self.known:
            self.known[key] = _shown(near, actor, self.at)
        return [n for n in near if (n.kind, n.case_id) in self.known[key]]


def _shown(near: Sequence[News], actor: Actor, at: datetime) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for kind in {n.kind for n in near}:
        rows = CASES[kind].seen_by(actor, at).order_by().filter(id__in={n.case_id for n in near if n.kind == kind})
        found |= {(kind, case_id) for case_id in rows.values_list("id", flat=True)}
    return found
