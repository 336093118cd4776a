from datetime import date, datetime, timedelta

import pytest

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import zone
from anlan.kernel.models import Area, Revision
from anlan.kernel.refusals import Refused
from anlan.people.actions import appoint, create_post, delegate, grant_licence, register_person
from anlan.people.models import Appointment, Entrustment, Licence
from anlan.people.rules import enforcement_faults
from anlan.people.scope import areas_seen_by, in_scope
from anlan.people.standing import actor_for
from anlan.people.testing import NOON
from anlan.places.actions import move_area

JUNE = date(2021, 6, 1)
TOMORROW = NOON + timedelta(days=1)


def day(text, hour=12):
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), zone()).replace(hour=hour)


def end(place, who, until):
    held = Appointment.objects.get(person=place.people[who])
    advance(Ref("appointment", held.uid), "end", actor=place.actor("sysadmin"), at=NOON, given={"until": until})


def test_a_person_acts_in_a_post_with_its_roles_ground_and_parties(place):
    actor = place.actor("officer1")
    assert actor == Actor(
        name="吴刚", person_id=place.people["officer1"].id, post_id=place.parties["officer1"], title="街道执法员",
        organisation_id=place.parties["street1_office"], roles=frozenset({"street", "officer"}),
        permits=actor.permits, licences=frozenset({"enforcement"}),
        parties=(place.parties["officer1"], place.parties["street1_office"]), area_id=place.areas["S1"].id,
        extra=(("organisation_sort", "street_office"), ("organisation", "东街街道办事处"),
               ("entrusted_by", (place.parties["emergency_bureau"],)), ("for_another", False), ("leads", ()),
                   ("areas", Revision.objects.get(name="areas").n)))


def test_a_post_that_ended_yesterday_refuses_with_a_sentence(place):
    end(place, "street", "2021-05-31")
    assert place.actor("street", NOON - timedelta(days=1)).title == "街道安全办主任"
    with pytest.raises(Refused, match="您在“街道安全办主任”的任职已于2021-05-31结束，不能再以这个岗位办理"):
        place.actor("street")


def test_the_last_day_of_a_term_still_counts_to_midnight_in_the_district(place):
    end(place, "street", "2021-06-01")
    assert place.actor("street", day("2021-06-01", 23)).post_id == place.parties["street"]
    with pytest.raises(Refused, match="已于2021-06-01结束"):
        place.actor("street", day("2021-06-02", 0))


def test_a_post_out_of_use_and_one_not_yet_begun_refuse(place):
    advance(Ref("post", place.posts["gas"].uid), "retire", actor=place.actor("sysadmin"), at=NOON,
            given={"valid_to": "2021-07-01"})
    assert place.actor("gas", day("2021-06-30")).title == "燃气管理科科长"
    with pytest.raises(Refused, match="岗位“燃气管理科科长”在2021-07-01不在用"):
        place.actor("gas", day("2021-07-01"))
    with pytest.raises(Refused, match="任职自2019-01-01才开始"):
        place.actor("warden", day("2018-12-31"))


def test_nobody_acts_in_a_post_of_another(place):
    with pytest.raises(Refused, match="您不在这个岗位上"):
        actor_for(place.people["warden"], place.parties["street"], NOON)


def test_who_holds_several_posts_acts_in_one_at_a_time(place):
    keeper = place.actor("sysadmin")
    second = create_post("街道值班员", place.houses["street1_office"].uid, [], JUNE, area=place.areas["S1"].uid,
                         actor=keeper, at=NOON)
    advance(Ref("post", second), "set_roles", actor=place.actor("secadmin"), at=NOON, given={"roles": ["street"]})
    appoint(place.people["warden"].uid, second, JUNE, actor=keeper, at=NOON)
    first = actor_for(place.people["warden"], None, NOON)
    assert (first.title, first.roles) == ("网格员", frozenset({"warden"}))
    other = next(a.post_id for a in Appointment.objects.filter(person=place.people["warden"], post__uid=second))
    assert actor_for(place.people["warden"], other, NOON).roles == frozenset({"street"})


def test_an_expired_licence_is_no_licence(place):
    Licence.objects.filter(person=place.people["officer1"]).update(until=date(2021, 6, 1))
    assert enforcement_faults(place.actor("officer1")) == []
    assert enforcement_faults(place.actor("officer1", TOMORROW)) == ["您没有在有效期内的行政执法证"]


def test_only_a_licensed_officer_of_a_department_or_an_entrusted_street_may_order(place):
    keeper, guard = place.actor("sysadmin"), place.actor("secadmin")
    assert "orders.issue" in place.actor("officer1").permits
    for who in ("warden", "street", "emergency", "director"):
        assert enforcement_faults(place.actor(who)) == ["只有执法人员可以办理"]
        assert "orders.issue" not in place.actor(who).permits
    for house, area, faults in (("street2_office", "S2", ["本机构不是执法部门，也没有在有效期内的书面委托"]),
                                ("emergency_bureau", "D", [])):
        post = create_post("执法员", place.houses[house].uid, [], JUNE, area=place.areas[area].uid, actor=keeper, at=NOON)
        advance(Ref("post", post), "set_roles", actor=guard, at=NOON, given={"roles": ["officer"]})
        person = register_person(f"新执法员{area}", actor=keeper, at=NOON)
        appoint(person, post, JUNE, actor=keeper, at=NOON)
        grant_licence(person, "enforcement", f"新{area}", "省政府", JUNE, date(2024, 1, 1), actor=guard, at=NOON)
        held = Appointment.objects.get(post__uid=post)
        assert enforcement_faults(actor_for(held.person, held.post_id, NOON)) == faults


def test_an_entrustment_ends_with_its_term(place):
    assert enforcement_faults(place.actor("officer1", day("2021-12-31"))) == []
    assert enforcement_faults(place.actor("officer1", day("2022-01-01"))) == [
        "本机构不是执法部门，也没有在有效期内的书面委托"]
    row = Entrustment.objects.get()
    advance(Ref("entrustment", row.uid), "end", actor=place.actor("emergency"), at=NOON, given={"until": "2021-05-31"})
    assert place.actor("officer1").detail("entrusted_by") == ()


def test_while_absent_a_post_is_used_by_another(place):
    delegate(place.posts["street"].uid, JUNE, date(2021, 6, 10), "出差", to_post=place.posts["reviewer"].uid,
             actor=place.actor("street"), at=NOON)
    own = place.actor("reviewer")
    assert own.parties == (place.parties["reviewer"], place.parties["street1_office"], place.parties["street"])
    assert own.roles == frozenset({"street", "reviewer"})
    acting = actor_for(place.people["reviewer"], place.parties["street"], NOON)
    assert (acting.name, acting.title, acting.post_id) == ("冯洁", "街道安全办主任（代）", place.parties["street"])
    assert acting.detail("for_another") is True
    with pytest.raises(Refused, match="您不在这个岗位上"):
        actor_for(place.people["reviewer"], place.parties["street"], day("2021-06-11"))


def test_only_the_post_itself_or_its_house_may_delegate(place):
    asked = {"since": JUNE, "until": date(2021, 6, 10), "reason": "出差"}
    for who in ("street2", "warden", "community"):
        with pytest.raises(Refused, match="只能由岗位本人，或同一机构有权安排代理的人办理"):
            delegate(place.posts["street"].uid, *asked.values(), to_post=place.posts["officer1"].uid,
                     actor=place.actor(who), at=NOON)
    with pytest.raises(Refused, match="岗位不能代理自己"):
        delegate(place.posts["street"].uid, *asked.values(), to_post=place.posts["street"].uid,
                 actor=place.actor("street"), at=NOON)
    with pytest.raises(Refused, match="请在代理岗位和代理人之间选一个"):
        delegate(place.posts["street"].uid, *asked.values(), actor=place.actor("street"), at=NOON)
    assert delegate(place.posts["street"].uid, *asked.values(), to_person=place.people["officer2"].uid,
                    actor=place.actor("street"), at=NOON)


def test_resolving_an_actor_takes_one_statement(place, django_assert_num_queries):
    with django_assert_num_queries(1):
        actor_for(place.people["officer1"], place.parties["officer1"], NOON)


# Scope


def codes(place, who, on=JUNE):
    return set(Area.objects.filter(id__in=areas_seen_by(place.actor(who), on)).values_list("code", flat=True))


@pytest.mark.parametrize(("who", "seen"), [
    ("warden", {"G111"}),
    ("community", {"C11", "G111", "G112"}),
    ("street", {"S1", "C11", "C12", "G111", "G112", "G121", "G122"}),
    ("unit", set()), ("sysadmin", set()), ("secadmin", set()), ("auditor", set()),
])
def test_a_post_sees_its_ground_and_what_lies_in_it(place, who, seen):
    assert codes(place, who) == seen


@pytest.mark.parametrize("who", ["emergency", "gas", "director", "leader"])
def test_a_department_sees_the_whole_district(place, who):
    assert codes(place, who) == set(place.areas)


def test_scope_follows_the_tree_of_the_day(place):
    move_area(place.areas["C12"].uid, place.areas["S2"].uid, date(2021, 7, 1), actor=place.actor("sysadmin"), at=NOON)
    assert "C12" in codes(place, "street") and "C12" not in codes(place, "street2")
    assert "C12" not in codes(place, "street", date(2021, 7, 1)) and "G121" in codes(place, "street2", date(2021, 7, 1))


def test_refusing_is_the_default(place):
    rows = Area.objects.all()
    assert in_scope(rows, Actor(name="无名"), NOON, "id").count() == 0
    assert in_scope(rows, place.actor("warden"), NOON, "id").count() == 1
