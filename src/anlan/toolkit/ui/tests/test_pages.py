"""The pages of the look, as HTML."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from anlan.toolkit.ui import parts, specimens

FRAMES = ("phone", "wall", "paper", "public", "sign_in", "worklist")
EMPTY = parts.Empty("今天的巡查都走完了", "明天 8:30 排出新的巡查单。", parts.Link("看看明天", "/tomorrow"))


class Outline(HTMLParser):
    """Ids, references to ids, headings and unlabelled images of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if told.get("id"):
            self.ids.append(told["id"] or "")
        for name in ("for", "aria-describedby", "aria-labelledby", "data-open-dialog"):
            self.references |= set((told.get(name) or "").split())
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


def outline(html: str) -> Outline:
    read = Outline()
    read.feed(html)
    return read


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_the_living_page_shows_every_component_and_every_frame():
    page = Client().get("/design").content.decode()
    assert [f'id="{specimen.slug}"' in page for specimen in specimens.index()] == [True] * len(specimens.index())
    assert [Client().get(f"/design/{frame}").status_code for frame in FRAMES] == [200] * len(FRAMES)
    assert Client().get("/design/nothing").status_code == 404


@pytest.mark.parametrize("address", ["/design", *(f"/design/{frame}" for frame in FRAMES)])
def test_ids_are_unique_and_every_reference_finds_its_id(address):
    read = outline(Client().get(address).content.decode())
    assert (sorted(set(read.ids)) == sorted(read.ids), read.references - set(read.ids)) == (True, set())
    assert [(a, b) for a, b in pairwise(read.headings) if b > a + 1] == []
    # The living page shows three case heads of its own; a work list has the list's and the case's.
    assert read.headings.count(1) == {"/design": 4, "/design/worklist": 2}.get(address, 1)


def test_no_english_stands_in_a_chinese_page():
    page = Client().get("/design/worklist").content.decode()
    text = re.sub(r"<(script|style)[\s\S]*?</\1>|<[^>]+>", " ", page)
    words = set(re.findall(r"[A-Za-z]{3,}", text)) - {"English", "Enter", "Esc"}
    assert words == set()


def test_the_language_can_be_switched_and_the_page_says_its_language():
    with translation.override("en"):
        assert 'value="zh-hans"' in render_to_string(
            "ui/parts/language_switch.html", {"action": "/i18n/setlang/", "next": "/"}
        )
    assert '<html lang="zh-hans">' in Client().get("/design").content.decode()


def test_moves_stand_primary_first_grave_last_and_the_refused_are_one_tap_away():
    page = render(
        "{% moves moves refused %}",
        moves=[
            parts.Move("停用", "/stop", grave=True, posts=True, question="现在停用？", hidden={"expect": "3"}),
            parts.Move("延期", "/extend"),
            parts.Move("提交整改", "/mend", primary=True),
        ],
        refused=[parts.RefusedMove("销号", ["挂牌督办还没有结束。"])],
    )
    assert re.findall(r"(提交整改|延期|停用)</", page) == ["提交整改", "延期", "停用"]
    assert 'name="expect" value="3"' in page and 'data-question="现在停用？"' in page
    assert page.index("<details") < page.index("挂牌督办还没有结束。") and "销号</a>" not in page


def test_an_empty_list_says_why_and_what_comes_next():
    table = parts.Table("隐患", [parts.Column("隐患")], [], EMPTY)
    page = render("{% table_list table %}", table=table)
    assert ("今天的巡查都走完了" in page, "明天 8:30" in page, 'href="/tomorrow"' in page, "<table" in page) == (
        True,
        True,
        True,
        False,
    )


def test_a_list_tells_its_order_its_bounded_count_and_pages_by_key():
    columns = [parts.Column("隐患", sort_url="?sort=-what", sorted="ascending"), parts.Column("数", "number")]
    rows = [parts.Row(["软管开裂", None], url="/h/1", key="1")]
    page = render(
        "{% table_list table %}", table=parts.Table("隐患", columns, rows, EMPTY, count="10,000+", next_url="?after=1")
    )
    assert ('aria-sort="ascending"' in page, "共 10,000+ 条" in page, 'href="?after=1" rel="next"' in page) == (
        True,
        True,
        True,
    )
    assert ('<th scope="row"><a href="/h/1">软管开裂</a>' in page, "—</td>" in page, 'type="checkbox"' in page) == (
        True,
        True,
        False,
    )


def test_filters_keep_the_rest_of_the_address_and_each_can_be_taken_off():
    bar = parts.FilterBar(
        [parts.Filter("state", "状态", choices=[("open", "未办结")], value="open")],
        chosen=[parts.Link("状态：未办结", "?sort=due")],
        kept={"sort": "due"},
    )
    page = render("{% filter_bar bar %}", bar=bar)
    assert (
        'type="hidden" name="sort" value="due"' in page,
        'value="open" selected' in page,
        'href="?sort=due"' in page,
    ) == (True,) * 3


def test_a_figure_without_anything_to_count_is_a_dash_without_a_unit():
    page = render("{% figure figure %}", figure=parts.Figure("销号率", None, "%", note="没有应销号的"))
    assert ("—" in page, "%" in page, "<a" in page) == (True, False, False)


def test_bars_start_at_zero_and_are_in_proportion():
    rows = [parts.FigureRow("甲", 8), parts.FigureRow("乙", 2), parts.FigureRow("丙", 0), parts.FigureRow("丁", None)]
    page = render("{% figure_table t %}", t=parts.FigureTable("超期", rows, "起", "台账", specimens.NOW))
    assert re.findall(r'<rect x="0" y="1" width="([\d.]+)"', page) == ["100.0", "25.0"]
    assert "来源：台账；截至 2021-06-25" in page


def test_a_sheet_with_faults_offers_no_commit_and_a_good_one_does():
    move = parts.Move("导入", "/commit", primary=True, posts=True)
    bad = parts.ImportResult(
        "a.xlsx", 9, 8, [parts.ImportFault(1203, "街道", "中南街道", "没有这条街道。")], commit=move
    )
    good = parts.ImportResult("a.xlsx", 9, 9, [], commit=move)
    told = render("{% import_result r %}", r=bad)
    assert ("第 1,203 行 街道" in told, "没有这条街道。" in told, "/commit" in told) == (True, True, False)
    assert "/commit" in render("{% import_result r %}", r=good)


def test_a_checklist_keeps_its_answers_and_marks_what_is_grave_or_pending():
    groups = [
        parts.CheckGroup(
            "餐饮",
            [
                parts.CheckItem("CY01", "报警器", pending=True, answer="normal"),
                parts.CheckItem("CY02", "气瓶", grave=True),
            ],
        )
    ]
    page = render("{% checklist groups %}", groups=groups)
    assert re.findall(r'name="answer-(\w+)" value="(\w+)"( checked)?', page) == [
        ("CY01", "normal", " checked"),
        ("CY01", "hazard", ""),
        ("CY01", "skip", ""),
        ("CY02", "normal", ""),
        ("CY02", "hazard", ""),
        ("CY02", "skip", ""),
    ]
    assert ("依据待核" in page, "重大" in page, "已查 1 / 2 项" in page) == (True, True, True)


def test_the_frame_stands_without_a_person_a_bell_or_a_clock():
    page = render_to_string("ui/base.html", {})
    assert ('id="main"' in page, "退出登录" in page, "instance-now" in page) == (True, False, False)


def test_a_person_may_change_post_and_sign_out():
    shell = {
        "person": {
            "name": "周敏",
            "post": "专班",
            "key": "p1",
            "switch_url": "/post",
            "sign_out_url": "/out",
            "posts": [
                {"label": "专班", "value": "1", "current": True},
                {"label": "值班长", "value": "2", "current": False},
            ],
        }
    }
    page = render_to_string("ui/base.html", {"shell": shell, "csrf_token": "t"})
    assert re.findall(r'name="post" value="(\d)" aria-pressed="(\w+)"', page) == [("1", "true"), ("2", "false")]
    assert ('action="/out" data-sign-out' in page, 'name="person" content="p1"' in page) == (True, True)


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("400", "请求看不懂"),
        ("403", "您的岗位不能办理这件事"),
        ("403_csrf", "页面已经过期"),
        ("404", "没有找到这一页"),
        ("500", "系统出了故障"),
    ],
)
def test_error_pages_speak_and_need_nothing_from_the_request(status, title):
    page = render_to_string(f"{status}.html")
    assert f"<h1>{title}</h1>" in page and 'href="/"' in page


def test_a_refusal_page_gives_the_reasons():
    assert "复查人不能是整改人。" in render_to_string("403.html", {"sentences": ["复查人不能是整改人。"]})
