"""Day by day from 2021-03-01: rounds are planned and walked, hazards put right, clocks run out, the journal is sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

from django.db import connection

from anlan.hazards.models import Hazard, Proposal
from anlan.kernel import instance
from anlan.kernel.door import Order
from anlan.kernel.follow import FOLLOWERS, follow_once
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area, AreaIn, Attached, Clock, Entry, Mark, Paper, Seal, Stake
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.patrols.models import Round, Visit
from anlan.people.models import Organisation, Person, Post
from anlan.premises.models import Premises

from .answers import Answers
from .chance import uid
from .deeds import do, midnight_after, moment, order
from .fates import Fates
from .lives import live
from .reports import Reports, spotted
from .rounds import Planner
from .visits import Visiting
from .world import SINCE, UNTIL, Found, World

ROUNDS = "patrols.rounds"
ANALYSED = 14  # days between two looks of the database at its own tables
GROWING = (Area, AreaIn, Attached, Clock, Entry, Mark, Paper, Seal, Stake, Organisation, Person, Post, Premises, Matter,
           Hazard, Proposal, Round, Visit)


class History:
    """Tells the days of a world, one after the other. at_day: what else happens on the morning of a day."""

    def __init__(self, world: World, at_day: Mapping[date, Callable[[], None]]) -> None:
        self.world, self.fates, self.at_day = world, Fates(world), at_day
        self.planner, self.reports, self.answers = Planner(world), Reports(world), Answers(world)
        self.visiting = Visiting(world, self.planner, self.fates)

    def tell(self, progress: Callable[[date, int], None]) -> None:
        """All days of the history. progress: the day, and how many were told before it."""
        for n in range((UNTIL - SINCE).days + 1):
            day = SINCE + timedelta(days=n)
            if n % ANALYSED == 0:
                look_at_tables()
            progress(day, n)
            self.at_day.get(day, lambda: None)()
            self.day(day)

    def day(self, day: date) -> None:
        instance.set_clock(moment(day, "18:30"), running=False)
        walks = list(self.planner.walks(day))
        do([wish for walk in walks for wish in self.planner.orders(walk)])
        deeds = [wish for walk in walks for wish in self.visiting.walk(walk)]
        deeds += [*self.visiting.drop_ins(day), *self._alarms(day), *self.reports.of(day), *spotted(self.world, day)]
        do(sorted(deeds, key=lambda o: o.at))
        do(self.world.agenda.take(day))
        close_day(midnight_after(day))
        self.answers.look()

    def _alarms(self, day: date) -> Iterator[Order]:
        """A warden looks in where no visit was planned, and finds a major hazard."""
        for alarm, unit, item in self.fates.alarms(day):
            at, visit = moment(day, alarm.clock), uid("alarm", unit.key, day)
            hazard = Found(uid("hazard", visit, 0), uid("matter", visit, 0), item, unit, unit.community, at, alarm.fate)
            live(hazard, self.world, self.visiting.dice)
            album = self.world.album
            find = {"uid": str(hazard.uid), "matter": str(hazard.matter), "item": item.code, "place": item.places[0],
                    "before": [album.before[item.scene]], "control": item.control}
            yield order("visit", visit, "drop_in", self.world.warden(unit.grid), at, {
                "premises": unit.uid, "result": "hazards", "finds": [find], "arrived_at": at - timedelta(minutes=20),
                "lon": unit.lon, "lat": unit.lat, "accuracy_m": 8.0, "signature": [album.signatures[0]],
                "signer": unit.given["safety_manager"]})


def close_day(at: datetime) -> None:
    """Seal, complete the rounds that are done, and let the clocks that ran out speak."""
    seal_all()
    while follow_once(FOLLOWERS[ROUNDS]):
        pass
    tick(at=at)


def look_at_tables() -> None:
    """The database learns how full its tables are; a building is faster than its own habit of looking."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(f'"{model._meta.db_table}"' for model in GROWING))
