"""What rules and effects of a matter know besides the matter: its ground and who answers for it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from anlan.kernel.door import Subject
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.people.answerers import Answerers, answerers_of
from anlan.people.models import Organisation, Sort
from anlan.places.grids import grid_at
from anlan.premises.models import Premises

HEARS = (Sort.COMMUNITY, Sort.STREET_OFFICE)


class Ground(NamedTuple):
    """Where something stands: area_id None when the place is unknown or outside the district."""

    area_id: int | None
    premises: Premises | None = None


def grounds(subjects: list[Subject]) -> list[Ground]:
    """From the unit, else the named area, else the point. Two statements for the whole set at most."""
    named = {s.given.premises for s in subjects} - {None}
    units = {p.uid: p for p in Premises.objects.filter(uid__in=named)} if named else {}  # a question for nothing takes time too
    areas = dict(Area.objects.filter(uid__in={s.given.area for s in subjects} - {None}, state="active")
                 .values_list("uid", "id"))
    return [_ground(s, units, areas) for s in subjects]


def _ground(s: Subject, units: dict, areas: dict) -> Ground:
    if s.given.premises:
        unit = units.get(s.given.premises)
        return Ground(unit.area_id if unit else None, unit)
    if s.given.area:
        return Ground(areas.get(s.given.area))
    if s.given.lon is not None:
        return Ground(grid_at(s.given.lon, s.given.lat, local_day(s.when.at)))
    return Ground(s.case.area_id)


def answerers(subjects: list[Subject]) -> list[Answerers]:
    return answerers_of([(s.case.area_id, local_day(s.when.at)) for s in subjects])


def hearers(subjects: list[Subject]) -> list[int | None]:
    """The community that answers for the named area, else its street office; for what is only being opened."""
    uids = {s.given.area for s in subjects if isinstance(s.given.area, UUID)}
    houses = Organisation.objects.filter(sort__in=HEARS, area__holds__area__uid__in=uids, state="active").order_by("id")
    found: dict[tuple[UUID, str], int] = {}
    for uid, sort, id_ in houses.values_list("area__holds__area__uid", "sort", "id"):
        found.setdefault((uid, sort), id_)
    return [next((found[s.given.area, sort] for sort in HEARS if (s.given.area, sort) in found), None) for s in subjects]
