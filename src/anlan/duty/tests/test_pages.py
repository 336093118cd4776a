"""The duty room's pages: who is on now, the month, the book, the log that becomes a matter, handing over, the roll."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from anlan.duty.models import Handover, LoggedCall, MorningSheet, RollCall, Roster, Swap
from anlan.duty.testing import desk_roster, draw_up, holding, more_staff, publish
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import set_clock
from anlan.kernel.refusals import Refused
from anlan.matters.models import Matter
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.toolkit.registers import REGISTERS

from .test_desk import at_place, log

JUNE = date(2021, 6, 1)


@pytest.fixture
def place(district_stands, db):
    return small_district()


@pytest.fixture
def manned(place):
    place.roster = publish(place, draw_up(place, "street", JUNE), "street")
    return place


@pytest.fixture
def enter(client, place):
    def sign_in(who):
        assert client.post("/sign-in/", {"login_name": place.login(who), "password": PASSWORD}).status_code == 302
        return client
    return sign_in


def page(client, path, status=200, **asked):
    answer = client.get(path, asked)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_desk_shows_the_leader_first_and_says_when_nobody_is_on_duty(manned, enter):
    shown = page(enter("street"), "/desk/duty/")
    names = [manned.people[at_place(manned, "2021-06-01", seat)].name for seat in ("leader", "main", "assistant")]
    places = [shown.index(f"<b>{name}</b>") for name in names]
    assert places == sorted(places)
    assert "今天没有公布的值班表" in page(enter("gas"), "/desk/duty/")


def test_a_month_is_drawn_up_mended_and_published_on_its_pages(place, enter):
    more_staff(place)
    client = enter("street")
    pools = {"leaders": ("street", "reviewer"), "mains": ("officer1", "officer2"), "assistants": ("clerk1", "clerk2")}
    sent = {name: [str(place.posts[k].uid) for k in who] for name, who in pools.items()}
    answer = client.post("/desk/duty/draw-up/", {"month": "2021-07-01", **sent})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/duty/month/?month=2021-07")
    assert "草稿，还没有公布" in page(client, "/desk/duty/month/", month="2021-07", day="2021-07-05")
    assert client.post("/desk/duty/month/?month=2021-07", {"publish": "1"}).status_code == 302
    assert Roster.objects.get().state == "published"
    answer = client.post("/desk/duty/month/?month=2021-07", {"day": "2021-07-05", "leader": str(place.posts["officer1"].uid)})
    assert answer.status_code == 422
    assert "7月5日没有主班。" in answer.content.decode()


def test_too_few_leaders_are_refused_in_words_and_the_ticks_stay(place, enter):
    more_staff(place)
    sent = {"month": "2021-07-01", "leaders": [str(place.posts["street"].uid)], "mains": [str(place.posts["officer1"].uid)]}
    answer = enter("street").post("/desk/duty/draw-up/", sent)
    assert answer.status_code == 422
    assert "带班领导只有1人，一个人不能连值两夜，至少要有2人轮换。" in answer.content.decode()
    assert f'value="{place.posts["street"].uid}" id="id_leaders_' in answer.content.decode().replace("  ", " ")


def test_a_swap_is_asked_from_ones_own_day(manned, enter):
    leader = manned.roster.shifts["2021-06-11"]["leader"]
    who = next(k for k in ("street", "reviewer") if manned.posts[k].id == leader)
    other = "reviewer" if who == "street" else "street"
    answer = enter(who).post("/desk/duty/swap/", {"roster": str(manned.roster.uid), "day": "2021-06-11", "why": "家中有事",
                                                  "taker": str(manned.posts[other].uid)})
    assert answer.status_code == 422
    assert "连着值班，中间至少隔1夜" in answer.content.decode()
    assert not Swap.objects.exists()


def test_the_book_finds_a_house_and_one_touch_writes_the_log(manned, enter):
    client = enter("community")
    assert "东街街道办事处" in page(client, "/desk/duty/phones/", q="东街")
    assert "没有找到这个机构" in page(client, "/desk/duty/phones/", q="月球")
    assert client.post("/desk/duty/dial/", {"number": "027-88880001", "unit": "东街街道办事处"}).status_code == 204
    call = LoggedCall.objects.get()
    assert (call.way, call.number, call.unit, call.organisation_id) == ("out", "027-88880001", "东街街道办事处",
                                                                          manned.houses["community11"].id)
    assert enter("unit").get("/desk/duty/phones/").status_code == 403


def test_a_logged_call_becomes_a_matter_without_being_typed_again(manned, enter):
    call = log(manned, when=NOON)
    client = enter("street")
    form = page(client, f"/desk/duty/log/{call.uid}/matter/")
    assert all(told in form for told in ("13912345678", "李婆婆", "楼道里有烟味"))
    answer = client.post(f"/desk/duty/log/{call.uid}/matter/", {
        "what": "楼道里有烟味", "reporter_name": "李婆婆", "reporter_phone": "13912345678", "priority": "P3",
        "area": str(manned.areas["G111"].uid)})
    assert answer.status_code == 200, answer.content.decode()[:1500]
    assert (LoggedCall.objects.get().state, LoggedCall.objects.get().matter_uid) == ("filed", Matter.objects.get().uid)
    assert page(client, f"/desk/duty/log/{call.uid}/matter/", 404)


def test_who_stands_the_shift_hands_over_and_nobody_else(manned, enter):
    log(manned, when=NOON)
    set_clock(NOON + timedelta(hours=1), running=False)  # until half past twelve it is still the shift before that hands over
    client = enter(at_place(manned, "2021-06-01", "main"))
    assert "楼道里有烟味" in page(client, "/desk/duty/hand-over/")
    answer = client.post("/desk/duty/hand-over/", {"equipment": "正常", "keyring": "齐全"})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    assert "楼道里有烟味" in page(client, answer.headers["Location"])
    assert Handover.objects.get().matters_count == 1
    assert "这一班的交班记录已经签过" in page(client, "/desk/duty/hand-over/")


def test_the_roll_is_drawn_among_those_on_duty(manned, enter):
    client = enter("emergency")
    assert "现在有 1 个机构在值班" in page(client, "/desk/duty/roll-call/")
    assert client.post("/desk/duty/roll-call/").status_code == 302
    assert [(r.name, r.drawn_from) for r in RollCall.objects.all()] == [("东街街道办事处", 1)]
    assert "等待应答" in page(client, "/desk/duty/roll-call/")
    assert client.get("/desk/duty/roll-call/").status_code == 200
    assert enter("street").get("/desk/duty/roll-call/").status_code == 403


# Whoever takes turns on duty without any role


@pytest.fixture
def bureau(place):
    """(clerk on shift today, clerk who is not) of the emergency bureau."""
    roster = desk_roster(place, "emergency_bureau", date(2021, 6, 1))
    return tuple(holding(place, roster, day, "main") for day in ("2021-06-01", "2021-06-02"))


def test_a_clerk_without_a_role_logs_and_tells_the_weather_while_on_shift_and_not_afterwards(place, bureau):
    on, off = bureau
    given = {"way": "in", "what": "楼道里有烟味"}
    with pytest.raises(Refused, match="通话由值班人员登记在本机构名下"):
        advance(Ref("logged_call", uuid4()), "log", actor=off, at=NOON, given=given)
    advance(Ref("logged_call", uuid4()), "log", actor=on, at=NOON, given=given)
    assert LoggedCall.objects.get().organisation == place.houses["emergency_bureau"]
    adds = REGISTERS["phone-log"].adds
    assert (adds(on, NOON), adds(off, NOON)) == (("登记通话", "/desk/duty/log/"), None)
    sheet = MorningSheet.objects.get(organisation=place.houses["emergency_bureau"])
    with pytest.raises(Refused, match="天气由本机构的值班人员填写"):
        advance(Ref("morning_sheet", sheet.uid), "tell_weather", actor=place.actor("sysadmin"), at=NOON, given={"weather": "小雨"})
    advance(Ref("morning_sheet", sheet.uid), "tell_weather", actor=on, at=NOON, given={"weather": "小雨"})
    sheet.refresh_from_db()
    assert sheet.weather == "小雨"
