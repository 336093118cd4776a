"""Reading the journal across all kinds: a page of entries, each in one sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import zone
from anlan.kernel.models import Entry
from anlan.kernel.wording import sentence, template
from anlan.toolkit.mixed import cases_of, required
from anlan.toolkit.registers.names import names_of
from anlan.toolkit.ui import parts, words

from .models import Person

PAGE = 50
BOUND = 1000  # people of one name


@dataclass(frozen=True)
class Asked:
    """before: entries older than this one; days in the district's zone, both included."""

    kind: str = ""
    person: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


def page_of(asked: Asked) -> list[Entry]:
    """One page and one more, newest first."""
    rows = Entry.objects.select_related("seal").order_by("-id")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.person:
        rows = rows.filter(actor_id__in=list(
            Person.objects.filter(name__contains=asked.person).values_list("id", flat=True)[:BOUND]))
    if asked.since:
        rows = rows.filter(at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    if asked.before:
        rows = rows.filter(id__lt=asked.before)
    return list(rows[: PAGE + 1])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), zone())


def lines_of(entries: Sequence[Entry], now: datetime) -> list[parts.Row]:
    """Statements: people with posts, and the subjects that sentences name, of whatever kinds."""
    names = names_of([e.actor_id for e in entries], [e.post_id for e in entries])
    titles = _titles(entries)
    return [parts.Row((
        sentence(e, names.who(e.actor_id, e.post_id), {"title": titles.get((e.kind, e.subject_id), "")}),
        words.district_time(e.at, now), str(FLOWS[e.kind].label) if e.kind in FLOWS else e.kind,
        _number(e)), key=str(e.id)) for e in entries]


def _number(entry: Entry) -> int | None:
    """The sealed number; None while the entry waits for it."""
    seal = getattr(entry, "seal", None)
    return seal.no if seal is not None else None


def _titles(entries: Sequence[Entry]) -> Mapping[tuple[str, int], str]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for e in entries:
        if e.kind in FLOWS and "{title}" in template(e.kind, e.verb):
            wanted[e.kind].add(e.subject_id)
    return {key: str(FLOWS[key[0]].title(row)) for key, row in cases_of(wanted, required).items()}
