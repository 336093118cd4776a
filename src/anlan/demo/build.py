"""Builds the demonstration into an empty, migrated database: ``build(progress=...)``, used by ``anlan demo``.

Whether an earlier building was broken off is kept by the home (anlan.commands.homes), which empties the database first.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.models import Model

from anlan.calls.models import Attendance, Call
from anlan.hazards.models import Hazard, Proposal
from anlan.kernel import folds
from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import record
from anlan.kernel.follow import FOLLOWERS, follow_all, follow_up, pass_over
from anlan.kernel.instance import real_time
from anlan.kernel.journal import seal_all
from anlan.kernel.keyfile import box
from anlan.kernel.models import Area, AreaIn, Attached, Clock, Entry, Fold, FoldMonth, Mark, Paper, Seal, Stake
from anlan.kernel.unburden import Burden, put_back, take_off
from anlan.matters.informants import KEY
from anlan.matters.models import Matter
from anlan.onemap import pyramid
from anlan.onemap.models import Tile, TileDelta
from anlan.patrols.models import Round, Visit
from anlan.people.models import Credential, Organisation, Person, Post
from anlan.premises.models import Premises, RiskPoint
from anlan.toolkit.notices.inbox import KEPT
from anlan.toolkit.notices.models import Notice

from . import (
    congress,
    counting,
    crew,
    emergencies,
    files,
    forces,
    goods,
    ground,
    houses,
    mailboxes,
    pictures,
    returns,
    rosters,
    sheets,
    standby,
    today,
    totals,
    units,
)
from .cast import CAST
from .days import BEGAN, DAY, UNTIL
from .deeds import NotBuilt
from .houses import Seat
from .schedule import Schedule
from .today import OPENS_AT
from .world import World, imagined

Progress = Callable[[str, float], None]
LOG = "demo-totals.json"
TELLING = ("notices", "calls.reporters")  # followers that only tell people
GROWING = (Area, AreaIn, Attached, Clock, Entry, Mark, Paper, Seal, Stake, Organisation, Person, Post, Premises, RiskPoint,
           Matter, Hazard, Proposal, Round, Visit, Call, Attendance)
BOOKS = (Fold, FoldMonth, Tile, TileDelta, Notice)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def build(progress: Progress, totals: Path | None = None, scale: float = 1.0,
          processes: int = 1) -> list[tuple[str, str]]:
    """Build all of it and return the log-ins with who they are. progress: a sentence and the share done, 0 to 1.

    totals: another file than demo/totals.toml; scale: a smaller district, for tests. Raises NotBuilt.
    """
    return Building(progress, totals, scale, processes).run()


def cast_lines() -> list[tuple[str, str]]:
    """Log-in and who it is, in the order in which they are printed."""
    return [(part.login, f"{part.name}　{part.who}") for part in CAST]


class Building:
    """One building. The steps stand in the order in which the district came to be."""

    def __init__(self, progress: Progress, path: Path | None, scale: float, processes: int) -> None:
        self.say, self.processes = progress, processes
        self.totals = totals.read(path).scaled(scale)

    def run(self) -> list[tuple[str, str]]:
        if Area.objects.exists():
            raise NotBuilt("这个库里已有区划，演示只建在空库里")
        hurry()
        box(KEY)  # its key is there before several processes seal with it
        world, outline = self._begin()
        self._history(world, outline)
        self._books(world)
        self._morning(world)
        self._count()
        return cast_lines()

    def _begin(self) -> tuple[World, Schedule]:
        """The ground and its people go into the database while the history is worked out in outline."""
        self.say("登记规则、节假日和排查手册", 0.01)
        ground.set_rules(self.totals.began, self.totals.intervals)
        world, outline = crew.beside(self._set_up, self._outline, self.processes)
        give_passwords([world.houses.seats[part.login] for part in CAST])
        look_at_tables()  # before everyone is asked for: without it that takes minutes
        return world.peopled(self.totals.began), outline

    def _set_up(self) -> None:
        self.say("划定 14 个街道、141 个社区、2000 个网格，按总量排出两年半的检查和整改", 0.01)
        land = ground.lay()
        look_at_tables()
        self.say("设立部门、专委会、街道和社区，安排 2000 名网格员", 0.03)
        made = houses.found(land)
        self.say("绘制示意照片，登记执法委托", 0.06)
        houses.entrust(pictures.take_in_all(ground.LAID_ON).scan)
        self.say(f"登记 {self.totals.units} 家单位的责任人", 0.07)
        files.owners(units.units(land, self.totals.units, made.names), made, land)

    def _outline(self) -> tuple[World, Schedule]:
        world = imagined(self.totals)
        return world, Schedule(self.totals, world.units, world.items, world.ground.grids(world.ground.district))

    def _history(self, world: World, outline: Schedule) -> None:
        first, span = BEGAN.toordinal(), (UNTIL - BEGAN).days

        def told(day: date) -> None:
            self.say(f"讲述巡查和隐患整改：至 {day}", 0.13 + 0.60 * (day.toordinal() - first) / span)

        check = crew.tell(world, outline, self.processes, told, lambda: self.say("建立索引，封存日志", 0.73))

        def settle() -> None:
            check()
            look_at_tables()

        crew.beside(settle, partial(self._besides, world), self.processes)

    def _besides(self, world: World) -> int:
        """What happened beside checks and hazards, through the door; sealed."""
        ground.redraw(world.ground)
        returns.report(world)
        rosters.arrange(world)
        teams = forces.stand_ready(world, self.totals)
        goods.keep(world, self.totals)
        standby.set_up(world)
        emergencies.happen(world, self.totals, teams)
        return seal_all()

    def _books(self, world: World) -> None:
        """Fold all, and sign the report; notices that are too old to be shown are not delivered any more."""
        self.say("汇总逐日数据和地图，送达最近九十天的通知", 0.85)
        pass_over("patrols.rounds")
        for follower in FOLLOWERS.values():
            if follower.kinds and not Entry.objects.filter(kind__in=follower.kinds).exists():
                pass_over(follower.name)  # nothing here is for it
        pass_over(*TELLING, until=OPENS_AT - KEPT)
        crew.do_all([fold_into(take_off((Fold, FoldMonth))), pyramid.rebuild, partial(congress.report, world),
                     *(partial(follow_up, name) for name in TELLING)], self.processes)
        follow_all()
        look_at_tables(BOOKS)

    def _morning(self, world: World) -> None:
        self.say(f"安排 {DAY} 的任务单", 0.95)
        today.plan(world)
        sheets.bring(world, today.PLANNED_AT)
        cast = [world.houses.seats[part.login] for part in CAST]
        mailboxes.give(world, cast, today.PLANNED_AT)
        mailboxes.leave_the_past(today.READ_UNTIL)
        emergencies.break_out(world)
        today.open_doors()
        today.read_notices(world, cast)

    def _count(self) -> None:
        """Into the log, with a word on whatever lies outside its limits."""
        self.say("核对总量", 0.98)
        made = counting.count()
        text = json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True)
        Path(settings.ANLAN_HOME, LOG).write_text(text + "\n", encoding="utf-8")
        for fault in counting.faults(made, self.totals):
            self.say(f"总量与计划不符：{fault}", 0.99)
        self.say(f"建好了：单位 {made['units']:g} 家，检查 {made['checks']:g} 次，隐患 {made['found']:g} 处，"
                 f"日志 {made['entries']:g} 条", 1.0)


def fold_into(burden: Burden) -> Callable[[], None]:
    """The folding of all into tables whose references were taken off too: here nobody reads the areas for long."""

    def fold() -> None:
        folds.fold_whole()
        for part in burden:
            put_back(s for statements in part.values() for s in statements)

    return fold


def hurry() -> None:
    """This connection need not wait for the disk after each set: a building that is broken off begins anew anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def look_at_tables(tables: Iterable[type[Model]] = GROWING) -> None:
    """The database learns how full its tables are: its own habit of looking is slower than a building, and off in it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(f'"{model._meta.db_table}"' for model in tables))


def password() -> str:
    """ANLAN_DEMO_PASSWORD, else one of this home's own."""
    if given := os.environ.get("ANLAN_DEMO_PASSWORD"):
        return given
    path = Path(settings.ANLAN_HOME, "demo.password")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("".join(secrets.choice(LETTERS) for _n in range(10)), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def give_passwords(cast: list[Seat]) -> None:
    """Only the cast can sign in; a visitor is not asked to change the password."""
    hashed, at = make_password(password()), ground.LAID_ON
    for person in Person.objects.filter(uid__in=[seat.person for seat in cast]).order_by("id"):
        Credential.objects.create(person=person, password=hashed, set_at=real_time(), must_change=False)
        record(person, "password_set", actor=SYSTEM, at=at, data={})
