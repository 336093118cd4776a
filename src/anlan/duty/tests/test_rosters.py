"""A month's roster is drawn up, mended, published and swapped; each refusal says why."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from anlan.duty.models import Roster, Swap
from anlan.duty.selectors import duty_phone, on_shift, on_shift_of
from anlan.duty.testing import draw_up, publish, staff_of
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import zone
from anlan.kernel.models import Clock
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one

JUNE, JULY = date(2021, 6, 1), date(2021, 7, 1)


@pytest.fixture
def place(district_stands, db):
    return small_district()


def refused(*args, **more):
    with pytest.raises(Refused) as told:
        advance(*args, **more)
    return list(told.value.refusal.sentences)


def at(day, clock="12:00"):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone())


def shift(roster, day):
    names = {p: k for k, p in staff_of("street1_office").items()}
    return {place: names[roster.shifts[day][place]] for place in ("leader", "main", "assistant")}


def set_shift(place, roster, day, who="street", **seats):
    given = {"day": day, **{k: place.posts[v].uid for k, v in seats.items()}}
    return Ref("roster", roster.uid), "set_shift", {"actor": place.actor(who), "at": NOON, "given": given}


def test_a_street_draws_up_its_month_and_everybody_sees_who_is_on(place):
    roster = publish(place, draw_up(place, "street", JULY), "street")
    found = on_shift(place.houses["street1_office"], at("2021-07-02", "23:00"))
    assert [(w.place, w.name) for w in found] == [(p, place.people[k].name) for p, k in shift(roster, "2021-07-02").items()]
    assert [w.place for w in found] == ["leader", "main", "assistant"]
    assert (found[0].since, found[0].until) == (at("2021-07-02", "08:30"), at("2021-07-03", "08:30"))


def test_until_half_past_eight_it_is_still_yesterdays_shift(place):
    roster = publish(place, draw_up(place, "street", JULY), "street")
    street = place.houses["street1_office"]
    early, late = (on_shift(street, at("2021-07-03", clock))[0].post_id for clock in ("08:29", "08:30"))
    assert (early, late) == (roster.shifts["2021-07-02"]["leader"], roster.shifts["2021-07-03"]["leader"])
    assert early != late


def test_without_a_published_roster_nobody_is_on_duty(place):
    draw_up(place, "street", JULY)
    assert on_shift(place.houses["street1_office"], at("2021-07-02")) == []
    assert on_shift_of(place.parties.values(), at("2021-07-02")) == {}


def test_a_month_has_one_roster(place):
    draw_up(place, "street", JULY)
    with pytest.raises(Refused) as told:
        draw_up(place, "street", JULY)
    assert list(told.value.refusal.sentences) == ["这个月的值班表已经有了，请在原表上修改"]


def test_one_leader_is_too_few_to_take_turns(place):
    with pytest.raises(Refused) as told:
        draw_up(place, "street", JULY, leaders=("street",))
    assert list(told.value.refusal.sentences) == ["带班领导只有1人，一个人不能连值两夜，至少要有2人轮换。"]


def test_a_foreign_post_takes_no_turns(place):
    with pytest.raises(Refused) as told:
        draw_up(place, "street", JULY, leaders=("street", "street2"))
    assert list(told.value.refusal.sentences) == ["带班领导中有的岗位不属于本机构，或没有人在任。"]


def test_a_roster_with_a_shift_without_its_people_is_not_published(place):
    roster = draw_up(place, "street", JULY, mains=("officer1", "officer2"), assistants=("officer1", "officer2"))
    why = refused(Ref("roster", roster.uid), "publish", actor=place.actor("street"), at=NOON)
    assert why[:2] == ["7月2日没有主班。", "7月2日没有副班。"]
    assert why[-1] == "……共30处。"


def test_no_shift_is_left_without_a_leader_or_held_two_nights_in_a_row(place):
    roster = publish(place, draw_up(place, "street", JULY), "street")
    was = shift(roster, "2021-07-05")
    other = "reviewer" if was["leader"] == "street" else "street"
    ref, move, more = set_shift(place, roster, date(2021, 7, 5), leader=other)
    assert refused(ref, move, **more)[:2] == ["7月5日没有主班。", "7月5日没有副班。"]
    ref, move, more = set_shift(place, roster, date(2021, 7, 5), leader=other, main=was["main"], assistant=was["assistant"])
    name = place.people[other].name
    assert refused(ref, move, **more) == [f"{name}在7月4日和7月5日连着值班，中间至少隔1夜。",
                                          f"{name}在7月5日和7月6日连着值班，中间至少隔1夜。"]


def test_a_shift_that_has_begun_is_not_changed(place):
    roster = publish(place, draw_up(place, "street", JUNE), "street")
    ref, move, more = set_shift(place, roster, date(2021, 6, 1), leader="street")
    assert "这一班已经开始，不能再改" in refused(ref, move, **more)


def test_another_house_neither_draws_up_nor_changes(place):
    roster = publish(place, draw_up(place, "street", JULY), "street")
    ref, move, more = set_shift(place, roster, date(2021, 7, 5), who="street2", leader="street2")
    assert refused(ref, move, **more) == ["值班表由本机构的工作人员编排"]


# Swaps


def ask(place, roster, day, taker, back=None, at=NOON):
    giver = shift(roster, day)["leader"]
    uid = uuid4()
    advance(Ref("swap", uid), "ask", actor=place.actor(giver), at=at, given={
        "roster": roster.uid, "day": day, "taker": place.posts[taker].uid, "back_day": back, "why": "家中有事"})
    return Swap.objects.get(uid=uid), giver


@pytest.fixture
def july(place):
    """Four leaders: with fewer no two can swap without a night in a row."""
    return publish(place, draw_up(place, "street", JULY, leaders=("street", "reviewer", "chief2", "chief3"),
                                  mains=("officer1", "officer2"), assistants=("clerk1", "clerk2")), "street")


def test_a_swap_is_asked_agreed_and_approved_by_a_third(place, july):
    first, second = (shift(july, f"2021-07-{n}")["leader"] for n in ("10", "12"))
    swap, giver = ask(place, july, "2021-07-10", second, "2021-07-12")
    advance(Ref("swap", swap.uid), "agree", actor=place.actor(second), at=NOON)
    assert refused(Ref("swap", swap.uid), "approve", actor=place.actor(giver), at=NOON) == [
        "须由本机构安排值班的人批准，申请人和接班人不能自己批准"]
    third = next(k for k in ("officer1", "officer2", "street", "reviewer") if k not in (first, second))
    advance(Ref("swap", swap.uid), "approve", actor=place.actor(third), at=NOON)
    roster = Roster.objects.get(id=july.id)
    assert (shift(roster, "2021-07-10")["leader"], shift(roster, "2021-07-12")["leader"]) == (second, first)


def test_a_swap_that_leaves_no_leader_is_refused(place, july):
    with pytest.raises(Refused) as told:
        ask(place, july, "2021-07-10", "officer1")
    assert told.value.refusal.sentences[0] == "吴刚不在带班领导名单里，换班后7月10日没有带班领导。"


def test_a_swap_that_breaks_the_rest_is_refused(place, july):
    beside = shift(july, "2021-07-11")["leader"]
    with pytest.raises(Refused) as told:
        ask(place, july, "2021-07-10", beside)
    name = place.people[beside].name
    assert told.value.refusal.sentences[0] == f"{name}在7月10日和7月11日连着值班，中间至少隔1夜。"


def test_a_swap_not_approved_before_the_shift_lapses(place, july):
    second = shift(july, "2021-07-12")["leader"]
    swap, _giver = ask(place, july, "2021-07-10", second, "2021-07-12")
    assert Clock.objects.get(kind="swap", case_id=swap.id).due_at == at("2021-07-10", "08:30")
    tick(at=at("2021-07-10", "08:31"))
    assert Swap.objects.get(id=swap.id).state == "lapsed"
    assert refused(Ref("swap", swap.uid), "agree", actor=place.actor(second), at=at("2021-07-10", "09:00")) == [
        "当前状态为“已过时”，不能“同意接班”"]


def test_nobody_swaps_a_shift_that_is_not_his(place, july):
    stranger = next(k for k in ("street", "reviewer") if k != shift(july, "2021-07-10")["leader"])
    assert refused(Ref("swap", uuid4()), "ask", actor=place.actor(stranger), at=NOON, given={
        "roster": july.uid, "day": "2021-07-10", "taker": place.posts["officer1"].uid, "why": "家中有事"}) == [
        "值班人员只能换自己的班，请选自己值班的日子"]


# Numbers


def test_a_body_is_reached_by_day_and_by_night_under_its_own_numbers(place):
    street = place.houses["street1_office"]
    assert duty_phone(street, NOON) == ""
    open_one("duty_number", "create", {"organisation": street.uid, "area": place.areas["S1"].uid, "day_phone": "027-88880001",
                                       "night_phone": "027-88880002"}, actor=SYSTEM, at=NOON)
    monday, night = at("2021-06-28", "10:00"), at("2021-06-28", "22:00")
    assert (duty_phone(street, monday), duty_phone(street, night)) == ("027-88880001", "027-88880002")
    assert duty_phone(street, monday + timedelta(days=6)) == "027-88880002"
