"""The look as a person meets it: in a browser, at two widths, by keyboard, under the content policy."""

import base64
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from django import forms
from django.template import Context, Template
from playwright.sync_api import Browser, Page, Request, expect

from anlan.toolkit.ui import fields, parts, specimens
from anlan.toolkit.ui.specimens import lists
from anlan.toolkit.ui.tests.browser import Reply, a_browser, open_page, violations

pytestmark = pytest.mark.browser
PAGES = ("/design", *(f"/design/{frame}" for frame in ("phone", "wall", "paper", "public", "sign_in", "worklist")))
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.offsetParent && !e.closest('p, pre, dd'))
  .map(e => e.matches('input') && e.closest('label') || e)
  .filter(e => { const box = e.getBoundingClientRect(); return box.width < 44 || box.height < 44 })
  .map(e => e.outerHTML.slice(0, 90))"""


class Mend(forms.Form):
    what = forms.CharField(label="做了哪些整改")
    cost = forms.DecimalField(label="花费", min_value=0)
    signature = fields.SignatureField(label="签名")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as found:
        yield found


class Desk:
    """A page with a form and a grave move; remembers what was sent, and answers as a server would."""

    def __init__(self, browser: Browser) -> None:
        self.sent: list[dict[str, list[str]]] = []
        self.form = Mend()
        self.page = open_page(browser, "/form", answer=self.answer)

    def answer(self, request: Request) -> Reply:
        if request.method == "POST":
            self.sent.append(parse_qs(request.post_data or "", keep_blank_values=True))
            return Reply(200, self.html("<p>已提交</p>"))
        stop = parts.Move("立即停用", "/stop", grave=True, posts=True, question="现在停用？")
        return Reply(200, self.html("{% move_form form '提交' action='/form' %}{% move_button stop %}", stop=stop))

    def html(self, body: str, **more: object) -> str:
        source = "{% extends 'ui/base.html' %}{% load ui %}{% block content %}<h1>办理</h1>" + body + "{% endblock %}"
        shell = {"now": specimens.NOW, "person": {"key": "p1", "name": "周敏", "post": "专班"}}
        return Template(source).render(Context({"form": self.form, "shell": shell, "csrf_token": "t", **more}))


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_sound_for_those_who_do_not_see_it(browser, address, width):
    page = open_page(browser, address, width, trust=True)
    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_a_phone_and_a_thumb(browser, address):
    page = open_page(browser, address, 360, 640)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate(SMALL_TARGETS) == []
    page.context.close()


@pytest.mark.parametrize("address", PAGES)
def test_nothing_on_a_page_breaks_the_content_policy(browser, address):
    page = open_page(browser, address)
    assert page.complaints == []
    page.context.close()


def test_the_first_screen_of_a_phone_shows_state_debt_and_the_next_step(browser):
    page = open_page(browser, "/design/phone", 360, 640)
    boxes = [
        page.locator(part).first.bounding_box() for part in (".case-signs", ".owes", ".case-newest", ".thumb .btn")
    ]
    assert [box["y"] + box["height"] <= 640 for box in boxes] == [True] * 4
    page.context.close()


def test_a_list_is_worked_by_keyboard(browser):
    page = open_page(browser, "/design")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 1 项")
    assert page.evaluate("document.activeElement.textContent") == "疏散通道堆放杂物"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "地下室存放液化石油气瓶"
    page.keyboard.press("/")
    page.keyboard.type("jk")
    expect(page.locator(".top-search input")).to_have_value("jk")
    page.context.close()


def test_help_opens_with_a_question_mark_and_closes_with_escape(browser):
    page = open_page(browser, "/design")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.context.close()


def test_a_menu_closes_on_escape_and_when_one_looks_elsewhere(browser):
    page = open_page(browser, "/design")
    body = page.locator(".top .menu-body")
    page.locator(".top .menu > summary").click()
    expect(body).to_be_visible()
    page.keyboard.press("Escape")
    expect(body).to_be_hidden()
    page.locator(".top .menu > summary").click()
    page.locator("h1").first.click()
    expect(body).to_be_hidden()
    page.context.close()


def test_a_row_opens_beside_the_list_where_there_is_room_and_as_a_page_where_there_is_not(browser):
    wide = open_page(browser, "/design/worklist")
    wide.get_by_role("link", name="疏散通道堆放杂物").click()
    expect(wide.locator("tr.chosen-row a")).to_have_text("疏散通道堆放杂物")
    assert wide.url.endswith("/design/worklist?case=1")
    narrow = open_page(browser, "/design/worklist", 360, 740)
    narrow.get_by_role("link", name="疏散通道堆放杂物").click()
    narrow.wait_for_url("**/design/worklist#list")
    wide.context.close()
    narrow.context.close()


def test_what_was_typed_survives_a_reload_and_goes_once_it_is_sent(desk):
    page = desk.page
    page.get_by_label("做了哪些整改").fill("换了软管")
    page.reload()
    expect(page.get_by_label("做了哪些整改")).to_have_value("换了软管")
    expect(page.locator(".draft-bar")).to_contain_text("尚未提交的内容")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#main")).to_contain_text("已提交")
    page.wait_for_load_state()  # its text stands before its script has run, which puts the draft away
    assert (page.evaluate("localStorage.length"), desk.sent[0]["what"]) == (0, ["换了软管"])


def test_a_draft_can_be_put_away(desk):
    page = desk.page
    page.get_by_label("做了哪些整改").fill("换了软管")
    page.reload()
    page.get_by_role("button", name="不要，重新填写").click()
    expect(page.get_by_label("做了哪些整改")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0


def test_a_refused_form_puts_the_cursor_on_the_first_fault(desk):
    desk.form = Mend({"what": "换了软管", "cost": "-5"})
    desk.page.reload()
    assert desk.page.evaluate("document.activeElement.name") == "cost"
    expect(desk.page.get_by_label("做了哪些整改")).to_have_value("换了软管")


def test_what_cannot_be_undone_is_asked_first_and_escape_means_no(desk):
    page = desk.page
    page.get_by_role("button", name="立即停用").click()
    expect(page.get_by_text("现在停用？")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("现在停用？")).to_have_count(0)
    assert desk.sent == []
    page.get_by_role("button", name="立即停用").click()
    page.get_by_role("dialog").get_by_role("button", name="立即停用").click()
    expect(page.locator("#main")).to_contain_text("已提交")
    assert len(desk.sent) == 1


def draw(page: Page) -> None:
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=6)
    page.mouse.up()


def test_a_drawn_signature_is_one_the_server_takes_and_can_be_drawn_anew(desk):
    page = desk.page
    draw(page)
    expect(page.locator("[data-signature-state]")).to_have_text("已手写签名")
    drawn = page.locator('input[name="signature"]').input_value()
    image = fields.SignatureField().clean((drawn, "")).image
    assert (image.startswith(fields.PNG), len(image) > 500, base64.b64decode(drawn.split(",")[1]) == image) == (
        True,
        True,
        True,
    )
    page.get_by_role("button", name="重签").click()
    expect(page.locator('input[name="signature"]')).to_have_value("")


def test_photos_are_seen_counted_and_taken_off(browser, tmp_path):
    photo = tmp_path / "现场.png"
    photo.write_bytes(
        base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
    )
    note = tmp_path / "说明.txt"
    note.write_text("不是照片")
    page = open_page(browser, "/design")
    root = page.locator("#capture [data-photos]")
    root.locator("input").set_input_files([photo, note])
    expect(root.locator("figure img")).to_have_count(1)
    expect(root.locator("[data-photo-note]")).to_contain_text("1 张照片")
    expect(page.locator(".toast-fault", has_text="说明.txt 不是照片，没有加入。")).to_be_visible()
    root.get_by_role("button", name="去掉这张照片").click()
    assert (root.locator("figure").count(), root.locator("input").evaluate("e => e.files.length")) == (0, 0)
    assert page.complaints == []
    page.context.close()


def test_a_checklist_takes_one_tap_an_item_and_asks_more_only_of_a_hazard(browser):
    page = open_page(browser, "/design", 360, 740)
    item = page.locator("#item-CY02")
    item.get_by_text("正常", exact=True).click()
    expect(item.locator(".checklist-more")).to_be_hidden()
    expect(page.locator("[data-checklist-count]")).to_have_text("已查 3 / 4 项")
    item.get_by_text("隐患", exact=True).click()
    expect(item.locator("textarea")).to_be_visible()
    page.get_by_role("button", name="下一项").click()
    assert page.evaluate("document.activeElement.name") == "answer-XF03"
    page.context.close()


def test_filters_fold_on_a_phone_and_leave_no_empty_values_in_the_address(browser):
    page = open_page(browser, "/design", 360, 740)
    expect(page.locator("form.filters")).to_be_hidden()
    page.locator("[data-filters-fold]").click()
    page.get_by_label("状态").select_option("closed")
    page.wait_for_url("**/design?**")
    assert page.url.split("?")[1] == "sort=due&state=closed&found_since=2021-06-01&found_until=2021-06-25"
    page.context.close()


def test_a_page_prints_without_its_frame_and_says_when(browser):
    page = open_page(browser, "/design/worklist", 794, 1123)  # A4 at 96 dots an inch
    page.emulate_media(media="print")
    parts_of_page = (".side", ".top", ".moves", ".split-list", ".print-head", ".case-head")
    assert [page.locator(part).first.is_visible() for part in parts_of_page] == [False, False, False, False, True, True]
    expect(page.locator(".print-head")).to_contain_text("打印于 2021-06-25 08:30")
    assert page.evaluate("document.documentElement.scrollWidth") == 794
    page.context.close()


def test_pages_work_without_scripts(browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    html = Template("{% load ui %}{% checklist groups %}{% moves moves refused %}").render(
        Context({"groups": lists.checks()["groups"], "moves": (), "refused": [parts.RefusedMove("销号", ["还不能。"])]})
    )
    page.set_content(html)
    page.get_by_text("其他步骤为什么不能办").click()
    expect(page.get_by_text("还不能。")).to_be_visible()
    context.close()


def test_the_language_switch_comes_back_to_the_same_page(browser):
    page = open_page(browser, "/design/worklist")
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/design/worklist")
    expect(page.locator("h1").first).to_be_visible()
    assert page.complaints == []
    page.context.close()
