"""Who is on shift where an incident is told, signed and acted on.

By night, at weekends and on holidays the news goes to whoever is on shift in a body, not to all of it; what is owed stays the
body's. The leader of a shift signs for it. A body without a published roster is told as a whole, at any hour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from anlan.duty.models import Place, Roster
from anlan.duty.selectors import in_office_hours
from anlan.duty.turns import day_at
from anlan.kernel import changes as c
from anlan.kernel.actors import Actor
from anlan.kernel.door import Subject
from anlan.kernel.instance import zone
from anlan.kernel.rulebook import rulebook
from anlan.people.models import Organisation, Post, Sort
from anlan.people.roles import Role


class Watch(NamedTuple):
    """shifts: {body: {place: post}} as they stand at an instant; desks: the bodies of the two desks."""

    shifts: Mapping[int, Mapping[str, int]] = {}
    desks: frozenset[int] = frozenset()

    def of(self, party: int | None) -> Mapping[str, int]:
        return self.shifts.get(party or 0, {})

    def holds(self, actor: Actor) -> bool:
        """Stands in the shift of the own body, whatever the roles of the post."""
        return actor.post_id is not None and actor.post_id in self.of(actor.organisation_id).values()

    def leads(self, actor: Actor, party: int | None) -> bool:
        """Is the leader on shift (带班领导) of that body."""
        return actor.post_id is not None and self.leader(party) == actor.post_id

    def leader(self, party: int | None) -> int | None:
        return self.of(party).get(Place.LEADER)

    def told(self, rules: Any, at: datetime, party: int, said: str, *, urgent: bool = True, rings: bool = False) -> Iterator[c.Tell]:
        """One body's news: in office hours for the body, else for each post of its shift, for whom all that is urgent rings."""
        shift = {} if in_office_hours(rules, at) else self.of(party)
        for post in sorted(set(shift.values())):
            yield c.Tell(post, said, urgent=urgent or rings, rings=urgent or rings)
        if not shift:
            yield c.Tell(party, said, urgent=urgent, rings=rings)


NOBODY = Watch()


def with_shifts(houses: QuerySet[Organisation], days: Collection[date]) -> QuerySet[Any]:
    """Each with its rosters of these days' months, and which of the two desks it is by its posts."""
    rosters = Roster.objects.filter(organisation_id=OuterRef("pk"), state="published", month__in={d.replace(day=1) for d in days})
    posts = Post.objects.filter(organisation_id=OuterRef("pk"), state="active")
    return houses.annotate(rosters=ArraySubquery(rosters.values(data=JSONObject(shifts=F("shifts")))),
                           is_bureau=Exists(posts.filter(roles__contains=[Role.EMERGENCY.value])),
                           is_office=Exists(posts.filter(roles__contains=[Role.DUTY.value])))


def watch_in(houses: Iterable[Any], day: date, desks: Collection[int]) -> Watch:
    shifts = {h.id: shift for h in houses for r in h.rosters if (shift := r["shifts"].get(day.isoformat()))}
    return Watch(shifts, frozenset(desks))


def watches(subjects: list[Subject]) -> list[Watch]:
    """At the instant at which each deed is told; one statement."""
    days = [shift_day(s.when.told_at) for s in subjects]
    rows = list(with_shifts(Organisation.objects.filter(state="active"), set(days)).filter(
        Q(is_bureau=True) | Q(is_office=True) | ~Q(rosters=[])))
    desks = [h.id for h in rows if h.sort == Sort.DEPARTMENT and (h.is_bureau or h.is_office)]
    found = {day: watch_in(rows, day, desks) for day in set(days)}
    return [found[day] for day in days]


def shift_day(at: datetime) -> date:
    return day_at(rulebook(), at, zone())
