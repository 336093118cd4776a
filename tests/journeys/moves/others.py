"""Departments' returns, forces and goods, incidents."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from anlan.incidents.models import Incident, Relay
from anlan.people.testing import NOON
from anlan.premises.models import Premises
from anlan.resources.models import Callout

from .stage import HOUR, Stage, Told, deed

# Returns


def due(s: Stage) -> UUID:
    """The emergency bureau itself owes May's, which no history asks for."""
    uid = uuid4()
    s.do("monthly_return", uid, "ask", "emergency", organisation=s.house("emergency_bureau"), month="2021-05-01")
    return uid


def sent(s: Stage, uid: UUID, **more: Any) -> UUID:
    s.do("monthly_return", uid, "submit", "emergency", checks=2, found=0, rectified=0, **more)
    return uid


@deed
def a_return_asked_for(s: Stage) -> Told:
    return lambda: due(s), {"ret-in-time": (0, 1)}


@deed
def a_return_sent(s: Stage) -> Told:
    uid = due(s)
    return lambda: sent(s, uid), {"ret-in-time": (1, 0)}


@deed
def a_return_excused(s: Stage) -> Told:
    uid = due(s)
    return lambda: s.do("monthly_return", uid, "excuse", "emergency", why="放假"), {"ret-in-time": (0, -1)}


@deed
def a_bare_sum_accepted(s: Stage) -> Told:
    uid = sent(s, due(s))
    return lambda: s.do("monthly_return", uid, "accept", "emergency"), {"ret-traced": (0, 1)}


@deed
def a_return_with_rows_accepted(s: Stage) -> Told:
    unit = Premises.objects.get(uid=s.unit())
    uid = sent(s, due(s), lines=[{"day": "2021-05-06", "unit": unit.name, "checks": 2, "found": 0, "rectified": 0}])
    return lambda: s.do("monthly_return", uid, "accept", "emergency"), {"ret-traced": (1, 1)}


def contradicted(s: Stage) -> UUID:
    uid = uuid4()
    s.do("contradiction", uid, "name", "system", subject_kind="monthly_return", subject_uid=str(uuid4()), subject="月报",
         area_id=s.place.areas["D"].id, organisation_id=s.place.houses["gas_department"].id, sort="rate", item="rate",
         sentence="整改率写作98%，可它是50%", said="98", found="50")
    return uid


@deed
def a_contradiction_named(s: Stage) -> Told:
    return lambda: contradicted(s), {"ret-contradictions": (1,)}


@deed
def a_contradiction_explained(s: Stage) -> Told:
    uid = contradicted(s)
    return lambda: s.do("contradiction", uid, "explain", "gas", answer="口径不同"), {"ret-contradictions": (-1,)}


# Forces and goods


def team(s: Stage, tier: str, echelon: str, people: int, area: str = "S1") -> UUID:
    return s.open("rescue_team", name=f"抢险{s.rng.randrange(10**9)}队", tier=tier, skill="flood", level="2", people=people,
                  echelon=echelon, owner=s.place.houses["street1_office"].uid, ready_minutes=30, area=s.area(area))


@deed
def a_team_of_an_echelon(s: Stage) -> Told:
    tier, echelon, people = s.rng.choice(("unit", "social")), s.rng.choice(("first", "second", "third")), s.rng.randint(5, 60)
    return lambda: team(s, tier, echelon, people), {"fld-tiers": (1,), "fld-echelons": (1,), "fld-team-members": (people,)}


@deed
def a_team_more_of_the_same_echelon(s: Stage) -> Told:
    people = s.rng.randint(5, 60)
    team(s, "social", "first", 9)
    return lambda: team(s, "social", "first", people), {"fld-team-members": (people,)}


@deed
def an_assault_team_retired(s: Stage) -> Told:
    people = s.rng.randint(5, 60)
    uid = team(s, "unit", "assault", people)
    return lambda: s.do("rescue_team", uid, "retire", "system", reason="解散"), {
        "fld-tiers": (-1,), "fld-assault": (-1,), "fld-team-members": (-people,)}


@deed
def a_piece_of_equipment(s: Stage) -> Told:
    pieces = s.rng.randint(1, 40)
    return lambda: s.open("equipment", code="E0001", name="移动泵车", sort="pump", pieces=pieces, area=s.area("S1")), {
        "fld-equipment": (pieces,)}


@deed
def equipment_retired(s: Stage) -> Told:
    pieces = s.rng.randint(1, 40)
    uid = s.open("equipment", code="E0001", name="移动泵车", sort="pump", pieces=pieces, area=s.area("S1"))
    return lambda: s.do("equipment", uid, "retire", "system", reason="报废"), {"fld-equipment": (-pieces,)}


def on_the_way(s: Stage, amount: int, measure: str) -> UUID:
    """A transfer of goods from the district's store to the street's, not yet received."""
    good = s.open("good", code="3999901", name="黄砂", sort="3", measure=measure)
    here, there = (s.open("stock", move="open", good=good, basis="own", store=s.open(
        "store", name=f"{level}库", level=level, owner=s.place.houses["street1_office"].uid, address="库", area=s.area(area)))
        for level, area in (("street", "S1"), ("district", "D")))
    s.do("stock", there, "take_in", "system", amount=str(amount), number="A")
    uid = uuid4()
    s.do("transfer", uid, "ask", "system", to_stock=str(here), from_stock=str(there), amount=str(amount), purpose="筑子堤")
    s.do("transfer", uid, "approve", "system", amount=str(amount))
    s.do("transfer", uid, "send", "system")
    return uid


@deed
def sand_received(s: Stage) -> Told:
    amount = s.rng.randint(10, 90)
    uid, lost = on_the_way(s, amount, "m3"), s.rng.randint(0, 3)
    return lambda: s.do("transfer", uid, "receive", "system", amount=str(amount - lost), reason="途中撒漏"), {
        "fld-materials": (amount - lost,)}


@deed
def bags_received(s: Stage) -> Told:
    uid = on_the_way(s, 50, "bag")
    return lambda: s.do("transfer", uid, "receive", "system", amount="50"), {}


def station(s: Stage, finish_by: str) -> UUID:
    uid = uuid4()
    s.do("service_station", uid, "plan", "emergency", name="东一社区应急服务站", area=str(s.area("C11")), model_site="on",
         finish_by=finish_by)
    return uid


@deed
def a_station_planned(s: Stage) -> Told:
    day = s.rng.randint(10, 30)
    return lambda: station(s, f"2021-09-{day}"), {"stn-communities": (1,), "stn-finish": (20210900 + day,)}


@deed
def a_model_station_begun(s: Stage) -> Told:
    uid = station(s, "2021-09-30")
    return lambda: s.do("service_station", uid, "start", "emergency"), {"stn-demo": (1,)}


@deed
def a_station_given_up(s: Stage) -> Told:
    uid = station(s, "2021-11-30")
    s.do("service_station", uid, "start", "emergency")
    return lambda: s.do("service_station", uid, "drop", "emergency", remarks="合并建设"), {
        "stn-communities": (-1,), "stn-demo": (-1,), "stn-finish": (-20211130,)}


@deed
def a_meeting_on_site(s: Stage) -> Told:
    return lambda: s.open("station_meeting", name="现场会", sort="site", held_on="2021-04-29", place="百瑞景", area=s.area("D")), {
        "stn-meeting": (20210429,)}


@deed
def a_kick_off_taken_back(s: Stage) -> Told:
    uid = s.open("station_meeting", name="启动会", sort="kickoff", held_on="2021-05-11", place="百瑞景", area=s.area("D"))
    return lambda: s.do("station_meeting", uid, "retire", "system", reason="重复登记"), {"stn-kickoff": (-20210511,)}


# Incidents


def incident(s: Stage, who: str = "emergency", **more: str) -> UUID:
    uid = uuid4()
    s.do("incident", uid, "open", who, title="东街居民楼起火", **more)
    return uid


@deed
def an_incident(s: Stage) -> Told:
    return lambda: incident(s), {"inc-handled": (1,)}


@deed
def an_incident_that_was_none(s: Stage) -> Told:
    uid = incident(s)
    return lambda: s.do("incident", uid, "dismiss", "emergency", NOON + HOUR, reason="是演习用的烟雾弹"), {"inc-handled": (-1,)}


@deed
def a_level_that_shares_teams_goods_and_now_reports(s: Stage) -> Told:
    s.do("transfer", on_the_way(s, 9, "m3"), "receive", "system", amount="9")
    s.do("rescue_team", team(s, "grassroots", "", 9), "call", "system", task="封堵", place="闸口")
    called = Callout.objects.latest("id").uid
    for move, given in (("sign", {}), ("depart", {"people": 5}), ("arrive", {})):
        s.do("callout", called, move, "system", **given)
    held = Incident.objects.get(uid=incident(s, "street", area=str(s.area("G111"))))
    relay = Relay.objects.get(incident=held, rung="street")
    return lambda: s.do("relay", relay.uid, "phone", "street", whom="值班员"), {"stn-levels": (1,)}
