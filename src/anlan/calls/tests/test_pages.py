"""The pages made by hand: calling from a matter, a caller on the phone, the board, the public status."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from anlan.calls import pins, public
from anlan.calls.models import Attendance, Call, CallRead, StatusPin
from anlan.calls.scores import points_of
from anlan.calls.scores import said as share_said
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Secret
from anlan.matters.informants import opened
from anlan.matters.models import Matter
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.toolkit.intake.rates import Buckets
from anlan.toolkit.notices.models import Notice

pytestmark = pytest.mark.django_db
ALL = Decimal(1)


@pytest.fixture
def place(district_stands, db, settings, tmp_path, monkeypatch):
    settings.ANLAN_HOME = tmp_path
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    monkeypatch.setattr(public, "BUCKETS", Buckets())
    return small_district()


@pytest.fixture
def sign_in(place):
    def do(who):
        client = Client()
        assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
        return client

    return do


@pytest.fixture
def matter(place):
    uid = uuid4()
    advance(Ref("matter", uid), "open", actor=place.actor("warden"), at=NOON,
            given={"what": "楼道里有燃气味", "area": str(place.areas["G111"].uid)})
    return Matter.objects.get(uid=uid)


def said(answer):
    return answer.content.decode()


def test_a_street_whistles_a_department_and_an_assistant_from_the_matter(place, sign_in, matter):
    street = sign_in("street")
    assert f"/desk/calls/ring/?matter={matter.uid}" in said(street.get(f"/desk/matters/{matter.uid}/"))
    assert "楼道里有燃气味" in said(street.get(f"/desk/calls/ring/?matter={matter.uid}"))
    answer = street.post("/desk/calls/ring/", {
        "matter": str(matter.uid), "goal": "请到场查漏", "priority": "P2", "reason": "power", "tried": "已疏散",
        "department": str(place.houses["gas_department"].uid), "assistants": [str(place.houses["emergency_bureau"].uid)],
        "wanted": "检测员两名", "meet_at": "2021-06-01T14:00", "meet_place": "小区南门"})
    call = Call.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/calls/{call.uid}/")
    assert (call.to_party, call.wanted, call.meet_place) == (place.houses["gas_department"].id, "检测员两名", "小区南门")
    assert [a.party for a in Attendance.objects.all()] == [place.houses["emergency_bureau"].id]


def test_a_refused_call_keeps_what_was_typed_and_says_why(sign_in, matter):
    answer = sign_in("community").post("/desk/calls/ring/", {
        "matter": str(matter.uid), "goal": "请到场查漏", "priority": "P3", "reason": "power"})
    assert (answer.status_code, Call.objects.count()) == (422, 0)
    assert "请写明本级已经采取了什么措施" in said(answer) and "请到场查漏" in said(answer)


def test_the_callee_signs_at_one_tap_and_the_ladder_shows_it(place, sign_in, matter):
    uid = uuid4()
    advance(Ref("call", uid), "ring", actor=place.actor("community"), at=NOON, given={
        "matter": str(matter.uid), "goal": "请查漏", "priority": "P1", "reason": "urgent"})
    street = sign_in("street")
    page = said(street.get(f"/desk/calls/{uid}/"))
    assert 'class="ringing" role="alert"' in page and "东街街道办事处" in page
    assert re.search(rf'<form method="post" action="/desk/calls/{uid}/sign"', page)
    assert street.post(f"/desk/calls/{uid}/sign").status_code == 302
    assert street.post(f"/desk/calls/{uid}/arrive").status_code == 302
    assert Call.objects.get().state == "arrived"
    assert 'class="ringing"' not in said(street.get(f"/desk/calls/{uid}/"))


def test_opening_a_call_leaves_a_receipt_of_the_callee_and_of_nobody_else(place, sign_in, matter):
    uid = uuid4()
    advance(Ref("call", uid), "ring", actor=place.actor("community"), at=NOON, given={
        "matter": str(matter.uid), "goal": "请查漏", "priority": "P1", "reason": "urgent"})
    for who in ("community", "emergency", "street", "street"):
        assert sign_in(who).get(f"/desk/calls/{uid}/").status_code == 200
    assert list(CallRead.objects.values_list("person_id", flat=True)) == [place.people["street"].id]
    assert "赵强" in said(sign_in("community").get(f"/desk/calls/{uid}/"))


CALLER = {"reporter_phone": "13800001111", "reporter_name": "李某", "what": "三楼有很大的燃气味", "priority": "P1"}


def file(client, place, **more):
    return client.post("/desk/calls/phone/", {**CALLER, "area": str(place.areas["G111"].uid), **more})


def told(answer):
    """Number and PIN as the page tells them."""
    return re.findall(r"<dd>([^<]+)</dd>", said(answer).partition('class="told"')[2])[:2]


def test_an_officer_files_for_a_caller_who_gets_number_and_pin(place, sign_in):
    answer = file(sign_in("community"), place)
    code, pin = told(answer)
    matter, call = Matter.objects.get(), Call.objects.get()
    assert (matter.code, matter.opener, matter.channel, len(pin)) == (code, "resident", "phone", 6)
    assert (call.from_level, call.to_level, call.to_party) == ("resident", "grid", place.posts["warden"].id)
    assert pin not in StatusPin.objects.get().pin and answer["Cache-Control"] == "no-store"
    assert sorted(Secret.objects.filter(entry__kind="matter").values_list("field", flat=True)) == ["reporter_name", "reporter_phone"]


def test_what_sounds_the_same_nearby_is_suggested_before_sending_and_merged_with_every_reporter_kept(place, sign_in):
    client = sign_in("community")
    first = told(file(client, place))
    answer = file(client, place, what="三楼燃气味很大", reporter_name="王某")
    call = Call.objects.get()
    assert f'action="/desk/calls/phone/{call.uid}/merge/"' in said(answer)
    second = told(client.post(f"/desk/calls/phone/{call.uid}/merge/", {
        "what": "三楼燃气味很大", "reporter_name": "王某", "reporter_phone": "13900002222"}))
    call.refresh_from_db()
    assert (Matter.objects.count(), call.reports, first[0], first[1] == second[1]) == (1, 1, second[0], False)
    assert sorted(map(opened, Secret.objects.filter(field="reporter_name").values_list("value", flat=True))) == ["李某", "王某"]
    for _code, pin in (first, second):
        assert pins.open_with(first[0], pin, real=NOON, day_at=NOON).matter == call.matter


def test_what_is_not_the_same_is_filed_all_the_same(place, sign_in):
    client = sign_in("community")
    file(client, place)
    file(client, place, what="三楼燃气味很大", anyway="1")
    file(client, place, what="井盖松动")
    assert Matter.objects.count() == 3


def test_the_public_page_tells_rung_by_rung_in_plain_words(place, sign_in):
    code, pin = told(file(sign_in("community"), place))
    advance(Ref("call", Call.objects.get().uid), "sign", actor=place.actor("warden"), at=NOON)
    page = said(Client().post("/public/calls/", {"code": code.lower().replace("-", " "), "pin": pin}))
    assert "已接办，正在赶来或联系" in page and "网格员" in page
    assert "王敏" not in page and "13800001111" not in page


def test_a_wrong_pin_tells_nothing_and_five_lock_the_number(place, sign_in):
    code, pin = told(file(sign_in("community"), place))
    wrong = "000000" if pin != "000000" else "111111"
    for _n in range(4):
        assert "编号或查询码不对" in said(Client().post("/public/calls/", {"code": code, "pin": wrong}))
    for given in (wrong, pin):
        assert "输错次数太多" in said(Client().post("/public/calls/", {"code": code, "pin": given}))
    elsewhere = Client(REMOTE_ADDR="10.0.0.7").post("/public/calls/", {"code": code, "pin": pin})
    assert (elsewhere.status_code, "输错次数太多" in said(elsewhere)) == (200, False), "others are not kept out"


def test_one_address_asks_at_most_ten_times_a_minute(place):
    answers = [Client().post("/public/calls/", {"code": "S2222-22222", "pin": "1"}).status_code for _n in range(12)]
    assert answers[:10] == [422] * 10 and 429 in answers


def test_the_board_shows_what_is_open_by_rung_and_whose(place, sign_in, matter):
    advance(Ref("call", uuid4()), "ring", actor=place.actor("community"), at=NOON, given={
        "matter": str(matter.uid), "goal": "请查漏", "priority": "P1", "reason": "urgent"})
    for who, shown in (("street", {"", "to"}), ("community", {"", "from"}), ("warden", {""}), ("street2", set())):
        client = sign_in(who)
        assert {s for s in ("", "to", "from") if "请查漏" in said(client.get(f"/desk/calls/board/?show={s}"))} == shown, who


def test_a_unit_has_no_calls(sign_in):
    client = sign_in("unit")
    assert [client.get(f"/desk/calls/{p}/").status_code for p in ("board", "ring", "phone", "scores")] == [403] * 4


def test_the_street_score_is_thirty_points_and_a_dash_where_nothing_was_called(place):
    assert [points_of(s, [10, 10, 10]) for s in ([ALL, ALL, ALL], [ALL, None, None], [None] * 3)] == [30, 30, None]
    assert (str(points_of([Decimal(0), ALL, None], [10, 10, 10])), share_said(None)) == ("15.00", "—")


def test_the_reporter_rates_or_asks_once_more_with_number_and_pin(place, sign_in):
    code, pin = told(file(sign_in("community"), place))
    call, warden = Call.objects.get(), place.actor("warden")

    def ask(**more):
        return said(Client().post("/public/calls/", {"code": code, "pin": pin, **more}))

    def finish(*steps):
        for move in (*steps, "finish"):
            given = {"result": "solved", "finding": "已通风", "photos": ["a" * 64]} if move == "finish" else {}
            advance(Ref("call", call.uid), move, actor=warden, at=NOON, given=given)

    assert "请您评价" not in ask()
    finish("sign", "arrive")
    assert "请您评价" in ask()
    assert "必填" in ask(move="rework_by_reporter")
    assert "已请承办方再次办理" in ask(move="rework_by_reporter", reason_text="仍有气味")
    finish()
    page = ask()
    assert "请您评价" in page and "可以要求再办理一次" not in page
    assert "已经再办过一次" in ask(move="rework_by_reporter", reason_text="再来一次")
    assert "谢谢您的评价" in ask(move="rate_by_reporter", response_stars="4", result_stars="5", solved="yes")
    call.refresh_from_db()
    assert (call.state, call.reworks, call.solved, call.matter.state) == ("closed", 1, True, "closed")


def test_whoever_reported_hears_of_each_change_but_not_of_what_she_did_herself(place, matter):
    uid = uuid4()
    for move, who, more in (("ring", "warden", {"matter": str(matter.uid), "goal": "请查漏", "priority": "P4", "reason": "power",
                                              "tried": "已敲门"}), ("sign", "community", {}), ("reply", "community", {"progress": "在查"}),
                            ("finish", "community", {"result": "solved", "finding": "已查"})):
        advance(Ref("call", uid), move, actor=place.actor(who), at=NOON, given=more)
    seal_all()
    follow_all()
    heard = Notice.objects.filter(person_id=place.people["warden"].id).order_by("id")
    assert [n.text.partition("：")[2] for n in heard] == ["社区签收", "社区办结"]
