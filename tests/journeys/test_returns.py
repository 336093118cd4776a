"""Departments' monthly returns: asked for, sent with rows or as a bare sum, judged, corrected; what contradicts them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import head_of_chain, seal_all, verify
from anlan.kernel.models import Clock, Entry, Parameter, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import touch
from anlan.kernel.tick import tick
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one
from anlan.returns.facts import return_uid
from anlan.returns.items import COLUMNS
from anlan.returns.models import Contradiction, MonthlyReturn
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.indicators import figure
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.sheets import read_sheet, write_xlsx

from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
DAY, MAY = timedelta(days=1), date(2021, 5, 1)


@pytest.fixture
def asked(place, walk):
    """The gas department owes May's return; it is the first of June."""
    uid = return_uid(place.houses["gas_department"].uid, MAY)
    walk("monthly_return", uid, "ask", "emergency", NOON, organisation=str(place.houses["gas_department"].uid), month="2021-05-31")
    return MonthlyReturn.objects.get(uid=uid)


@pytest.fixture
def send(walk, asked):
    def do(move="submit", at=NOON, who="gas", **numbers):
        walk("monthly_return", asked.uid, move, who, at, **{"checks": 3, "found": 0, "rectified": 0, **numbers})
        settle()
        asked.refresh_from_db()
        return asked

    return do


@pytest.fixture
def sheet(place):
    """sheet(row, …) → the hash of a workbook with these rows; a row names its columns."""
    def made(*rows, headers=None):
        names = headers or list(COLUMNS)
        data = write_xlsx([str(COLUMNS[n]) for n in names], [[row.get(n, "") for n in names] for row in rows])
        return keep(data, "明细.xlsx", actor=place.actor("gas"), at=NOON).sha256

    return made


def settle():
    seal_all()
    follow_all()
    seal_all()


def number(id, place, at=NOON, head=None):
    return figure(id, actor=place.actor("director", at), at=at, since=date(2021, 1, 1), head=head).value


def contradictions():
    return list(Contradiction.objects.order_by("id").values_list("sort", "item", "state", "sentence"))


# The duty


def test_a_return_is_owed_until_the_fifth_working_day_after_the_month_and_then_shows_late(asked, place):
    clock = Clock.objects.get(kind="monthly_return", name="send")
    assert (asked.month, clock.due_at.isoformat()) == (MAY, "2021-06-07T16:00:00+00:00")
    assert list(Stake.objects.filter(kind="monthly_return").values_list("party_id", "role")) == [
        (place.houses["gas_department"].id, "send")]
    tick(at=NOON + 7 * DAY)
    settle()
    asked.refresh_from_db()
    told = set(Notice.objects.filter(text__contains="到期没有报送").values_list("party_id", flat=True))
    assert (asked.state, asked.late, told) == ("due", True, {place.houses["gas_department"].id, place.houses["emergency_bureau"].id})


def test_the_working_day_is_a_dated_parameter(place, walk):
    Parameter.objects.filter(key="return.due").update(value=[2, "working_day"])
    touch("parameters")
    walk("monthly_return", uuid4(), "ask", "emergency", NOON, organisation=str(place.houses["gas_department"].uid), month="2021-05-01")
    assert Clock.objects.get(name="send").due_at.isoformat() == "2021-06-02T16:00:00+00:00"


def test_the_next_month_is_asked_for_by_itself_also_after_a_stop_and_no_longer_once_it_is_stopped(asked, walk):
    tick(at=NOON + 95 * DAY)
    assert sorted(MonthlyReturn.objects.values_list("month", flat=True)) == [MAY, date(2021, 6, 1), date(2021, 7, 1), date(2021, 8, 1)]
    last = MonthlyReturn.objects.latest("month")
    assert last.asked_by == asked.asked_by
    walk("monthly_return", last.uid, "stop", "emergency", NOON + 96 * DAY, why="并入其他部门")
    tick(at=NOON + 300 * DAY)
    assert MonthlyReturn.objects.count() == 4


@pytest.mark.parametrize(("given", "why"), [
    ({"month": "2021-06-01"}, "月份还没有结束"), ({"month": "2018-01-01"}, "最近24个月"), ({"month": "2021-05-09"}, "已经要求过了"),
    ({"organisation": "street1_office", "month": "2021-04-01"}, "没有找到这个部门")])
def test_only_a_department_is_asked_once_for_a_month_that_is_over(asked, place, walk, given, why):
    house = place.houses[given.pop("organisation", "gas_department")]
    with pytest.raises(Refused, match=why):
        walk("monthly_return", uuid4(), "ask", "emergency", NOON, organisation=str(house.uid), **given)
    with pytest.raises(Refused, match="须由应急管理部门办理"):
        walk("monthly_return", uuid4(), "ask", "gas", NOON, organisation=str(place.houses["government"].uid), month="2021-05-01")


# Sending


def test_a_bare_sum_has_a_receipt_and_never_counts_as_traced(send, walk, place):
    held = send(penalties=1, fines="2000.50")
    assert (held.state, held.detail, len(held.digest), held.sender) == ("sent", "none", 64, "褚亮")
    assert held.numbers == {"checks": "3", "found": "0", "rectified": "0", "penalties": "1", "fines": "2000.50"}
    assert list(Stake.objects.filter(kind="monthly_return").values_list("party_id", "role")) == [
        (place.houses["emergency_bureau"].id, "judge")]
    walk("monthly_return", held.uid, "accept", "emergency", NOON)
    settle()
    assert [number(i, place) for i in ("ret-in-time", "ret-traced")] == [100, 0]
    assert not Stake.objects.filter(kind="monthly_return").exists()
    page = client("emergency").get(f"/desk/monthly-returns/{held.uid}/").content.decode()
    assert "无明细：这些数没有逐行写明单位，不算可追溯。" in page and held.code in page


def test_rows_that_name_units_make_it_traced_and_lead_to_them(send, walk, sheet, restaurant, place):
    held = send(file=[sheet({"day": "2021-05-03", "unit": "百瑞景小馆", "checks": 2}, {"day": "2021/5/20", "unit": "小馆", "checks": 1})])
    assert held.detail == "units"
    assert [(r["line"], r["day"], r["unit"], r["street"], r["checks"]) for r in held.rows] == [
        (2, "2021-05-03", str(restaurant.uid), place.areas["S1"].code, "2"),
        (3, "2021-05-20", str(restaurant.uid), place.areas["S1"].code, "1")]
    walk("monthly_return", held.uid, "accept", "emergency", NOON)
    settle()
    assert number("ret-traced", place) == 100
    assert f"/desk/premises/{restaurant.uid}/" in client("emergency").get(f"/desk/monthly-returns/{held.uid}/").content.decode()


def test_every_fault_of_a_sheet_is_named_by_line_and_column_and_nothing_is_sent(send, asked, sheet, restaurant, place):
    bad = sheet({"day": "2021-06-03", "unit": "小馆", "checks": 1}, {"day": "昨天", "unit": "没有这家", "checks": "一"},
                {"day": "2021-05-04", "unit": "小馆", "street": place.areas["S2"].name, "checks": -1},
                {"day": "2021-05-04", "street": "天街", "checks": 1}, {"day": "2021-05-04", "checks": "1.5"})
    with pytest.raises(Refused) as refused:
        send(file=[bad])
    assert refused.value.refusal.sentences == (
        "第 2 行 A 列“日期”不在 2021-05 之内", "第 3 行 A 列“日期”要写成 2021-06-24", "第 3 行 B 列“单位名称”单位档案里没有这家单位",
        "第 3 行 E 列“检查单位”要写一个不小于零的整数", "第 4 行 D 列“街道”这家单位在东街街道",
        "第 4 行 E 列“检查单位”要写一个不小于零的整数",
        "第 5 行 D 列“街道”没有这个街道", "第 6 行 D 列“街道”没有写单位的行要写街道", "第 6 行 E 列“检查单位”要写一个不小于零的整数")
    asked.refresh_from_db()
    assert (asked.state, asked.rows) == ("due", [])


def test_two_units_of_one_name_need_their_code_and_a_column_that_is_missing_is_named(send, sheet, restaurant, place):
    open_one("premises", "create", {"name": "百瑞景小馆", "place_type": "restaurant", "address": "别处", "area": place.areas["G211"].uid,
                                    "credit_code": "91420106MA4KM0XX3X"}, actor=place.actor("street2"), at=NOON)
    with pytest.raises(Refused, match="有 2 家这样的单位"):
        send(file=[sheet({"day": "2021-05-03", "unit": "百瑞景小馆", "checks": 3})])
    with pytest.raises(Refused, match="表里缺少这些列：日期"):
        send(file=[sheet({"unit": "小馆", "checks": 3}, headers=["unit", "checks"])])


def test_the_api_sends_the_same_rows(asked, restaurant, place):
    lines = [{"day": "2021-05-03", "unit": "小馆", "checks": 3}]
    browser = client("gas")
    answer = browser.post(f"/api/v1/monthly-returns/{asked.uid}/moves/submit", {
        "checks": 3, "found": 0, "rectified": 0, "lines": lines}, content_type="application/json")
    assert answer.status_code in (200, 201), answer.content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.detail, asked.rows[0]["unit"]) == ("sent", "units", str(restaurant.uid))


def test_a_bad_row_of_the_api_is_named_by_its_number_and_column(asked, walk):
    with pytest.raises(Refused) as refused:
        walk("monthly_return", asked.uid, "submit", "gas", NOON, checks=1, found=0, rectified=0,
             lines=[{"day": "2021-05-03", "unit": "无"}])
    assert refused.value.refusal.sentences == ("第 1 行 unit 列“单位名称”单位档案里没有这家单位",)
    for lines, why in (([{"day": "2021-05-03", "unit": "\x00无", "checks": 1}], "单位档案里没有这家单位"),
                       ([{"day": "2021-05-03", "street": "S1", "fines": "0.001"}], "要写一个不小于零的数"),
                       ([{"day": "2021-05-03", "street": "S1", "checks": [{}]}], "要写一个不小于零的整数"),
                       ([{"tag": 1}], "不认识的列：tag"), ({"day": 1}, "明细应是一列行")):
        with pytest.raises(Refused, match=why):
            walk("monthly_return", asked.uid, "submit", "gas", NOON, checks=1, found=0, rectified=0, lines=lines)


def test_it_is_sent_back_once_with_a_reason_and_then_accepted(send, walk, asked):
    send()
    walk("monthly_return", asked.uid, "send_back", "emergency", NOON, why="请补明细")
    assert list(Stake.objects.filter(kind="monthly_return").values_list("role", flat=True)) == ["correct"]
    send("send_again", at=NOON + DAY, checks=4)
    with pytest.raises(Refused, match="只退回一次"):
        walk("monthly_return", asked.uid, "send_back", "emergency", NOON + DAY, why="再补")
    walk("monthly_return", asked.uid, "accept", "director", NOON + DAY)
    asked.refresh_from_db()
    assert (asked.state, asked.numbers["checks"], asked.reason) == ("accepted", "4", "请补明细")
    assert not Clock.objects.filter(kind="monthly_return", name__in=("send", "correct"), stopped_at=None).exists()


def test_only_its_own_house_sends_it(asked, walk):
    for who in ("emergency", "street", "director"):
        with pytest.raises(Refused, match="须由报送部门办理"):
            walk("monthly_return", asked.uid, "submit", who, NOON, checks=1, found=0, rectified=0)


def test_a_correction_after_acceptance_is_a_later_fact(send, walk, sheet, restaurant, place):
    held = send()
    walk("monthly_return", held.uid, "accept", "emergency", NOON)
    settle()
    head, digest = head_of_chain()[0], held.digest
    held = send("amend", at=NOON + DAY, why="漏了明细", file=[sheet({"day": "2021-05-03", "unit": "小馆", "checks": 3})])
    later = NOON + 2 * DAY
    assert (held.state, held.detail, held.digest == digest) == ("accepted", "units", False)
    assert [number("ret-traced", place, at=later, head=h) for h in (head, None)] == [0, 100]
    assert [number("ret-traced", place, at=at) for at in (NOON, later)] == [0, 100]
    assert Entry.objects.filter(kind="monthly_return", subject_id=held.id, verb="amend").count() == 1
    assert verify().breaks == []


def test_a_month_that_is_excused_is_not_counted_as_asked(asked, walk, place):
    walk("monthly_return", asked.uid, "excuse", "emergency", NOON, why="停产放假")
    settle()
    assert number("ret-in-time", place) is None


# Contradictions


def test_three_planted_contradictions_are_named_each_with_both_numbers(send, walk, sheet, restaurant):
    earlier = uuid4()
    walk("monthly_return", earlier, "ask", "emergency", NOON, organisation=str(MonthlyReturn.objects.get().organisation.uid),
         month="2021-04-01")
    walk("monthly_return", earlier, "submit", "gas", NOON, checks=9, found=0, rectified=0, year_checks=40)
    send(checks=3, found=4, rectified=3, rate="95", year_checks=39, file=[
        sheet({"day": "2021-05-03", "unit": "小馆", "checks": 2, "found": 4, "rectified": 3})])
    assert contradictions() == [
        ("rate", "rate", "open", "整改率写作95%，可整改一般隐患3除以排查一般隐患4是75%"),
        ("rows", "checks", "open", "检查单位写作3家次，可明细之和是2家次"),
        ("shrank", "year_checks", "open", "本年累计检查单位写作39家次，可截至2021-04-30已经是40家次，累计数不会变小"),
        ("differs", "found", "open", "排查一般隐患写作4起，可本系统里同一时段由该部门主管的记录是0起"),
        ("differs", "rectified", "open", "整改一般隐患写作3起，可本系统里同一时段由该部门主管的记录是0起")]
    assert Stake.objects.filter(kind="contradiction", role="explain").count() == 5


def test_sums_by_street_that_are_not_the_district_are_named(send, sheet, place):
    held = send(checks=9, file=[sheet({"day": "2021-05-31", "street": place.areas["S1"].name, "checks": 4},
                                      {"day": "2021-05-31", "street": place.areas["S2"].code, "checks": 4})])
    assert (held.detail, contradictions()) == ("streets", [("streets", "checks", "open", "检查单位写作9家次，可各街道之和是8家次")])


def test_rows_that_say_nothing_of_a_number_do_not_contradict_it(send, sheet, restaurant):
    rows = [{"day": "2021-05-03", "unit": "小馆", "checks": 2}, {"day": "2021-05-04", "unit": "小馆", "checks": 1, "fines": "500"}]
    held = send(penalties=1, fines="2000", file=[sheet(*rows)])
    assert ([r["penalties"] for r in held.rows], [r["fines"] for r in held.rows]) == (["", ""], ["", "500"])
    assert contradictions() == [("rows", "fines", "open", "罚款写作2,000元，可明细之和是500元")]


def test_a_number_that_agrees_with_the_own_rows_is_not_named_and_the_rows_are_shown_where_it_does_not(send, walk, restaurant):
    finds = [find("CY09", before=[BEFORE]), find("", "地面湿滑", days=3, before=[BEFORE])]
    walk("visit", uuid4(), "drop_in", "warden", NOON - 10 * DAY, premises=str(restaurant.uid), result="hazards", finds=finds,
         signature=[SIGNATURE], signer="陈某")
    seal_all()
    assert Hazard.objects.filter(department_party=restaurant.department_party).count() == 2
    send(found=5)
    (one,) = Contradiction.objects.all()
    assert (one.said, one.found) == (5, 2)
    page = client("gas").get(f"/desk/contradictions/{one.uid}/").content.decode()
    assert all(f"/desk/hazards/{UUID(f['uid'])}/" in page for f in finds)


def test_a_contradiction_is_settled_by_a_correction_and_comes_back_with_another(send, walk, asked):
    send(found=4, rectified=2, rate="60")
    rate = Contradiction.objects.get(sort="rate")
    walk("monthly_return", asked.uid, "accept", "emergency", NOON)
    send("amend", why="算错了", found=4, rectified=2, rate="50")
    rate.refresh_from_db()
    assert (rate.state, Stake.objects.filter(kind="contradiction", case_id=rate.id).exists()) == ("corrected", False)
    send("amend", at=NOON + DAY, why="又错了", found=4, rectified=2, rate="70")
    rate.refresh_from_db()
    assert (rate.state, rate.said, Contradiction.objects.filter(sort="rate").count()) == ("open", 70, 1)
    follow_all()
    assert Entry.objects.filter(kind="contradiction", subject_id=rate.id).count() == 3


def test_only_its_house_explains_and_what_is_explained_stays_so_until_the_numbers_change(send, walk, asked, place):
    send(found=4)
    (one,) = Contradiction.objects.all()
    assert number("ret-contradictions", place) == 1
    with pytest.raises(Refused, match="须由说明单位办理"):
        walk("contradiction", one.uid, "explain", "street", NOON, answer="不知道")
    walk("contradiction", one.uid, "explain", "gas", NOON, answer="四起由市里系统录入")
    walk("monthly_return", asked.uid, "accept", "emergency", NOON)
    send("amend", why="改检查数", checks=8, found=4)
    one.refresh_from_db()
    assert (one.state, one.answer, number("ret-contradictions", place)) == ("explained", "四起由市里系统录入", 0)
    send("amend", at=NOON + DAY, why="再改", found=6)
    one.refresh_from_db()
    assert (one.state, one.said, one.answer) == ("open", 6, "")


def test_nobody_but_the_system_opens_a_contradiction(place, asked):
    with pytest.raises(Refused, match="由系统"):
        advance(Ref("contradiction", uuid4()), "name", actor=place.actor("emergency"), at=NOON, given={
            "subject_kind": "report", "subject_uid": str(uuid4()), "subject": "x", "sort": "rate", "item": "a", "sentence": "s",
            "said": "1"})


# Pages


def client(who):
    made = Client()
    made.post("/sign-in/", {"login_name": who, "password": PASSWORD})
    return made


def test_the_bureau_asks_all_departments_at_once_and_sees_who_has_not_sent(place):
    browser = client("emergency")
    assert "本月还没有要求报送" in browser.get("/desk/returns/").content.decode()
    assert browser.post("/desk/returns/", {"month": "2021-05"}).status_code == 302
    assert sorted(MonthlyReturn.objects.values_list("organisation__name", flat=True)) == sorted(["区应急管理局", "区城管局", "区政府"])
    gas = MonthlyReturn.objects.get(organisation=place.houses["gas_department"])
    advance(Ref("monthly_return", gas.uid), "submit", actor=place.actor("gas"), at=NOON, given={"checks": 1, "found": 0, "rectified": 0})
    everyone, missing = (browser.get(f"/desk/returns/{words}").content.decode() for words in ("", "?only=missing"))
    assert ("区城管局" in everyone, f"/desk/monthly-returns/{gas.uid}/" in missing) == (True, False)
    assert "区政府" in missing and "2 个部门还没报" in missing
    assert browser.post("/desk/returns/", {"month": "2021-05"}).status_code == 302
    assert MonthlyReturn.objects.count() == 3
    assert client("gas").post("/desk/returns/", {"month": "2021-05"}).status_code == 403
    mine = client("gas").get("/desk/returns/").content.decode()
    assert ("区城管局" in mine, "区政府" in mine) == (True, False)


def test_the_board_takes_as_many_statements_for_many_as_for_one(place, asked):
    browser = client("emergency")

    def look():
        with CaptureQueriesContext(connection) as held:
            assert browser.get("/desk/returns/").status_code == 200
        return len(held)

    def statements():
        """The least of three looks: now and then a look asks anew who is there."""
        return min(look() for _n in range(3))

    few = statements()
    browser.post("/desk/returns/", {"month": "2021-05"})
    assert statements() == few <= 12


def test_the_empty_sheet_has_the_columns_that_are_read(place):
    answer = client("gas").get("/desk/returns/sheet.xlsx?month=2021-05")
    told = read_sheet(answer.content, "空白.xlsx", [str(label) for label in COLUMNS.values()])
    assert (set(told.missing), set(told.headers)) == (set(), {str(label) for label in COLUMNS.values()})


def test_the_duty_stands_on_the_departments_desk(asked):
    assert "报送月报" in client("gas").get("/desk/").content.decode()
