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
    """Who answers for the ground, and the department a transfer names."""
    return answerers_of([(s.case.area_id or s.given.area_id, local_day(s.when.at)) for s in subjects],
                        departments=[s.given.department for s in subjects])


def earlier(subjects: list[Subject]) -> list[int | None]:
    """The id of a closed hazard of the same unit and item within hazard.recur_days, if any."""
    wanted = {(_premises(s), s.given.item_code) for s in subjects if s.given.item_code}
    uids = {p for p, _code in wanted if p}
    if not uids:
        return [None] * len(subjects)
    rows = Hazard.objects.filter(premises__uid__in=uids, state="closed", item_code__in={code for _p, code in wanted})
    held: dict[tuple[UUID, str], tuple] = {}
    for uid, code, closed_at, hazard_id in rows.order_by("closed_at").values_list(
            "premises__uid", "item_code", "closed_at", "id"):
        held[uid, code] = (closed_at, hazard_id)
    return [_again(s, held.get((_premises(s), s.given.item_code))) for s in subjects]


def _premises(s: Subject) -> UUID | None:
    return s.given.premises


def _again(s: Subject, last: tuple | None) -> int | None:
    if last is None:
        return None
    try:
        days = parameter("hazard.recur_days", local_day(s.when.at))
    except Missing:
        return None
    return last[1] if s.when.at - last[0] <= timedelta(days=days) else None


