"""A district that nobody has heard of begins from an empty instance, through its pages, and makes its first visit."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.kernel import instance
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Area
from anlan.patrols.models import Handbook, Round, Visit
from anlan.people.models import Organisation, Person, Post
from anlan.people.testing import NOON
from anlan.places.models import HolidayYear
from anlan.premises.models import Premises
from anlan.premises.place_types import choices
from anlan.setup import code
from anlan.setup.models import FirstRun
from anlan.setup.tests.books import cells, edited, workbook

from . import messy_units

pytestmark = pytest.mark.django_db
DISTRICT = "330299"
STREETS = {"330299001": "望潮街道", "330299002": "石桥街道"}
COMMUNITIES = {"330299001001": "东门社区", "330299001002": "钟楼社区", "330299002001": "石桥社区", "330299002002": "柳岸社区"}
GRIDS = {f"{c}{n:02}": f"{name}{'一二'[n - 1]}网格" for c, name in COMMUNITIES.items() for n in (1, 2)}
PEOPLE = {  # login: name, title and ground of the proposed post
    "hanlei": ("韩磊", "系统管理员", ""), "yangfan": ("杨帆", "安全管理员", ""), "zhulin": ("朱琳", "审计员", ""),
    "weihua": ("卫华", "安全协调科科长", DISTRICT), "zhaoqiang": ("赵强", "街道安全办主任", "330299001"),
    "liufang": ("刘芳", "社区安全专干", "330299001001"), "wangmin": ("王敏", "网格员", "33029900100101"),
}


@pytest.fixture
def home(settings, tmp_path):
    """An empty instance of which `anlan up` has just printed the code."""
    settings.ANLAN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    instance.set_clock(NOON, running=False)
    code.make(tmp_path)
    return tmp_path


@pytest.fixture
def office(client, home):
    """The browser of the person who begins the district, past the door."""
    assert client.post("/setup/", {"code": code.read(home).lower()}).status_code == 302
    return client


def send(client, step, data, name="表.xlsx", **more):
    return client.post(f"/setup/{step}/", {"file": SimpleUploadedFile(name, data), **more})


def text_of(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "|", answer.content.decode())))


def commit(client, answer):
    """Press the button that the check offered; back to the list of steps."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', _form_of_commit(answer)))
    done = client.post(answer.request["PATH_INFO"], {k: unescape(v) for k, v in hidden.items()})
    assert done.status_code == 302, text_of(done)


def _form_of_commit(answer):
    form = next((f for f in re.findall(r"<form.*?</form>", answer.content.decode(), re.S) if 'name="staged" value="' in f), "")
    assert form, text_of(answer)
    return form


def areas():
    rows = [(DISTRICT, "临江区", "区", "", "2021-01-01")]
    rows += [(c, n, "街道", DISTRICT, "2021-01-01") for c, n in STREETS.items()]
    rows += [(c, n, "社区", c[:9], "2021.1.1") for c, n in COMMUNITIES.items()]
    rows += [(c, n, "网格", c[:12], "2021/1/1") for c, n in GRIDS.items()]
    return workbook(("代码", "名称", "层级", "上级代码", "启用日期"), rows, titles=["临江区区划代码表"])


def boundaries():
    """Each grid a square in a row from west to east; what holds it is the row of its squares."""
    def feature(area, first, count):
        west, south, side = messy_units.WEST + first * messy_units.SIDE, messy_units.SOUTH, messy_units.SIDE
        east, north = west + count * side, south + side
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Feature", "properties": {"code": area}, "geometry": {
            "type": "Polygon", "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]]}}

    codes = list(GRIDS)
    held = [DISTRICT, *STREETS, *COMMUNITIES, *GRIDS]
    import json  # noqa: PLC0415
    features = []
    for area in held:
        inside = [n for n, grid in enumerate(codes) if grid.startswith(area)]
        features.append(feature(area, inside[0], len(inside)))
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def with_people(template):
    """Names, log-ins and phones in the rows of the posts that are proposed."""
    def fill(sheet):
        wanted = {(title, ground): (login, name) for login, (name, title, ground) in PEOPLE.items()}
        for row in sheet.iter_rows(min_row=2):
            key = (row[3].value, row[5].value or "")
            if key in wanted:
                row[1].value, row[0].value = wanted.pop(key)
                row[2].value = 13800138000
        assert not wanted
    return edited(template, fill)


def units(corrected):
    made = messy_units.rows({label: value for value, label in choices()
                             if value in ("restaurant", "shop", "supermarket", "hotel")}, GRIDS)
    data = workbook(messy_units.HEADER, [row.cells(corrected and row.why is not None) for row in made],
                    titles=messy_units.TITLES)
    return made, data


def begin_ground(office):
    commit(office, send(office, "areas", areas()))
    commit(office, send(office, "boundaries", boundaries(), "边界.geojson", datum="cgcs2000", source="区民政局2021年勘界成果",
                        valid_from="2021-01-01"))


def begin_people(office):
    """Organisations as proposed, people in the proposed posts; returns the initial passwords by log-in."""
    commit(office, office.post("/setup/organisations/", {"proposal": "1"}))
    commit(office, send(office, "people", with_people(office.get("/setup/people/template/").content)))
    sheet = cells(office.post("/setup/people/passwords/").content)
    return {row[1]: row[3] for row in sheet if row[1] in PEOPLE}


def test_a_second_district_begins_and_makes_its_first_visit(office, client):
    begin_ground(office)
    assert (Area.objects.count(), office.get("/setup/").headers["Location"]) == (15, "/setup/organisations/")
    passwords = begin_people(office)
    assert sorted(passwords) == sorted(PEOPLE)
    assert Organisation.objects.get(code="public_security").name == "公安临江分局"
    assert not Organisation.objects.filter(name__contains="武昌").exists()

    made, messy = units(corrected=False)
    checked = send(office, "units", messy, "单位台账.xlsx")
    assert (checked.status_code, Premises.objects.count()) == (422, 0)
    found = {(f.line, f.column): f.sentence for f in checked.context["result"].faults}
    wanted = {row.line: row.why for row in made if row.why}
    assert len(wanted) == 16
    unsaid = [(line, label, said) for line, (label, said) in wanted.items()
              if not any(at == line and label in column and said in sentence for (at, column), sentence in found.items())]
    assert unsaid == [], "\n".join(map(str, found.items()))
    assert {line for line, _column in found} == set(wanted)

    _made, corrected = units(corrected=True)
    commit(office, send(office, "units", corrected, "单位台账.xlsx"))
    assert Premises.objects.filter(state="active").count() == 300
    held = dict(Premises.objects.values_list("credit_code", "area__code"))
    told = Premises.objects.get(credit_code=made[9 + 6 * 12].good["统一社会信用代码"])
    assert (told.area.code, str(told.licence_from)) == (made[9 + 6 * 12].good["所在网格"], "2019-03-01")
    assert {row.line: row.good["所在网格"] for row in made} == {row.line: held[row.good["统一社会信用代码"]] for row in made}
    assert str(Premises.objects.get(credit_code=made[9].good["统一社会信用代码"]).licence_from) == "2021-06-05"

    commit(office, office.post("/setup/holidays/", {"proposal": "1"}))
    assert list(HolidayYear.objects.order_by("year").values_list("year", flat=True)) == [2021, 2022]
    rules = office.get("/setup/rules/")
    assert "暂定" in text_of(rules)
    over = office.post("/setup/rules/", follow=True)
    assert "临江区可以开始了" in text_of(over)
    assert (Handbook.objects.get().items.count(), FirstRun.objects.get().state) == (83, "done")
    assert (office.get("/setup/areas/").status_code, office.get("/").status_code) == (404, 200)

    first_visit(client, passwords)
    seal_all()
    assert verify().breaks == []


def sign_in(client, login, password):
    """The first time: the password has to be replaced before anything else."""
    client.cookies.clear()
    answer = client.post("/sign-in/", {"login_name": login, "password": password})
    assert answer.headers.get("Location") == "/password/", text_of(answer)
    assert client.get("/desk/").headers["Location"] == "/password/"
    new = "临江水暖鸭先知春-7"
    assert client.post("/password/", {"old": password, "new": new, "again": new}).status_code == 302


def first_visit(client, passwords):
    """The community plans her warden's round; the warden walks to the first unit and finds nothing wrong."""
    sign_in(client, "liufang", passwords["liufang"])
    post = Post.objects.get(appointments__person__login_name="wangmin")
    unit = Premises.objects.filter(area__code=PEOPLE["wangmin"][2]).order_by("id").first()
    page = client.get("/desk/rounds/new/plan")
    fields = dict(re.findall(r'name="(_\w+)" value="([^"]*)"', page.content.decode()))
    planned = client.post("/desk/rounds/new/plan", {
        **fields, "post": str(post.uid), "day": "2021-06-01", "name": "东门一网格巡查", "units": [str(unit.uid)]})
    assert planned.status_code == 302, text_of(planned)
    assert Round.objects.get().state == "open"

    sign_in(client, "wangmin", passwords["wangmin"])
    assert str(unit) in text_of(client.get("/field/"))
    visit = Visit.objects.get()
    page = client.get(f"/field/visits/{visit.uid}/")
    answers = {f"answer-{item}": "normal" for item in re.findall(r'name="answer-(\w+)"', page.content.decode())}
    hidden = dict(re.findall(r'<input type="hidden" name="(_?\w+)" value="([^"]*)">', page.content.decode()))
    done = client.post(f"/field/visits/{visit.uid}/", {**hidden, **answers, "result": "normal"})
    assert done.status_code == 302, text_of(done)
    visit.refresh_from_db()
    assert (visit.state, visit.result, visit.premises_id) == ("done", "normal", unit.id)


def test_a_first_run_goes_on_where_it_was_left(office, home, client):
    assert office.get("/setup/").headers["Location"] == "/setup/areas/"
    commit(office, send(office, "areas", areas()))
    client.cookies.clear()
    assert client.get("/setup/organisations/").headers["Location"] == "/setup/"
    client.post("/setup/", {"code": code.read(home)})
    assert client.get("/setup/").headers["Location"] == "/setup/boundaries/"
    client.post("/setup/boundaries/skip/")
    assert client.get("/setup/").headers["Location"] == "/setup/organisations/"
    assert client.get("/setup/units/").headers["Location"] == "/setup/organisations/"
    assert FirstRun.objects.get().skipped == ["boundaries"]


def test_without_boundaries_a_unit_needs_its_grid_named(office):
    commit(office, send(office, "areas", areas()))
    office.post("/setup/boundaries/skip/")
    begin_people(office)
    header = ("单位名称", "场所类型", "地址", "经度", "纬度", "所在网格")
    place = (messy_units.WEST + 0.005, messy_units.SOUTH + 0.005)
    rows = [("有点没网格", "商店商铺", "滨江路1号", *place, ""), ("写了网格", "商店商铺", "滨江路2号", *place, "东门社区一网格")]
    told = send(office, "units", workbook(header, rows)).context["result"]
    assert [(f.line, f.column, f.sentence) for f in told.faults] == [
        (2, "整行", "没有查到所在网格，请选择区域或核对经纬度")]


def test_nobody_signs_in_with_an_initial_password_twice(office, client):
    begin_ground(office)
    passwords = begin_people(office)
    assert office.post("/setup/people/passwords/").status_code == 200
    assert Person.objects.filter(credential__must_change=True).count() == len(PEOPLE)
    again = cells(office.post("/setup/people/passwords/", {"again": "1"}).content)
    fresh = {row[1]: row[3] for row in again if row[1] in PEOPLE}
    assert fresh.keys() == passwords.keys() and not set(fresh.values()) & set(passwords.values())
    answer = client.post("/sign-in/", {"login_name": "wangmin", "password": passwords["wangmin"]})
    assert "登录名或密码不对" in text_of(answer)
