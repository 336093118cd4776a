"""The dated tree of areas: who lies in whom, as told by deeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from . import changes as c
from .bulk import insert
from .models import AreaIn

if TYPE_CHECKING:
    from .carry import Written


COLUMNS = ("area_id", "ancestor_id", "depth", "valid_from")


def place_areas(written: Sequence[Written]) -> None:
    """Give each area its ancestors from a day on. Parents come before children in a batch."""
    moves = [(w.case.id, change, w.deed.move.opens) for w in written for change in w.deed.of(c.Within)]
    above: dict[int, list[int]] = {}
    fresh: list[tuple[int, int, int, date]] = []
    for area_id, change, opens in moves:
        parents = [] if change.parent_id is None else _line(change.parent_id, change.since, above)
        line = above[area_id] = [area_id, *parents]
        if opens:
            fresh += [(area_id, ancestor, depth, change.since) for depth, ancestor in enumerate(line)]
        else:
            insert(AreaIn, COLUMNS, fresh)
            fresh = []
            _replace(area_id, line, change.since)
    insert(AreaIn, COLUMNS, fresh)


def _line(area_id: int, on: date, above: dict[int, list[int]]) -> list[int]:
    """The area and its ancestors, nearest first."""
    if area_id not in above:
        rows = AreaIn.objects.filter(_on(on), area_id=area_id).order_by("depth")
        above[area_id] = list(rows.values_list("ancestor_id", flat=True))
    return above[area_id]


def _replace(area_id: int, line: list[int], since: date) -> None:
    below = list(AreaIn.objects.filter(_on(since), ancestor_id=area_id, depth__gt=0).values_list("area_id", "depth"))
    for member, depth in [(area_id, 0), *below]:
        old = AreaIn.objects.filter(area_id=member, depth__gte=depth, valid_to__isnull=True)
        old.filter(valid_from__gte=since).delete()
        old.update(valid_to=since)
        kept = list(AreaIn.objects.filter(area_id=member, depth__lt=depth, valid_to__isnull=True))
        insert(AreaIn, COLUMNS,
               [(member, ancestor, depth + i, since) for i, ancestor in enumerate(line)])
        for row in kept:
            if row.valid_from < since:
                AreaIn.objects.filter(id=row.id).update(valid_to=since)
                insert(AreaIn, COLUMNS,
                       [(member, row.ancestor_id, row.depth, since)])


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def within(area_id: int, on: date) -> QuerySet[AreaIn, int]:
    """Ids of the areas inside an area on a day (itself included), as a subquery."""
    return AreaIn.objects.filter(_on(on), ancestor_id=area_id).values_list("area_id", flat=True)
