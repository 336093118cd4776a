"""Incidents of the history: who reported to whom, what was judged, who was sent, what the reports said. A set a step, through the door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from anlan.incidents.chain import DESKS
from anlan.incidents.models import InfoReport, Relay
from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order
from anlan.kernel.flows import FiredGiven
from anlan.kernel.models import Clock
from anlan.resources.models import Callout, RescueTeam

from .cast import COMMUNITY, STREET
from .chance import Chance, sheet, uid
from .days import DAY, UNTIL, moment
from .deeds import do, open_all, order
from .forces import Team, called, place_in, small_team, street_team
from .houses import house
from .totals import Totals
from .units import roads_of
from .world import World

PLANNED_ON, JUDGED_FROM = date(2019, 2, 20), date(2021, 1, 1)
TEAMS_SINCE = date(2020, 9, 1)  # teams of streets are sent to incidents from here on
AGAIN_AFTER = timedelta(days=11)  # of a second incident told after the same row
FINAL_AFTER = 620  # minutes
COUNTS = ("trapped", "slight", "evacuated")
CREW_WORDS, CREW_OUT = (61, 74, 87, 101, 116), 128  # minutes; never longer apart than the shortest interval of the incidents' levels


def happen(world: World, totals: Totals, teams: Sequence[Team]) -> None:
    """As many incidents as the file says, one after the other, as their papers are numbered; and what is judged each month."""
    _plans(world)
    rows, people = sheet("incidents"), {t.uid: t.row["people"] for t in teams}
    streets = [STREET, *(s for s in world.ground.streets if s != STREET)]
    found = [Emergency(world, n, rows[n % len(rows)], people, streets[n % len(streets)], _day_of(n, rows))
             for n in range(totals.forces["incidents"])]
    for one in sorted(found, key=lambda e: e.began):
        for step in one.steps():
            do(step)
    _monthly(world)


def _day_of(n: int, rows: Sequence[dict[str, str]]) -> date:
    return min(date.fromisoformat(rows[n % len(rows)]["day"]) + AGAIN_AFTER * (n // len(rows)), UNTIL - timedelta(days=2))


def break_out(world: World) -> None:
    """This morning's incident, as whoever opens the demonstration finds it: told, teams on the way, nothing written yet."""
    (row,) = sheet("incident_today")
    for step in UnderWay(world, "today", row, dict(RescueTeam.objects.values_list("uid", "people")), STREET, DAY).steps():
        do(step)


def _plans(world: World) -> None:
    area, at = world.ground.uids[world.ground.district], moment(PLANNED_ON, "10:00")
    open_all("contingency_plan", "create", [(uid("plan", row["code"]), {
        "code": f"YA-{row['code']}", "name": row["name"], "sort": row["sort"], "edition": row["edition"], "command": row["command"],
        "owner": house("emergency"), "issued_on": PLANNED_ON, "area": area}) for row in sheet("plans")], actor=SYSTEM, at=at)
    open_all("plan_step", "create", [(_step_uid(row["code"], n), {
        "plan": uid("plan", row["code"]), "level": level, "organisation": house(body), "what": what, "minutes": int(minutes), "area": area})
        for row in sheet("plans") for n, (level, body, what, minutes) in enumerate(_steps_of(row))], actor=SYSTEM, at=at)


    open_all("plan_member", "create", [(uid("plan member", row["code"], body), {
        "plan": uid("plan", row["code"]), "organisation": house(body), "seat": seat, "area": area})
        for row in sheet("plans") for seat, body in _seats_of(row)], actor=SYSTEM, at=at)


def _seats_of(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Who leads the work leads the command; the bureau is its deputy; whoever has a task sits in it."""
    bodies = dict.fromkeys(step[1] for step in _steps_of(row))
    lead, *others = (b for b in bodies if b != "emergency")
    yield from (("head", lead), ("deputy", "emergency"), *(("member", b) for b in others))


def _steps_of(row: dict[str, str]) -> list[list[str]]:
    return [step.split(":") for step in row["steps"].split(";")]


def _step_uid(plan: str, n: int) -> UUID:
    return uid("plan step", plan, n)


def _monthly(world: World) -> None:
    """The regular judgement of each month of the year, on its last working days."""
    month, actor = JUDGED_FROM, world.actors["emergency"]
    while (after := (month + timedelta(days=31)).replace(day=1)) <= UNTIL:
        do([order("judgement", uid("judgement", month), "record", actor, moment(after - timedelta(days=2), "15:00"), {
            "people": "区应急管理局、区政府办、有关街道",
            "facts": f"{month.year}年{month.month}月隐患和警情总体平稳，电动自行车充电和燃气软管类隐患占比较高",
            "chance": "气温和施工量上升后同类隐患可能增多", "decision": "watch"})])
        month = after


class Emergency:
    """One incident. Each step is a set of orders; what a step needs to know was written by the ones before."""

    def __init__(self, world: World, name: int | str, row: dict[str, str], people: Mapping[UUID, int], street: str, day: date) -> None:
        self.world, self.row, self.uid = world, row, uid("incident", name)
        self.dice = Chance("incident", name)
        self.people, self.street, self.day = people, street, day
        self.began = moment(day, row["clock"])
        self.community = COMMUNITY if street == STREET else self.dice.choice(world.ground.below[street])
        road, highest = self.dice.choice(roads_of(self.community))
        self.place = f"{road}{self.dice.randint(1, highest)}号"

    def at(self, minutes: float) -> datetime:
        return self.began + timedelta(minutes=minutes)

    def by(self, who: str) -> Actor:
        """A body of the chain as the actor that speaks for it."""
        return {"community": lambda: self.world.clerk(self.community), "street": lambda: self.world.street_head(self.street),
                "bureau": lambda: self.world.actors["emergency"], "govoffice": lambda: self.world.actors["govoffice"]}[who]()

    def steps(self) -> Iterator[Sequence[Order]]:
        yield [self._opened()]
        yield from self._chain()
        yield from self._reports("first", 18)
        yield [self._receipt("first", 34)]
        if self.row["from"] in ("community", "street"):
            yield from self._own_level()
        yield [self._relay("govoffice", "write", 32, what="值班信息")]
        yield from self._sent()
        if self.row["level"]:
            yield from self._responded()
        yield from self._inside()
        yield from self._needed()
        told = {name: self.row[name] for name in ("course", "cause", "measures")}
        yield [self._deed("update", "bureau", 90, **told, influence="现场秩序平稳，没有出现不实舆情", forces=f"{self._forces()}到场处置",
                          loss_yuan=int(float(self.row["loss"]) * 10_000), trapped=0)]
        if self.row["level"]:
            yield from self._reports("continued", 110)
            yield [self._judged("close", 170, facts="险情已经排除，没有再次发生的可能")]
        yield [self._deed("end", "bureau", 190, reason="现场处置完毕，人员全部脱险")]
        yield from self._reports("final", FINAL_AFTER, lessons=self.row["lessons"], needs="")
        yield [self._deed("close", "bureau", FINAL_AFTER + 30)]

    # -- the chain ------------------------------------------------------------------------------------------------

    def _opened(self) -> Order:
        row, area = self.row, self.world.ground.uids[self.community]
        counts = {n: int(row[n]) for n in COUNTS}
        own = self.by(row["from"])
        return order("incident", self.uid, "open", own, self.at(0), {
            "title": f"{self.place}{row['title']}", "sort": row["sort"], "subtype": row["subtype"], "grade": row["grade"], "area": area,
            "place": self.place, "triggers": row["triggers"].split("/"), "known_at": self.at(-4), "happened_at": self.at(-15), **counts,
            "source": "群众来电", "site_leader": own.name, **place_in(self.world, self.community, self.dice)})

    def _chain(self) -> Iterator[Sequence[Order]]:
        """Below by telephone first; both desks sign at once and tell the city."""
        if self.row["from"] in ("community", "street"):
            yield [self._relay(self.row["from"], "phone", 3, whom="区应急管理局值班室")]
        yield [self._relay(desk, "acknowledge", 5 + n) for n, desk in enumerate(DESKS) if desk != self.row["from"]]
        yield [self._relay(desk, "phone", 10 + n, whom="市应急管理局指挥中心" if desk == "bureau" else "市政府总值班室")
               for n, desk in enumerate(DESKS)]

    def _own_level(self) -> Iterator[Sequence[Order]]:
        """In writing; one of them late, which the clock says and the director judges."""
        own = self.row["from"]
        if not self.row["late"]:
            yield [self._relay(own, "write", 22, what="书面情况报告")]
            return
        yield [self._fired(own, "written", "go_unwritten")]
        yield [self._relay(own, "write", 51, what="书面情况报告")]
        yield [order("relay", self._relay_uid(own), "blame", self.world.actors["director"], self.at(60 * 26), {
            "fault": "late", "reason": "现场忙于疏散，书面报告迟于时限，责令书面说明"})]

    def _fired(self, rung: str, name: str, move: str) -> Order:
        relay = Relay.objects.get(uid=self._relay_uid(rung))
        clock = Clock.objects.get(kind="relay", name=name, stopped_at=None, case_id=relay.id)
        return Order(Ref("relay", self._relay_uid(rung)), move, SYSTEM, clock.due_at, FiredGiven(name, clock.due_at, clock.id, 0),
                     told_at=clock.due_at)

    def _relay_uid(self, rung: str) -> UUID:
        return uuid5(self.uid, rung)

    def _relay(self, rung: str, move: str, minutes: float, **given: Any) -> Order:
        return order("relay", self._relay_uid(rung), move, self.by(rung), self.at(minutes), given)

    def _deed(self, move: str, who: str, minutes: float, **given: Any) -> Order:
        return order("incident", self.uid, move, self.by(who), self.at(minutes), given)

    # -- reports --------------------------------------------------------------------------------------------------

    def _reports(self, sort: str, minutes: int, **more: str) -> Iterator[Sequence[Order]]:
        """Drafted, filled, signed by the director, sent."""
        report, desk = uid("info report", self.uid, sort), self.by("bureau")
        yield [order("info_report", report, "draft", desk, self.at(minutes), {"incident": self.uid, "sort": sort})]
        held = InfoReport.objects.get(uid=report).content
        said = {"influence": "现场秩序平稳", "forces": f"{self._forces()}赶赴现场", "measures": self.row["measures"], **more}
        yield [order("info_report", report, "fill", desk, self.at(minutes + 2), {
            **held, **{k: v for k, v in said.items() if not held.get(k) or k in more}, "site": held["site"] or desk.name})]
        yield [order("info_report", report, "sign", self.world.actors["director"], self.at(minutes + 4))]
        yield [order("info_report", report, "send", desk, self.at(minutes + 6))]

    def _receipt(self, sort: str, minutes: int) -> Order:
        return order("info_report", uid("info report", self.uid, sort), "receive", self.by("govoffice"), self.at(minutes))

    # -- what was done --------------------------------------------------------------------------------------------

    def _teams(self) -> list[tuple[UUID, int]]:
        """The street's team from 2020 on; with the cast's community its own, and the district's."""
        if self.day < TEAMS_SINCE:
            return []
        more = [small_team(COMMUNITY), uid("team", "区综合应急救援队")] if self.community == COMMUNITY else []
        return [(t, self.people[t]) for t in (street_team(self.street), *more) if t in self.people]

    def _sent(self) -> Iterator[Sequence[Order]]:
        if teams := self._teams():
            yield from called(self.world, teams, self.day, self.began.hour * 60 + self.began.minute + 8, 175, self.row["title"][:40],
                              self.place, for_kind="incident", for_uid=self.uid)

    def _responded(self) -> Iterator[Sequence[Order]]:
        """Judged, started, and each task of its plan taken and done by its department."""
        level = self.row["level"]
        yield [self._judged("respond", 40, facts=f"{self.row['title']}，有扩大的可能", level=level)]
        yield [order("incident", self.uid, "respond", self.world.actors["director"], self.at(43), {
            "level": level, "plan": uid("plan", self.row["plan"])})]
        (plan,) = (row for row in sheet("plans") if row["code"] == self.row["plan"])
        given = [(_step_uid(plan["code"], n), body, int(minutes)) for n, (from_, body, _what, minutes) in enumerate(_steps_of(plan))
                 if int(from_) >= int(level)]
        yield [order("instruction", uuid5(self.uid, str(step)), "take", self.world.actors[f"department:{body}"], self.at(46))
               for step, body, _m in given]
        yield [order("instruction", uuid5(self.uid, str(step)), "finish", self.world.actors[f"department:{body}"],
                     self.at(43 + minutes * 0.7), {"result": "已按要求完成"}) for step, body, minutes in given]

    def _inside(self, minutes: int = 48) -> Iterator[Sequence[Order]]:
        """Whoever works inside, written down by the street: a word from it each quarter of an hour, and all come out."""
        if not self.row["crew"]:
            return
        name, people, note = self.row["crew"].split(":")
        crew, by = uid("crew", self.uid), self.by("street")
        yield [order("field_crew", crew, "enter", by, self.at(minutes), {"incident": self.uid, "name": name, "people": int(people),
                                                                     "place": self.place})]
        for after in CREW_WORDS:
            yield [order("field_crew", crew, "check_in", by, self.at(after), {"note": note})]
        yield [order("field_crew", crew, "leave", by, self.at(CREW_OUT), {"people": int(people)})]

    def _needed(self, minutes: int = 50) -> Iterator[Sequence[Order]]:
        """What the place asked for, who gave it, and that it was there in time."""
        if not self.row["need"]:
            return
        what, amount, measure, gives = self.row["need"].split(":")
        need, asks = uid("need", self.uid), self.by("street")
        giver = self.by("bureau") if gives == "bureau" else self.world.street_head(self._neighbour())
        yield [order("need", need, "raise", asks, self.at(minutes), {
            "incident": self.uid, "what": what, "amount": int(amount), "measure": measure, "needed_by": self.at(minutes + 70),
            "place": self.place})]
        yield [order("need", need, "pledge", giver, self.at(58), {"amount": int(amount), "note": "随车运到，半小时内到场"})]
        yield [order("need", need, "deliver", giver, self.at(84))]
        yield [order("need", need, "meet", asks, self.at(88))]

    def _neighbour(self) -> str:
        streets = list(self.world.ground.streets)
        return streets[(streets.index(self.street) + 1) % len(streets)]

    def _judged(self, decision: str, minutes: int, facts: str, level: str = "") -> Order:
        return order("judgement", uid("judgement", self.uid, decision), "record", self.by("bureau"), self.at(minutes), {
            "incident": self.uid, "people": "区应急管理局、区政府办、事发街道", "facts": facts, "decision": decision, "level": level,
            "compared": "、".join(self.row["triggers"].split("/"))})

    def _forces(self) -> str:
        return f"{self.world.ground.names[self.street]}办事处、区有关部门"


class UnderWay(Emergency):
    """A quarter of an hour old: the papers, the judgement, the level and what is asked for wait for somebody."""

    def steps(self) -> Iterator[Sequence[Order]]:
        yield [self._opened()]
        yield from self._chain()
        if teams := self._teams():
            yield from islice(called(self.world, teams, self.day, self.began.hour * 60 + self.began.minute + 4, 175, self.row["title"],
                                     self.place, for_kind="incident", for_uid=self.uid), 3)
            nearest = Callout.objects.get(for_uid=self.uid, team__uid=teams[min(1, len(teams) - 1)][0])
            yield [order("callout", nearest.uid, "arrive", self.by("bureau"), self.at(14))]
        yield from islice(self._inside(15), 1)
        yield from islice(self._needed(16), 1)
