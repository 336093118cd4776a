"""Equipment is serviced by its day; a community's station is accepted when all seven parts pass; experts stand aside."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all
from anlan.kernel.marks import Count, total
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.resources.models import Equipment, Expert, RescueStation, ServiceStation
from anlan.resources.selectors import experts_for
from anlan.resources.station_models import Part
from anlan.toolkit.registers import REGISTERS

from .of_the_district import OfTheDistrict

DAY = timedelta(days=1)


@pytest.fixture
def place(district_stands, db):
    return small_district()


def equipment(place, n=1, actor=SYSTEM, **more):
    return Equipment.objects.get(uid=open_one("equipment", "create", {
        "code": f"E{n:04}", "name": f"移动泵车{n}", "sort": ("pump", "boat")[n % 2], "pieces": 2 + n,
        "area": place.areas["S1"].uid, **more}, actor=actor, at=NOON))


def rescue_station(place, n=1, actor=SYSTEM, **more):
    return RescueStation.objects.get(uid=open_one("rescue_station", "create", {
        "name": f"东街{n}号救援站", "address": f"东街{n}号", "people": 8 + n, "duty_phone": "027-88880000",
        "area": place.areas["S1"].uid, **more}, actor=actor, at=NOON))


def expert(place, n=1, actor=SYSTEM, **more):
    return Expert.objects.get(uid=open_one("expert", "create", {
        "name": f"专家{n}", "number": f"聘{n:03}", "fields": [("gas", "fire")[n % 2]], "employer": f"设计院{n}", "since": "2021-01-01",
        "until": f"2022-12-{n % 28 + 1:02}", "area": place.areas["D"].uid, **more}, actor=actor, at=NOON))


class TestEquipment(OfTheDistrict):
    slug, one = "equipment", staticmethod(equipment)


class TestExperts(OfTheDistrict):
    slug, one = "experts", staticmethod(expert)


class TestRescueStations(OfTheDistrict):
    slug, one = "rescue-stations", staticmethod(rescue_station)


class TestServiceStations(OfTheDistrict):
    slug = "service-stations"

    def one(self, place, n, **more):
        return station(place, **{"name": f"{n}号应急服务站", "area": ("C11", "C21")[n % 2], "model_site": "on" if n % 2 else "",
                                 "finish_by": f"2021-11-{n % 28 + 1:02}", **more})


def do(place, row, kind, move, /, who="storekeeper", at=NOON, **given):
    actor = SYSTEM if who == "system" else place.actor(who, at=at)
    advance(Ref(kind, row.uid), move, actor=actor, at=at, given=given)
    row.refresh_from_db()
    return row


def refused(place, row, kind, move, who, **given):
    with pytest.raises(Refused) as told:
        do(place, row, kind, move, who, **given)
    return told.value.refusal.sentences


def test_what_is_not_serviced_by_its_day_stands_overdue_until_it_is(place):
    pump = equipment(place, service_due_on="2021-06-03")
    tick(at=NOON + 2 * DAY)
    pump.refresh_from_db()
    assert pump.overdue is False
    tick(at=NOON + 3 * DAY)
    pump.refresh_from_db()
    assert pump.overdue is True
    at = NOON + 4 * DAY
    do(place, pump, "equipment", "service", at=at, next_on="2021-12-01")
    assert (pump.overdue, str(pump.serviced_on), str(pump.service_due_on)) == (False, "2021-06-05", "2021-12-01")
    assert refused(place, pump, "equipment", "service", "storekeeper", next_on="2021-05-01") == ("下次保养日期须在今天以后",)


def test_what_is_entered_past_its_day_is_overdue_at_the_next_tick(place):
    old = equipment(place, service_due_on="2021-05-01")
    tick(at=NOON + timedelta(minutes=1))
    old.refresh_from_db()
    assert old.overdue is True


def test_a_fault_is_told_once_and_mended(place):
    pump = do(place, equipment(place), "equipment", "report_fault", note="漏油")
    assert pump.faulty and refused(place, pump, "equipment", "report_fault", "storekeeper", note="漏油") == ("装备已有故障登记",)
    assert do(place, pump, "equipment", "mend").faulty is False


def test_pieces_are_summed_as_the_register_says(place):
    def pieces():
        seal_all()
        return total(Count("equipment", ("pieces",), at=NOON, summed=True))

    pump = equipment(place)
    equipment(place, 2)
    assert pieces() == 3 + 4
    edit = REGISTERS["equipment"].initial(pump)
    do(place, pump, "equipment", "edit", **{**edit, "pieces": 10})
    assert pieces() == 10 + 4
    do(place, pump, "equipment", "retire", reason="报废")
    assert pieces() == 4
    do(place, pump, "equipment", "restore")
    assert pieces() == 14


def station(place, who="emergency", area="C11", **more):
    uid = uuid4()
    ground = place.areas[area].uid if area in place.areas else area
    advance(Ref("service_station", uid), "plan", actor=place.actor(who), at=NOON, given={
        "name": "东一社区应急服务站", "area": str(ground), "model_site": "on", "finish_by": "2021-06-30", **more})
    return ServiceStation.objects.get(uid=uid)


def test_a_station_is_accepted_when_all_seven_parts_pass(place):
    held = do(place, station(place), "service_station", "start", "community")
    six = [p for p in Part.values if p != "refuge"]
    assert refused(place, held, "service_station", "accept", "emergency", parts=six) == ("还有1个部分没有通过：应急避险区",)
    do(place, held, "service_station", "send_back", "emergency", parts=six, remarks="补设避险区标识")
    assert (held.state, REGISTERS["service-stations"].column("score").value(held)) == ("building", "6 / 7")
    do(place, held, "service_station", "man", "community", standing_force=6, volunteers=30, functions=["hazards", "response"])
    do(place, held, "service_station", "accept", "director", at=NOON + DAY, parts=Part.values)
    assert (held.state, len(held.parts), str(held.accepted_on), held.functions) == ("accepted", 7, "2021-06-02", ["hazards", "response"])


def test_the_roll_out_is_counted_and_what_is_late_is_marked(place):
    def standing(*cells, **more):
        seal_all()
        return total(Count("service_station", cells, at=NOON + 40 * DAY, **more))

    held = station(place)
    plain = station(place, name="东二社区应急服务站", area="C12", model_site="")
    do(place, held, "service_station", "start", "community")
    assert (standing("building", facets=("model",)), standing("planned", "building", "accepted")) == (1, 2)
    tick(at=NOON + 30 * DAY)
    plain.refresh_from_db()
    assert plain.late is True
    do(place, plain, "service_station", "drop", "emergency", at=NOON + 31 * DAY, remarks="并入东一社区")
    assert standing("planned", "building", "accepted") == 1


def test_who_plans_and_who_accepts_a_station(place):
    with pytest.raises(Refused, match="建设计划由街道或应急管理部门制定"):
        station(place, "community")
    with pytest.raises(Refused, match="站要建在自己负责的一个社区里"):
        station(place, "street2")
    with pytest.raises(Refused, match="站要建在自己负责的一个社区里"):
        station(place, area="S1")
    held = station(place)
    with pytest.raises(Refused, match="这个站名已被使用"):
        station(place)
    do(place, held, "service_station", "start", "community")
    assert refused(place, held, "service_station", "accept", "street", parts=Part.values) == ("由应急管理部门验收",)


def test_an_expert_with_a_tie_stands_aside(place):
    free, tied = expert(place, 2), expert(place, 4, interests="老陈饭店、小林茶馆")
    expert(place, 6, until="2021-05-31")
    expert(place, 8, employer="老陈饭店")
    expert(place, 3)
    actor = place.actor("emergency")
    assert experts_for("gas", "老陈饭店", actor, NOON) == [free]
    assert experts_for("gas", "东湖酒店", actor, NOON)[:2] == [free, tied]


def test_a_street_keeps_its_rescue_station(place):
    held = rescue_station(place, actor=place.actor("street"))
    assert held in REGISTERS["rescue-stations"].rows(place.actor("gas"), NOON)
    with pytest.raises(Refused, match="只能由负责所在区域的单位办理"):
        do(place, held, "rescue_station", "retire", "street2", reason="撤并")


def test_full_time_firefighters_are_of_the_stations_people(place):
    assert rescue_station(place, 2, people=10, firefighters=6).firefighters == 6
    with pytest.raises(Refused, match="专职消防员不能多于站里的人数"):
        rescue_station(place, 3, people=10, firefighters=11)
