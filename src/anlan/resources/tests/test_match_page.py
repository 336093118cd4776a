"""The page that tries the matcher: it names teams, numbers and what is lacking, and calls nobody."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.resources.match_facts import force_of
from anlan.resources.models import AgreementCall, Callout, RescueTeam, RoadNetwork, Stock, Transfer

from .shop import good, store
from .test_forces_page import enter
from .test_roads import A, B, line, sheet
from .test_teams import place, team  # noqa: F401  the fixture

URL = "/desk/resources/match/"


def ask(place, **more):  # noqa: F811
    told = {"skill": "flood", "people": 30, "within": 240, "level": 3, "area": str(place.areas["C11"].uid), **more}
    return enter("emergency").get(URL, told)


def test_the_page_names_the_teams_and_what_is_lacking(place):  # noqa: F811
    lon, lat = place.point("G111")
    held = team(place, 1, lon=lon, lat=lat)
    page = ask(place).content.decode()
    assert "东街抢险1队" in page and "还缺 9 人" in page and f"/desk/resources/?team={held.uid}" in page
    assert "路程按直线距离的 1.4 倍、时速 25 公里折算" in page and "已证明没有更好的方案" in page
    assert "arrive_by=2021-06-01T16%3A00" in page
    assert "没有一支队伍能按要求到达" in ask(place, skill="diving").content.decode()
    assert Callout.objects.count() == 0
    ticked = enter("emergency").get(f"/desk/resources/?team={held.uid}").content.decode()
    assert f'value="{held.uid}" checked' in ticked


def test_what_is_asked_wrongly_is_said_and_a_unit_is_not_let_in(place):  # noqa: F811
    assert ask(place, people=0).status_code == 422
    assert ask(place, area="01a226cb-6694-7370-b906-34d3e9f329d7").status_code == 422
    assert enter("unit").get(URL).status_code == 403


def test_a_team_waits_for_the_end_of_its_rest_and_one_that_is_out_does_not_go(place):  # noqa: F811
    held = team(place, 1)
    told = {}
    for standing, rest_until in (("ready", None), ("resting", NOON + timedelta(minutes=90)), ("out", None), ("off", None)):
        RescueTeam.objects.filter(id=held.id).update(standing=standing, rest_until=rest_until)
        held.refresh_from_db()
        force = force_of(held, NOON, NOON.date())
        told[standing] = (force.not_before, force.reason)
    assert told == {"ready": (0, ""), "resting": (90, ""), "out": (None, "出动中"), "off": (None, "离岗")}


def test_by_night_a_team_that_stands_ready_by_day_goes_in_the_morning(place):  # noqa: F811
    held = team(place, 1, day_only=True)
    told = [force_of(held, NOON + timedelta(hours=h), NOON.date()).not_before for h in (0, 12)]
    assert told == [0, 360]  # at midnight the night has six hours left


# Several demands, and goods


def stocked(place, n, amount, area="S1", kind=None, **more):  # noqa: F811
    """A store of the area with so much of a kind of goods, in two lots, at the middle of a grid."""
    lon, lat = place.point({"S1": "G111", "S2": "G211", "D": "G222"}[area])
    house = {"S1": "street1_office", "S2": "street2_office", "D": "emergency_bureau"}[area]
    held = store(place, n, area=place.areas[area].uid, owner=place.houses[house].uid, lon=lon, lat=lat)
    sandbags = kind or good(place, 1, name="沙袋", measure="bag")
    uid = open_one("stock", "open", {"store": held.uid, "good": sandbags.uid, "basis": "own", **more}, actor=SYSTEM, at=NOON)
    for number, part, until in ((f"晚{n}", amount // 2, date(2021, 12, 1)), (f"早{n}", amount - amount // 2, date(2021, 8, 1))):
        advance(Ref("stock", uid), "take_in", actor=SYSTEM, at=NOON, given={"amount": part, "number": number, "expires_on": until})
    return Stock.objects.get(uid=uid)


def want(kind, amount, to, by=240):
    return [("good", str(kind.uid)), ("amount", str(amount)), ("by", str(by)), ("to", str(to.uid))]


def links(page, text):
    return [unescape(m) for m in re.findall(rf'href="([^"]+)">{text}<', page)]


def test_several_demands_for_teams_and_goods_are_worked_out_at_once(place):  # noqa: F811
    lon, lat = place.point("G111")
    team(place, 1, lon=lon, lat=lat)
    held = stocked(place, 1, 100, "S2")
    rows = [("skill", "flood"), ("people", "20"), ("within", "240"), ("level", "3"), ("area", str(place.areas["C11"].uid)),
            ("skill", "fire"), ("people", "5"), ("within", "60"), ("level", "3"), ("area", str(place.areas["C21"].uid)),
            *want(held.good, 60, place.areas["C11"])]
    answer = enter("emergency").get(URL, rows_as(rows))
    told = answer.context["told"]
    assert [([c.force.name for c in t.choices], t.lacking) for t in told.teams] == [(["东街抢险1队"], 0), ([], 5)]
    (offer,) = told.goods[0].offers
    assert (offer.amount, offer.lots) == ("60条", "批号早1 50条（有效期至2021-08-01）；批号晚1 10条（有效期至2021-12-01）")
    page = answer.content.decode()
    assert "东一社区：要沙袋 60条" in page and "没有其他仓库存这种物资" in page and "已证明没有更好的方案" in page
    assert (Callout.objects.count(), Transfer.objects.count()) == (0, 0)


def rows_as(pairs):
    """Repeated values of an address."""
    told = {}
    for name, value in pairs:
        told.setdefault(name, []).append(value)
    return told


def test_rows_are_added_and_taken_away_and_nothing_that_was_typed_is_lost(place):  # noqa: F811
    typed = {"skill": ["flood", "fire"], "people": ["77", ""], "within": ["33", "44"], "level": ["2", "3"],
             "area": [str(place.areas["C11"].uid), ""]}
    more = enter("emergency").get(URL, {**typed, "add": "goods"})
    rows = more.context["rows"].held
    assert ([r.initial["people"] for r in rows["team"]], len(rows["goods"])) == (["77", ""], 1)
    assert (more.status_code, more.context["told"]) == (200, None)
    assert 'value="77"' in more.content.decode() and "有 1 处需要改正" not in more.content.decode()
    fewer = enter("emergency").get(URL, {**typed, "drop": "team-0"})
    assert [(r.initial["skill"], r.initial["within"]) for r in fewer.context["rows"].held["team"]] == [("fire", "44")]
    again = enter("emergency").get(URL, {**typed, "add": "team"}).context["rows"].held["team"]
    assert (len(again), again[2].initial["area"]) == (3, "")
    assert enter("emergency").get(URL, {k: v * 11 for k, v in typed.items()}).status_code == 422


def test_anothers_goods_are_asked_for_on_a_form_that_is_filled_in(place):  # noqa: F811
    theirs = stocked(place, 1, 100, "S2")
    ours = open_one("stock", "open", {
        "store": store(place, 2).uid, "good": theirs.good.uid, "basis": "own"}, actor=SYSTEM, at=NOON)
    case = {"for_kind": ["incident"], "for_uid": ["01a226cb-6694-7370-b906-34d3e9f329d7"], "task": ["加固闸口"]}
    browser = enter("storekeeper")
    page = browser.get(URL, {**rows_as(want(theirs.good, 60, place.areas["C11"])), **case}).content.decode()
    (url,) = links(page, "申请调拨")
    assert parse_qs(urlsplit(url).query) == {
        "to_stock": [str(ours)], "from_stock": [str(theirs.uid)], "amount": ["60"], "purpose": ["加固闸口"],
        "needed_by": ["2021-06-01T16:00"], "for_kind": case["for_kind"], "for_uid": case["for_uid"]}
    form = browser.get(url).context["form"]
    assert (form["amount"].value(), form["purpose"].value(), form["needed_by"].value()) == ("60", "加固闸口", "2021-06-01T16:00")
    sent = {**{k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}}
    assert browser.post(url.split("?")[0], sent).status_code == 302
    assert (Transfer.objects.get().asked, Transfer.objects.get().for_kind) == (60, "incident")


def test_what_a_firm_holds_for_ones_own_body_is_called_on_a_form_that_is_filled_in(place):  # noqa: F811
    theirs = stocked(place, 1, 40, "S1", basis="agreement", supplier="江城建材公司")
    case = {"for_kind": ["incident"], "for_uid": ["01a226cb-6694-7370-b906-34d3e9f329d7"]}
    browser = enter("street")
    page = browser.get(URL, {**rows_as(want(theirs.good, 30, place.areas["C11"])), **case}).content.decode()
    (url,) = links(page, "向企业调用")
    assert urlsplit(url).path == f"/desk/stocks/{theirs.uid}/call_firm"
    assert browser.post(urlsplit(url).path, {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}).status_code == 302
    call = AgreementCall.objects.get()
    assert (call.amount, call.destination, call.for_kind, str(call.for_uid)) == (30, "东一社区", "incident", case["for_uid"][0])


def test_ones_own_goods_are_given_out_and_what_lacks_is_taken(place):  # noqa: F811
    own = stocked(place, 1, 40, "S1")
    browser = enter("street")
    page = browser.get(URL, rows_as(want(own.good, 50, place.areas["C11"]))).content.decode()
    (url,) = links(page, "发出这些物资")
    assert url == f"/desk/stocks/{own.uid}/draw?amount=40&purpose=%E9%80%81%E4%B8%9C%E4%B8%80%E7%A4%BE%E5%8C%BA"
    assert browser.get(url).context["form"]["amount"].value() == "40"
    (take,) = links(page, "征用所缺物资")
    assert "还缺 10条" in page and parse_qs(urlsplit(take).query)["amount"] == ["10"]
    assert browser.get(take).context["form"]["what"].value() == "沙袋"
    seen = enter("warden").get(URL, rows_as(want(own.good, 50, place.areas["C11"]))).content.decode()
    assert "由保管单位办理" in seen and links(seen, "征用所缺物资") == []


def test_what_a_goods_row_names_wrongly_is_said(place):  # noqa: F811
    held = stocked(place, 1, 10)
    retired = rows_as(want(held.good, 5, place.areas["C11"])) | {"good": ["01a226cb-6694-7370-b906-34d3e9f329d7"]}
    answer = enter("emergency").get(URL, retired)
    assert (answer.status_code, "没有这种物资，或已停用" in answer.content.decode()) == (422, True)
    assert enter("emergency").get(URL, rows_as(want(held.good, 0, place.areas["C11"]))).status_code == 422


def test_roads_come_in_on_a_page_that_shows_faults_first_and_then_tell_the_way(place):  # noqa: F811
    browser = enter("emergency")
    told = {"called": "区路网", "datum": "wgs84", "source": "规划局", "valid_from": "2021-01-01"}

    def upload(content):
        return browser.post("/desk/resources/roads/", {**told, "file": SimpleUploadedFile("路.geojson", content.encode())})

    page = upload(sheet(line(A, B, speed=None))).content.decode()
    assert "第 1 条路：没有写时速" in page and "还没有导入任何道路" in page
    page = upload(sheet(line(A, B))).content.decode()
    assert RoadNetwork.objects.count() == 0
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
    assert browser.post("/desk/resources/roads/", {k: unescape(v) for k, v in hidden.items()}).status_code == 302
    assert RoadNetwork.objects.get().name == "区路网"
    assert "路程按路网“区路网”推算" in ask(place).content.decode()
    assert enter("street").get("/desk/resources/roads/").status_code == 403
    offered = [(who, "/desk/resources/roads/" in enter(who).get("/desk/roads/").content.decode()) for who in ("emergency", "street")]
    assert offered == [("emergency", True), ("street", False)]
