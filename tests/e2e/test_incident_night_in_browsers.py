"""The whole of a night in browsers: the duty officer at the desk, the team's leader on a phone, and the tracing back of one late street."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from anlan.duty.testing import desk_roster
from anlan.incidents.models import Incident, InfoReport, Instruction
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Paper
from anlan.resources.models import Callout, Transfer
from tests.journeys.test_incident_night import NIGHT, plan, pumps, team  # noqa: F401
from tests.served import enter
from tests.test_stream import place, port, signed_in, web  # noqa: F401

from .test_incident_in_two_browsers import SUBMIT, fill, press
from .test_live import browser, desks, house  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def do(place):  # noqa: F811
    """A deed of a third person, through the door."""

    def deed(kind, uid, move, who, minutes=27, **given):
        instance.set_clock(at := NIGHT + timedelta(minutes=minutes), running=False)
        return advance(Ref(kind, uid), move, actor=place.actor(who, at=at), at=at, given=given)

    return deed


@pytest.fixture
def call(place, do):  # noqa: F811
    """The community called its street at 23:02, the street calls the district at 23:25. It is 23:27."""
    desk_roster(place, "emergency_bureau", date(2021, 6, 1))
    matter, below, above = (uuid4() for _n in range(3))
    do("matter", matter, "open", "warden", 0, what="三楼起火，两人被困", area=str(place.areas["G111"].uid), place="中山路9号")
    ring = {"matter": str(matter), "priority": "P1", "reason": "urgent"}
    do("call", below, "ring", "community", 2, goal="三楼起火", **ring)
    do("call", above, "ring", "street", 25, goal="中山路9号三楼起火，请区里增援", to_level="district", **ring)
    instance.set_clock(NIGHT + timedelta(minutes=27), running=False)
    return above


def answering(page: Page) -> Page:
    """Who sits there answers what rings over the page before going on."""
    ring = page.locator(".rings").get_by_role("button", name="知道了").first

    def answer(button: Locator) -> None:
        with suppress(TimeoutError):  # it may have been answered elsewhere
            button.click(timeout=1_000)

    page.add_locator_handler(ring, answer, no_wait_after=True)
    return page


def sent(officer: Page, case: Incident, sort: str, do, **content: str) -> InfoReport:
    """The officer drafts a report and, once the director has signed, sends it; it is on paper."""
    fill(officer, f"/desk/info-reports/new?incident={case.uid}&sort={sort}")
    report = InfoReport.objects.get(incident=case, sort=sort)
    if content:
        fill(officer, f"/desk/info-reports/{report.uid}/fill", **content)
    do("info_report", report.uid, "sign", "director")
    officer.goto(f"/desk/info-reports/{report.uid}/")
    press(officer, "报出")
    number = f"本区应急信息〔2021〕第{InfoReport.objects.exclude(number='').count() or 1:03}期"
    expect(officer.locator("main")).to_contain_text(number)
    assert Paper.objects.filter(kind="info_report", subject_id=report.id, number=number).exists()
    return report


def called_to(officer: Page, case: Incident, place, team) -> Callout:  # noqa: F811
    """From the incident's page to the matcher, whose button ticks the team; called, and the receipt is awaited."""
    officer.goto(f"/desk/incidents/{case.uid}/")
    officer.get_by_role("link", name="力量匹配").first.click()
    for name, value in (("skill", "fire"), ("level", "3"), ("area", str(place.areas["S1"].uid))):
        officer.locator(f"select[name={name}]").first.select_option(value)
    for name, value in (("people", "12"), ("within", "40")):
        officer.locator(f"input[name={name}]").first.fill(value)
    officer.get_by_role("button", name="推算", exact=True).click()
    officer.get_by_role("link", name="到应急力量页调派这些队伍").click()
    expect(officer.get_by_role("checkbox", name="勾选 东街抢险队")).to_be_checked()
    officer.fill("[name=task]", "搜救被困人员")
    officer.fill("[name=place]", "中山路9号")
    officer.get_by_role("button", name="调派勾选的队伍").click()
    expect(officer.get_by_role("status")).to_contain_text("已调派 1 支队伍")
    return Callout.objects.get(team__uid=team, for_uid=case.uid)


def answered(phone: Page, callout: Callout) -> None:
    """On the phone: found on the leader's own desk, signed, left with twelve, arrived."""
    phone.goto("/desk/")
    phone.locator(f"a[href='/desk/callouts/{callout.uid}/']").first.click()
    phone.wait_for_url("**/desk/callouts/*-*/")
    press(phone, "签收")
    expect(phone.locator(".moves-list")).to_contain_text("出发")
    fill(phone, f"/desk/callouts/{callout.uid}/depart", people="12")
    press(phone, "到达")
    expect(phone.locator(".moves-list")).to_contain_text("归队")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def lent(officer: Page, west: Page, case: Incident, pumps) -> None:  # noqa: F811
    """The bureau asks for three pumps of the western street; its office approves and sends; the bureau counts them in."""
    ours, theirs = pumps
    officer.goto(f"/desk/transfers/new?to_stock={ours}&from_stock={theirs}&amount=3&purpose=抽排消防积水&for_kind=incident&for_uid={case.uid}")
    officer.click(SUBMIT)
    officer.wait_for_url("**/desk/transfers/*-*/")
    transfer = Transfer.objects.get(for_uid=case.uid)
    fill(west, f"/desk/transfers/{transfer.uid}/approve", amount="3")
    fill(west, f"/desk/transfers/{transfer.uid}/send", carrier="鄂A12345")
    officer.reload()
    expect(officer.locator("main")).to_contain_text("鄂A12345")
    fill(officer, f"/desk/transfers/{transfer.uid}/receive", amount="3")
    for stock, held in ((ours, "3台"), (theirs, "2台")):
        officer.goto(f"/desk/stocks/{stock}/")
        expect(officer.locator("main")).to_contain_text(held)


def test_a_night_from_the_streets_late_call_to_its_tracing_back(call, place, plan, team, pumps, do, house):  # noqa: F811
    officer = answering(enter(*house, signed_in("emergency"), 1440).new_page())
    phone = answering(enter(*house, signed_in("teamleader"), 360, 740).new_page())
    officer.goto(f"/desk/incidents/report/?call={call}")
    expect(officer.locator("[name=title]")).not_to_have_value("")
    officer.fill("[name=trapped]", "2")
    officer.click(SUBMIT)
    officer.wait_for_url("**/desk/incidents/*-*/")
    case = Incident.objects.get()
    for desk in ("区应急管理局待报告电话报告还剩 28 分钟", "区政府待报告电话报告还剩 30 分钟"):
        expect(officer.locator(".rung-steps")).to_contain_text(desk)

    sent(officer, case, "first", do)
    fill(officer, f"/desk/judgements/new?incident={case.uid}", people="卫华、蒋军", facts="火势蔓延", decision="respond", level="3")
    do("incident", case.uid, "respond", "director", level="3", plan=str(plan))
    officer.goto(f"/desk/incidents/{case.uid}/room/")
    for words in ("已启动Ⅲ级响应", "关阀断气"):
        expect(officer.locator("main")).to_contain_text(words)

    order = Instruction.objects.get(incident=case)
    do("instruction", order.uid, "take", "gas")
    do("instruction", order.uid, "finish", "gas", result="已断气")
    answered(phone, callout := called_to(officer, case, place, team))
    officer.goto(f"/desk/incidents/{case.uid}/room/")
    for words in ("调派队伍1支，到场1支，在途0支。", "现场作业1支12人。"):
        expect(officer.locator("main")).to_contain_text(words)
    fill(officer, f"/desk/incidents/{case.uid}/update", trapped="0", slight="2", course="两人救出，明火扑灭")
    sent(officer, case, "continued", do)
    lent(officer, answering(enter(*house, signed_in("street2"), 1440).new_page()), case, pumps)

    fill(phone, f"/desk/callouts/{callout.uid}/stand_down", result="两人救出")
    ended(officer, case, do)
    traced_back(officer, case)


def ended(officer: Page, case: Incident, do) -> None:
    fill(officer, f"/desk/judgements/new?incident={case.uid}", people="卫华", facts="已扑灭", decision="close")
    fill(officer, f"/desk/incidents/{case.uid}/end", reason="明火扑灭，人员脱险")
    sent(officer, case, "final", do, loss="约3万元", cause="电气故障", influence="平稳", forces="街道、城管局", measures="已处置",
         lessons="加强夜间巡查")
    officer.goto(f"/desk/incidents/{case.uid}/")
    press(officer, "结案")
    expect(officer.locator(".moves-list").get_by_role("button", name="结案")).to_have_count(0)


def traced_back(officer: Page, case: Incident) -> None:
    """From the incident's page; the street knew at 23:02, called at 23:25 and had 15 minutes."""
    officer.get_by_role("link", name="倒查").first.click()
    gaps = officer.locator("section[aria-labelledby=gaps] li").filter(has_text="东街街道办事处：电话报告")
    for words in ("06-01 23:02 知晓", "06-01 23:25 报告", "用时23分钟，时限15分钟，超过8分钟"):
        expect(gaps).to_contain_text(words)
    expect(officer.locator("#replayed")).to_contain_text("1 项报告超过时限")
