"""The office edits its calendar or a rule: it sees which clocks move, confirms, and who owes hears of it."""

import re
from argparse import Namespace
from datetime import date, datetime, timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.test import Client

from anlan.commands import clocks as command
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import zone
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Calendar, CalendarDay, Clock, Entry, Parameter
from anlan.kernel.rulebook import rulebook, touch
from anlan.people.testing import NOON, PASSWORD
from anlan.places import recompute
from anlan.places.calendars import load
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.jobs.queue import run_due
from anlan.toolkit.notices.models import Notice

from .conftest import AFTER, BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
RULE = "/desk/settings/change/hazard.accept_limit/"
YEAR = "/desk/calendar/2021/"


def end_of(month, day):
    return datetime.combine(date(2021, month, day) + timedelta(days=1), datetime.min.time(), zone())


@pytest.fixture
def checked(place, restaurant, walk):
    """A hazard that its unit reports as put right on Tuesday noon: the street plans a review within two working days."""
    load(place.actor("emergency"), NOON)
    found = find("CY09", before=[BEFORE])
    walk("visit", uuid4(), "drop_in", "street", NOON, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    walk("hazard", UUID(found["uid"]), "self_check", "unit", NOON, fixed_what="已清洗", fixer_name="陈某", photos=[AFTER])
    assert due() == end_of(6, 3)
    return found["uid"]


@pytest.fixture
def emergency(place):
    client = Client()
    client.post("/sign-in/", {"login_name": "emergency", "password": PASSWORD})
    return client


def due():
    return Clock.objects.get(name="accept_check").due_at


def calendar_of(client, more="临时放假 06-03"):
    """The year as it stands, with one line more."""
    rest, work = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", client.get(YEAR).content.decode(), re.S)
    return {"rest": f"{rest}\n{more}", "work": work, "source": "市政府办通知"}


def agreed(answer):
    return {"agreed": re.search(r'name="agreed" value="(\w+)"', answer.content.decode())[1]}


def test_a_day_off_shows_the_clocks_it_moves_and_moves_them_when_it_is_confirmed(place, checked, emergency):
    given = calendar_of(emergency)
    shown = emergency.post(YEAR, given)
    page = shown.content.decode()
    assert shown.status_code == 200
    for words in ("这样修改会改变1个正在计时的时限", "2021-06-04 00:00", "2021-06-05 00:00", f"/desk/hazards/{checked}/", "安排复查",
                  "确认修改并重算时限"):
        assert words in page, words
    assert (due(), rulebook().calendar().works(date(2021, 6, 3))) == (end_of(6, 3), True)
    assert emergency.post(YEAR, given | agreed(shown)).status_code == 302
    assert (due(), rulebook().calendar().works(date(2021, 6, 3))) == (end_of(6, 4), False)
    seal_all()
    follow_all()
    assert Notice.objects.filter(party_id=place.parties["street1_office"], text__contains="“安排复查”时限改为 2021-06-05 00:00").exists()
    trail = emergency.get(f"/desk/hazards/{checked}/").content.decode()
    assert "按现行规则重算时限（2021年节假日安排，市政府办通知）：安排复查 2021-06-04 00:00 → 2021-06-05 00:00" in trail
    assert verify().breaks == []


def test_what_was_changed_after_it_was_shown_is_shown_again(checked, emergency):
    given = calendar_of(emergency)
    shown = emergency.post(YEAR, given)
    other = calendar_of(emergency, "临时放假 06-02~06-03")
    again = emergency.post(YEAR, other | agreed(shown))
    assert again.status_code == 200
    assert "2021-06-08 00:00" in again.content.decode()
    assert due() == end_of(6, 3)


def test_a_day_that_no_clock_runs_over_is_stored_at_once(checked, emergency):
    assert emergency.post(YEAR, calendar_of(emergency, "临时放假 08-03")).status_code == 302
    assert due() == end_of(6, 3)
    assert not rulebook().calendar().works(date(2021, 8, 3))


def rule_given(days, valid_from="2021-06-01"):
    return {"value": days, "value_unit": "working_day", "valid_from": valid_from, "source": "局发〔2021〕5号", "confidence": "sure"}


def test_a_rule_shows_the_clocks_it_moves_and_moves_them_when_it_is_confirmed(checked, emergency):
    shown = emergency.post(RULE, rule_given(4))
    assert "这样修改会改变1个正在计时的时限" in shown.content.decode()
    assert emergency.post(RULE, rule_given(4) | agreed(shown)).status_code == 302
    assert due() == end_of(6, 7)
    assert Entry.objects.get(verb="reckon").data["why"] == "规则“安排复查时限”，局发〔2021〕5号"


def test_a_rule_of_tomorrow_moves_no_clock_of_today(checked, emergency):
    assert emergency.post(RULE, rule_given(4, "2021-06-02")).status_code == 302
    assert due() == end_of(6, 3)


def test_what_the_door_refuses_moves_no_clock(checked, emergency):
    given = rule_given(4, "2018-01-01")
    shown = emergency.post(RULE, given)
    refused = emergency.post(RULE, given | agreed(shown))
    assert (refused.status_code, "这条规则在这一天已有取值" in refused.content.decode()) == (422, True)
    assert due() == end_of(6, 3)


def test_many_are_moved_in_the_background(checked, emergency):
    with patch.object(recompute, "AT_ONCE", 0):
        given = calendar_of(emergency)
        emergency.post(YEAR, given | agreed(emergency.post(YEAR, given)))
    assert due() == end_of(6, 3)
    run_due()
    assert (due(), Job.objects.get().result) == (end_of(6, 4), {"clocks": 1, "cases": 1})
    entry = Entry.objects.get(verb="reckon")
    assert entry.actor_id == Entry.objects.get(kind="holidays", verb="amend").actor_id


# The command


def run(capsys, **more):
    words = {"calendar": "", "rule": "", "json": False, "apply": False, **more}
    assert command.run(Namespace(**words)) == 0
    return capsys.readouterr().out


@pytest.fixture
def edited(checked):
    """Somebody wrote a day off past the pages."""
    CalendarDay.objects.create(calendar=Calendar.objects.get(), day=date(2021, 6, 3), works=False, name="放假",
                               valid_from=date(2021, 6, 1), source="导入")
    touch("calendars")


def test_the_command_lists_and_writes_only_when_it_is_told_to(checked, edited, capsys):
    listed = run(capsys)
    assert f"/desk/hazards/{checked}/  安排复查  2021-06-04 00:00 → 2021-06-05 00:00" in listed
    assert "会变动的时限 1 个，已重算 0 个" in listed and "加 --apply 才写入" in listed
    assert due() == end_of(6, 3)
    assert "已重算 1 个" in run(capsys, apply=True)
    assert due() == end_of(6, 4)
    assert '"differences": 0' in run(capsys, json=True)


def test_the_command_looks_at_one_rule_alone(checked, edited, capsys):
    assert "会变动的时限 0 个" in run(capsys, rule="hazard.review_limit")
    assert "会变动的时限 1 个" in run(capsys, rule="hazard.accept_limit", calendar="office")


@pytest.mark.parametrize(("more", "sentence"), [({"rule": "no.such"}, "没有规则“no.such”"), ({"calendar": "moon"}, "没有日历“moon”")])
def test_the_command_knows_no_other_rule_or_calendar(place, more, sentence):
    assert not Parameter.objects.filter(key="no.such").exists()
    with pytest.raises(command.Stop, match=sentence):
        command.run(Namespace(**{"calendar": "", "rule": "", "json": False, "apply": False, **more}))
