"""The page that tries the matcher: it names teams, numbers and what is lacking, and calls nobody."""

from datetime import timedelta

from anlan.people.testing import NOON
from anlan.resources.match_views import force_of
from anlan.resources.models import Callout, RescueTeam

from .test_forces_page import enter
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
