import json
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import set_clock
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area, CalendarDay, Entry, Parameter
from anlan.kernel.rulebook import parameter, rulebook
from anlan.people.actions import appoint
from anlan.people.models import Person
from anlan.people.selectors import organisations_seen, people_seen, posts_seen
from anlan.people.testing import CAST, NOON
from anlan.places.actions import decide_parameter
from anlan.places.calendars import days_of, load, missing_years
from anlan.places.models import Boundary, HolidayYear
from anlan.places.testing import square

PAGES = {  # who may open it; everybody else gets 403 or 404
    "/desk/settings/": set(CAST) - {"unit", "unit2"},
    "/desk/settings/change/auth.fail_max/": {"emergency", "deputy"},
    "/desk/calendar/": set(CAST) - {"unit", "unit2"},
    "/desk/calendar/2022/": {"emergency", "deputy"},
    "/desk/areas/import/": {"sysadmin"}, "/desk/areas/import/template/": {"sysadmin"},
    "/desk/boundaries/import/": {"sysadmin"},
    "/desk/roles/": {"sysadmin", "secadmin", "auditor"},
    "/desk/journal/": {"auditor"}, "/desk/tokens/": {"sysadmin"}, "/desk/tokens/issue/": {"sysadmin"},
    "/desk/troubles/": {"sysadmin"},
    "/desk/areas/": set(CAST), "/desk/organisations/": set(CAST), "/desk/posts/": set(CAST), "/desk/people/": set(CAST),
    "/desk/appointments/": set(CAST), "/desk/licences/": set(CAST), "/desk/delegations/": set(CAST),
    "/desk/entrustments/": set(CAST),
}


@pytest.mark.parametrize("who", sorted(CAST))
def test_each_page_opens_for_those_it_is_for_and_for_nobody_else(place, enter, client, who):
    enter(who)
    answers = {page: client.get(page).status_code for page in PAGES}
    assert answers == {page: 200 if who in allowed else answers[page] for page, allowed in PAGES.items()}
    assert {answers[p] for p, allowed in PAGES.items() if who not in allowed} <= {403, 404}


def test_no_page_opens_without_signing_in(place, client):
    for page in PAGES:
        assert client.get(page)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("page", sorted(PAGES))
def test_pages_speak_chinese_and_carry_no_inline_script(place, enter, client, page):
    enter(sorted(PAGES[page])[0])
    answer = client.get(page)
    if not answer["Content-Type"].startswith("text/html"):
        return
    text = answer.content.decode()
    assert "<style" not in text and "onclick=" not in text and "{{" not in text
    assert re.findall(r"<script(?![^>]*(src=|application/json))[^>]*>", text) == []


# What each post finds in the registers


def listed(client, page):
    """The links of a register's rows."""
    return set(re.findall(rf'data-url="{page}([0-9a-f-]+)/"', client.get(page + "?state=all").content.decode()))


def test_a_warden_sees_her_own_grid_and_a_department_all_areas(place, enter, client):
    enter("warden")
    assert listed(client, "/desk/areas/") == {str(place.areas["G111"].uid)}
    enter("emergency")
    assert len(listed(client, "/desk/areas/")) == len(place.areas)


def test_a_unit_sees_its_own_house_and_people_and_nobody_elses(place, enter, client):
    enter("unit")
    assert listed(client, "/desk/organisations/") == {str(place.houses["restaurant"].uid)}
    assert listed(client, "/desk/people/") == {str(place.people["unit"].uid)}
    assert listed(client, "/desk/posts/") == {str(place.posts["unit"].uid)}
    assert client.get(f"/desk/organisations/{place.houses['tea_house'].uid}/").status_code == 404
    assert client.get(f"/desk/people/{place.people['warden'].uid}/").status_code == 404


def test_owners_are_seen_by_the_offices_of_their_ground_only(place, enter, client):
    owner = str(place.houses["restaurant"].uid)
    for who, sees in (("warden", True), ("community", True), ("street", True), ("emergency", True), ("street2", False),
                      ("warden2", False), ("auditor", False)):
        enter(who)
        assert (owner in listed(client, "/desk/organisations/")) is sees, who
        assert client.get(f"/desk/organisations/{owner}/").status_code == (200 if sees else 404), who


@pytest.mark.parametrize("who", ["sysadmin", "secadmin"])
def test_who_keeps_accounts_or_roles_finds_every_house_post_and_person(place, who):
    actor = place.actor(who)
    assert set(organisations_seen(actor, NOON)) == set(place.houses.values())
    assert set(posts_seen(actor, NOON)) == set(place.posts.values())
    assert set(people_seen(actor, NOON)) == set(place.people.values())


def test_the_security_administrator_grants_roles_on_the_posts_page(place, enter, client):
    enter("secadmin")
    url = f"/desk/posts/{place.posts['reviewer'].uid}/set_roles"
    assert "复查人员" in client.get(url).content.decode()
    assert client.post(url, {"roles": ["street", "reviewer", "officer"]}).status_code == 302
    place.posts["reviewer"].refresh_from_db()
    assert place.posts["reviewer"].roles == ["street", "reviewer", "officer"]


def test_people_of_another_street_are_not_listed_and_a_phone_is_masked(place, enter, client):
    enter("street2")
    assert str(place.people["warden"].uid) not in listed(client, "/desk/people/")
    enter("street")
    text = client.get(f"/desk/people/{place.people['warden'].uid}/").content.decode()
    assert place.people["warden"].phone not in text and "138****" in text


def test_lists_cost_no_more_with_more_rows(place, enter, client, django_assert_max_num_queries):
    enter("sysadmin")
    for page in ("areas", "organisations", "posts", "people", "appointments", "licences"):
        with django_assert_max_num_queries(12):
            assert client.get(f"/desk/{page}/").status_code == 200


def test_every_row_opens(place, enter, client, django_assert_max_num_queries):
    enter("sysadmin")
    for page in ("areas", "organisations", "posts", "people", "appointments", "licences", "entrustments"):
        for uid in sorted(listed(client, f"/desk/{page}/"))[:2]:
            with django_assert_max_num_queries(20):
                assert client.get(f"/desk/{page}/{uid}/").status_code == 200


# Accounts


def test_the_system_administrator_gives_a_password_for_one_sign_in(place, enter, client):
    enter("sysadmin")
    url = f"/desk/accounts/{place.people['warden'].uid}/password/"
    assert "生成一次性密码" in client.get(url).content.decode()
    shown = re.search(r"<code>([a-z0-9-]{14})</code>", client.post(url).content.decode()).group(1)
    other = Client()
    assert enter("warden", shown, browser=other)["Location"] == "/password/"
    assert shown not in str(list(Entry.objects.values_list("data", flat=True)))
    enter("secadmin")
    assert client.post(url).status_code == 403


def test_a_person_is_registered_and_appointed_on_pages(place, enter, client):
    enter("sysadmin")
    client.post("/desk/people/new", {"name": "新来的", "login_name": "newcomer", "phone": "13900000009",
                                     "language": "zh-hans"})
    person = Person.objects.get(login_name="newcomer")
    client.post("/desk/appointments/new", {
        "person": str(person.uid), "post": str(place.posts["street"].uid), "since": "2021-06-01", "until": ""})
    assert person.appointments.get().post_id == place.posts["street"].id


# The journal


def test_the_auditor_reads_sentences_and_finds_them_by_person_and_day(place, enter, client):
    enter("street")
    enter("auditor")
    text = client.get("/desk/journal/?kind=person").content.decode()
    assert "赵强登录" in text and "朱琳登录" in text
    found = client.get("/desk/journal/?person=赵强&since=2021-06-01&until=2021-06-01").content.decode()
    assert "赵强登录" in found and "朱琳登录" not in found
    assert "赵强登录" not in client.get("/desk/journal/?person=赵强&until=2021-05-31").content.decode()


def test_the_journal_is_paged_and_keeps_its_filters(place, enter, client, django_assert_max_num_queries):
    enter("auditor")
    with django_assert_max_num_queries(16):
        text = client.get("/desk/journal/").content.decode()
    following = re.search(r'href="(\?[^"]*before=\d+[^"]*)" rel="next"', text).group(1).replace("&amp;", "&")
    assert client.get("/desk/journal/" + following).status_code == 200


def test_verifying_finds_nothing_then_what_was_changed_behind_its_back(place, enter, client):
    seal_all()
    enter("auditor")
    client.post("/desk/journal/verify/")
    assert "没有发现问题" in client.get("/desk/journal/").content.decode()
    row = Entry.objects.filter(kind="area").order_by("id").first()
    Entry.objects.filter(id=row.id).update(data={**row.data, "set": {"name": "改过的"}})
    client.post("/desk/journal/verify/")
    text = client.get("/desk/journal/").content.decode()
    assert "发现 1 处问题" in text and "记录内容被改动" in text
    assert Entry.objects.filter(verb="verified", actor_id=place.people["auditor"].id).count() == 2


# Rules


def test_the_settings_show_source_and_what_is_provisional(place, enter, client):
    enter("street")
    text = client.get("/desk/settings/?q=连续登录失败").content.decode()
    assert "连续登录失败几次后暂停登录" in text and "GB/T 22239-2019" in text and "暂定" in text
    assert "/desk/settings/change/" not in text
    enter("emergency")
    assert "/desk/settings/change/auth.fail_max/" in client.get("/desk/settings/").content.decode()


def test_a_rule_gets_a_new_value_from_a_day_on(place, enter, client):
    enter("emergency")
    url = "/desk/settings/change/auth.fail_max/"
    wrong = client.post(url, {"value": "很多", "valid_from": "2021-07-01", "source": "本局规定", "confidence": "sure"})
    assert wrong.status_code == 422
    assert client.post(url, {"value": "3", "valid_from": "2021-07-01", "source": "本局规定",
                             "confidence": "sure"}).status_code == 302
    assert (parameter("auth.fail_max", date(2021, 6, 30)), parameter("auth.fail_max", date(2021, 7, 1))) == (5, 3)
    again = client.post(url, {"value": "4", "valid_from": "2021-07-01", "source": "本局规定", "confidence": "sure"})
    assert (again.status_code, "这条规则在这一天已有取值" in again.content.decode()) == (422, True)
    assert "自2021-07-01起改为3" in client.get("/desk/settings/").content.decode()


def test_a_limit_and_a_table_keep_their_shape(place, enter, client):
    who = {"actor": place.actor("emergency"), "at": NOON}
    decide_parameter("toy.limit", "时限", [3, "working_day"], date(2020, 1, 1), "甲", "likely", **who)
    decide_parameter("toy.table", "频次", {"red": {"warden": 7, "street": None}, "steps": [1, 2, 3], "on": True},
                     date(2020, 1, 1), "甲", "unsure", **who)
    enter("emergency")
    common = {"valid_from": "2021-07-01", "source": "乙", "confidence": "sure"}
    assert client.post("/desk/settings/change/toy.limit/", {
        "value": "5", "value_unit": "calendar_day", **common}).status_code == 302
    assert parameter("toy.limit", date(2021, 7, 1)) == [5, "calendar_day"]
    page = client.get("/desk/settings/change/toy.table/").content.decode()
    assert "红 › 网格员" in page and 'value="1, 2, 3"' in page
    assert client.post("/desk/settings/change/toy.table/", {
        "value-red-warden": "14", "value-red-street": "", "value-steps": "2，4、6.5", **common}).status_code == 302
    assert parameter("toy.table", date(2021, 7, 1)) == {
        "red": {"warden": 14, "street": None}, "steps": [2, 4, 6.5], "on": False}


# The calendar


def test_a_year_is_entered_as_the_notice_reads_and_clocks_follow(place, enter, client):
    load(place.actor("emergency"), NOON)
    HolidayYear.objects.filter(year=2022).delete()
    CalendarDay.objects.filter(day__year=2022).delete()
    enter("emergency")
    answer = client.post("/desk/calendar/2022/", {
        "rest": "元旦 01-01~01-03\n春节：1-31至2-6", "work": "春节调休 01-29、01-30", "source": "国办发明电〔2021〕11号"})
    assert answer.status_code == 302
    row = HolidayYear.objects.get(year=2022)
    held = days_of(row)
    assert (len(held), held[0].name, held[-1].day) == (12, "元旦", date(2022, 2, 6))
    office = rulebook().calendar("office")
    assert (office.works(date(2022, 1, 29)), office.works(date(2022, 1, 31))) == (True, False)
    client.post("/desk/calendar/2022/", {"rest": "元旦 01-01~01-02", "work": "", "source": "更正通知"})
    office = rulebook().calendar("office")
    assert (office.works(date(2022, 1, 29)), office.works(date(2022, 1, 3)), office.works(date(2022, 1, 31))) == (
        False, True, True)
    assert [d.day.day for d in days_of(row)] == [1, 2]
    assert list(Entry.objects.filter(kind="holidays", subject_id=row.id).order_by("n").values_list("verb", flat=True)) == [
        "publish", "amend"]


@pytest.mark.parametrize(("given", "sentence"), [
    ({"rest": "春节 13-01"}, "第1行的日期“13-01”看不懂"),
    ({"rest": "元旦 01-01\n春节 02-06~01-31"}, "第2行的日期“02-06~01-31”前后颠倒"),
    ({"rest": "到时候再说"}, "看不懂，请写成"),
    ({"rest": "元旦 01-01", "work": "调休 01-01"}, "2022-01-01既放假又上班"),
])
def test_a_line_that_makes_no_sense_is_named(place, enter, client, given, sentence):
    enter("emergency")
    answer = client.post("/desk/calendar/2022/", {"work": "", "source": "国办", **given})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_what_is_shown_of_a_year_can_be_sent_back_unchanged(place, enter, client):
    load(place.actor("emergency"), NOON)
    row = HolidayYear.objects.get(year=2021)
    before = days_of(row)
    enter("emergency")
    text = client.get("/desk/calendar/2021/").content.decode()
    areas = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", text, re.S)
    client.post("/desk/calendar/2021/", {"rest": areas[0], "work": areas[1], "source": row.source})
    assert days_of(row) == before


def test_a_missing_year_alarms_from_december_on(place, enter, client):
    load(place.actor("emergency"), NOON)
    HolidayYear.objects.filter(year__gt=2021).delete()
    assert (missing_years(date(2021, 11, 30)), missing_years(date(2021, 12, 1))) == ([], [2022])
    set_clock(NOON + timedelta(days=190), running=False)
    enter("emergency")
    for page in ("/desk/settings/", "/desk/calendar/"):
        assert "2022年的节假日安排还没有登记" in client.get(page).content.decode()


# Imports on pages


def upload(name, text):
    return SimpleUploadedFile(name, text.encode())


def test_a_sheet_of_areas_is_rehearsed_and_then_imported(place, enter, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    enter("sysadmin")
    head = "代码,名称,层级,上级代码,启用日期\n"
    bad = client.post("/desk/areas/import/", {"file": upload("区划.csv", head + "C99,新社区,社区,S9,2021-01-01\n")})
    assert "表里和区划中都没有代码“S9”" in bad.content.decode()
    good = client.post("/desk/areas/import/", {"file": upload("区划.csv", head + "C13,东三社区,社区,S1,2021-01-01\n")})
    staged = re.search(r'name="staged" value="([0-9a-f]{64})"', good.content.decode()).group(1)
    assert not Area.objects.filter(code="C13").exists()
    assert client.post("/desk/areas/import/", {"staged": staged, "name": "区划.csv"}).status_code == 302
    assert Area.objects.get(code="C13").name == "东三社区"
    assert client.post("/desk/areas/import/", {"staged": "0" * 64, "name": "x.csv"}).status_code == 422
    assert client.post("/desk/areas/import/", {}).status_code == 422


def test_a_map_file_is_rehearsed_and_then_stored(place, enter, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    enter("sysadmin")
    content = json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": "G111"}, "geometry": square("G111")}]})
    given = {"datum": "cgcs2000", "source": "勘界成果", "valid_from": "2021-07-01"}
    first = client.post("/desk/boundaries/import/", {"file": upload("边界.geojson", content), **given})
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', first.content.decode()))
    hidden.pop("csrfmiddlewaretoken", None)
    assert client.post("/desk/boundaries/import/", hidden).status_code == 302
    row = Boundary.objects.get(valid_from=date(2021, 7, 1))
    assert (row.area.code, row.datum, row.generated) == ("G111", "cgcs2000", False)
    wrong = client.post("/desk/boundaries/import/", {"file": upload("边界.geojson", "{}"), **given})
    assert "文件里没有区域" in wrong.content.decode()


# Posts


def test_switching_posts_acts_in_the_other_one(place, enter, client):
    appoint(place.people["warden"].uid, place.posts["reviewer"].uid, date(2021, 6, 1), actor=place.actor("sysadmin"),
            at=NOON)
    enter("warden")
    assert client.get("/desk/").json()["title"] == "网格员"
    client.post("/switch-post/", {"post": str(place.posts["reviewer"].uid)})
    assert client.get("/desk/").json()["title"] == "街道复查员"
    assert client.post("/switch-post/", {"post": str(place.posts["leader"].uid)}).status_code == 403
    assert client.get("/desk/").json()["title"] == "街道复查员"


def test_a_post_that_ends_during_the_session_refuses_a_deed_and_tells_a_reader(place, enter, client):
    appoint(place.people["warden"].uid, place.posts["reviewer"].uid, date(2021, 6, 1), actor=place.actor("sysadmin"),
            at=NOON)
    enter("warden")
    held = place.people["warden"].appointments.get(post=place.posts["warden"])
    advance(Ref("appointment", held.uid), "end", actor=place.actor("sysadmin"), at=NOON, given={"until": "2021-05-31"})
    answer = client.post("/switch-post/", {"post": str(place.posts["reviewer"].uid)})
    assert (answer.status_code, "任职已于2021-05-31结束" in answer.content.decode()) == (403, True)
    assert client.get("/desk/").json()["title"] == "街道复查员"


def test_a_withdrawn_value_leaves_the_earlier_one(place, enter, client):
    enter("emergency")
    client.post("/desk/settings/change/auth.fail_max/", {
        "value": "3", "valid_from": "2021-05-01", "source": "本局规定", "confidence": "sure"})
    row = Parameter.objects.get(key="auth.fail_max", valid_from=date(2021, 5, 1))
    assert client.get(f"/desk/settings/{row.uid}/").status_code == 200
    client.post(f"/desk/settings/{row.uid}/withdraw", {"reason": "写错了"})
    assert parameter("auth.fail_max", NOON.date()) == 5
    first = Parameter.objects.get(key="auth.fail_max", state="active")
    answer = client.post(f"/desk/settings/{first.uid}/withdraw", {"reason": "不要了"})
    assert "这是最早的一条取值" in answer.content.decode()
