"""Teams, equipment and stations of the district, to the totals of the file; all through the door, a set at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count, zip_longest
from typing import Any, NamedTuple
from uuid import UUID

from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import Order
from anlan.places.geometry import random_point
from anlan.resources.models import RescueTeam
from anlan.resources.station_models import Part
from anlan.resources.team_models import Echelon, Tier

from .cast import COMMUNITY, STREET
from .chance import Chance, sheet, uid
from .days import UNTIL, minute, moment, workday
from .deeds import do, open_all, order
from .houses import house
from .names import duty_phone, people, phone
from .totals import Totals
from .world import World

STANDING_SINCE, MOBILISED_ON = date(2019, 3, 1), date(2020, 6, 8)
CALLED_UP_ON = date(2020, 7, 6)  # the first echelon, the others three days later each
TURNS = (Echelon.FIRST, Echelon.SECOND, Echelon.THIRD)
TIERS = (Tier.GRASSROOTS, Tier.PROFESSIONAL, Tier.COMPREHENSIVE, Tier.UNIT, Tier.SOCIAL)
ASSAULT_WEIGHT, KINDS_A_TEAM = 1.3, 5
MODELS_EARLIER = 62  # days before the last station
SMALL_TEAMS = 6  # communities with a team of their own, the cast's among them
STATION_PARTS_ON = date(2021, 6, 18)  # the cast's station is accepted


class Team(NamedTuple):
    """row: its inputs; flood: whether it is of an echelon or the assault team; weight: its share of the flood teams' people."""

    uid: UUID
    row: dict[str, Any]
    flood: bool
    weight: float = 0


def stand_ready(world: World, totals: Totals) -> list[Team]:
    """The teams, called up once in the flood of 2020; what they keep; the stations under construction."""
    teams = _teams(world, totals)
    for since, some in ((STANDING_SINCE, [t for t in teams if not t.flood]), (MOBILISED_ON, [t for t in teams if t.flood])):
        open_all("rescue_team", "create", [(t.uid, t.row) for t in some], actor=SYSTEM, at=moment(since, "10:00"))
    do([order("rescue_team", street_team(STREET), "name_leader", SYSTEM, moment(MOBILISED_ON, "10:30"),
              {"leader": world.houses.seats["teamleader"].post})])
    _certificates(world, teams)
    _equip(world, teams, totals)
    for n, turn in enumerate((*TURNS, Echelon.ASSAULT)):
        _call_up(world, [t for t in teams if t.row["echelon"] == turn], CALLED_UP_ON + timedelta(days=3 * n))
    _roll_out(world, totals)
    return teams


def split(total: int, weights: Sequence[float]) -> list[int]:
    """Whole shares of at least one that add up to the total; of too many weights only the first count."""
    kept = weights[:total]
    spare, whole = total - len(kept), sum(kept)
    exact = [spare * w / whole for w in kept]
    given = [int(x) for x in exact]
    for n in sorted(range(len(kept)), key=lambda n: (given[n] - exact[n], n))[:spare - sum(given)]:
        given[n] += 1
    return [1 + n for n in given]


# Teams


def street_team(street: str) -> UUID:
    return uid("team", street)


def small_team(community: str) -> UUID:
    return uid("team", community)


def small_communities(world: World) -> list[str]:
    others = [world.ground.below[street][0] for street in world.ground.streets if street != STREET]
    return [COMMUNITY, *others[:SMALL_TEAMS - 1]]


def _teams(world: World, totals: Totals) -> list[Team]:
    """With the people of each flood team; a team of a tier that the file does not have is another's, or there is none."""
    tiers = TIERS[:totals.forces["tiers"]]
    found = [*_streets(world, totals), *_listed(world, totals), *_assault(world, totals), *_communities(world)]
    kept = [t for t in found if t.flood or t.row["tier"] in tiers]
    flood = [t for t in kept if t.flood]
    shares = iter(split(totals.forces["members"], [t.weight for t in flood]))
    made = [t._replace(row=t.row | {"people": n}) if (n := next(shares, 0) if t.flood else t.row["people"]) else None for t in kept]
    return [t._replace(row=t.row | {"tier": t.row["tier"] if t.row["tier"] in tiers else tiers[0]}) for t in made if t]


def _streets(world: World, totals: Totals) -> Iterator[Team]:
    dice = Chance("street teams")
    for n, street in enumerate(world.ground.streets):
        yield _team(world, street_team(street), f"{world.ground.names[street]}防汛抢险队", street, {
            "tier": Tier.GRASSROOTS, "skill": "flood", "level": 2 + n % 2, "owner": house(f"street-{street}"), "ready_minutes": 20,
            "gear": "水泵、沙袋、照明灯"}, _turn(n, totals), dice.uniform(0.8, 1.2))


def _turn(n: int, totals: Totals) -> str:
    return TURNS[n % totals.forces["echelons"]] if totals.forces["echelons"] else ""


def _listed(world: World, totals: Totals) -> Iterator[Team]:
    for n, row in enumerate(sheet("teams")):
        yield _team(world, uid("team", row["name"]), row["name"], world.ground.district, {
            "tier": row["tier"], "skill": row["skill"], "level": int(row["level"]), "people": int(row["people"] or 0),
            "owner": house(row["owner"]), "ready_minutes": int(row["ready"]), "day_only": bool(row["day"]),
            "gear": row["gear"]},
            _turn(n, totals) if row["weight"] else "", float(row["weight"] or 0))


def _assault(world: World, totals: Totals) -> Iterator[Team]:
    most = totals.forces["assault"]
    for n in range(1, most + 1):
        name = "区应急救援突击队" if most == 1 else f"区应急救援第{n}突击队"
        yield _team(world, uid("team", "assault", n), name, world.ground.district, {
            "tier": Tier.PROFESSIONAL, "skill": "flood", "level": 1, "owner": house("emergency"), "ready_minutes": 5,
            "gear": "冲锋舟、救生衣、照明灯"}, Echelon.ASSAULT, ASSAULT_WEIGHT)


def _communities(world: World) -> Iterator[Team]:
    for n, community in enumerate(small_communities(world)):
        yield _team(world, small_team(community), f"{world.ground.names[community]}微型消防站", community, {
            "tier": Tier.GRASSROOTS, "skill": "fire", "level": 3, "people": 6 + n % 4, "owner": house(f"community-{community}"),
            "ready_minutes": 3, "gear": "水枪水带、灭火器、防烟面罩"}, "")


def _team(world: World, uid_: UUID, name: str, area: str, row: dict[str, Any], echelon: str, weight: float = 0) -> Team:
    dice = Chance("team", name)
    return Team(uid_, {"name": name, **row, "echelon": echelon, "area": world.ground.uids[area], **place_in(world, area, dice),
                       "leader_name": next(people(f"leader of {name}")), "leader_phone": phone(dice), "duty_phone": duty_phone(dice),
                       "insured_to": date(2021, 9, 1) + timedelta(days=dice.randrange(300)),
                       "drilled_on": date(2020, 4, 1) + timedelta(days=dice.randrange(60))}, bool(echelon), weight)


def place_in(world: World, area: str, dice: Chance) -> dict[str, float]:
    point = random_point(world.ground.shape(area), dice)
    return {"lon": round(point.lon, 6), "lat": round(point.lat, 6)}


def _certificates(world: World, teams: Sequence[Team]) -> None:
    sorts = {"water": "水上救援证", "diving": "潜水员证", "drone": "无人机驾驶员执照", "medical": "急救员证"}
    names, numbers = people("certificates"), count(1)
    rows = [(uid("certificate", t.row["name"], n), {"team": t.uid, "holder": next(names), "sort": sorts[t.row["skill"]],
                                                   "number": f"演示-证{next(numbers):03}", "area": world.ground.uids[world.ground.district],
                                                   "valid_to": date(2021, 8, 1) + timedelta(days=170 * n)})
            for t in teams if t.row["skill"] in sorts for n in range(2)]
    open_all("team_certificate", "create", rows, actor=SYSTEM, at=moment(STANDING_SINCE, "11:00"))


def _equip(world: World, teams: Sequence[Team], totals: Totals) -> None:
    """Some kinds for each flood team; their pieces add up to the file's number."""
    rows = [(t, kind) for t in teams if t.flood for kind in _kinds(t)]
    pieces = split(totals.forces["equipment"], [float(kind["weight"]) for _t, kind in rows])
    open_all("equipment", "create", [(uid("equipment", n), _equipment(n, team, kind, held))
                                     for n, ((team, kind), held) in enumerate(zip(rows, pieces, strict=False), 1)],
             actor=SYSTEM, at=moment(MOBILISED_ON, "14:00"))


def _kinds(team: Team) -> list[dict[str, str]]:
    """In the order of the sheet: what every team has comes first."""
    kinds = sheet("equipment")
    more = Chance("kinds of", team.row["name"]).sample(kinds[3:], KINDS_A_TEAM - 3)
    return [*kinds[:3], *more]


def _equipment(n: int, team: Team, kind: dict[str, str], pieces: int) -> dict[str, Any]:
    dice = Chance("equipment", n)
    due = {"service_due_on": date(2021, 7, 1) + timedelta(days=dice.randrange(180))} if kind["serviced"] else {}
    return {"code": f"ZB{n:04}", "name": kind["name"], "sort": kind["sort"], "pieces": pieces, "team": team.uid, "area": team.row["area"],
            "place": "队部库房", "bought_on": date(2018, 3, 1) + timedelta(days=dice.randrange(700)), **due}


# Calling up


def _call_up(world: World, teams: Sequence[Team], day: date) -> None:
    """A turn of the flood: called at dawn, on the dike within the hour, relieved before they are tired."""
    chosen = [(t.uid, t.row["people"]) for t in teams]
    for steps in called(world, chosen, day, 330, 540, "上堤值守，巡查险情", "江滩防汛一号码头"):
        do(steps)


def called(world: World, teams: Sequence[tuple[UUID, int]], day: date, of_day: int, minutes: int, task: str, place: str,
           **more: Any) -> Iterator[list[Order]]:
    """The orders of teams that are called together, a step at a time. minutes: from the call to coming back."""
    actor = world.actors["emergency"]

    def at(after: int) -> Any:
        return minute(day, of_day) + timedelta(minutes=after)

    yield [order("rescue_team", u, "call", actor, at(0), {"task": task, "place": place, "arrive_by": at(60), **more}) for u, _n in teams]
    rows = {t.uid: t for t in RescueTeam.objects.filter(uid__in=[u for u, _n in teams]).prefetch_related("callouts")}
    open_now = {u: max(rows[u].callouts.all(), key=lambda c: c.id).uid for u, _n in teams}
    for after, move in ((4, "sign"), (6, "depart"), (38, "arrive"), (minutes, "stand_down")):
        yield [order("callout", open_now[u], move, actor, at(after + k % 3), {
            "depart": {"people": max(1, n * 4 // 5)}, "stand_down": {"result": "任务完成，人员装备清点无误"}}.get(move))
            for k, (u, n) in enumerate(teams)]


# Stations


def _roll_out(world: World, totals: Totals) -> None:
    """The two meetings; on the second day of them the plan; the model sites begin within three working days."""
    forces, actor = totals.forces, world.actors["emergency"]
    area, kickoff = world.ground.uids[world.ground.district], forces["kickoff"]
    for sort, name, day, place in (("site", "全市社区应急服务站建设现场会", forces["meeting"], "百瑞景社区"),
                                   ("kickoff", "全区应急服务站建设启动会议", kickoff, "区政府会议室")):
        do([order("station_meeting", uid("meeting", sort), "create", actor, moment(day, "17:30"), {
            "name": name, "sort": sort, "held_on": day, "place": place, "organiser": "区应急管理局", "area": area})])
    chosen = _chosen(world, totals)
    do([order("service_station", station(code), "plan", actor, moment(kickoff, "18:00"), _planned(world, totals, n, code))
        for n, code in enumerate(chosen)])
    models = chosen[:forces["model_stations"]]
    do([order("service_station", station(code), "start", world.clerk(code), moment(workday(kickoff, 1 + n % 3), "09:30"))
        for n, code in enumerate(models)])
    if COMMUNITY in models:
        _accept(world, station(COMMUNITY))


def station(community: str) -> UUID:
    return uid("station", community)


def _chosen(world: World, totals: Totals) -> list[str]:
    """The model sites first: the cast's community, then the first of each street, the second of each, …"""
    below = [world.ground.below[street] for street in world.ground.streets]
    turns = [code for codes in zip_longest(*below) for code in codes if code]
    order_ = (COMMUNITY, *(code for code in turns[:len(below)] if code[:9] != STREET), *turns)
    return list(dict.fromkeys(order_))[:totals.forces["stations"]]


def _planned(world: World, totals: Totals, n: int, code: str) -> dict[str, Any]:
    """All are to stand by the last day, in batches; the model sites two months before it."""
    models, last = totals.forces["model_stations"], totals.forces["finish"]
    model = n < models
    early = timedelta(days=MODELS_EARLIER if model and models < totals.forces["stations"] else 15 * ((n if model else n - models) % 4))
    return {"name": f"{world.ground.names[code]}应急服务站", "area": world.ground.uids[code], "model_site": model,
            "finish_by": last - early, **place_in(world, code, Chance("station", code))}


def _accept(world: World, uid_: UUID) -> None:
    day = min(STATION_PARTS_ON, UNTIL)
    do([order("service_station", uid_, "man", world.clerk(COMMUNITY), moment(day, "10:00"), {
        "standing_force": 8, "volunteers": 46, "functions": ["hazards", "response", "team", "training"]})])
    do([order("service_station", uid_, "accept", world.actors["director"], moment(day, "15:30"), {"parts": list(Part.values)})])
