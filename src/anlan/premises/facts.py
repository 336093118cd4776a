"""What the moves on units know: the ground, the organisations named, units that might be the same."""

from __future__ import annotations

from anlan.kernel.door import Subject
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.places.grids import grid_at

from .models import Premises, RiskPoint


def grounds(subjects: list[Subject]) -> list[int | None]:
    """The area named, else the grid of the point, else where the unit stands. One statement for the set."""
    areas = dict(Area.objects.filter(uid__in={s.given.area for s in subjects} - {None}, state="active")
                 .values_list("uid", "id"))
    return [_ground(s, areas) for s in subjects]


def _ground(s: Subject, areas: dict) -> int | None:
    if s.given.area:
        return areas.get(s.given.area)
    if s.given.lon is not None:
        return grid_at(s.given.lon, s.given.lat, local_day(s.when.at)) or s.case.area_id
    return s.case.area_id


def twins(subjects: list[Subject]) -> list[str]:
    """The name of another file with the same credit code and address, or ''; also within the set."""
    wanted = {(s.given.credit_code, s.given.address) for s in subjects if s.given.credit_code}
    rows = Premises.objects.exclude(state="closed").filter(credit_code__in={c for c, _a in wanted})
    held = {(c, a): (uid, name) for c, a, uid, name in rows.values_list("credit_code", "address", "uid", "name")}
    return [_twin(s, held) for s in subjects]


def _twin(s: Subject, held: dict) -> str:
    key = (s.given.credit_code, s.given.address)
    if not key[0]:
        return ""
    uid, name = held.setdefault(key, (s.case.uid, s.given.name))
    return "" if uid == s.case.uid else name


def units(subjects: list[Subject]) -> list[Premises | None]:
    ids = {getattr(s.case, "premises_id", None) for s in subjects} - {None}
    uids = {s.given.premises for s in subjects} - {None}
    rows = list(Premises.objects.filter(id__in=ids) | Premises.objects.filter(uid__in=uids))
    by_id, by_uid = {p.id: p for p in rows}, {p.uid: p for p in rows}
    return [by_id.get(getattr(s.case, "premises_id", None)) or by_uid.get(s.given.premises) for s in subjects]


def other_points(subjects: list[Subject]) -> list[list[str]]:
    """The colours of the unit's other points."""
    uids = {s.given.premises for s in subjects} - {None}
    ids = {s.case.premises_id for s in subjects} - {None}
    rows = RiskPoint.objects.filter(state="active", premises__uid__in=uids) | RiskPoint.objects.filter(
        state="active", premises_id__in=ids)
    held = list(rows.values_list("premises_id", "premises__uid", "uid", "colour"))
    return [[colour for pid, puid, uid, colour in held
             if uid != s.case.uid and (puid == s.given.premises or pid == s.case.premises_id)] for s in subjects]
