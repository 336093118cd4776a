"""The morning of the demonstration's day: rounds are planned, every clock has spoken, and business time stands at 08:30."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.kernel import instance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import anchor, seal_all
from anlan.kernel.refusals import Refusal
from anlan.kernel.tick import tick
from anlan.patrols.rounds import due_by_area, plan_rounds
from anlan.people.models import Post
from anlan.toolkit.notices.inbox import mark_all_read

from .days import DAY, UNTIL, moment
from .deeds import NotBuilt
from .houses import Seat
from .world import World

PLANNED_AT = moment(DAY, "08:10")
OPENS_AT = moment(DAY, "08:30")
READ_UNTIL = moment(UNTIL, "12:00")


def plan(world: World) -> int:
    """A round for every warden who has something due. Returns how many."""
    instance.set_clock(PLANNED_AT, running=False)
    done = 0
    for street in world.ground.streets:
        uids = [world.warden_seat(grid).post for grid in world.ground.grids(street)]
        due = due_by_area([world.ground.ids[g] for g in world.ground.grids(street)], DAY)
        posts = Post.objects.filter(uid__in=uids, area_id__in=[a for a, n in due.items() if n]).order_by("id")
        for receipt in plan_rounds(posts, DAY, actor=world.street_clerk(street), at=PLANNED_AT):
            if isinstance(receipt, Refusal):
                raise NotBuilt(str(receipt))
            done += 1
    return done


def read_notices(world: World, cast: Sequence[Seat]) -> None:
    """The cast have read what they were told before yesterday noon."""
    for seat in cast:
        mark_all_read(world.actors[seat.key], READ_UNTIL)


def open_doors() -> None:
    """Clocks, seals, followers and an anchor; from here on business time is the instance's own."""
    tick(at=OPENS_AT)
    instance.set_clock(OPENS_AT, running=False)
    while seal_all() or follow_all():
        pass
    anchor(OPENS_AT)


