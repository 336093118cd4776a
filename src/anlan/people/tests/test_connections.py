"""The system administrator lets other systems in and out again, and sees what the machine could not do by itself."""

import json
import re
from datetime import timedelta

import pytest

from anlan.kernel.instance import local_day, real_time
from anlan.kernel.models import Clock, Entry, Parked
from anlan.kernel.tests.conftest import minutes
from anlan.people.testing import NOON
from anlan.toolkit.intake.models import ApiToken
from anlan.toolkit.intake.tokens import token_of
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.jobs.queue import enqueue

pytestmark = pytest.mark.django_db
TODAY = local_day(real_time())


def given(place, **more):
    return {"name": "市民热线", "post": str(place.posts["street"].uid), "scopes": ["people:read"],
            "until": str(TODAY + timedelta(days=90)), "per_minute": "60", **more}


def test_a_token_is_shown_once_and_works_until_it_is_revoked(place, enter, client):
    enter("sysadmin")
    answer = client.post("/desk/tokens/issue/", given(place))
    text = re.search(r"<code>(anlan_[\w-]+)</code>", answer.content.decode())[1]
    token = token_of(text, real_time())
    assert (token.name, token.post_id, token.scopes, token.per_minute) == (
        "市民热线", place.posts["street"].id, ["people:read"], 60)
    assert local_day(token.expires_at - timedelta(seconds=1)) == TODAY + timedelta(days=90)
    page = client.get(f"/desk/tokens/{token.uid}/").content.decode()
    assert "东街街道办事处 街道安全办主任" in page and "查看人员" in page and text not in page
    assert "市民热线" in client.get("/desk/tokens/").content.decode()
    assert client.post(f"/desk/tokens/{token.uid}/revoke", {"reason": "系统停用"}).status_code == 302
    assert token_of(text, real_time()) is None
    assert Entry.objects.filter(kind="api_token").order_by("id").values_list("verb", flat=True)[1] == "revoke"


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"until": str(TODAY - timedelta(days=1))}, "有效期已经过了，请选今天"),
    ({"until": str(TODAY + timedelta(days=1200))}, "有效期最长三年"), ({"scopes": []}, "必填|选"),
    ({"post": "没有这个岗位"}, "没有找到|未找到|没有"), ({"name": ""}, "必填|填写")])
def test_a_token_that_cannot_be_is_refused_with_what_was_typed(place, enter, client, wrong, sentence):
    enter("sysadmin")
    answer = client.post("/desk/tokens/issue/", given(place, **wrong))
    page = answer.content.decode()
    assert (answer.status_code, ApiToken.objects.count()) == (422, 0)
    assert re.search(sentence, re.sub(r"<[^>]+>", " ", page[page.index("data-faults"):])), page
    assert 'value="60"' in page


def test_nobody_else_issues_or_sees_a_token(place, enter, client):
    enter("sysadmin")
    client.post("/desk/tokens/issue/", given(place))
    uid = ApiToken.objects.get().uid
    for who in ("secadmin", "auditor", "street", "unit"):
        enter(who)
        assert {client.get("/desk/tokens/").status_code, client.post("/desk/tokens/issue/", given(place)).status_code,
                client.get("/desk/troubles/").status_code} == {403}
        assert client.get(f"/desk/tokens/{uid}/").status_code == 404
    assert ApiToken.objects.count() == 1


@pytest.fixture
def parked(place):
    began = Entry.objects.filter(kind="post").first()
    clock = Clock.objects.create(
        kind="post", case_id=place.posts["street"].id, area_id=place.areas["S1"].id, started_by=began, name="review",
        limit_value=1, limit_unit="day", starts="at", started_at=NOON, due_at=NOON + minutes(5),
        remind_at=NOON + minutes(1), fires=[])
    return Parked.objects.create(clock=clock, reason="ZeroDivisionError: division by zero", at=NOON)


def test_what_was_set_aside_is_shown_with_its_reason_and_tried_again(place, enter, client, parked):
    enter("sysadmin")
    page = client.get("/desk/troubles/").content.decode()
    assert "的时限“review”" in page and "ZeroDivisionError: division by zero" in page
    assert client.post(f"/desk/troubles/{parked.pk}/again/", follow=True).status_code == 200
    assert not Parked.objects.exists()
    assert Entry.objects.filter(kind="entrance", verb="unparked").count() == 1
    assert client.post(f"/desk/troubles/{parked.pk}/again/").status_code == 404


def test_failed_work_leads_to_its_page(place, enter, client):
    job = enqueue("journal_verify")
    Job.objects.update(state="failed", error="OSError: disk full", ended_at=real_time())
    enter("sysadmin")
    page = client.get("/desk/troubles/").content.decode()
    assert "核验日志" in page and "OSError: disk full" in page and f"/desk/jobs/{job.key}/" in page


def told(home, **said):
    (home / "worker.json").write_text(json.dumps(
        {"pid": 1, "at": real_time().isoformat(), "stopped": False, "faults": {}} | said), encoding="utf-8")


@pytest.mark.parametrize(("said", "sentence"), [
    (None, "后台进程从未运行"), ({}, "后台进程运行正常"), ({"stopped": True}, "后台进程没有在运行"),
    ({"at": (real_time() - timedelta(minutes=5)).isoformat()}, "后台进程没有在运行"),
    ({"faults": {"follower tiles": "KeyError: 7"}}, "“follower tiles”反复出错：KeyError: 7")])
def test_a_worker_that_does_not_run_or_ails_is_named(place, enter, client, tmp_path, said, sentence):
    if said is not None:
        told(tmp_path, **said)
    enter("sysadmin")
    assert sentence in client.get("/desk/troubles/").content.decode()
