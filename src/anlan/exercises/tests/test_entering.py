"""Choosing the exercise at the sign-in page, and what it keeps out."""

import re

import pytest
from django.test import Client

from anlan.exercises.models import Exercise
from anlan.exercises.testing import open_exercise
from anlan.kernel import instance
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_up
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry
from anlan.people.testing import NOON, PASSWORD
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.jobs.queue import run_due
from anlan.toolkit.registers.declare import REGISTERS
from anlan.toolkit.sheets import read_sheet

pytestmark = pytest.mark.django_db
SENTENCE = "只用于实战"


@pytest.fixture
def exercise(place, inside, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    return open_exercise("防汛演练")


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def signed_in(who="emergency"):
    client = Client()
    client.post("/exercise/enter/")
    assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
    return client


def test_one_chooses_the_exercise_only_while_one_is_open_and_signs_in_to_one_of_the_two(exercise):
    client = Client()
    page = text_of(client.get("/sign-in/"))
    assert "“防汛演练”正在进行。上面登录的是实战。" in page
    client.post("/sign-in/", {"login_name": "emergency", "password": PASSWORD})
    before = Entry.objects.count()
    client.post("/exercise/enter/")
    page = text_of(client.get("/sign-in/"))
    assert "登录演练" in page and "防汛演练：这里的一切都不是真的" in page
    client.post("/sign-in/", {"login_name": "emergency", "password": PASSWORD})
    assert "【演练】" in text_of(client.get("/desk/incidents/"))
    assert Entry.objects.count() == before  # it was told in the exercise's journal
    client.post("/sign-out/")
    assert "登录演练" not in text_of(client.get("/sign-in/")).replace("改为登录演练", "")


def test_whoever_is_in_an_exercise_that_ends_is_sent_to_the_real_sign_in(exercise):
    client = signed_in()
    advance(Ref("exercise", exercise.uid), "end", actor=SYSTEM, at=NOON)
    answer = client.get("/desk/incidents/", follow=True)
    assert "演练已经结束，请登录实战。" in text_of(answer) and "这里的一切都不是真的" not in text_of(answer)
    assert "改为登录演练" not in text_of(answer)


def test_phones_residents_units_and_other_systems_are_real_only(exercise):
    client = signed_in()
    answers = {path: client.get(path) for path in ("/api/v1/hazards", "/public/report/", "/field/", "/unit/")}
    assert [answer.status_code for answer in answers.values()] == [401, 403, 403, 403]
    assert [path for path, answer in answers.items() if SENTENCE not in answer.content.decode()] == []


def test_an_exercise_is_not_opened_or_ended_from_within(exercise):
    client = signed_in()
    answer = client.post("/desk/exercises/create/", {"name": "又一场", "why": "试"})
    page = text_of(client.get("/desk/exercises/"))
    assert Exercise.objects.count() == 1
    assert answer.status_code in (200, 404, 422) and "防汛演练" in page


def test_a_file_from_an_exercise_says_so_in_its_name_and_is_not_imported_in_the_real_space(exercise):
    client = signed_in()
    answer = client.get("/desk/teams/export.csv?state=all")
    told = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%BC%94%E7%BB%83")
    assert told.splitlines()[0].lstrip("\ufeff") == "演练数据，不作办事依据"
    refusal = read_sheet(told.encode(), "队伍.csv", [str(c.label) for c in REGISTERS["teams"].columns])
    assert "这份表格出自演练，不能导入实战。" in str(refusal)


def test_a_form_that_was_open_in_the_exercise_is_not_taken_in_the_real_district(exercise):
    client = Client(enforce_csrf_checks=True)

    def send(path, **told):
        return client.post(path, {**told, "csrfmiddlewaretoken": token_of(client.get("/sign-in/"))})

    who = {"login_name": "emergency", "password": PASSWORD}
    send("/exercise/enter/")
    send("/sign-in/", **who)
    old = token_of(client.get("/desk/incidents/report/"))
    client.post("/sign-out/", {"csrfmiddlewaretoken": old})
    send("/sign-in/", **who)
    assert "这里的一切都不是真的" not in text_of(client.get("/desk/incidents/report/"))
    before = Entry.objects.count()
    answer = client.post("/desk/incidents/report/", {"title": "渍水", "csrfmiddlewaretoken": old})
    assert (answer.status_code, Entry.objects.count()) == (403, before)


def token_of(answer):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[1]


def test_the_clock_of_a_page_runs_at_the_speed_of_the_exercise(place, inside):
    open_exercise(speed=60)
    assert 'data-speed="60.0"' in signed_in().get("/desk/incidents/").content.decode()
    assert instance.speed() == 0


# Accounts


def carried():
    """What the worker does: seals, followers, then the work they asked for."""
    seal_all()
    follow_up("exercises.accounts")
    run_due()


def test_whoever_is_disabled_after_it_opened_is_out_of_the_exercise_at_once_and_comes_back_with_the_account(place, exercise):
    client, person = signed_in("street"), Ref("person", place.people["street"].uid)
    assert client.get("/desk/incidents/").status_code == 200
    advance(person, "disable", actor=place.actor("sysadmin"), at=NOON, given={"reason": "离职"})
    carried()
    assert client.get("/desk/incidents/").status_code == 302
    again = Client()
    again.post("/exercise/enter/")
    assert "登录名或密码不对" in text_of(again.post("/sign-in/", {"login_name": "street", "password": PASSWORD}))
    advance(person, "enable", actor=place.actor("sysadmin"), at=NOON, given={"reason": "返聘"})
    carried()
    assert signed_in("street").get("/desk/incidents/").status_code == 200


def test_what_is_done_to_an_account_in_an_exercise_stays_there(place, exercise, inside):
    with inside():
        advance(Ref("person", place.people["street"].uid), "disable", actor=SYSTEM, at=instance.instance_clock(), given={"reason": "演练"})
        seal_all()
        follow_up("exercises.accounts")
        assert not Job.objects.exists()
    carried()
    place.people["street"].refresh_from_db()
    assert place.people["street"].is_active


def test_an_empty_list_of_exercises_speaks_of_opening_one_and_not_of_a_sheet(place, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    client = Client()
    client.post("/sign-in/", {"login_name": "emergency", "password": PASSWORD})
    page = text_of(client.get("/desk/exercises/"))
    assert "“开设演练”之后，会列在这里。" in page and "从表格导入" not in page
