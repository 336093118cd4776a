"""The one page on which an incident is written down, from a call on the phone or from a call in the system."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from anlan.calls.models import Call
from anlan.incidents.models import Incident
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.testing import NOON, PASSWORD

from .conftest import MINUTE

pytestmark = pytest.mark.django_db


def sign_in(who):
    client = Client()
    assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
    return client


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_duty_officer_writes_one_sentence_and_sees_the_chain(place, no_office):
    told = sign_in("emergency").post("/desk/incidents/report/", {"title": "西街化工店泄漏"}, follow=True)
    assert told.status_code == 200
    assert Incident.objects.get().triggers == {"F03": "words"}
    text = text_of(told)
    for words in ("区应急管理局", "首先接报", "电话报告", "书面报告", "区政府办公室总值班室没有在机构中登记", "逢爆必报", "暂定"):
        assert words in text, words


def test_a_refused_sheet_keeps_what_was_typed(place):
    told = sign_in("emergency").post("/desk/incidents/report/", {"title": "", "place": "中山路9号"})
    assert (told.status_code, "中山路9号" in told.content.decode()) == (422, True)


def test_from_a_call_the_page_knows_what_where_and_since_when_the_street_knew(place):
    matter, first, second = uuid4(), uuid4(), uuid4()
    area = str(place.areas["G111"].uid)

    def do(kind, uid, move, who, minutes, **given):
        at = NOON + minutes * MINUTE
        instance.set_clock(at, running=False)
        advance(Ref(kind, uid), move, actor=place.actor(who, at=at), at=at, given=given)

    do("matter", matter, "open", "warden", 0, what="三楼起火", area=area, place="中山路9号")
    ring = {"matter": str(matter), "priority": "P1", "reason": "urgent"}
    do("call", first, "ring", "community", 3, goal="请派人", **ring)
    do("call", second, "ring", "street", 21, goal="请区里增援", to_level="district", **ring)
    asked = sign_in("emergency").get(f"/desk/incidents/report/?call={second}").context["form"].initial
    assert {k: asked[k] for k in ("title", "source_rung", "source_known_at", "known_at", "place", "area")} == {
        "title": "请区里增援", "source_rung": "street", "source_known_at": NOON + 3 * MINUTE, "known_at": NOON + 21 * MINUTE,
        "place": "中山路9号", "area": area}
    page = sign_in("emergency").get(f"/desk/calls/{Call.objects.get(uid=second).uid}/")
    assert f"/desk/incidents/report/?call={second}" in page.content.decode()


@pytest.mark.parametrize("who", ["warden", "unit", "auditor"])
def test_who_takes_no_calls_is_told_so(place, who):
    assert sign_in(who).get("/desk/incidents/report/").status_code == 403
