"""First, continued and final report: filled from the incident, signed, numbered, on paper, taken by both desks."""

import io

import pytest
from docx import Document

from anlan.incidents import contents
from anlan.incidents.models import InfoReport, Relay
from anlan.kernel.models import Clock, Paper, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.toolkit.documents import unsourced
from anlan.toolkit.papers.templates import document, render

from .conftest import MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(begin):
    def do(incident, sort="first", who="emergency", at=NOON):
        return begin(InfoReport, "draft", who, at, incident=str(incident.uid), sort=sort)

    return do


@pytest.fixture
def report(draft, walk):
    """Drafted, signed and sent within the minute."""

    def do(incident, sort="first", who="emergency", at=NOON, **content):
        case = draft(incident, sort, who, at)
        if content:
            walk(case, "fill", who, at, **{**case.content, **content})
        walk(case, "sign", "director", at)
        walk(case, "send", who, at)
        return case

    return do


def test_a_first_report_is_filled_from_the_incident_and_nothing_missing_holds_it_up(happen, office, report):
    incident = happen(place="中山路9号", trapped=2, source="王敏来电")
    case = report(incident, at=NOON + 5 * MINUTE)
    assert (case.state, case.title) == ("sent", "关于东街居民楼起火（被困2人）的报告（初报）")
    assert {k: v for k, v in case.content.items() if v} == {
        "source": "王敏来电，2021-06-01 12:00接报", "happened": "中山路9号", "level": "事故灾难，等级待定", "casualties": "被困2人",
        "course": "东街居民楼起火"}
    assert case.missing == ["influence", "forces", "measures", "site"]


def test_it_goes_to_the_city_and_to_the_other_desk_and_meets_the_written_limit(happen, office, report, walk, place):
    incident = happen()
    case = report(incident, at=NOON + 40 * MINUTE)
    bureau = Relay.objects.get(incident=incident, rung="bureau")
    assert (bureau.state, bureau.wrote_at, bureau.wrote_what) == ("done", NOON + 40 * MINUTE, case.title)
    assert [(r["name"], r["party"], r["received_at"]) for r in case.receipts] == [
        ("市应急管理局指挥中心", None, None), ("区政府办公室", office.id, None)]
    assert Stake.objects.filter(kind="info_report", case_id=case.id, party_id=office.id, role="receive").exists()
    walk(case, "note_receipt", "emergency", NOON + 45 * MINUTE, name="市应急管理局指挥中心", by="市局值班员李")
    assert (case.receipts[0]["by"], case.receipts[0]["received_at"]) == ("市局值班员李", (NOON + 45 * MINUTE).isoformat())
    with pytest.raises(Refused, match="没有向这个单位报送，或者它已经签收"):
        walk(case, "note_receipt", "emergency", NOON + 46 * MINUTE, name="市应急管理局指挥中心", by="又一人")
    with pytest.raises(Refused, match="须由收件的值班室签收"):
        walk(case, "receive", "street")


def test_the_streets_report_is_taken_by_both_desks(happen, office, place, draft, walk):
    incident = happen("street", area=str(place.areas["G111"].uid))
    case = draft(incident, who="street")
    walk(case, "sign", "street")
    walk(case, "send", "street", NOON + 20 * MINUTE)
    walk(case, "receive", "emergency", NOON + 22 * MINUTE)
    assert {r["name"]: r["by"] for r in case.receipts} == {"区应急管理局": "卫华", "区政府办公室": ""}
    assert Relay.objects.get(incident=incident, rung="street").state == "done"


def test_it_is_numbered_by_its_form_and_stands_on_paper_as_word_and_pdf(happen, office, report):
    incident = happen(place="中山路9号")
    first, second = report(incident), report(incident, "continued", at=NOON + MINUTE)
    assert [first.number, second.number] == ["本区应急信息〔2021〕第001期", "本区应急信息〔2021〕第002期"]
    paper = Paper.objects.get(kind="info_report", subject_id=first.id)
    made = document(paper)
    assert unsourced(made) == ()
    words = "\n".join(p.text for p in Document(io.BytesIO(render(paper, "docx"))).paragraphs)
    for text in ("中山路9号", "市应急管理局指挥中心", "（待续报）", "蒋军"):
        assert text in words, text
    assert made.copy_to.text == "区政府办公室"
    assert render(paper, "pdf")[:5] == b"%PDF-"


def test_a_continued_report_says_only_what_is_new(happen, office, report, walk):
    incident = happen(place="中山路9号", site_leader="赵强", site_phone="13800000000")
    report(incident)
    walk(incident, "update", "emergency", NOON + MINUTE, dead=1, course="火势已控制")
    case = report(incident, "continued", at=NOON + 2 * MINUTE)
    assert {k: case.content[k] for k in ("happened", "site", "course", "casualties")} == {
        "happened": "", "site": "", "course": "火势已控制", "casualties": "死亡1人"}
    assert case.title.endswith("（续报一）")
    assert report(incident, "continued", at=NOON + 3 * MINUTE).title.endswith("（续报二）")


def test_the_final_report_comes_last_and_must_be_whole(happen, office, draft, report, walk):
    incident = happen()
    with pytest.raises(Refused, match="还没有报过初报，请先报初报"):
        draft(incident, "continued")
    report(incident)
    with pytest.raises(Refused, match="处置还没有结束，不能报终报"):
        draft(incident, "final")
    walk(incident, "end", "emergency", reason="明火已扑灭")
    with pytest.raises(Refused, match="报出终报后才能结案"):
        walk(incident, "close", "emergency")
    case = draft(incident, "final")
    with pytest.raises(Refused, match="终报还缺：人员伤亡和疏散、损失、原因和性质、影响、趋势和舆情"):
        walk(case, "sign", "director")
    walk(case, "fill", "emergency", **dict.fromkeys(contents.FIELDS, "已查明"))
    walk(case, "sign", "director")
    walk(case, "send", "emergency", NOON + 60 * MINUTE)
    incident.refresh_from_db()
    walk(incident, "close", "emergency", NOON + 61 * MINUTE)
    assert incident.state == "closed"


def test_no_report_leaves_without_its_signer(happen, office, draft, walk):
    case = draft(happen())
    with pytest.raises(Refused, match="当前状态为“起草中”，不能“报出”"):
        walk(case, "send", "emergency")
    with pytest.raises(Refused, match="须由本单位有签发权的负责人或当班的带班领导签发"):
        walk(case, "sign", "emergency")
    with pytest.raises(Refused, match="上一份报告还没有报出，请先报出或作废"):
        draft(case.incident)


def test_a_body_off_the_chain_does_not_report(happen, office, draft):
    with pytest.raises(Refused, match="您的单位不在这起事件的报送链上"):
        draft(happen(), who="gas")


def test_the_next_report_is_due_by_the_grade_and_silence_is_told(happen, office, report):
    grave, other = happen(grade="2"), happen()
    report(grave)
    report(other)
    due = {k.case_id: (k.due_at - NOON) // MINUTE for k in Clock.objects.filter(kind="incident", name="continue", stopped_at=None)}
    assert due == {grave.id: 120, other.id: 360}
    tick(at=NOON + 121 * MINUTE)
    grave.refresh_from_db()
    assert (grave.state, grave.version) == ("open", 3)


@pytest.mark.parametrize(("no", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_continued_reports_are_counted_in_chinese(no, words):
    assert contents.counted(no) == words
