"""The command room says what stands; tracing back replays what was known by an instant."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.incidents.models import Crew, Instruction, Need, Relay
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.resources.models import Callout
from anlan.resources.tests.shop import Firm

from .conftest import MINUTE
from .test_pages import sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fire(happen, office, begin, walk, place):
    """The street phoned after 23 minutes; one order is taken; the bureau has phoned the city."""
    incident = happen(area=str(place.areas["G111"].uid), trapped=2, source_rung="street", source_known_at=NOON - 23 * MINUTE)
    order = begin(Instruction, "issue", "emergency", NOON + MINUTE, incident=str(incident.uid),
                  organisation=str(place.houses["gas_department"].uid), what="关闭燃气阀门", minutes=30)
    walk(order, "take", "gas", NOON + 2 * MINUTE)
    walk(Relay.objects.get(incident=incident, rung="bureau"), "phone", "emergency", NOON + 3 * MINUTE, whom="市局值班员")
    return incident


def test_the_room_shows_who_owes_what_and_says_how_it_stands_from_the_records(fire):
    text = text_of(sign_in("emergency").get(f"/desk/incidents/{fire.uid}/room/"))
    for words in ("指令（关闭燃气阀门）：褚亮", "目前掌握：被困2人。", "下达指令1条，完成0条，到期未完成0条。",
                  "尚未书面报告：东街街道办事处、区应急管理局、区政府办公室。", "关闭燃气阀门", "06-01 12:02 签收",
                  "报送环节（区应急管理局）：卫华", "电话报告市局值班员", "登记：东街居民楼起火"):
        assert words in text, words
    assert ("区应急管理局：书面报告" in text, "区政府办公室：电话报告" in text) == (True, True)
    wall = text_of(sign_in("director").get(f"/desk/incidents/{fire.uid}/room/?wall=1"))
    assert "被困 2 人" in wall and "处置中" in text and "处置中" in wall and "报送环节（东街街道办事处）：启动报送" in text


def test_the_room_takes_few_statements(fire):
    client = sign_in("emergency")
    for page in ("room", "trace"):
        client.get(f"/desk/incidents/{fire.uid}/{page}/")
        with CaptureQueriesContext(connection) as held:
            client.get(f"/desk/incidents/{fire.uid}/{page}/")
        assert len([q for q in held if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 14, page


def test_goods_that_a_firm_brings_stand_among_the_goods_of_the_room_and_in_its_timeline(place, fire):
    firm = Firm(place).ask(20, "emergency", for_kind="incident", for_uid=str(fire.uid))
    firm.step("accept", "emergency", answerer="王经理", promised_at=(NOON + 60 * MINUTE).isoformat())
    text = text_of(sign_in("emergency").get(f"/desk/incidents/{fire.uid}/room/"))
    for words in ("协议调用：", "向企业调用20，送往月湖闸口：加固堤段", "登记企业答应供应，答复人王经理",
                  "沙袋20条 企业已答应 江城建材公司 · 约定 06-01 13:00 送达"):
        assert words in text, words
    firm.step("deliver", "emergency", amount=15, receiver="段长", reason="余下五条受潮")
    text = text_of(sign_in("emergency").get(f"/desk/incidents/{fire.uid}/room/"))
    assert "沙袋15条 已送达" in text and "约定 06-01 13:00 送达" not in text


def test_tracing_back_replays_what_was_known_by_then(fire):
    client = sign_in("emergency")
    now, first = (text_of(client.get(f"/desk/incidents/{fire.uid}/trace/{step}")) for step in ("", "?step=1"))
    assert "用时23分钟，时限15分钟，超过8分钟" in now and "06-01 12:03 报告" in now and "电话报告市局值班员" in now
    assert "电话报告市局值班员" not in first and "06-01 12:03 报告" not in first
    assert client.get(f"/desk/incidents/{fire.uid}/trace/?step=x").status_code == 200
    page = client.get(f"/desk/incidents/{fire.uid}/trace/").content.decode()
    assert 'hx-trigger="change"' in page and 'id="replayed"' in page  # the slider replays as it is moved


@pytest.mark.parametrize("who", ["street2", "warden2"])
def test_who_told_whom_is_for_those_who_handle_it(fire, who):
    answer = sign_in(who).get(f"/desk/incidents/{fire.uid}/room/")
    assert (answer.status_code, "这一页由事发地的社区、街道和区值班室查看" in answer.content.decode()) == (403, True)


# The map in the room


@pytest.fixture
def blaze(happen, office, place):
    """An incident with a point, in the middle of the first grid."""
    lon, lat = place.point("G111")
    return happen(area=str(place.areas["G111"].uid), lon=lon, lat=lat, place="中山路9号")


@pytest.fixture
def called(place, blaze):
    """A team of the next grid, called for it: its callout."""
    lon, lat = place.point("G112")
    team = open_one("rescue_team", "create", {
        "name": "东街抢险队", "tier": "grassroots", "skill": "fire", "people": 20, "owner": place.houses["street1_office"].uid,
        "area": place.areas["S1"].uid, "lon": lon, "lat": lat}, actor=SYSTEM, at=NOON)
    advance(Ref("rescue_team", team), "call", actor=place.actor("emergency"), at=NOON, given={
        "task": "救人", "place": "中山路9号", "for_kind": "incident", "for_uid": blaze.uid})
    return Callout.objects.get()


def room_of(incident, words=""):
    return sign_in("emergency").get(f"/desk/incidents/{incident.uid}/room/{words}")


def test_the_room_draws_a_line_from_where_a_team_stands_until_it_is_there(place, blaze, called, walk):
    scene, base = list(place.point("G111")), list(place.point("G112"))
    box = [min(scene[0], base[0]), min(scene[1], base[1]), max(scene[0], base[0]), max(scene[1], base[1])]
    assert room_of(blaze).context["ways"] == {"scene": scene, "ways": [[base, "东街抢险队"]], "box": box}
    for move, more in (("sign", {}), ("depart", {"people": 9}), ("arrive", {})):
        walk(called, move, "emergency", NOON + MINUTE, **more)
    assert room_of(blaze).context["ways"] == {"scene": scene, "ways": [], "box": [*scene, *scene]}


def test_without_a_point_the_room_shows_the_area_and_draws_nothing(place, fire):
    room, (lon, lat) = room_of(fire).context, place.point("G111")
    west, south, east, north = sign_in("emergency").get(room["told_url"]).json()["bounds"]
    assert room["ways"] == {"scene": None, "ways": [], "box": None}
    assert (west < lon < east, south < lat < north, east - west < 0.015) == (True, True, True)
    whole = sign_in("street2").get(room["told_url"]).json()["bounds"]  # of another street: its own ground
    assert not whole[0] < lon < whole[2]


@pytest.mark.parametrize("words", ["", "?wall=1"])
def test_room_and_wall_hold_the_map_of_this_incident_and_keep_it_while_the_rest_is_renewed(blaze, words):
    page = room_of(blaze, words).content.decode()
    assert 'data-live-keep="map"' in page and f'data-of="{blaze.uid}"' in page
    (address,) = re.findall(r'data-told="([^"]+)"', page)
    layers = sign_in("emergency").get(html.unescape(address)).json()["layers"]
    assert {x["id"]: x["limits"] for x in layers} == {"incidents": False, "callouts": True, "crews": True, "needs": True,
                                                      "transfers": False, "shelters": False}


def test_the_table_beside_the_map_names_this_incidents_own_and_the_shelters_around(place, blaze, called, happen, begin):
    other = happen(title="另一处起火", area=str(place.areas["G111"].uid), **dict(zip(("lon", "lat"), place.point("G111"), strict=True)))
    for incident, name in ((blaze, "抢修一班"), (other, "别处的班")):
        begin(Crew, "enter", "emergency", incident=str(incident.uid), name=name, people=3)
    begin(Need, "raise", "street", incident=str(blaze.uid), what="排水泵", amount=3, measure="machine")
    lon, lat = place.point("G111")
    open_one("shelter", "create", {"name": "东街广场", "sort": "outdoor", "capacity": 500, "address": "中山路1号", "lon": lon, "lat": lat,
                                   "area": place.areas["S1"].uid}, actor=SYSTEM, at=NOON)
    asked = {"layers": "incidents,callouts,crews,needs,transfers,shelters", "bbox": "114.2,30.4,114.5,30.7",
             **{f"{name}.of": str(blaze.uid) for name in ("incidents", "callouts", "crews", "needs", "transfers")}}
    table = text_of(sign_in("emergency").get("/desk/map/table", asked))
    for words in ("东街居民楼起火", "东街抢险队", "抢修一班", "排水泵", "东街广场", "待签收", "还剩 10 分钟", "还剩 30 分钟"):
        assert words in table, words
    assert "别处的班" not in table and "另一处起火" not in table
