"""Builds the demonstration into an empty, migrated database: ``build(progress=...)``, used by ``anlan demo``.

Whether an earlier building was broken off is kept by the home (anlan.commands.homes), which empties the database first.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection

from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import record
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import real_time
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area
from anlan.people.models import Credential, Person

from . import actors, files, ground, houses, pictures, things, today, totals, units
from .cast import CAST, STREET
from .deeds import NotBuilt
from .history import History, look_at_tables
from .houses import Houses, Seat
from .world import DAY, SINCE, UNTIL, World

Progress = Callable[[str, float], None]
LOG = "demo-totals.json"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def build(progress: Progress, totals: Path | None = None, scale: float = 1.0) -> list[tuple[str, str]]:
    """Build all of it and return the log-ins with who they are. progress: a sentence and the share done, 0 to 1.

    totals: another file than demo/totals.toml; scale: a smaller street, for tests. Raises NotBuilt.
    """
    return Building(progress, totals, scale).run()


def cast_lines() -> list[tuple[str, str]]:
    """Log-in and who it is, in the order in which they are printed."""
    return [(part.login, f"{part.name}　{part.who}") for part in CAST]


class Building:
    """One building. The steps stand in the order in which the district came to be."""

    def __init__(self, progress: Progress, path: Path | None, scale: float) -> None:
        self.say, self.scale = progress, scale
        self.totals = totals.read(path)

    def run(self) -> list[tuple[str, str]]:
        if Area.objects.exists():
            raise NotBuilt("这个库里已有区划，演示只建在空库里")
        hurry()
        world = self._world(self._houses())
        self._files(world)
        self._history(world)
        self._morning(world)
        self._count()
        return cast_lines()

    def _houses(self) -> Houses:
        self.say("登记规则、节假日和排查手册", 0.01)
        ground.set_rules()
        self.say("划定 14 个街道、141 个社区、2000 个网格", 0.02)
        self.ground = ground.lay()
        look_at_tables()
        self.say("设立部门、专委会、街道和社区，安排 2000 名网格员", 0.14)
        return houses.found(self.ground)

    def _world(self, made: Houses) -> World:
        self.say("绘制示意照片，登记执法委托", 0.24)
        album = pictures.take_in_all(ground.LAID_ON)
        houses.entrust(album.scan)
        street = units.units(self.ground, round(self.totals.units * self.scale), made.names)
        self.say(f"登记中南路街道 {len(street)} 家单位的责任人", 0.27)
        files.owners(street, made, self.ground)
        give_passwords([made.seats[part.login] for part in CAST])
        near = [s for s in made.seats.values() if s.login or s.area.startswith(STREET) or s.house in _owners(street)]
        return World(self.ground, made, street, actors.actors_on(near, SINCE), album, self.scale)

    def _files(self, world: World) -> None:
        self.say(f"建立 {len(world.units)} 家单位的档案", 0.30)
        files.draw_up(world.units, world.actors)
        self.say("评定风险点和风险等级，登记专项对象", 0.34)
        files.grade(world.units, world.actors)
        things.register(world.units, self.ground, world.street_clerk, self.scale)
        self.say("封存日志", 0.38)
        seal_all()
        follow_all()

    def _history(self, world: World) -> None:
        days = (UNTIL - SINCE).days + 1

        def told(day: object, n: int) -> None:
            if n % 7 == 0:
                self.say(f"讲述巡查和隐患整改：{day}", 0.40 + 0.52 * n / days)

        History(world, at_day={ground.REDRAWN_ON.date(): lambda: ground.redraw(self.ground)}).tell(told)

    def _morning(self, world: World) -> None:
        self.say(f"安排 {DAY} 的任务单", 0.92)
        today.plan(world)
        today.open_doors()
        today.read_notices(world, [world.houses.seats[part.login] for part in CAST])

    def _count(self) -> None:
        """Into the log, with a word on whatever lies outside its limits."""
        self.say("核对总量", 0.96)
        made = totals.count()
        text = json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True)
        Path(settings.ANLAN_HOME, LOG).write_text(text + "\n", encoding="utf-8")
        for fault in totals.faults(made, self.totals, self.scale):
            self.say(f"总量与计划不符：{fault}", 0.98)
        self.say(f"建好了：单位 {made['units']:g} 家，检查 {made['visits']:g} 次，隐患 {made['hazards']:g} 处，"
                 f"日志 {made['entries']:g} 条", 1.0)


def hurry() -> None:
    """This connection need not wait for the disk after each set: a building that is broken off begins anew anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


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


def _owners(street: list[units.Unit]) -> set[str]:
    return {unit.owner for unit in street if unit.owner}
