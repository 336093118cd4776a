import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import Missing
from anlan.kernel.tests.conftest import ANNA, NOON
from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit.intake.models import ApiToken
from anlan.toolkit.intake.tokens import allows, issue_token

from .conftest import LATER, LIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(ground):
    return {"area": str(ground["G1"].uid), "place": "中南路1号"}


def test_a_case_is_put_once_and_the_second_sending_gets_the_first_receipt(send, given):
    uid = str(uuid4())
    status, receipt = send("PUT", f"/leaks/{uid}", given)
    assert (status, receipt) == (201, {
        "uid": uid, "kind": "leak", "move": "report", "version": 1, "state": "open", "at": "2021-06-01T04:00:00Z",
        "told_at": "2021-06-01T04:00:00Z", "replay": False, "applied": True, "sentence": ""})
    again = send("PUT", f"/leaks/{uid}", given | {"place": "改了"})
    assert again == (200, receipt | {"replay": True})
    assert list(Leak.objects.values_list("place", flat=True)) == ["中南路1号"]
    entry = Entry.objects.get(kind="leak")
    assert (entry.actor_id, entry.post_id) == (LIN.person_id, LIN.post_id)


def test_an_error_says_what_is_wrong_by_sentence_and_by_field(send, given):
    status, said = send("PUT", f"/leaks/{uuid4()}", {"area": given["area"], "colour": "red", "place": 5})
    assert status == 422
    assert said == {"error": {"sentences": ["colour：不认识的输入项", "地点：应为文字"],
                              "fields": {"colour": ["不认识的输入项"], "place": ["应为文字"]}}}
    status, said = send("PUT", f"/leaks/{uuid4()}", {"area": given["area"]})
    assert (status, said) == (422, {"error": {"sentences": ["地点：必填"], "fields": {"place": ["必填"]}}})
    assert send("PUT", f"/leaks/{uuid4()}", "")[1]["error"]["sentences"] == ["区域：必填", "地点：必填"]
    status, said = send("PUT", f"/leaks/{uuid4()}", given | {"area": str(uuid4())})
    assert (status, said) == (422, {"error": {"sentences": ["区域不存在"], "fields": {}}})


@pytest.mark.parametrize(("body", "status", "sentence"), [
    ("{", 400, "内容不是有效的 JSON。"),
    (b"\xff\xfe", 400, "内容不是有效的 JSON。"),
    ("[" * 100_000, 400, "内容不是有效的 JSON。"),
    ("[1]", 400, "内容应为一个 JSON 对象。"),
    ('{"place": NaN}', 400, "内容不是有效的 JSON。"),
    ('{"place": 1e999}', 400, "数字超出允许的范围。"),
    ('{"place": ' + "9" * 5000 + "}", 400, "内容不是有效的 JSON。"),
    ('{"place": ' + "9" * 50 + "}", 400, "数字超出允许的范围。"),
    ('{"place": "a\\u0000b"}', 400, "内容含有无法保存的字符。"),
    ('{"place": "a\\ud800b"}', 400, "内容含有无法保存的字符。"),
    ('{"\\u0000": 1}', 400, "内容含有无法保存的字符。"),
    ('{"place":' + '{"a":' * 14 + "1" + "}" * 14 + "}", 400, "内容嵌套太深。"),
])
def test_what_is_no_proper_body_is_refused_in_a_sentence(send, body, status, sentence):
    assert send("PUT", f"/leaks/{uuid4()}", body) == (status, {"error": {"sentences": [sentence], "fields": {}}})


def test_another_content_type_is_refused(send, issue):
    token = issue()
    answer = Client().put(f"/api/v1/leaks/{uuid4()}", "place=1", content_type="application/x-www-form-urlencoded",
                          headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (415, ["请以 application/json 格式提交。"])


def test_a_body_of_two_hundred_megabytes_is_not_read(send, issue, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    status, said = send("PUT", f"/leaks/{uuid4()}", {"place": "长" * 2000})
    assert (status, said["error"]["sentences"]) == (413, ["提交的内容太大，未接收。请分几次提交。"])


@pytest.mark.parametrize("uid", ["1", "not-a-uuid", "00000000-0000-0000-0000-000000000000", "{2e120804-6264-48f7-b591-e41daa793fea}",
                                 "%00", "batch%20", "a" * 3000])
def test_an_id_that_is_no_uuid_is_refused(send, given, uid):
    status, said = send("PUT", f"/leaks/{uid}", given)
    assert (status, list(said["error"]["fields"])) == (422, ["uid"])


def test_values_no_column_takes_are_the_senders_fault_not_a_failure(send, given, monkeypatch):
    from anlan.kernel.tests.toy import flow  # noqa: PLC0415

    monkeypatch.setattr(flow.ReportForm.base_fields["place"], "max_length", None)
    monkeypatch.setattr(flow.ReportForm.base_fields["place"], "validators", [])
    status, said = send("PUT", f"/leaks/{uuid4()}", given | {"place": "长" * 61})
    assert status == 422
    assert said["error"]["sentences"] == ["有的内容超出了允许的范围（过长、过大或含有无法保存的字符）。请修改后重新提交。"]
    assert send("PUT", f"/leaks/{uuid4()}", given)[0] == 201


@pytest.mark.parametrize(("at", "sentence"), [
    ("1900-01-01T08:00:00+08:00", "时间是1900年，早于2000年。请检查设备的日期后重新提交。"),
    ("2021-06-01T12:06:00+08:00", "时间晚于现在（2021-06-01 12:00）。请检查设备的日期和时间后重新提交。"),
    ("0001-01-01T00:00:00+14:00", "时间写法不对，应如 2021-06-25T08:30:00+08:00。"),
    ("yesterday", "时间写法不对，应如 2021-06-25T08:30:00+08:00。"),
    ("2021-02-30T08:00:00+08:00", "时间写法不对，应如 2021-06-25T08:30:00+08:00。"),
])
def test_a_time_that_cannot_be_right_is_refused(send, given, at, sentence):
    status, said = send("PUT", f"/leaks/{uuid4()}", given | {"at": at})
    assert (status, said) == (422, {"error": {"sentences": [sentence], "fields": {"at": [sentence]}}})


def test_a_clock_a_little_ahead_is_taken_as_now_and_one_far_off_is_reckoned_with(send, given):
    told = "2021-06-01T04:00:00Z"
    assert send("PUT", f"/leaks/{uuid4()}", given | {"at": "2021-06-01T12:04:00+08:00"})[1]["at"] == told
    late = given | {"at": "2025-03-01T10:00:00+08:00", "sent_at": "2025-03-01T11:30:00+08:00"}
    assert send("PUT", f"/leaks/{uuid4()}", late)[1]["at"] == "2021-06-01T02:30:00Z"
    assert send("PUT", f"/leaks/{uuid4()}", given | {"at": "2021-06-01T11:00"})[1]["at"] == "2021-06-01T03:00:00Z"


def test_a_batch_answers_each_item_in_the_order_sent(send, given):
    first, second = str(uuid4()), str(uuid4())
    items = [given | {"uid": first}, {"uid": second, "area": given["area"]}, given | {"uid": "x"}, given | {"uid": first}]
    status, said = send("POST", "/leaks/batch", {"items": items})
    assert status == 200
    assert [(r["uid"], r["receipt"] and r["receipt"]["state"], r["error"] and r["error"]["sentences"][0])
            for r in said["results"]] == [
        (first, "open", None), (second, None, "地点：必填"),
        ("x", None, "标识应为 UUID，如 0197a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b。"), (first, "open", None)]
    assert said["results"][3]["receipt"]["replay"] is True
    assert Leak.objects.count() == 1


def test_a_batch_is_bounded_and_its_items_must_be_objects(send, given):
    assert send("POST", "/leaks/batch", {"items": []})[0] == 422
    assert send("POST", "/leaks/batch", {"items": [{}] * 501})[0] == 422
    assert send("POST", "/leaks/batch", {"items": {}})[1]["error"]["fields"] == {"items": ["应为列表"]}
    assert send("POST", "/leaks/batch", {})[1]["error"]["fields"] == {"items": ["必填"]}
    assert send("POST", "/leaks/batch", {"items": [5]})[1]["error"]["fields"] == {"items": ["应为对象"]}


def test_a_move_is_made_by_its_name_and_a_stale_version_is_told_apart(send, given):
    uid, request = str(uuid4()), str(uuid4())
    send("PUT", f"/leaks/{uid}", given | {"place": "公开场地"})
    status, said = send("POST", f"/leaks/{uid}/moves/take", {"expect": 1, "request": request})
    assert (status, said["state"], said["version"]) == (200, "mending", 2)
    status, again = send("POST", f"/leaks/{uid}/moves/take", {"expect": 1, "request": request})
    assert (status, again) == (200, said | {"replay": True})
    status, stale = send("POST", f"/leaks/{uid}/moves/mend", {"expect": 1})
    assert (status, stale["error"]["sentences"]) == (409, ["内容刚被他人更新，请刷新后再试"])
    assert send("POST", f"/leaks/{uid}/moves/mend", {"cost": "12.5"})[1]["state"] == "mended"


def test_a_case_out_of_sight_an_absent_one_and_an_unexposed_move_look_alike(send, report):
    nothing = {"error": {"sentences": ["没有找到，或者它不在您的范围内。"], "fields": {}}}
    for uid in (uuid4(), report().uid):
        assert send("POST", f"/leaks/{uid}/moves/take", {}) == (404, nothing)
    assert send("POST", f"/leaks/{uuid4()}/moves/wait", {"reason": "等"}) == (404, nothing)
    assert send("GET", "/nothing/here") == (404, nothing)


def test_anothers_receipt_is_given_only_to_whom_the_case_is_in_sight(send, given, report):
    hidden, shown = report(), report(place="公开场地")
    assert send("PUT", f"/leaks/{hidden.uid}", given)[0] == 404
    assert send("PUT", f"/leaks/{shown.uid}", given)[1]["replay"] is True
    items = [given | {"uid": str(ref.uid)} for ref in (hidden, shown)]
    results = send("POST", "/leaks/batch", {"items": items})[1]["results"]
    assert [(r["error"] is None, r["receipt"] and r["receipt"]["replay"]) for r in results] == [(False, None), (True, True)]


def test_reading_goes_through_the_selector(send, report, ground):
    hidden, shown = report(), report(place="公开场地", grade="major")
    status, said = send("GET", f"/leaks/{shown.uid}")
    assert (status, said) == (200, {
        "uid": str(shown.uid), "state": "open", "version": 1, "opened_at": "2021-06-01T04:00:00Z",
        "changed_at": "2021-06-01T04:00:00Z", "place": "公开场地", "grade": "major", "area": str(ground["G1"].uid),
        "fixer_id": None})
    assert send("GET", f"/leaks/{hidden.uid}")[0] == 404
    assert send("GET", "/leaks/1")[0] == 404


def test_without_a_live_token_nothing_opens(send, issue, given):
    address, words = f"/leaks/{uuid4()}", ["请出示有效的令牌，或先登录。"]
    for token in ("none", "anlan_wrong", "\x7f", issue(expires_at=real_time() - timedelta(seconds=1)), issue(post_id=99)):
        status, said = send("PUT", address, given, token=token)
        assert (status, said["error"]["sentences"]) == (401, words)
    assert send("PUT", address, given)[0] == 201


def test_a_revoked_token_opens_nothing_more(send, issue, given):
    text = issue()
    assert send("PUT", f"/leaks/{uuid4()}", given, token=text)[0] == 201
    token = ApiToken.objects.get(prefix=text[:10])
    with pytest.raises(Refused, match="须由系统管理员办理"):
        advance(Ref("api_token", token.uid), "revoke", actor=ANNA, at=NOON, given={"reason": "停用"})
    keeper = Actor(name="管", person_id=3, post_id=13, roles=frozenset({"sysadmin"}))
    advance(Ref("api_token", token.uid), "revoke", actor=keeper, at=NOON, given={"reason": "停用"})
    assert send("PUT", f"/leaks/{uuid4()}", given, token=text)[0] == 401


def test_the_token_itself_is_kept_nowhere(toy_api):
    text, uid = issue_token(name="甲", post_id=17, scopes=["leaks:write"], expires_at=LATER, actor=SYSTEM, at=NOON)
    token, entry = ApiToken.objects.get(uid=uid), Entry.objects.get(kind="api_token")
    assert text not in json.dumps([entry.data, token.digest, token.prefix, token.name])
    assert len(text) == len("anlan_") + 43
    assert text.startswith(token.prefix)


def test_a_scope_that_is_missing_is_named(send, issue, given):
    status, said = send("PUT", f"/leaks/{uuid4()}", given, token=issue(scopes=["leaks:read"]))
    assert (status, said["error"]["sentences"]) == (403, ["令牌没有这项权限（leaks:write）。"])
    assert send("PUT", f"/leaks/{uuid4()}", given, token=issue(scopes=["*:write"]))[0] == 201
    assert (allows(["*"], "a:read"), allows(["a:write"], "a:read"), allows(["*:read"], "b:read")) == (True, False, True)


def test_a_token_that_calls_too_often_is_told_when_to_come_back(issue, given):
    token, client = issue(per_minute=2), Client()
    answers = [client.put(f"/api/v1/leaks/{uuid4()}", given, content_type="application/json",
                          headers={"Authorization": f"Bearer {token}"}) for _ in range(3)]
    assert [a.status_code for a in answers] == [201, 201, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 31
    assert answers[2].json()["error"]["sentences"] == ["请求太频繁，请稍后再试。"]


def test_a_signed_in_person_writes_with_the_pages_token_only(toy_api, given):
    client = Client(enforce_csrf_checks=True)
    bare = client.put(f"/api/v1/leaks/{uuid4()}", given, content_type="application/json",
                      headers={"X-Test-Actor": "lin"})
    assert (bare.status_code, bare.json()["error"]["sentences"]) == (403, ["请求未通过校验，请刷新页面后重试。"])
    client.cookies["csrftoken"] = "a" * 32
    client.cookies["sessionid"] = "any"
    good = client.put(f"/api/v1/leaks/{uuid4()}", given, content_type="application/json",
                      headers={"X-Test-Actor": "lin", "X-CSRFToken": "a" * 32})
    assert good.status_code == 201
    stranger = client.put(f"/api/v1/leaks/{uuid4()}", given, content_type="application/json")
    assert stranger.status_code == 401


def test_a_method_an_address_does_not_take_is_refused_in_our_shape(send):
    status, said = send("DELETE", f"/leaks/{uuid4()}")
    assert (status, said["error"]["sentences"]) == (405, ["这个地址不接受 DELETE。"])


def test_a_deed_of_a_day_before_any_rule_is_refused_in_a_sentence(send, given, monkeypatch):
    def before_any_rule(*args, **kwargs):
        raise Missing("规则“leak.limit”在2012-09-01没有生效的取值")

    monkeypatch.setattr("anlan.toolkit.intake.envelopes.advance_many", before_any_rule)
    status, said = send("PUT", f"/leaks/{uuid4()}", given | {"at": "2012-09-01T08:00:00+08:00"})
    assert (status, said["error"]["sentences"]) == (
        422, ["规则“leak.limit”在2012-09-01没有生效的取值，办不了。请核对时间；时间没错的，请系统管理员补齐规则。"])


def test_a_failure_of_ours_is_said_plainly_and_shows_nothing_inside(send, given, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("secret inner detail")

    monkeypatch.setattr("anlan.toolkit.intake.envelopes.advance_many", broken)
    status, said = send("PUT", f"/leaks/{uuid4()}", given)
    assert (status, said["error"]["sentences"]) == (
        500, ["系统出错，没有保存。请稍后重试；仍不行时请告诉系统管理员。"])
    assert "secret inner detail" not in json.dumps(said)
    assert "secret inner detail" in caplog.text


def test_the_document_describes_inputs_from_the_form(toy_api):
    document = Client().get("/api/v1/openapi.json").json()
    assert sorted((path, *methods) for path, methods in document["paths"].items()) == [
        ("/api/v1/leaks/batch", "post"), ("/api/v1/leaks/{uid}", "put", "get"),
        ("/api/v1/leaks/{uid}/moves/cancel", "post"), ("/api/v1/leaks/{uid}/moves/mend", "post"),
        ("/api/v1/leaks/{uid}/moves/take", "post")]
    put = document["paths"]["/api/v1/leaks/{uid}"]["put"]
    body = put["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["area", "place"]
    assert body["additionalProperties"] is False
    assert body["properties"]["place"] == {"type": "string", "maxLength": 60, "minLength": 1, "title": "地点"}
    assert body["properties"]["grade"] == {"type": ["string", "null"], "enum": ["general", "major", None], "title": "等级"}
    assert put["security"] == [{"Token": []}, {"Session": []}]
    assert set(put["responses"]) == {"200", "201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "500",
                                     "503"}


def test_an_answer_is_never_kept_by_a_cache(send, given, issue):
    answer = Client().get("/api/v1/openapi.json")
    assert answer["Cache-Control"] == "no-store"
