"""Each figure of forces and goods changes by a move as it was predicted, and no other figure does."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import flow_of
from anlan.kernel.journal import seal_all
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.resources.models import StationMeeting
from anlan.toolkit.indicators import INDICATORS, figures, period_of
from anlan.toolkit.registers import BY_KIND
from anlan.toolkit.registers.contract import rows_fold_to_the_figure
from anlan.toolkit.spreads import by_area

from .of_the_district import OfTheDistrict
from .shop import good, store
from .test_stations import equipment, station
from .test_teams import team

LATER = NOON + timedelta(hours=8)
OWN = tuple(i.id for i in INDICATORS.values() if i.ask.__module__ == "anlan.resources.indicators")
D = Decimal


@pytest.fixture
def place(district_stands, db):
    return small_district()


def meeting(place, n=1, actor=SYSTEM, **more):
    return StationMeeting.objects.get(uid=open_one("station_meeting", "create", {
        "name": f"第{n}次会议", "sort": ("kickoff", "progress")[n % 2], "held_on": f"2021-05-{n % 28 + 1:02}", "place": "百瑞景",
        "area": place.areas["D"].uid, **more}, actor=actor, at=NOON))


class TestStationMeetings(OfTheDistrict):
    slug, one = "station-meetings", staticmethod(meeting)


def sums():
    seal_all()
    return {id: told.value for id, told in figures(OWN, actor=SYSTEM, at=LATER).items()}


@pytest.fixture
def step(place):
    """step(deed) → what changed of all figures by it; the rows behind each still fold to it."""
    held = sums()

    def done(deed):
        nonlocal held
        result, before, held = deed(), held, sums()
        for id in OWN:
            rows_fold_to_the_figure(id, actor=SYSTEM, at=LATER)
        return result, {id: value for id, value in held.items() if value != before[id]}

    return done


def move(row, name, /, **given):
    advance(Ref(flow_of(row).kind, row.uid), name, actor=SYSTEM, at=NOON, given=given)
    row.refresh_from_db()


def edit(row, **given):
    move(row, "edit", **{**BY_KIND[flow_of(row).kind].initial(row), **given})


def test_teams_are_counted_by_tier_echelon_and_people(place, step):
    first, told = step(lambda: team(place, 1, tier="social", echelon="second", people=40))
    assert told == {"fld-tiers": 1, "fld-team-members": 40, "fld-echelons": 1}
    other, told = step(lambda: team(place, 2, tier="unit", echelon="assault", people=25))
    assert told == {"fld-tiers": 2, "fld-team-members": 65, "fld-assault": 1}
    assert step(lambda: team(place, 3, tier="unit", echelon="", people=9))[1] == {}
    assert step(lambda: edit(first, people=30))[1] == {"fld-team-members": 55}
    assert step(lambda: edit(first, echelon="assault"))[1] == {"fld-echelons": 0, "fld-assault": 2}
    assert step(lambda: move(other, "retire", reason="解散"))[1] == {"fld-team-members": 30, "fld-assault": 1}
    assert step(lambda: move(first, "retire", reason="解散"))[1] == {"fld-tiers": 1, "fld-team-members": 0, "fld-assault": 0}
    assert step(lambda: move(first, "restore"))[1] == {"fld-tiers": 2, "fld-team-members": 30, "fld-assault": 1}


def test_equipment_is_counted_by_pieces(place, step):
    pump, told = step(lambda: equipment(place, pieces=5))
    assert told == {"fld-equipment": 5}
    assert step(lambda: edit(pump, pieces=3))[1] == {"fld-equipment": 3}
    assert step(lambda: move(pump, "report_fault", note="漏油"))[1] == {}
    assert step(lambda: move(pump, "retire", reason="报废"))[1] == {"fld-equipment": 0}


def lend(place, n, measure, amount, received):
    """A transfer of its own goods from the district's store to the street's."""
    kind = good(place, n, measure=measure)
    there = [open_one("stock", "open", {"store": store(place, n * 10 + k, level=level).uid, "good": kind.uid, "basis": "own"},
                      actor=SYSTEM, at=NOON) for k, level in enumerate(("street", "district"))]
    advance(Ref("stock", there[1]), "take_in", actor=SYSTEM, at=NOON, given={"amount": str(amount), "number": "A"})
    ref = Ref("transfer", uuid4())
    for name, given in (("ask", {"to_stock": str(there[0]), "from_stock": str(there[1]), "amount": str(amount), "purpose": "筑子堤"}),
                        ("approve", {"amount": str(amount)}), ("send", {}), ("receive", {"amount": str(received), "reason": "途中撒漏"})):
        yield lambda name=name, given=given: advance(ref, name, actor=SYSTEM, at=NOON, given=given)


def test_materials_are_counted_when_they_are_received_and_by_the_cubic_metre(place, step):
    assert [step(deed)[1] for deed in lend(place, 1, "m3", 30, D("28.5"))] == [{}, {}, {}, {"fld-materials": D("28.5")}]
    assert [step(deed)[1] for deed in lend(place, 2, "bag", 900, 900)] == [{}] * 4
    assert [step(deed)[1] for deed in lend(place, 3, "m3", 10, 10)][3] == {"fld-materials": D("38.5")}


def test_stations_are_counted_by_community_by_what_is_built_and_by_the_last_day(place, step):
    first, told = step(lambda: station(place, "emergency", "C11", name="一号站", finish_by="2021-09-30"))
    assert told == {"stn-communities": 1, "stn-finish": D(20210930)}
    assert step(lambda: move(first, "start"))[1] == {"stn-demo": 1}
    assert step(lambda: station(place, "emergency", "C11", name="二号站", finish_by="2021-08-31"))[1] == {}
    last, told = step(lambda: station(place, "emergency", "C21", name="三号站", finish_by="2021-11-30", model_site=""))
    assert told == {"stn-communities": 2, "stn-finish": D(20211130)}
    assert step(lambda: move(last, "start"))[1] == {}
    assert step(lambda: move(last, "drop", remarks="合并建设"))[1] == {"stn-communities": 1, "stn-finish": D(20210930)}


def test_meetings_tell_their_day(place, step):
    first, told = step(lambda: meeting(place, sort="site", held_on="2021-04-30"))
    assert told == {"stn-meeting": D(20210430)}
    assert step(lambda: meeting(place, 2, sort="site", held_on="2021-05-20"))[1] == {}
    assert step(lambda: meeting(place, 3, sort="progress", held_on="2021-04-01"))[1] == {}
    assert step(lambda: edit(first, held_on="2021-04-29"))[1] == {"stn-meeting": D(20210429)}
    assert step(lambda: edit(first, place="市民之家"))[1] == {}
    assert step(lambda: edit(first, sort="kickoff"))[1] == {"stn-meeting": D(20210520), "stn-kickoff": D(20210429)}
    assert step(lambda: move(first, "retire", reason="重复"))[1] == {"stn-kickoff": 0}
    assert step(lambda: move(first, "restore"))[1] == {"stn-kickoff": D(20210429)}


def test_a_ground_without_a_meeting_has_no_day(place):
    meeting(place, sort="site", held_on="2021-04-29", area=place.areas["S1"].uid)
    sums()
    told = by_area(INDICATORS["stn-meeting"], period_of(at=LATER), place.areas["D"])
    assert [(a.code, value) for a, value in told] == [(place.areas["S1"].code, D(20210429)), (place.areas["S2"].code, None)]


def test_a_day_is_said_as_a_day(place):
    assert str(figures(("stn-meeting",), actor=SYSTEM, at=LATER)["stn-meeting"]) == "—"
    meeting(place, sort="site", held_on="2021-04-29")
    sums()
    assert str(figures(("stn-meeting",), actor=SYSTEM, at=LATER)["stn-meeting"]) == "2021-04-29"
