"""The dated tree of areas: who lies in whom, as told by deeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from . import changes as c
from .bulk import insert
from .models import AreaIn
from .refusals import Refusal, Refused

if TYPE_CHECKING:
    from .carry import Written


class Span(NamedTuple):
    """From `since` until `until` (exclusive, None: open) an area lies in `line`: itself, its parent, …"""

    since: date
    until: date | None
    line: tuple[int, ...]


Timeline = list[Span]


def place_areas(written: Sequence[Written]) -> None:
    """Give areas, and all below them, their ancestors from a day on. Raises Refused for a circle."""
    moves = [(w.case.id, change) for w in written for change in w.deed.of(c.Within)]
    if not moves:
        return
    timelines = _timelines({a for a, _change in moves}, {m.parent_id for _a, m in moves if m.parent_id is not None})
    touched: set[int] = set()
    for area_id, change in moves:
        touched |= _move(timelines, area_id, change)
    rows = [(area, ancestor, depth, s.since, s.until) for area in sorted(touched) for s in timelines[area]
            for depth, ancestor in enumerate(s.line)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_areain WHERE area_id = ANY(%s)", [list(touched)])
    insert(AreaIn, ("area_id", "ancestor_id", "depth", "valid_from", "valid_to"), rows)


def _timelines(moved: set[int], parents: set[int]) -> dict[int, Timeline]:
    """The past of these areas and of everything that ever lay in the moved ones."""
    below = AreaIn.objects.filter(ancestor_id__in=moved).values_list("area_id", flat=True)
    rows = AreaIn.objects.filter(area_id__in={*moved, *parents, *below}).order_by("area_id", "valid_from", "depth")
    lines: dict[tuple[int, date, date | None], list[int]] = {}
    for area, since, until, ancestor in rows.values_list("area_id", "valid_from", "valid_to", "ancestor_id"):
        lines.setdefault((area, since, until), []).append(ancestor)
    found: dict[int, Timeline] = {}
    for (area, since, until), line in lines.items():
        found.setdefault(area, []).append(Span(since, until, tuple(line)))
    return found


def _move(timelines: dict[int, Timeline], area_id: int, change: c.Within) -> set[int]:
    """The area lies in its new parent from the day on, until the day of a later move that is already known.

    Returns whose timelines have changed.
    """
    old, since = timelines.get(area_id, []), change.since
    until = _next_move(old, since)
    own = [s for s in _below(area_id, timelines.get(change.parent_id or 0, []), since) if not until or s.since < until]
    own = [s._replace(until=_earlier(s.until, until)) for s in own]
    if change.parent_id == area_id or any(s.line.count(area_id) > 1 for s in own):
        raise Refused(Refusal(("区域不能隶属于它自己或它的下级",)))
    touched = {area_id}
    for member, spans in list(timelines.items()) if old else ():  # nothing lies in a new one
        if member != area_id and any(area_id in s.line for s in _from(spans, since)):
            timelines[member] = _merged([*_before(spans, since), *_rebased(spans, area_id, own, since)])
            touched.add(member)
    timelines[area_id] = _merged([*_before(old, since), *own, *(_from(old, until) if until else ())])
    return touched


def _next_move(spans: Timeline, day: date) -> date | None:
    """When the area next changes its parent after a day."""
    parents = [s.line[1:2] for s in spans]
    return next((s.since for n, s in enumerate(spans) if s.since > day and (not n or parents[n] != parents[n - 1])), None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)


def _below(area_id: int, parent: Timeline, since: date) -> Timeline:
    """The area's spans from the day on, as its parent's run; alone while the parent does not exist."""
    spans = list(_from(parent, since))
    first = spans[0].since if spans else None
    alone = [] if first == since else [Span(since, first, (area_id,))]
    return alone + [Span(s.since, s.until, (area_id, *s.line)) for s in spans]


def _from(spans: Iterable[Span], since: date) -> Iterator[Span]:
    return (Span(max(s.since, since), s.until, s.line) for s in spans if s.until is None or s.until > since)


def _before(spans: Iterable[Span], day: date) -> Iterator[Span]:
    return (Span(s.since, day if s.until is None else min(s.until, day), s.line) for s in spans if s.since < day)


def _rebased(spans: Timeline, area_id: int, own: Timeline, since: date) -> Iterator[Span]:
    """What lay in the moved area goes with it, for as long as `own` tells."""
    until = own[-1].until
    for s in _from(spans, since):
        if area_id not in s.line or (until is not None and s.since >= until):
            yield s
            continue
        head = s.line[: s.line.index(area_id)]
        for o in _from(own, s.since):
            if s.until is None or o.since < s.until:
                yield Span(o.since, _earlier(s.until, o.until), head + o.line)
        if until is not None and (s.until is None or s.until > until):
            yield s._replace(since=until)


def _merged(spans: Iterable[Span]) -> Timeline:
    out: Timeline = []
    for s in spans:
        if out and out[-1].line == s.line and out[-1].until == s.since:
            out[-1] = out[-1]._replace(until=s.until)
        else:
            out.append(s)
    return out


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def within(area_id: int, on: date) -> QuerySet[AreaIn, int]:
    """Ids of the areas inside an area on a day (itself included), as a subquery."""
    return AreaIn.objects.filter(_on(on), ancestor_id=area_id).values_list("area_id", flat=True)
