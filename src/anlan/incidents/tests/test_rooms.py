"""The command room says what stands; tracing back replays what was known by an instant."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.incidents.models import Instruction, Relay
from anlan.people.testing import NOON

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
    wall = text_of(sign_in("director").get(f"/desk/incidents/{fire.uid}/room/?wall=1"))
    assert "被困 2 人" in wall and "处置中" in text and "处置中" in wall and "报送环节（东街街道办事处）：启动报送" in text


def test_the_room_takes_few_statements(fire):
    client = sign_in("emergency")
    for page in ("room", "trace"):
        client.get(f"/desk/incidents/{fire.uid}/{page}/")
        with CaptureQueriesContext(connection) as held:
            client.get(f"/desk/incidents/{fire.uid}/{page}/")
        assert len([q for q in held if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 14, page


def test_tracing_back_replays_what_was_known_by_then(fire):
    client = sign_in("emergency")
    now, first = (text_of(client.get(f"/desk/incidents/{fire.uid}/trace/{step}")) for step in ("", "?step=1"))
    assert "用时23分钟，时限15分钟，超过8分钟" in now and "06-01 12:03 报告" in now and "电话报告市局值班员" in now
    assert "电话报告市局值班员" not in first and "06-01 12:03 报告" not in first
    assert client.get(f"/desk/incidents/{fire.uid}/trace/?step=x").status_code == 200


@pytest.mark.parametrize("who", ["street2", "warden2"])
def test_who_told_whom_is_for_those_who_handle_it(fire, who):
    answer = sign_in(who).get(f"/desk/incidents/{fire.uid}/room/")
    assert (answer.status_code, "这一页由事发地的社区、街道和区值班室查看" in answer.content.decode()) == (403, True)
