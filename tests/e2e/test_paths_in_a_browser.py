"""Two ways at 360 px from end to end, their taps counted: a resident's report, and a unit's hazard until it is struck off."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import override_settings
from PIL import Image

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.outgoing.actions import allow_gateway
from anlan.outgoing.codes import words_of
from anlan.outgoing.models import Message
from anlan.patrols import handbook
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.portal import limits
from anlan.toolkit.intake.rates import Buckets
from tests.journeys.conftest import BEFORE, SIGNATURE, find
from tests.served import a_house
from tests.world import forget

from .taps import Phone, written_down

DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[object]:
    home = tmp_path_factory.mktemp("home")
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), django_db_blocker.unblock(), transaction.atomic():
        place = small_district()
        handbook.load()
        yield place
        transaction.set_rollback(True)
    forget()


@pytest.fixture(scope="module")
def house(district):
    with a_house() as found:
        yield found


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    monkeypatch.setattr(limits, "BUCKETS", Buckets())


@pytest.fixture
def photo(tmp_path) -> Path:
    path = tmp_path / "IMG_0001.jpg"
    Image.effect_noise((2000, 1500), 60).convert("RGB").save(path, "JPEG")
    return path


def test_a_report_is_followed_climbs_is_rated_and_handled_again(house, district, photo):
    phone = Phone(*house, district.point("G111"))
    phone.page.goto("/public/report/")
    phone.take("input[name=photos]", photo)
    phone.reads("1 张照片")
    phone.tap(".kind:has-text('通道堵塞')")
    phone.tap("[data-locate]")
    phone.reads("已取到您现在的位置。")
    phone.sound("resident-report")
    phone.tap(".tell-send")
    phone.reads("请留好下面两项")
    assert (phone.counted, phone.seconds < 30) == (written_down("居民上报").counted, True)
    receipt = {name: phone.page.locator(f"main input[name={name}]").get_attribute("value") for name in ("code", "pin", "kept")}
    phone.tap("button:has-text('看办理情况')")
    phone.reads("已收到，交所在社区办理。")

    matter, call = Matter.objects.get(), uuid4()
    advance(Ref("call", call), "ring", actor=district.actor("community"), at=NOON, given={
        "matter": str(matter.uid), "goal": "请清走", "priority": "P4", "reason": "request", "on_behalf": True, "to_level": "grid"})
    tick(at=NOON + DAY)
    look_again(phone, receipt)
    phone.reads("没有按时接办，已自动转到上一级")
    phone.reads("东街街道办事处")
    phone.sound("resident-climbed")
    climbed = Ref("call", matter.calls.get(state="ringing").uid)
    advance(climbed, "sign", actor=district.actor("street"), at=NOON + DAY)
    advance(climbed, "finish", actor=district.actor("street"), at=NOON + DAY, given={"result": "solved", "finding": "已清走"})
    look_again(phone, receipt)
    phone.choose("select[name=response_stars]", "4")
    phone.choose("select[name=result_stars]", "2")
    phone.choose("select[name=solved]", "yes")
    phone.tap("button:has-text('评价并结束')")
    phone.reads("谢谢您的评价。")
    phone.write("textarea[name=reason]", "又堵上了")
    phone.tap("button:has-text('请再办理')")
    phone.reads("已请社区再次办理。")
    advance(Ref("matter", matter.uid), "answer", actor=district.actor("community"), at=NOON + 2 * DAY,
            given={"answer": "加了隔离桩"})
    look_again(phone, receipt)
    phone.reads("加了隔离桩")
    phone.sound("resident-again")
    row = written_down("居民的一件事")
    assert (phone.counted, phone.seconds < row.seconds) == (row.counted, True)
    phone.context.close()


def look_again(phone: Phone, receipt: dict[str, str]) -> None:
    """She asks once more with what her receipt holds, as scanning its code does."""
    phone.page.goto("about:blank")
    phone.page.goto("/public/follow/#" + urlencode(receipt))
    phone.tap("main button[type=submit]")


@pytest.fixture
def notified(district):
    """A restaurant whose hose is worn: checked yesterday, and told."""
    unit = open_one("premises", "create", {
        "name": "百瑞景小馆", "place_type": "restaurant", "address": "中南路1号", "gas": "lpg", "area": district.areas["G111"].uid,
        "owner": district.houses["restaurant"].uid}, actor=district.actor("street"), at=NOON - 30 * DAY)
    found = find("CY05", before=[BEFORE])
    street = district.actor("street", at=NOON - DAY)
    advance(Ref("visit", uuid4()), "drop_in", actor=street, at=NOON - DAY, given={
        "premises": str(unit), "result": "hazards", "finds": [found], "signature": [SIGNATURE], "signer": "陈某"})
    return Hazard.objects.get(uid=found["uid"])


def test_a_unit_reads_its_notice_proves_it_done_and_is_struck_off_by_another(house, district, notified, photo):
    phone = Phone(*house)
    allow_gateway("sms", "短信平台", {"url": "https://sms.example.gov.cn/send"}, actor=district.actor("sysadmin"), at=NOON)
    phone.page.goto("/unit/sign-in/")
    phone.write("input[name=phone]", district.people["unit"].phone)
    phone.tap("main button[type=submit]")
    phone.reads("验证码已经发出")
    phone.sound("unit-sign-in")
    phone.write("input[name=code]", re.search(r"\d{6}", words_of(Message.objects.get()))[0])
    phone.tap("main button[type=submit]")
    phone.reads("要整改的隐患 1 起")
    phone.sound("unit-home")
    phone.tap(f"a[href='/unit/hazards/{notified.uid}/']")
    phone.reads("怎样改")
    phone.sound("unit-notice")
    phone.tap(".unit-moves a.btn-primary")
    phone.write("[name=fixed_what]", "已换软管")
    phone.write("[name=fixer_name]", "陈老板")
    phone.take("input[name=photos]", photo)
    phone.reads("1 张照片")
    phone.sound("unit-proof")
    phone.tap(".form-foot button[type=submit]")
    phone.reads("已报改好，等待复查")
    row = written_down("单位整改一起隐患")
    assert (phone.counted, phone.seconds < row.seconds) == (row.counted, True)

    advance(Ref("hazard", notified.uid), "plan_review", actor=district.actor("street"), at=NOON)
    advance(Ref("hazard", notified.uid), "pass_review", actor=district.actor("reviewer"), at=NOON, given={"opinion": "合格"})
    phone.page.reload()
    phone.reads("已销号")
    phone.sound("unit-struck-off")
    phone.context.close()
