"""The desk in a browser: several rows at once with one undo, and a call of the first rank that rings until it is heard."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from anlan.calls.models import Call
from anlan.hazards.models import Hazard
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import HELD_SECONDS, set_clock
from anlan.kernel.journal import seal_all
from anlan.kernel.tick import tick
from anlan.people.models import Post
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.notices.models import NoticeRead
from anlan.toolkit.ui.tests.browser import violations
from tests.served import enter
from tests.test_stream import place, port, report, signed_in, web  # noqa: F401
from tests.world import photo

from .taps import picture
from .test_live import browser, desks  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def three(place, desks) -> list[Hazard]:  # noqa: F811
    """Three wet floors of one restaurant, told to it today."""
    warden, unit = place.actor("warden"), open_one("premises", "create", {
        "name": "丹桂小馆", "place_type": "restaurant", "address": "丹桂路1号", "area": place.areas["G111"].uid,
        "owner": place.houses["restaurant"].uid}, actor=SYSTEM, at=NOON)
    shots = [keep(*photo(shade), actor=warden, at=NOON).sha256 for shade in (1, 2)]
    finds = [{"uid": str(uuid4()), "matter": str(uuid4()), "what": f"后厨地面湿滑{n}", "level": "general", "days": 3, "before": shots[:1]}
             for n in range(3)]
    advance(Ref("visit", uuid4()), "drop_in", actor=warden, at=NOON, given={
        "premises": str(unit), "result": "hazards", "finds": finds, "signature": shots[1:], "signer": "陈某"})
    return list(Hazard.objects.order_by("id"))


def drafters() -> list[str]:
    return list(Hazard.objects.order_by("id").values_list("order_drafter", flat=True))


def test_rows_picked_by_keyboard_share_one_form_and_one_button_takes_it_back(three, desks):  # noqa: F811
    page = enter(*desks, signed_in("officer1"), 1440, trust=True).new_page()
    page.goto("/desk/hazards/")
    page.locator("tbody tr").first.wait_for()
    for _row in three[1:]:
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_contain_text("2")
    page.get_by_role("button", name="一起办理").click()
    page.get_by_role("button", name="起草整改指令书").wait_for()
    picture(page, "day-several")
    page.get_by_role("button", name="起草整改指令书").click()
    page.fill("textarea[name=demand]", "三日内整改")
    page.fill("input[name=due_on]", str(NOON.date() + timedelta(days=5)))
    page.locator(".form-foot button[type=submit]").click()
    expect(page.get_by_role("status")).to_contain_text("办成 2 件")
    assert sorted(drafters()) == ["", "吴刚", "吴刚"]
    assert violations(page) == []
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status")).to_contain_text("办成 2 件")
    assert drafters() == ["", "", ""]


def ring(place) -> Call:  # noqa: F811
    uid = uuid4()
    advance(Ref("call", uid), "ring", actor=place.actor("community"), at=NOON, given={
        "matter": str(report(place)), "goal": "燃气味，请立即派人查漏", "priority": "P1", "reason": "urgent"})
    told()
    return Call.objects.get(uid=uid)


def told() -> None:
    """What the worker does with a deed."""
    seal_all()
    follow_all()


def silence(page: Page) -> None:
    expect(page.locator("[data-ring]")).to_have_count(0)


def test_a_first_rank_call_rings_on_screen_until_it_is_heard_and_unsigned_it_rings_the_deputy(place, desks):  # noqa: F811
    Post.objects.filter(id=place.posts["street"].id).update(deputy=place.posts["street2"])
    street, deputy = (enter(*desks, signed_in(name), width, trust=True).new_page() for name, width in (("street", 1440), ("street2", 360)))
    for page in (street, deputy):
        page.goto("/desk/")
        expect(page.locator("[data-bell-words]")).to_have_text("通知，0 条未读")
    first = ring(place)
    box = street.locator("[data-ring]")
    expect(box).to_contain_text("燃气味，请立即派人查漏", timeout=15_000)
    assert street.title().startswith("！ ")
    street.goto("/desk/hazards/")
    expect(box).to_have_count(1, timeout=15_000)  # another page rings as well
    assert violations(street) == []
    box.get_by_role("button", name="知道了").click()
    silence(street)
    assert NoticeRead.objects.count() == 1
    silence(deputy)

    later = NOON + 11 * MINUTE
    set_clock(later, running=False)
    street.wait_for_timeout(1500 * HELD_SECONDS)  # until the served house has heard of it
    tick(at=later)
    told()
    first.refresh_from_db()
    assert first.state == "missed"
    rung = deputy.locator("[data-ring]")
    expect(rung).to_contain_text("紧急呼叫无人签收，请副岗立即处理", timeout=15_000)
    assert deputy.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(deputy) == []
    advance(Ref("call", Call.objects.get(climbed_from=first.uid).uid), "sign", actor=place.actor("emergency", later), at=later)
    told()
    expect(rung).to_have_count(0, timeout=15_000)  # the open page falls silent without being touched
