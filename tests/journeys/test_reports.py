"""A report from its first draft to the day somebody counts it again."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.hazards.models import Hazard
from anlan.kernel import tick
from anlan.kernel.changes import Ref
from anlan.kernel.corrections import correct
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry, Mark, Paper, Stake
from anlan.kernel.refusals import Refused
from anlan.people.testing import NOON, PASSWORD
from anlan.reports import figures
from anlan.reports.command import main
from anlan.reports.contradictions import findings_in
from anlan.reports.freezing import check
from anlan.reports.models import Commitment, Report
from anlan.reports.panels import drawn, last_promises
from anlan.reports.starts import start_of
from anlan.reports.views import verdict
from anlan.returns.models import Contradiction
from anlan.toolkit.documents import Heading
from anlan.toolkit.documents.paper import parts_of, say
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.jobs.queue import run_due
from anlan.toolkit.papers.templates import document

from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
TEXT = "# 隐患\n本年发现一般隐患{haz-found 本年}起，未销号{haz-standing 本年}起。"


@pytest.fixture
def hazards(place, restaurant, walk):
    """Two general hazards found today."""
    finds = [find("CY09", before=[BEFORE]), find("", "地面湿滑", days=3, before=[BEFORE])]
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", finds=finds,
         signature=[SIGNATURE], signer="陈某")
    seal_all()
    return [Hazard.objects.get(uid=f["uid"]) for f in finds]


@pytest.fixture
def report(walk, hazards):
    """A draft of the emergency bureau."""
    uid = uuid4()
    walk("report", uid, "begin", "emergency", NOON, sort="other", title="本年隐患排查情况", as_of=TODAY.isoformat())
    walk("report", uid, "edit", "emergency", NOON, title="本年隐患排查情况", as_of=TODAY.isoformat(), text=TEXT)
    return Report.objects.get(uid=uid)


@pytest.fixture
def frozen(report, walk):
    walk("report", report.uid, "submit", "emergency", NOON)
    walk("report", report.uid, "sign", "director", NOON)
    settle()
    report.refresh_from_db()
    return report


def settle():
    seal_all()
    follow_all()
    assert run_due() >= 1
    seal_all()


def text_of(report):
    return "".join(line.text for part in drawn(report) for line in part.lines)


def test_a_draft_shows_its_figures_counted_and_each_leads_to_its_rows(report):
    assert text_of(report) == "隐患本年发现一般隐患2起，未销号2起。"
    links = [bit.url for part in drawn(report) for line in part.lines for bit in line.bits if bit.url]
    assert [link.split("?")[0] for link in links] == ["/desk/figures/haz-found/", "/desk/figures/haz-standing/"]


def test_an_indicator_may_be_named_as_people_read_it(report, walk):
    text = "本年排查{排查一般隐患 本年}起。"
    walk("report", report.uid, "edit", "emergency", NOON, title="按名称", as_of=TODAY.isoformat(), text=text)
    assert text_of(Report.objects.get(uid=report.uid)) == "本年排查2起。"


def test_whoever_wrote_it_does_not_sign_it_and_only_the_head_of_the_house_does(report, walk):
    walk("report", report.uid, "submit", "emergency", NOON)
    for who, why in (("emergency", "负责人签发"), ("street", "负责人签发")):
        with pytest.raises(Refused, match=why):
            walk("report", report.uid, "sign", who, NOON)
    assert walk("report", report.uid, "sign", "director", NOON).state == "signed"


def test_the_director_who_edited_it_leaves_the_signature_to_the_leader(report, walk):
    walk("report", report.uid, "edit", "director", NOON, title="改过", as_of=TODAY.isoformat(), text=TEXT)
    walk("report", report.uid, "submit", "emergency", NOON)
    with pytest.raises(Refused, match="起草或修改过报告的人不能签发"):
        walk("report", report.uid, "sign", "director", NOON)
    assert walk("report", report.uid, "sign", "leader", NOON).state == "signed"


def test_a_sentence_that_does_not_hold_keeps_a_report_from_being_signed(report, walk):
    false = "隐患在减少{?下降 haz-found 上月 | haz-found 本月}。共有7起。"
    walk("report", report.uid, "edit", "emergency", NOON, title="假话", as_of=TODAY.isoformat(), text=false)
    walk("report", report.uid, "submit", "emergency", NOON)
    with pytest.raises(Refused) as refused:
        walk("report", report.uid, "sign", "director", NOON)
    assert refused.value.refusal.sentences == ("“隐患在减少。”“下降”不成立：0与2", "“共有7起。”“7起”是手写的数，没有来源")


@pytest.mark.parametrize(("text", "why"), [("{haz-found 2020", "第1行：花括号没有成对"), ("# 好\n{?变 a}", "第2行：没有“变”这种判断")])
def test_text_that_is_not_understood_is_refused_by_its_line(report, walk, text, why):
    with pytest.raises(Refused, match=why):
        walk("report", report.uid, "edit", "emergency", NOON, title="坏", as_of=TODAY.isoformat(), text=text)
    report.refresh_from_db()
    assert report.text == TEXT


def test_a_report_as_of_tomorrow_is_refused(walk, place):
    with pytest.raises(Refused, match="不能晚于今天"):
        walk("report", uuid4(), "begin", "emergency", NOON, sort="daily", title="明日", as_of=(TODAY + timedelta(days=1)).isoformat())


def test_a_report_begins_from_the_offices_own_template_where_one_is_chosen(walk, place):
    template, uid = uuid4(), uuid4()
    walk("report_template", template, "create", "emergency", NOON, sort="daily", name="值班日报", text="# 值班\n{haz-found 本日}起。")
    walk("report", uid, "begin", "emergency", NOON, sort="daily", title="日报", as_of=TODAY.isoformat(), template=str(template))
    house = uuid4()
    walk("report", house, "begin", "emergency", NOON, sort="monthly", title="月报", as_of=TODAY.isoformat())
    assert [Report.objects.get(uid=u).text for u in (uid, house)] == ["# 值班\n{haz-found 本日}起。", start_of("monthly")]


def test_signing_freezes_every_figure_with_its_question_rows_and_head(frozen):
    assert (frozen.state, frozen.head > 0, len(frozen.digest)) == ("frozen", True, 64)
    kept = [(f["key"], f["value"], f["rows"], f["since"], f["until"]) for f in frozen.frozen]
    assert kept == [("haz-found 本年", "2", 2, "2021-01-01", TODAY.isoformat()),
                    ("haz-standing 本年", "2", 2, "2021-01-01", TODAY.isoformat())]
    paper = Paper.objects.get(kind="report").content
    assert paper["body"]["value"][1]["pieces"] == [
        ["本年发现一般隐患", ""], ["2", "haz-found 本年"], ["起，未销号", ""], ["2", "haz-standing 本年"], ["起。", ""]]


def test_the_trace_holds_what_is_printed_or_claimed_about_and_no_figure_of_a_sentence_that_is_left_out(hazards, walk):
    report = freeze_again(walk, "发现{haz-found 本年}起。重大{haz-found-major 本年}起。没有挂牌{?为零 haz-listed 本年}。")
    paper = Paper.objects.get(kind="report", subject_id=report.id).content
    assert [row["name"] for row in paper["figures"]["value"]] == ["排查一般隐患", "挂牌督办隐患"]
    assert [f["key"] for f in report.frozen] == ["haz-found 本年", "haz-found-major 本年", "haz-listed 本年"], "all are kept"


def test_freezing_twice_keeps_the_first(frozen):
    entries = Entry.objects.filter(kind="report", subject_id=frozen.id).count()
    follow_all()
    run_due()
    assert Entry.objects.filter(kind="report", subject_id=frozen.id).count() == entries


def test_a_check_finds_all_the_same_until_a_correction_which_it_names(frozen, hazards, place):
    assert verdict(check(frozen)) == "2个数全部相同，此后没有更正。"
    entry = Entry.objects.get(kind="hazard", subject_id=hazards[0].id, verb="find_on_visit")
    correct(entry, reason="定级有误", actor=place.actor("emergency"), at=NOON + timedelta(hours=1), given={"level": "major"})
    seal_all()
    found, standing = check(frozen)
    assert (found.then, found.again, found.now, found.holds) == (2, 2, 1, True)
    assert [(s.verb, s.actor_id) for s in found.since] == [("correct", place.people["emergency"].id)]
    assert (standing.holds, standing.now) == (True, 2)
    assert verdict([found, standing]).startswith("按定稿时的记录，2个数全部相同；其中")


def test_records_that_were_tampered_with_no_longer_count_the_same(frozen):
    Mark.objects.filter(kind="hazard", cell="found").order_by("-id")[:1].get().delete()
    found = check(frozen)
    assert [c.holds for c in found] == [False, True]
    assert verdict(found) == "1个数与定稿时的记录对不上，请核验日志。"


def test_another_case_in_the_place_of_one_shows_in_the_rows_though_the_figure_is_the_same(frozen, hazards):
    Mark.objects.filter(kind="hazard", cell="found", case_id=hazards[0].id).update(case_id=hazards[0].id + 1000)
    (found, _standing) = check(frozen)
    assert (found.then == found.again, found.same_rows, found.holds) == (True, False, False)


def test_a_frozen_report_cannot_be_written_in(frozen, walk):
    with pytest.raises(Refused, match="当前状态为“已定稿”"):
        walk("report", frozen.uid, "edit", "emergency", NOON, title="改", as_of=TODAY.isoformat(), text="改了。")


def test_the_public_reads_a_report_once_it_is_published_with_its_digest(frozen, walk, client):
    address = f"/public/reports/{frozen.uid}/"
    assert client.get(address).status_code == 404
    walk("report", frozen.uid, "publish", "director", NOON)
    page = client.get(address).content.decode()
    assert (frozen.digest in page, "本年发现一般隐患2起" in page, "卫华" in page) == (True, True, False)
    assert frozen.title in client.get("/public/reports/").content.decode()


def test_the_command_prints_every_line_of_the_source_once_and_null_for_what_no_app_counts(hazards, capsys):
    assert main(["figures", "--as-of", TODAY.isoformat(), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [t["id"] for t in told] == [w.id for w in figures.wanted()]
    by_id = {t["id"]: t for t in told}
    assert by_id["haz-found"] == {"id": "haz-found", "value": 2, "indicator": "haz-found", "rows": 2}
    assert by_id["grd-levels"] == {"id": "grd-levels", "value": 1, "indicator": "grd-levels", "rows": 1}, "wardens alone"
    assert by_id["epi-beds"] == {"id": "epi-beds", "value": None, "indicator": None, "rows": None}
    assert main(["figures", "--as-of", "24.6.2021"]) == 1
    assert "应写成" in capsys.readouterr().err


def test_the_command_checks_frozen_reports_and_fails_for_a_broken_one(frozen, capsys):
    assert (main(["check", "--json"]), json.loads(capsys.readouterr().out)[0]["holds"]) == (0, True)
    Mark.objects.filter(kind="hazard", cell="found").delete()
    assert main(["check", str(frozen.uid)]) == 1
    assert "对不上" in capsys.readouterr().out
    assert main(["check", str(uuid4())]) == 1


def test_the_command_names_what_was_corrected_since_and_by_whom(frozen, hazards, place, capsys):
    entry = Entry.objects.get(kind="hazard", subject_id=hazards[0].id, verb="find_on_visit")
    correct(entry, reason="定级有误", actor=place.actor("emergency"), at=NOON + timedelta(hours=1), given={"level": "major"})
    seal_all()
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  排查一般隐患：2 → 1"
    assert ("2021-06-01 12:00" in lines[2], "卫华" in lines[2], "定级有误" in lines[2]) == (True, True, True)
    main(["check", "--json"])
    (one,) = json.loads(capsys.readouterr().out)[0]["corrected"]
    assert (one["figure"], one["entries"][0]["said"]) == ("haz-found 本年", lines[2].strip())


CONGRESS = "主任、各位副主任、各位委员："


def test_the_congress_report_prints_no_foreign_word_no_gap_and_nothing_about_zero(hazards, walk, place):
    """Whatever the district has: what no module counts, what is zero and what is marked for the office is not on paper."""
    uid = uuid4()
    walk("report", uid, "begin", "emergency", NOON, sort="congress", title="关于全区应急管理工作情况的报告", as_of=TODAY.isoformat())
    text = "\n".join(line for line in start_of("congress").splitlines() if "haz-listed-2021-open" not in line)
    walk("report", uid, "edit", "emergency", NOON, title="关于全区应急管理工作情况的报告", as_of=TODAY.isoformat(), text=text)
    walk("report", uid, "submit", "emergency", NOON)
    walk("report", uid, "sign", "director", NOON)
    settle()
    made = document(Paper.objects.get(kind="report", subject_id=Report.objects.get(uid=uid).id))
    said = [b.text if isinstance(b, Heading) else "".join(map(say, parts_of(b))) for b in made.blocks]
    assert (said[0], "网格员完成巡查任务1次，上报问题隐患2处。" in said) == (CONGRESS, True)
    assert [line for line in said if re.search(r"[A-Za-z{}—]|(?<![\d.])0(?![\d.])", line)] == []
    headings = [(b.level, b.text) for b in made.blocks if isinstance(b, Heading)]
    assert headings[0] == (1, "主要工作及成效") and (2, "坚持全力以赴做好疫情防控") not in headings
    assert Commitment.objects.filter(report__uid=uid).count() == 10


def test_what_was_promised_is_owed_by_its_house_until_it_is_done(frozen, walk, place):
    uid = uuid4()
    given = {"report": str(frozen.uid), "source": "promise", "text": "年内完成燃气管道排查", "due_on": "2021-11-30",
             "organisation": str(place.houses["gas_department"].uid)}
    walk("commitment", uid, "promise", "emergency", NOON, **given)
    assert Stake.objects.get(kind="commitment").party_id == place.houses["gas_department"].id
    with pytest.raises(Refused, match="须由承办单位"):
        walk("commitment", uid, "finish", "street", NOON, result="做完了")
    walk("commitment", uid, "finish", "gas", NOON, result="排查完毕")
    held = Commitment.objects.get(uid=uid)
    assert (held.state, held.done_on, Stake.objects.filter(kind="commitment").count()) == ("done", TODAY, 0)


PROMISED = ("# 下步\n本年{haz-found 本年}起都要整改{!2021-07}。查清燃气管道{!2021-11-30 承办=区城管局}。"
            "完善专家库{!本年 承办=gas_department}！重大{haz-found-major 本年}起要销号{!本年}。\n"
            "会议在{stn-meeting 本年}前召开{!stn-meeting 本年}。")


def test_what_a_signed_report_promises_becomes_items_with_their_day_and_house_and_what_is_not_printed_does_not(hazards, walk, place):
    report = freeze_again(walk, PROMISED)
    own, gas = (place.houses[house] for house in ("emergency_bureau", "gas_department"))
    told = Commitment.objects.filter(report=report).order_by("due_on", "id")
    assert [(c.text, c.due_on.isoformat(), c.organisation, c.source, c.state) for c in told] == [
        ("本年2起都要整改", "2021-07-31", own, "promise", "open"), ("查清燃气管道", "2021-11-30", gas, "promise", "open"),
        ("完善专家库", "2021-12-31", gas, "promise", "open")]
    assert sorted(Stake.objects.filter(kind="commitment").values_list("party_id", flat=True)) == sorted([own.id, gas.id, gas.id])
    walk("commitment", told[1].uid, "finish", "gas", NOON + timedelta(days=2), result="排查完毕")
    page = opening_of_the_next(place)
    assert ("“次日”承诺 3 项：已完成 1 项，未完成 2 项" in page, page.index("本年2起都要整改") < page.index("查清燃气管道")) == (True, True)


def test_a_report_that_promises_for_a_house_nobody_knows_is_not_signed(report, walk):
    text = "查清燃气管道{!2021-11-30 承办=区燃气局}。"
    walk("report", report.uid, "edit", "emergency", NOON, title="承诺", as_of=TODAY.isoformat(), text=text)
    walk("report", report.uid, "submit", "emergency", NOON)
    with pytest.raises(Refused, match="没有找到承办单位“区燃气局”"):
        walk("report", report.uid, "sign", "director", NOON)


def test_nobody_enters_a_promise_as_if_a_report_had_made_it(frozen, walk):
    with pytest.raises(Refused, match="只能随报告签发一并登记"):
        walk("commitment", uuid4(), "follow_up", "emergency", NOON)


def test_whoever_signed_stands_on_the_page_and_under_the_paper(frozen, client):
    client.post("/sign-in/", {"login_name": "emergency", "password": PASSWORD})
    assert "签发人：蒋军　2021年6月1日 12:00" in client.get(f"/desk/reports/{frozen.uid}/").content.decode()
    paper = document(Paper.objects.get(kind="report", subject_id=frozen.id))
    assert [(s.role, s.name, s.source) for s in paper.signers] == [("签发人", "蒋军", "person.name")]


def opening_of_the_next(place):
    """What a draft a month later begins with."""
    uid, later = uuid4(), NOON + timedelta(days=30)
    advance(Ref("report", uid), "begin", actor=place.actor("emergency"), at=later,
            given={"sort": "other", "title": "下一份", "as_of": later.date().isoformat()})

    class View:
        case = Report.objects.get(uid=uid)

    return last_promises(View)


def test_a_promise_whose_day_has_passed_shows_late_and_stays_owed(frozen, walk, place):
    uid = uuid4()
    walk("commitment", uid, "promise", "emergency", NOON, report=str(frozen.uid), source="opinion", text="尽快整改",
         due_on=TODAY.isoformat(), organisation=str(place.houses["gas_department"].uid))
    tick.tick(at=NOON + timedelta(days=2))
    held = Commitment.objects.get(uid=uid)
    assert (held.state, held.late, Stake.objects.filter(kind="commitment").count()) == ("open", True, 1)


def test_the_next_draft_opens_with_what_was_promised(frozen, walk, place, client):
    walk("commitment", uuid4(), "promise", "emergency", NOON, report=str(frozen.uid), source="promise", text="排查燃气管道",
         due_on="2021-11-30", organisation=str(place.houses["gas_department"].uid))
    page = opening_of_the_next(place)
    assert ("排查燃气管道" in page, "未完成 1 项" in page) == (True, True)


def test_two_reports_of_two_days_count_each_its_own_day(report, hazards, walk):
    earlier = uuid4()
    walk("report", earlier, "begin", "emergency", NOON, sort="other", title="昨日", as_of=(TODAY - timedelta(days=1)).isoformat())
    walk("report", earlier, "edit", "emergency", NOON, title="昨日", as_of=(TODAY - timedelta(days=1)).isoformat(), text=TEXT)
    assert text_of(Report.objects.get(uid=earlier)) == "隐患本年发现一般隐患0起，未销号0起。"


def test_a_streets_report_tells_nothing_of_another_street(hazards, walk):
    uid = uuid4()
    walk("report", uid, "begin", "street2", NOON, sort="other", title="西街", as_of=TODAY.isoformat())
    text = "东街{haz-found 本年 @S1}起，西街{haz-found 本年 @S2}起。"
    walk("report", uid, "edit", "street2", NOON, title="西街", as_of=TODAY.isoformat(), text=text)
    (part,) = drawn(Report.objects.get(uid=uid))
    assert "没有区域“S1”" in "".join(part.lines[0].faults)
    assert "起，西街0起。" in part.lines[0].text


# One department, one industry


@pytest.fixture
def checks(place, hazards, restaurant, walk):
    """Beside the warden's visit, the gas department looked twice."""
    for _turn in range(2):
        walk("visit", uuid4(), "drop_in", "gas", NOON, premises=str(restaurant.uid), result="normal", signature=[SIGNATURE], signer="陈某")
    seal_all()


ASKED = ("haz-units-checked 本年", "haz-units-checked 本年 部门=区城管局", "haz-units-checked 本年 行业=H",
         "haz-units-checked 本年 部门=others @S1")
CLAIMED = "{?之和 haz-units-checked 本年 部门=gas_department | haz-units-checked 本年 部门=others | haz-units-checked 本年}"
NARROWED = "检查{{{}}}家次，区城管局{{{}}}家次，餐饮住宿{{{}}}家次，街道和网格{{{}}}家次".format(*ASKED) + f"{CLAIMED}。"


def test_a_figure_of_one_department_or_industry_is_counted_frozen_and_checked_as_such(checks, place, walk):
    report = freeze_again(walk, NARROWED)
    assert text_of(report) == "检查3家次，区城管局2家次，餐饮住宿3家次，街道和网格1家次。"
    links = [bit.url for part in drawn(report) for line in part.lines for bit in line.bits if bit.url]
    assert links[1].endswith("&department=gas_department") and links[2].endswith("&industry=H")
    assert [(f["name"], f["value"], f["rows"], f["narrow"]) for f in report.frozen[1:4]] == [
        ("排查企业家次（区城管局）", "2", 2, {"department": "gas_department"}),
        ("排查企业家次（住宿和餐饮业）", "3", 3, {"industry": "H"}),
        ("排查企业家次（东街街道、部门以外（街道、社区、网格））", "1", 1, {"department": "others"})]
    entry = Entry.objects.filter(kind="visit", verb="drop_in").order_by("-id").first()
    correct(entry, reason="重复登记", actor=place.actor("emergency"), at=NOON + timedelta(days=2), given={"withdraw": True})
    seal_all()
    found = check(report)
    assert all(c.holds for c in found)
    assert [(c.now, len(c.since)) for c in found[:4]] == [(2, 1), (1, 1), (2, 1), (1, 0)]


@pytest.mark.parametrize(("written", "why"), [
    ("haz-found 本年 部门=环卫处", "没有这个部门：环卫处"), ("haz-found 本年 颜色=红", "没有“颜色”这种划分，可用：部门、行业"),
    ("grd-events 本年 部门=区城管局", "“网格员上报问题隐患”不能按部门看，只能按区域、时段看")])
def test_what_a_figure_cannot_be_narrowed_by_is_marked(report, walk, written, why):
    walk("report", report.uid, "edit", "emergency", NOON, title="坏", as_of=TODAY.isoformat(), text=f"共{{{written}}}起。")
    (part,) = drawn(Report.objects.get(uid=report.uid))
    assert part.lines[0].faults == (why,)


def test_a_rate_of_one_department_is_held_against_its_own_parts(checks, walk):
    text = "，".join(f"{{{id} 本年 部门=区城管局}}{{{id} 本年}}" for id in ("haz-rate", "haz-rectified", "haz-found")) + "。"
    report = freeze_again(walk, text)
    by_key = {f["key"]: f for f in report.frozen}
    by_key["haz-rectified 本年 部门=区城管局"]["value"] = "1"
    (found,) = findings_in(report, None)
    assert (found.sort, found.item) == ("rate", "haz-rate|department=gas_department")


def test_any_indicator_may_stand_in_a_report_that_is_held_against_itself(hazards, walk):
    report = freeze_again(walk, "，".join(f"{{{id} 本年}}" for id in INDICATORS) + "。")
    assert (len(report.frozen), findings_in(report, report)) == (len(INDICATORS), [])


# While it is written


@pytest.fixture
def read(place, client):
    def do(who, **given):
        client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
        return client.post("/desk/report-preview/", given) if given else client.get("/desk/report-preview/")

    return do


def test_the_text_is_read_back_with_its_figures_before_it_is_saved(hazards, read):
    page = read("emergency", text="# 隐患\n本年{haz-found 本年}起。", as_of=TODAY.isoformat()).content.decode()
    assert re.sub(r"<[^>]+>|\s", "", page) == "隐患本年2起。"
    assert "/desk/figures/haz-found/?since=2021-01-01" in page
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert "本年0起。" in re.sub(r"<[^>]+>", "", read("emergency", text="本年{haz-found 本年}起。", as_of=yesterday).content.decode())


def test_what_does_not_hold_and_what_is_not_understood_is_marked_while_it_is_written(hazards, read):
    false = read("emergency", text="隐患在减少{?下降 haz-found 上月 | haz-found 本月}。", as_of=TODAY.isoformat()).content.decode()
    assert ("“下降”不成立：0与2" in false, "report-fault" in false) == (True, True)
    assert "第2行：没有“变”这种判断" in read("emergency", text="# 好\n{?变 a}").content.decode()


def test_the_reader_counts_on_the_writers_ground_and_nobody_else_is_let_in(hazards, read):
    def text(who):
        return re.sub(r"<[^>]+>", "", read(who, text="{haz-found 本年}起，@{haz-found 本年 @S1}起。").content.decode())

    assert "2起，@2起。" in text("emergency")
    assert "0起，@" in text("street2") and "2起" not in text("street2")
    assert [read(who, text="好。").status_code for who in ("warden", "unit", "expert")] == [403, 403, 403]


def test_the_catalogue_is_there_to_pick_from(place, read):
    page = read("emergency").content.decode()
    assert page.count("<option value=") > 40
    assert 'value="haz-found"' in page and "本年" in page


# Contradictions


def freeze_again(walk, text=TEXT):
    uid, later = uuid4(), NOON + timedelta(days=1)
    day = later.date().isoformat()
    walk("report", uid, "begin", "emergency", later, sort="other", title="次日", as_of=day)
    walk("report", uid, "edit", "emergency", later, title="次日", as_of=day, text=text)
    walk("report", uid, "submit", "emergency", later)
    walk("report", uid, "sign", "director", later)
    settle()
    follow_all()
    return Report.objects.get(uid=uid)


def test_a_total_that_shrank_since_the_last_report_is_named_on_the_frozen_one(frozen, hazards, walk, place):
    assert not Contradiction.objects.exists()
    entry = Entry.objects.get(kind="hazard", subject_id=hazards[0].id, verb="find_on_visit")
    correct(entry, reason="定级有误", actor=place.actor("emergency"), at=NOON + timedelta(hours=1), given={"level": "major"})
    seal_all()
    second = freeze_again(walk)
    (one,) = Contradiction.objects.all()
    assert (one.subject_uid, one.organisation, one.state, one.sentence) == (
        second.uid, place.houses["emergency_bureau"], "open", "排查一般隐患写作1起，可截至2021-06-01已经是2起，累计数不会变小")
    assert Stake.objects.get(kind="contradiction").party_id == place.houses["emergency_bureau"].id
    walk("contradiction", one.uid, "explain", "emergency", NOON + timedelta(days=1), answer="一起改定为重大隐患")
    assert Contradiction.objects.get().state == "explained"


def test_what_stands_may_shrink(frozen, hazards, walk):
    walk("hazard", hazards[1].uid, "cancel", "street", NOON + timedelta(hours=1), reason="不属于隐患")
    seal_all()
    freeze_again(walk, "未销号{haz-standing 本年}起。")
    assert not Contradiction.objects.exists()


def test_a_rate_and_a_sum_over_streets_in_frozen_text_are_held_against_their_parts(hazards, walk, place):
    streets = [place.areas[code].code for code in ("S1", "S2")]
    parts = "，".join(f"{{haz-found 本年 @{code}}}起" for code in streets)
    sound = freeze_again(walk, f"发现{{haz-found 本年}}起，已整改{{haz-rectified 本年}}起，整改率{{haz-rate 本年}}%。其中{parts}。")
    assert findings_in(sound, None) == []
    by_key = {f["key"]: f for f in sound.frozen}
    by_key["haz-rate 本年"]["value"] = "95.65"
    by_key[f"haz-found 本年 @{streets[1]}"]["value"] = "1"
    assert [f.sentence for f in findings_in(sound, None)] == [
        "整改率写作95.65%，可整改一般隐患0除以排查一般隐患2是0%", "排查一般隐患写作2起，可各街道之和是3起"]


@pytest.mark.parametrize("item", ["grd-levels", "grd-checks-per-post"])
def test_what_does_not_add_up_by_its_nature_is_no_contradiction(hazards, walk, place, restaurant, item):
    """Levels that acted in two streets are the same levels; a mean of two streets is not their sum."""
    for premises, who in ((restaurant, "warden"), (hazards[1].premises, "warden")):
        walk("visit", uuid4(), "drop_in", who, NOON, premises=str(premises.uid), result="normal")
    seal_all()
    parts = "，".join(f"{{{item} 本年 @{place.areas[code].code}}}" for code in ("S1", "S2"))
    report = freeze_again(walk, f"本年{{{item} 本年}}，其中{parts}。")
    report.frozen[1] |= {"value": "9"}
    report.frozen[2] |= {"value": "9"}
    assert findings_in(report, None) == []


def side_by_side(report, words=""):
    client = Client()
    client.post("/sign-in/", {"login_name": "director", "password": PASSWORD})
    return client.get(f"/desk/reports/{report.uid}/versions{words}")


def test_two_versions_stand_side_by_side_with_what_changed_in_words_and_figures(report, restaurant, walk):
    later = NOON + timedelta(days=1)
    walk("visit", uuid4(), "drop_in", "warden", later, premises=str(restaurant.uid), result="hazards", signer="陈某",
         finds=[find("", "灯箱破损", days=3, before=[BEFORE])], signature=[SIGNATURE])
    seal_all()
    text = TEXT.replace("{haz-found 本年}", "{haz-found 本年}（其中重大{haz-found-major 本年}）") + "\n以上请审议。"
    walk("report", report.uid, "edit", "emergency", later, title="本年隐患排查情况", as_of=later.date().isoformat(), text=text)
    page = side_by_side(report)
    found = {row.key: row.cells for row in page.context["figures"].rows}
    assert [found["haz-found 本年"][2:], found["haz-found-major 本年"][2:]] == [("2起", "3起", "+1"), ("", "0起", "新加")]
    changed = [("".join(b.text for b in p.left if b.changed), "".join(b.text for b in p.right if b.changed))
               for p in page.context["pairs"] if not p.same]
    assert changed[-1] == ("", "以上请审议。")
    assert any("其中重大0" in right for _left, right in changed[:-1])
    first = page.context["versions"][0].n
    whole = side_by_side(report, f"?left={first}&right={first}")
    assert (whole.context["changes"], side_by_side(report, "?left=99").status_code) == (0, 404)


def test_a_report_that_was_written_once_has_nothing_to_compare(place, walk):
    uid = uuid4()
    walk("report", uid, "begin", "emergency", NOON, sort="other", title="一稿", as_of=TODAY.isoformat())
    assert side_by_side(Report.objects.get(uid=uid)).status_code == 404
