"""What rules and effects of a hazard know besides the hazard. Each is one statement for a whole set."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from anlan.kernel.door import Subject
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import Missing, parameter
from anlan.matters.models import Matter
from anlan.people.answerers import Answerers, answerers_of
from anlan.premises.models import Premises

from .models import Hazard


class Told(NamedTuple):
    """The matter a hazard hangs on, with its unit."""

    id: int
    uid: UUID
    state: str
    area_id: int
    hanging: tuple[str, ...]
    opener: str
    place: str
    lon: float | None
    lat: float | None
    premises: Premises | None


def matters(subjects: list[Subject]) -> list[Told | None]:
    ids = {s.case.matter_id for s in subjects if s.case.matter_id}
    uids = {s.given.matter for s in subjects} - {None}
    rows = Matter.objects.filter(id__in=ids) | Matter.objects.filter(uid__in=uids)
    found = [_told(m) for m in rows.select_related("premises")]
    by_id, by_uid = {t.id: t for t in found}, {t.uid: t for t in found}
    return [by_id.get(s.case.matter_id) if s.case.matter_id else by_uid.get(s.given.matter) for s in subjects]


def _told(m: Matter) -> Told:
    return Told(m.id, m.uid, m.state, m.area_id, tuple(m.hanging), m.opener, m.place, m.lon, m.lat, m.premises)


def units(subjects: list[Subject]) -> list[Premises | None]:
    """The unit named by a visit, or the hazard's own."""
    ids = {s.case.premises_id for s in subjects} - {None}
    uids = {s.given.premises for s in subjects} - {None}
    rows = list(Premises.objects.filter(id__in=ids) | Premises.objects.filter(uid__in=uids))
    by_id, by_uid = {p.id: p for p in rows}, {p.uid: p for p in rows}
    return [by_id.get(s.case.premises_id) or by_uid.get(s.given.premises) for s in subjects]


def answerers(subjects: list[Subject]) -> list[Answerers]:
    """Who answers for the ground, and the department a transfer names. A hazard made from a matter stands on its ground."""
    named = [s.case.area_id or s.given.area_id for s in subjects]
    uids = {s.given.matter for s, area_id in zip(subjects, named, strict=True) if not area_id} - {None}
    of_matter = dict(Matter.objects.filter(uid__in=uids).values_list("uid", "area_id")) if uids else {}
    grounds = [area_id or of_matter.get(s.given.matter) for s, area_id in zip(subjects, named, strict=True)]
    return answerers_of([(ground, local_day(s.when.at)) for ground, s in zip(grounds, subjects, strict=True)],
                        departments=[s.given.department for s in subjects])


def earlier(subjects: list[Subject]) -> list[int | None]:
    """The id of a closed hazard of the same unit and item within hazard.recur_days, if any."""
    units = _units_named(subjects)
    wanted = {(unit, s.given.item_code) for s, unit in zip(subjects, units, strict=True) if unit and s.given.item_code}
    if not wanted:
        return [None] * len(subjects)
    rows = Hazard.objects.filter(premises__uid__in={unit for unit, _code in wanted}, state="closed",
                                 item_code__in={code for _unit, code in wanted})
    held: dict[tuple[UUID | None, str], tuple] = {}
    for uid, code, closed_at, hazard_id in rows.order_by("closed_at").values_list(
            "premises__uid", "item_code", "closed_at", "id"):
        held[uid, code] = (closed_at, hazard_id)
    return [_again(s, held.get((unit, s.given.item_code))) for s, unit in zip(subjects, units, strict=True)]


def _units_named(subjects: list[Subject]) -> list[UUID | None]:
    """The unit that a visit names, or that of the matter which a hazard with an item is made from."""
    uids = {s.given.matter for s in subjects if s.given.item_code and not s.given.premises} - {None}
    of_matter = dict(Matter.objects.filter(uid__in=uids).values_list("uid", "premises__uid")) if uids else {}
    return [s.given.premises or of_matter.get(s.given.matter) for s in subjects]


def _again(s: Subject, last: tuple | None) -> int | None:
    if last is None:
        return None
    try:
        days = parameter("hazard.recur_days", local_day(s.when.at))
    except Missing:
        return None
    return last[1] if s.when.at - last[0] <= timedelta(days=days) else None


