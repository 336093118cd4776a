from datetime import date

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all, shred, verify
from anlan.kernel.models import Attached, Entry, Secret
from anlan.kernel.refusals import Refused
from anlan.people.actions import (
    appoint,
    create_organisation,
    create_post,
    entrust,
    grant_licence,
    register_person,
)
from anlan.people.answerers import Answerers, answerers_of
from anlan.people.defaults import load_organisations
from anlan.people.models import Entrustment, Organisation, Person, Post
from anlan.people.testing import NOON

JUNE = date(2021, 6, 1)


def test_who_keeps_the_accounts_grants_no_roles_and_who_grants_roles_keeps_no_accounts(place):
    keeper, guard = place.actor("sysadmin"), place.actor("secadmin")
    house = place.houses["street1_office"].uid
    with pytest.raises(Refused, match="先建立岗位，角色由安全管理员授予"):
        create_post("值班员", house, ["street"], JUNE, actor=keeper, at=NOON)
    with pytest.raises(Refused, match="机构和岗位只能由系统管理员维护"):
        create_post("值班员", house, [], JUNE, actor=guard, at=NOON)
    post = create_post("值班员", house, [], JUNE, actor=keeper, at=NOON)
    with pytest.raises(Refused, match="岗位的角色只能由安全管理员授予"):
        advance(Ref("post", post), "set_roles", actor=keeper, at=NOON, given={"roles": ["street"]})
    advance(Ref("post", post), "set_roles", actor=guard, at=NOON, given={"roles": ["street"]})
    assert Post.objects.get(uid=post).roles == ["street"]
    with pytest.raises(Refused, match="账号只能由系统管理员维护"):
        register_person("某人", actor=guard, at=NOON)


def test_nobody_holds_two_of_the_three_administrations(place):
    keeper, guard = place.actor("sysadmin"), place.actor("secadmin")
    with pytest.raises(Refused, match="系统、安全、审计三员须分立：韩磊将兼任其中两员"):
        appoint(place.people["sysadmin"].uid, place.posts["auditor"].uid, JUNE, actor=keeper, at=NOON)
    post = create_post("备用", place.houses["government"].uid, [], JUNE, actor=keeper, at=NOON)
    with pytest.raises(Refused, match="一个岗位只能担任其中一员"):
        advance(Ref("post", post), "set_roles", actor=guard, at=NOON, given={"roles": ["secadmin", "auditor"]})
    appoint(place.people["sysadmin"].uid, post, JUNE, actor=keeper, at=NOON)
    with pytest.raises(Refused, match="韩磊将兼任其中两员"):
        advance(Ref("post", post), "set_roles", actor=guard, at=NOON, given={"roles": ["auditor"]})
    advance(Ref("post", post), "set_roles", actor=guard, at=NOON, given={"roles": ["sysadmin"]})
    assert Post.objects.get(uid=post).roles == ["sysadmin"]


def test_after_the_first_of_the_three_has_ended_the_second_may_begin(place):
    keeper = place.actor("sysadmin")
    held = place.people["secadmin"].appointments.get()
    advance(Ref("appointment", held.uid), "end", actor=keeper, at=NOON, given={"until": "2021-06-30"})
    with pytest.raises(Refused, match="三员须分立"):
        appoint(place.people["secadmin"].uid, place.posts["auditor"].uid, date(2021, 6, 30), actor=keeper, at=NOON)
    assert appoint(place.people["secadmin"].uid, place.posts["auditor"].uid, date(2021, 7, 1), actor=keeper, at=NOON)


@pytest.mark.parametrize(("given", "sentence"), [
    ({"sort": "department", "lead": "gas_department"}, "只有专业委员会有牵头部门"),
    ({"sort": "committee", "lead": "street1_office"}, "牵头的须是区级部门"),
    ({"sort": "unit_owner", "parent": "gas_department"}, "单位业主不属于任何机构"),
])
def test_an_organisation_has_the_parents_its_kind_allows(place, given, sentence):
    more = {k: place.houses[v].uid for k, v in given.items() if k != "sort"}
    with pytest.raises(Refused, match=sentence):
        create_organisation("new", "新机构", given["sort"], place.areas["D"].uid, JUNE, actor=place.actor("sysadmin"),
                            at=NOON, **more)
    assert create_organisation("new", "新专委会", "committee", place.areas["D"].uid, JUNE, actor=place.actor("sysadmin"),
                               at=NOON, lead=place.houses["gas_department"].uid)


def test_a_post_answers_for_ground_of_its_own_house_only(place):
    keeper = place.actor("sysadmin")
    with pytest.raises(Refused, match="责任区域不在“东街街道办事处”的范围内"):
        create_post("网格员", place.houses["street1_office"].uid, [], JUNE, area=place.areas["G211"].uid,
                    actor=keeper, at=NOON)
    with pytest.raises(Refused, match="单位人员不负责任何区域"):
        create_post("员工", place.houses["restaurant"].uid, [], JUNE, area=place.areas["G111"].uid, actor=keeper, at=NOON)
    assert create_post("网格员", place.houses["street1_office"].uid, [], JUNE, area=place.areas["G111"].uid,
                       actor=keeper, at=NOON)


def test_a_units_people_carry_the_units_role_and_nobody_else_does(place):
    guard = place.actor("secadmin")
    for who, roles in (("unit", ["street"]), ("street", ["unit"]), ("unit", ["unit", "street"])):
        with pytest.raises(Refused, match="单位业主的岗位只能是单位人员"):
            advance(Ref("post", place.posts[who].uid), "set_roles", actor=guard, at=NOON, given={"roles": roles})


@pytest.mark.parametrize(("given", "sentence"), [
    ({"login_name": "warden"}, "登录名已被使用"),
    ({"login_name": "Warden"}, "登录名以小写字母开头"),
    ({"phone": "123456"}, "“123456”不是电话号码"),
    ({"name": ""}, "姓名"), ({"name": "新人😀"}, "是表情符号"),
])
def test_a_faulty_registration_is_refused_with_a_sentence(place, given, sentence):
    with pytest.raises(Refused, match=sentence):
        register_person(**{"name": "新人", "actor": place.actor("sysadmin"), "at": NOON, **given})


def test_numbers_are_kept_in_their_plain_form(place):
    keeper = place.actor("sysadmin")
    for raw, kept in (("+86 138-0013-8000", "13800138000"), ("027-88936000", "027-8893-6000"), ("119", "119")):
        uid = register_person("新人", phone=raw, actor=keeper, at=NOON)
        assert Person.objects.get(uid=uid).phone == kept


def test_a_phone_number_is_not_in_the_journal_and_can_be_shredded(place):
    uid = register_person("新人", phone="13912345678", actor=place.actor("sysadmin"), at=NOON)
    person = Person.objects.get(uid=uid)
    entry = Entry.objects.get(kind="person", subject_id=person.id)
    assert "13912345678" not in str(entry.data)
    assert Secret.objects.filter(entry=entry).exists()
    shred("person", person.id)
    seal_all()
    assert verify().breaks == []


def test_one_may_change_ones_own_phone_but_not_anothers(place):
    mine = Ref("person", place.people["warden"].uid)
    new = {"name": "王敏", "phone": "13900000001"}
    with pytest.raises(Refused, match="只能由本人或系统管理员办理"):
        advance(mine, "edit", actor=place.actor("street"), at=NOON, given=new)
    advance(mine, "edit", actor=place.actor("warden"), at=NOON, given=new)
    assert Person.objects.get(uid=mine.uid).phone == "13900000001"


def test_a_licence_number_is_recorded_once(place):
    guard = place.actor("secadmin")
    told = ("enforcement", "鄂A0099", "省政府", JUNE, date(2025, 1, 1))
    with pytest.raises(Refused, match="资格证只能由安全管理员登记"):
        grant_licence(place.people["reviewer"].uid, *told, actor=place.actor("sysadmin"), at=NOON)
    grant_licence(place.people["reviewer"].uid, *told, actor=guard, at=NOON)
    with pytest.raises(Refused, match="同种证件的这个编号已经登记"):
        grant_licence(place.people["street"].uid, *told, actor=guard, at=NOON)


def test_a_term_does_not_end_before_it_begins(place):
    with pytest.raises(Refused, match="截止日期不能早于开始日期"):
        appoint(place.people["warden"].uid, place.posts["warden2"].uid, JUNE, date(2021, 5, 31),
                actor=place.actor("sysadmin"), at=NOON)


def test_an_entrustment_is_in_writing_between_a_department_and_a_street(place):
    told = {"number": "委2号", "scope": "燃气安全检查", "scan": "b" * 64, "since": JUNE, "until": date(2021, 12, 31)}
    department, street = place.houses["gas_department"].uid, place.houses["street2_office"].uid
    with pytest.raises(Refused, match="委托书只能由委托机关登记"):
        entrust(department, street, **told, actor=place.actor("emergency"), at=NOON)
    with pytest.raises(Refused, match="受委托的须是街道办事处"):
        entrust(department, place.houses["community11"].uid, **told, actor=place.actor("gas"), at=NOON)
    with pytest.raises(Refused, match="请上传委托书扫描件"):
        entrust(department, street, **{**told, "scan": ""}, actor=place.actor("gas"), at=NOON)
    uid = entrust(department, street, **told, actor=place.actor("gas"), at=NOON)
    row = Entrustment.objects.get(uid=uid)
    assert Attached.objects.filter(kind="entrustment", case_id=row.id, sha256="b" * 64, role="scan").count() == 1


def test_who_answers_for_ground_follows_areas_and_days(place):
    grid, own = place.areas["G111"].id, place.parties
    assert answerers_of([(grid, JUNE), (None, JUNE), (place.areas["S2"].id, JUNE)]) == [
        Answerers(own["community11"], own["street1_office"], None), Answerers(), Answerers(None, own["street2_office"])]
    assert answerers_of([(grid, date(2018, 1, 1))], [place.houses["gas_department"].uid]) == [
        Answerers(None, None, own["gas_department"])]
    assert answerers_of([(grid, JUNE)], [place.houses["street2_office"].uid])[0].department_id is None


def test_who_answers_for_many_places_costs_one_statement(place, django_assert_num_queries):
    grounds = [(a.id, JUNE) for a in place.areas.values()]
    with django_assert_num_queries(1):
        answerers_of(grounds)


def test_the_seventeen_committees_stand_with_their_lead_departments(place):
    keeper = place.actor("sysadmin")
    load_organisations(place.areas["D"].uid, JUNE, actor=keeper, at=NOON)
    again = load_organisations(place.areas["D"].uid, JUNE, actor=keeper, at=NOON)
    committees = Organisation.objects.filter(code__startswith="committee-")
    assert (committees.count(), committees.filter(lead__sort="department").count()) == (17, 17)
    assert Organisation.objects.get(uid=again["committee-05"]).lead.name == "区城管局"
