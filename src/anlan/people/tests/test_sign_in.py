from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refusal
from anlan.people import sign_in as desk
from anlan.people.actions import set_password
from anlan.people.models import Appointment, Credential, Person, Strike
from anlan.people.sign_in import sign_in
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import decide_parameter

NOW = real_time()


def attempt(name="warden", password=PASSWORD, now=NOW, at=NOON):
    return sign_in(name, password, at=at, now=now)


def verbs(kind="person"):
    return list(Entry.objects.filter(kind=kind, verb__startswith="sign").order_by("id").values_list("verb", flat=True))


def test_the_right_password_lets_in_and_is_journalled(place):
    answer = attempt()
    assert (answer.standing.person.name, answer.must_change) == ("王敏", False)
    assert verbs() == ["signed_in"]
    assert PASSWORD not in str(list(Entry.objects.values_list("data", flat=True)))


def test_case_and_blanks_of_the_login_name_do_not_matter(place):
    assert attempt(" Warden ").standing.person.login_name == "warden"


@pytest.mark.parametrize("name", ["warden", "nobody", "", "名字\ud800"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answers(place, name):
    answers = [str(attempt(name, "不对")) for _ in range(6)]
    assert answers == ["登录名或密码不对"] * 4 + ["登录失败次数过多，请15分钟后再试"] * 2
    kind = "person" if name == "warden" else "entrance"
    assert verbs(kind) == ["sign_in_failed"] * 4 + ["sign_in_locked"]


def test_a_locked_name_is_refused_with_the_right_password_until_the_time_is_over(place):
    for _ in range(5):
        attempt(password="不对")
    assert isinstance(attempt(now=NOW + timedelta(minutes=14)), Refusal)
    assert attempt(now=NOW + timedelta(minutes=15, seconds=1)).standing.person.name == "王敏"
    assert not Strike.objects.exists()


def test_failures_far_apart_do_not_add_up(place):
    for n in range(8):
        answer = attempt(password="不对", now=NOW + n * timedelta(minutes=16))
    assert str(answer) == "登录名或密码不对"


def test_the_limits_are_dated_rules(place):
    decide_parameter("auth.fail_max", "失败次数", 2, NOON.date(), "本单位规定", "sure",
                     actor=place.actor("emergency"), at=NOON)
    decide_parameter("auth.lock_min", "时长", 3, NOON.date(), "本单位规定", "sure", actor=place.actor("emergency"), at=NOON)
    assert [str(attempt(password="不对")) for _ in range(2)] == ["登录名或密码不对", "登录失败次数过多，请3分钟后再试"]


def test_what_was_typed_as_a_name_is_not_kept(place):
    attempt("我的密码是abc", "x")
    assert "我的密码" not in str(list(Strike.objects.values())) + str(list(Entry.objects.values_list("data", flat=True)))


def test_a_hash_is_worked_out_for_names_that_do_not_exist(place, monkeypatch):
    made = []
    monkeypatch.setattr(desk, "make_password", lambda raw: made.append("made"))
    monkeypatch.setattr(desk, "check_password", lambda *a: made.append("checked"))
    attempt("nobody", "x")
    attempt("warden", "x")
    assert made == ["made", "checked"]


def test_a_person_whose_post_ended_yesterday_is_told_so(place):
    held = Appointment.objects.get(person=place.people["warden"])
    advance(Ref("appointment", held.uid), "end", actor=place.actor("sysadmin"), at=NOON,
            given={"until": "2021-05-31"})
    assert str(attempt()) == "您在“网格员”的任职已于2021-05-31结束，不能再以这个岗位办理。请与系统管理员联系"
    assert attempt(at=NOON - timedelta(days=1)).standing.usable


def test_a_disabled_account_gets_the_answer_of_an_unknown_one(place):
    advance(Ref("person", place.people["warden"].uid), "disable", actor=place.actor("sysadmin"), at=NOON,
            given={"reason": "离职"})
    assert str(attempt()) == "登录名或密码不对"


def test_passwords_are_kept_as_argon2(settings, place):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher",
                                 "django.contrib.auth.hashers.MD5PasswordHasher"]
    held = Credential.objects.get(person=place.people["warden"])
    assert held.password.startswith("md5$")
    assert attempt().standing
    held.refresh_from_db()
    assert held.password.startswith("argon2$argon2id$")


# Over HTTP


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client, place, enter):
    first = client.get("/desk/?area=1")
    assert (first.status_code, first["Location"]) == (302, "/sign-in/?next=" + quote("/desk/?area=1", safe=""))
    back = enter("street", next="/desk/?area=1")
    assert (back.status_code, back["Location"]) == (302, "/desk/?area=1")
    assert client.get("/desk/").json()["title"] == "街道安全办主任"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_the_sign_in_leads_nowhere_else(place, enter, elsewhere):
    assert enter("street", next=elsewhere)["Location"] == "/desk/"


def test_a_refused_sign_in_keeps_the_name_and_says_why(place, enter):
    answer = enter("warden", "不对")
    text = answer.content.decode()
    assert (answer.status_code, "登录名或密码不对" in text, 'value="warden"' in text, "不对\"" in text) == (
        422, True, True, False)


def test_the_public_needs_no_session_and_an_api_call_gets_json(client, place):
    assert client.get("/public/").json()["name"] == "公众"
    answer = client.get("/desk/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (401, ["请先登录"])


def test_the_session_has_a_new_key_after_signing_in(client, place, enter):
    client.session["held"] = "x"
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    enter("street")
    assert client.cookies["sessionid"].value != session.session_key
    assert "before" not in client.session


def test_a_session_ends_when_idle_and_when_too_long(client, place, enter):
    enter("street")
    for change in ({"seen": NOW.timestamp() - 31 * 60}, {"began": NOW.timestamp() - 12 * 3600 - 60}):
        enter("street")
        assert client.get("/desk/").status_code == 200
        session = client.session
        session["anlan"] = {**session["anlan"], **change}
        session.save()
        assert client.get("/desk/").status_code == 302
        assert "anlan" not in client.session


def test_business_time_that_stands_does_not_keep_a_session_alive(client, place, enter):
    enter("street")
    assert client.get("/desk/").json()["at"] == NOON.isoformat()
    session = client.session
    session["anlan"] = {**session["anlan"], "seen": NOW.timestamp() - 31 * 60}
    session.save()
    assert client.get("/desk/").status_code == 302


def test_signing_out_ends_the_session_and_is_journalled(client, place, enter):
    enter("street")
    old = client.cookies["sessionid"].value
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    client.cookies["sessionid"] = old
    assert client.get("/desk/").status_code == 302
    assert verbs() == ["signed_in", "signed_out"]
    assert Entry.objects.filter(verb="signed_out", actor_id=place.people["street"].id).count() == 1


def test_disabling_an_account_ends_its_sessions_at_once(client, place, enter):
    enter("street")
    person = Ref("person", place.people["street"].uid)
    advance(person, "disable", actor=place.actor("sysadmin"), at=NOON, given={"reason": "离职"})
    assert client.get("/desk/").status_code == 302
    advance(person, "enable", actor=place.actor("sysadmin"), at=NOON, given={"reason": "误停"})
    assert client.get("/desk/").status_code == 302


def test_a_new_password_ends_every_other_session(client, place, enter):
    other = Client()
    enter("street")
    enter("street", browser=other)
    answer = client.post("/password/", {"old": PASSWORD, "new": "春风又绿江南岸-2021", "again": "春风又绿江南岸-2021"})
    assert answer.status_code == 302
    assert (client.get("/desk/").status_code, other.get("/desk/").status_code) == (200, 302)
    assert enter("street", PASSWORD, browser=Client()).status_code == 422
    assert enter("street", "春风又绿江南岸-2021", browser=Client()).status_code == 302


@pytest.mark.parametrize(("given", "sentence"), [
    ({"old": "不对"}, "现在的密码不对"),
    ({"again": "另一个"}, "两次输入的新密码不一样"),
    ({"new": "Ab1-", "again": "Ab1-"}, "密码至少10个字符"),
    ({"new": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "密码至少要有2类字符"),
    ({"new": "woaini1314520", "again": "woaini1314520"}, "这个密码太常见"),
    ({"new": "aa123456789", "again": "aa123456789"}, "这个密码太常见"),
    ({"new": "street-2021-x", "again": "street-2021-x"}, "密码里不要有自己的登录名或姓名"),
    ({"new": PASSWORD, "again": PASSWORD}, "新密码不能与现在的一样"),
])
def test_a_weak_or_wrong_password_is_refused_with_a_sentence(client, place, enter, given, sentence):
    enter("street")
    good = {"old": PASSWORD, "new": "春风又绿江南岸-2021", "again": "春风又绿江南岸-2021"}
    answer = client.post("/password/", {**good, **given})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert enter("street", browser=Client()).status_code == 302


def test_the_first_sign_in_must_change_the_password_before_anything_else(client, place, enter):
    set_password(place.people["street"].uid, "一次性口令-2021", actor=place.actor("sysadmin"), at=NOON)
    assert enter("street", "一次性口令-2021")["Location"] == "/password/"
    assert client.get("/desk/")["Location"] == "/password/"
    assert client.get("/password/").status_code == 200
    client.post("/password/", {"old": "一次性口令-2021", "new": "春风又绿江南岸-2021", "again": "春风又绿江南岸-2021"})
    assert client.get("/desk/").status_code == 200


def test_an_old_password_has_to_be_changed_but_not_the_demos(place, settings):
    settings.ANLAN_IS_DEMO = False
    Credential.objects.update(set_at=NOW - timedelta(days=91))
    assert attempt().must_change
    settings.ANLAN_IS_DEMO = True
    assert not attempt().must_change
    settings.ANLAN_IS_DEMO = False
    Credential.objects.update(set_at=NOW - timedelta(days=89))
    assert not attempt().must_change


def test_a_signed_in_request_costs_at_most_three_statements(client, place, enter, django_assert_max_num_queries):
    enter("street")
    client.get("/desk/")
    with django_assert_max_num_queries(3):
        assert client.get("/desk/").status_code == 200


def test_a_form_from_elsewhere_signs_nobody_in(place):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"login_name": "street", "password": PASSWORD})
    assert answer.status_code == 403
    assert Person.objects.get(login_name="street").version == 1


def test_a_session_notes_once_a_minute_that_it_is_alive(client, place, enter, django_assert_num_queries):
    enter("street")
    client.get("/desk/")
    session = client.session
    session["anlan"] = {**session["anlan"], "seen": NOW.timestamp() - 120}
    session.save()
    client.get("/desk/")
    seen = client.session["anlan"]["seen"]
    assert seen > NOW.timestamp() - 60
    client.get("/desk/")
    assert client.session["anlan"]["seen"] == seen


def test_a_page_in_parts_is_told_to_go_to_the_sign_in(client, place):
    answer = client.get("/desk/", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/?next=%2Fdesk%2F")
    assert client.post("/desk/")["Location"] == "/sign-in/"
