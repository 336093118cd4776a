"""The page of forces: a whole echelon is called by one touch, each team says what became of it, receipts stand on top."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.testing import NOON, PASSWORD
from anlan.resources.calling import call_teams
from anlan.resources.models import Callout
from anlan.resources.selectors import callouts_for
from anlan.resources.views import groups_of

from .test_teams import CALL, certificate, place, team  # noqa: F401  the fixture

URL = "/desk/resources/"


def enter(who):
    client = Client()
    client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
    return client


@pytest.fixture
def teams(place):  # noqa: F811
    rest = [team(place, 3, echelon="second"), team(place, 4, echelon="")]
    return [team(place, 1), team(place, 2), *rest]


def test_an_echelon_is_called_by_one_touch(place, teams):  # noqa: F811
    advance(Ref("rescue_team", teams[1].uid), "call", actor=place.actor("director"), at=NOON, given=CALL)
    page = enter("emergency").post(URL, {**CALL, "echelon": "first", "batch": str(uuid4())}).content.decode()
    assert "已调派 1 支队伍，共 21 人" in page and "“东街抢险2队”已调派，不能重复调派" in page
    assert {c.team.name for c in Callout.objects.all()} == {"东街抢险1队", "东街抢险2队"}


def test_ticked_teams_are_called_and_the_same_sheet_sent_twice_calls_once(place, teams):  # noqa: F811
    sent = {**CALL, "team": [str(teams[0].uid), str(teams[2].uid)], "batch": str(uuid4())}
    client = enter("emergency")
    told = [client.post(URL, sent).content.decode() for _n in range(2)]
    assert all("已调派 2 支队伍，共 44 人" in page for page in told)
    assert Callout.objects.count() == 2


def test_what_is_missing_is_said_and_what_was_ticked_stays(place, teams):  # noqa: F811
    client = enter("emergency")
    answer = client.post(URL, {"task": "", "place": "江滩", "team": str(teams[0].uid)})
    assert answer.status_code == 422 and 'value="江滩"' in answer.content.decode()
    assert f'value="{teams[0].uid}" checked' in answer.content.decode()
    answer = client.post(URL, CALL)
    assert answer.status_code == 422 and "请先勾选要调派的队伍" in answer.content.decode()
    assert Callout.objects.count() == 0


def test_receipts_stand_on_top_and_filters_narrow_the_list(place, teams):  # noqa: F811
    certificate(place)
    call_teams(teams[:1], CALL, actor=place.actor("emergency"), at=NOON, batch=uuid4())
    client = enter("street")
    page = client.get(URL).content.decode()
    assert "正在调派" in page and "封堵闸口" in page and "第二梯队" in page
    narrowed = client.get(f"{URL}?echelon=second").content.decode()
    assert "东街抢险3队" in narrowed and "东街抢险4队" not in narrowed
    assert "没有符合条件的队伍" in client.get(f"{URL}?q=没有").content.decode()


def test_who_may_not_call_sees_and_a_unit_does_not(place, teams):  # noqa: F811
    page = enter("teamleader").get(URL).content.decode()
    assert "东街抢险1队" in page and "调派勾选的队伍" not in page
    assert enter("warden").post(URL, {**CALL, "echelon": "first"}).status_code == 403
    assert enter("unit").get(URL).status_code == 403


def test_a_callout_names_the_case_it_is_for(place, teams):  # noqa: F811
    case = uuid4()
    call_teams(teams[:2], {**CALL, "for_kind": "incident", "for_uid": str(case)}, actor=place.actor("emergency"), at=NOON, batch=uuid4())
    assert [c.team for c in callouts_for("incident", case)] == teams[:2]


def test_groups_stand_in_the_order_of_call():
    def of(name, echelon, tier="grassroots"):
        return SimpleNamespace(name=name, echelon=echelon, tier=tier, standing="ready", people=5)

    made = groups_of([of("甲", ""), of("乙", "assault"), of("丙", "first"), of("丁", "", "social")])
    assert [(g.key, g.label, g.people, g.ready) for g in made] == [
        ("first", "第一梯队", 5, 1), ("assault", "突击队", 5, 1), ("", "街道社区救援队伍", 5, 1), ("", "社会专业救援队伍", 5, 1)]
