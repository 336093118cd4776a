"""Planning rounds by risk: whose check is due, most overdue for its colour first, in walking order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Max
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.areas import within
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance_many
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import parameter
from anlan.people.models import Post
from anlan.premises.models import Colour, Premises

from .models import Round, Visit
from .walks import walking_order

NEVER_VISITED = 10_000
NAMESPACE = UUID("6d0f7f0a-6f0b-5d8e-9c57-1f6a3f3f5b11")


@dataclass(frozen=True)
class Due:
    """A unit and how many of its intervals have passed since its last visit (1.0: due today)."""

    premises: Premises
    days: int
    interval: int

    @property
    def urgency(self) -> float:
        return self.days / self.interval


def last_visits(units: Iterable[Premises], by: str) -> dict[int, date]:
    """The day of each unit's last finished visit by this kind of visitor."""
    rows = Visit.objects.filter(premises__in=list(units), by=by, state="done").values_list("premises_id")
    return {unit: local_day(at) for unit, at in rows.annotate(last=Max("finished_at"))}


def due_units(area_id: int, on: date, by: str = "warden") -> list[Due]:
    """Units of an area whose check by `by` falls due by the day, most overdue first (domain.md 3.4 [unsure])."""
    table = parameter("patrol.frequency_days", on)[by]
    units = list(Premises.objects.filter(area_id__in=within(area_id, on), state="active").select_related("area"))
    last = last_visits(units, by)
    found = []
    for unit in units:
        interval = table.get(unit.colour if unit.colour != Colour.UNGRADED else Colour.YELLOW)
        if interval is None:
            continue
        days = (on - last[unit.id]).days if unit.id in last else NEVER_VISITED
        if days >= interval:
            found.append(Due(unit, days, interval))
    return sorted(found, key=lambda d: (-d.urgency, d.premises.id))


def due_by_area(area_ids: Sequence[int], on: date, by: str = "warden") -> dict[int, int]:
    """How many units of each grid are due: two statements for all of them."""
    table = parameter("patrol.frequency_days", on)[by]
    units = list(Premises.objects.filter(area_id__in=area_ids, state="active").only("id", "area_id", "colour"))
    last, found = last_visits(units, by), dict.fromkeys(area_ids, 0)
    for unit in units:
        interval = table.get(unit.colour if unit.colour != Colour.UNGRADED else Colour.YELLOW)
        if interval is not None and (unit.id not in last or (on - last[unit.id]).days >= interval):
            found[unit.area_id] += 1
    return found


def in_walking_order(units: Sequence[Premises]) -> list[Premises]:
    """Units without a point come last, by address."""
    placed = [u for u in units if u.lon is not None and u.lat is not None]
    order = walking_order([(u.lon, u.lat) for u in placed])  # type: ignore[misc]
    return [placed[i] for i in order] + sorted((u for u in units if u.lon is None), key=lambda u: u.address)


def round_order(post: Post, day: date, *, actor: Actor, at: datetime, size: int | None = None) -> Order | None:
    """The order that plans a post's round of a day; None when nothing is due or the day is planned."""
    if post.area_id is None or Round.objects.filter(post_id=post.id, day=day).exists():
        return None
    size = size or int(parameter("patrol.round_size", day))
    units = in_walking_order([d.premises for d in due_units(post.area_id, day)[:size]])
    if not units:
        return None
    given: dict[str, Any] = {"post": post.uid, "day": day, "units": [u.uid for u in units],
                             "name": _("{title} {day}巡查").format(title=post.title, day=f"{day.month}月{day.day}日")}
    return Order(Ref("round", uuid5(NAMESPACE, f"{post.uid}{day}")), "plan", actor, at, given)


def plan_rounds(posts: Iterable[Post], day: date, *, actor: Actor, at: datetime) -> list[Receipt | Refusal]:
    """Plan the day for many wardens in one set; a second call changes nothing."""
    orders = [o for o in (round_order(p, day, actor=actor, at=at) for p in posts) if o]
    return advance_many(orders) if orders else []
