"""The morning of a post: the night, the figures beside what they are measured by, where it is late, what is due."""

import re
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from django.db.models import DateField
from django.test import Client

import anlan.urls  # noqa: F401  every kind has its pages
from anlan.desk.morning import due, night
from anlan.desk.morning.headlines import change, headlines
from anlan.desk.morning.late import late_by_area
from anlan.desk.morning.views import _areas
from anlan.desk.shell import EDITS, MOST_ENTRIES, entries, entries_beside
from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Seal
from anlan.kernel.rulebook import rulebook
from anlan.kernel.tick import tick
from anlan.people.roles import Role
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one

from .journeys.conftest import BEFORE, SIGNATURE, find, place, restaurant, walk  # noqa: F401

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def visit(walk, restaurant):  # noqa: F811
    def do(at, *names, item="", **more):
        finds = [find(item, name, before=[BEFORE], **({"days": 3} if not item else {}), **more) for name in names]
        walk("visit", uuid4(), "drop_in", "warden", at, premises=str(restaurant.uid), result="hazards", finds=finds,
             answers={item: "hazard"} if item else {}, signature=[SIGNATURE], signer="陈某")
        return [UUID(f["uid"]) for f in finds]

    return do


@pytest.fixture
def ring(walk, restaurant):  # noqa: F811
    def do(at):
        matter, call = uuid4(), uuid4()
        walk("matter", matter, "open", "warden", at, what="楼道里有燃气味", premises=str(restaurant.uid))
        walk("call", call, "ring", "community", at, matter=str(matter), goal="请派人查漏", priority="P3", reason="power",
             tried="已开窗通风")
        return call

    return do


def page(who, path="/desk/morning/"):
    client = Client()
    client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
    return client.get(path)


def parts_of(place, who, at=NOON):  # noqa: F811
    ground, below = _areas(place.actor(who, at=at).area_id, local_day(at))
    return ground, below, {a.id: a.name for a in below}


def night_of(place, who, at=NOON):  # noqa: F811
    seal_all()
    head = Seal.objects.order_by("-no").values_list("no", flat=True)[0]
    return night.night_of(place.actor(who, at=at), at, head, rulebook(), parts_of(place, who, at)[2])


# The night


def test_the_night_is_what_happened_since_six_in_the_evening_by_kind_and_step(place, visit, ring):  # noqa: F811
    visit(NOON - 19 * HOUR, "下午的事")
    visit(NOON - 17 * HOUR, "夜里地面湿滑", "夜里通道堆物")
    ring(NOON - 2 * HOUR)
    told = {g.label: (g.n, [(line.sentence, line.where) for line in g.lines]) for g in night_of(place, "director")}
    warden, community = "王敏（东一社区居委会网格员）", "刘芳（东一社区居委会社区安全专干）"
    assert told["隐患 · 检查发现"] == (2, [(f"{warden}检查发现并告知单位：夜里{what}", "东街街道") for what in ("通道堆物", "地面湿滑")])
    assert told["呼叫 · 呼叫"] == (1, [(f"{community}呼叫：请派人查漏", "东街街道")])
    assert "下午的事" not in str(told)
    assert night_of(place, "street2") == []


def test_what_the_clock_did_by_itself_is_news_of_the_night(place, visit):  # noqa: F811
    visit(NOON, "地面湿滑")
    at = NOON + 4 * DAY
    tick(at=at)
    assert [(g.label, g.n, g.lines[0].sentence) for g in night_of(place, "director", at)] == [("隐患 · 逾期", 1, "整改逾期：地面湿滑")]


def test_a_group_lists_its_newest_and_counts_all(place, visit):  # noqa: F811
    visit(NOON, *(f"第{n}处" for n in range(night.LINES + 3)))
    group = next(g for g in night_of(place, "street") if g.kind == "hazard")
    assert (group.n, len(group.lines)) == (night.LINES + 3, night.LINES)
    assert all(page("street", line.url).status_code == 200 for line in group.lines[:2])


def test_a_title_is_told_from_the_columns_it_looks_at():
    """Of every kind, the title of a case that has nothing but those columns is the title of the whole case."""
    looked_at = {pages.flow.kind: night.title_columns(pages.flow.kind) for pages in night._kinds()}
    assert {"call": ("goal",), "hazard": ("what",)}.items() <= looked_at.items()
    for kind, columns in looked_at.items():
        flow = FLOWS[kind]
        whole = flow.model(uid=uuid4(), area_id=1, **{c: _some(flow.model._meta.get_field(c)) for c in columns})
        assert isinstance(str(flow.title(whole)), str)


def _some(field):
    return NOON.date() if isinstance(field, DateField) else field.get_default()


# The figures


def test_a_figure_stands_beside_a_week_before_and_the_same_days_of_last_year(place, visit):  # noqa: F811
    for days, names in ((1, "甲乙丙"), (9, "丁")):
        visit(NOON - days * DAY, *names)
    visit(NOON, "今天的")
    seal_all()
    ground = place.areas["D"]
    told = {h.id: h for h in headlines(ground.id, ground.uid, NOON, NOON - 20 * DAY)}
    found, standing = told["haz-found"], told["haz-standing"]
    assert (found.now.value, [(v.label, v.value, v.change) for v in found.beside]) == (3, [
        ("前7天", 1, "多 2"), ("去年同期", None, ""), ("今年以来", 5, ""), ("今天", 1, "")])
    assert (standing.now.value, [(v.label, v.value, v.change) for v in standing.beside]) == (5, [
        ("7天前", 1, "多 4"), ("去年同日", None, "")])
    assert (told["haz-rate"].now.value, told["call-response"].now.value) == (Decimal(0), None)


def test_every_figure_opens_the_page_that_says_the_same_number(place, visit):  # noqa: F811
    visit(NOON - DAY, "甲", "乙")
    visit(NOON - 9 * DAY, "丙")
    seal_all()
    text = page("director").content.decode()
    links = re.findall(r'href="(/desk/figures/[^"]+)"[^>]*>([\d,.]+|—)', text)
    told = [(url, value) for url, value in links if value != "—"]  # a dash: before the journal began, or nothing to share in
    assert len(told) > 20
    for url, value in told:
        shown = re.search(r'class="figure-value">\s*([\d,.]+|—)', page("director", url.replace("&amp;", "&")).content.decode())
        assert shown and shown[1] == value, url


@pytest.mark.parametrize(("now", "before", "unit", "told"), [
    (5, 3, "起", "多 2"), (3, 5, "起", "少 2"), (4, 4, "起", "持平"), (None, 4, "起", ""), (4, None, "起", ""),
    (Decimal("80.5"), Decimal("78"), "%", "高 2.5 个百分点"), (Decimal(7), Decimal(8), "%", "低 1.0 个百分点")])
def test_how_far_a_figure_is_from_another(now, before, unit, told):
    assert change(now, before, unit) == told


# Where it is late


def test_streets_are_ranked_by_what_is_late_for_a_thousand_units_and_without_units_have_no_rank(place, visit, restaurant):  # noqa: F811
    open_one("risk_point", "create", {"premises": restaurant.uid, "name": "灶台", "method": "ls", "likelihood": "3",
                                      "consequence": "4"}, actor=SYSTEM, at=NOON)
    visit(NOON, "甲", "乙")
    at = NOON + 4 * DAY
    tick(at=at)
    seal_all()
    ground, below, _names = parts_of(place, "director", at)
    rows = late_by_area(ground, below, at)
    assert [(r.name, r.late, r.units, r.rate, r.rank, r.standing) for r in rows] == [
        ("东街街道", 2, 1, 2000, 1, 2), ("西街街道", 0, 0, None, None, 0)]
    assert "—" in page("director").content.decode()


def test_equal_rates_share_a_rank():
    from anlan.desk.morning.late import _rank  # noqa: PLC0415

    rates = [Decimal(5), Decimal(3), Decimal(5), None]
    assert [_rank(r, rates) for r in rates] == [1, 3, 1, None]


# What is due


def sections(place, who, at=NOON):  # noqa: F811
    actor = place.actor(who, at=at)
    return {s.title: s for s in due.sections(actor, at, rulebook(), parts_of(place, who, at)[2])}


def test_calls_tell_when_they_climb_and_majors_how_long_they_have(place, visit, ring):  # noqa: F811
    ring(NOON)
    (cylinder,) = visit(NOON, "地下室存放气瓶", item="CY02", control="remove")
    visit(NOON, "地面湿滑")
    told = sections(place, "director")
    (call,), (major,) = told["没有签收的呼叫"].lines, told["重大隐患"].lines
    assert (call.title, call.what, call.due.strftime("%H:%M"), call.next, call.where) == (
        "请派人查漏", "签收", "16:00", "到期后：自动上呼", "东街街道")
    assert (major.url.rstrip("/").rsplit("/", 1)[-1], major.what) == (str(cylinder), "确认等级")
    assert sections(place, "street2")["重大隐患"].lines == []
    tick(at=NOON + 4 * HOUR)  # it climbed
    assert [line.what for line in sections(place, "director", NOON + 4 * HOUR)["没有签收的呼叫"].lines] == ["签收"]


def test_a_thousand_general_hazards_hide_no_major_one(place, visit, monkeypatch):  # noqa: F811
    monkeypatch.setattr(due, "CANDIDATES", 2)
    visit(NOON - 2 * DAY, "甲", "乙", "丙")
    visit(NOON, "气瓶", item="CY02", control="remove")
    assert [line.title for line in sections(place, "director")["重大隐患"].lines] == [
        "在地下室、半地下室或无通风房间使用、存放液化石油气瓶：气瓶"]


# Home and navigation


@pytest.mark.parametrize(("who", "home"), [("director", "/desk/morning/"), ("leader", "/desk/morning/"), ("street", "/desk/"),
                                           ("warden", "/field/"), ("unit", "/unit/")])
def test_after_signing_in_and_by_the_mark_one_comes_home(place, who, home):  # noqa: F811
    client = Client()
    assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD})["Location"] == home
    assert client.get("/")["Location"] == home
    assert f'class="brand" href="{home}"' in client.get("/desk/hazards/").content.decode()


@pytest.mark.parametrize(("path", "lit"), [
    ("/desk/", ["/desk/"]), ("/desk/morning/", ["/desk/morning/"]), ("/desk/calls/", ["/desk/calls/board/"]),
    ("/desk/shortcomings/", ["/desk/figures/"]), ("/desk/monthly-returns/", ["/desk/figures/"]), ("/desk/my-notices/", [])])
def test_the_entry_that_a_page_belongs_to_is_marked_and_no_other(place, path, lit):  # noqa: F811
    assert [entry["url"] for entry in page("director", path).context["nav"] if entry["current"]] == lit


def test_no_post_has_more_than_seven_entries_and_none_loses_one():
    """Every pair of roles, with and without settings to look after."""
    sets = [frozenset(pair) for pair in combinations(Role.values, 2)] + [frozenset({r}) for r in Role.values]
    for roles in sets:
        for permits in (frozenset(), frozenset({"rules.edit"})):
            actor = Actor(person_id=1, name="某", post_id=2, roles=roles, permits=permits)
            beside, menu = entries(actor), entries_beside(actor)
            assert len(beside) <= MOST_ENTRIES, roles
            urls = [url for _icon, _label, url in (*beside, *menu)]
            assert len(urls) == len(set(urls)), roles
            without = roles & {Role.WARDEN, Role.UNIT, Role.MEMBER}
            assert not permits & EDITS or without or "/desk/settings/" in [u for _i, _l, u in beside], roles
