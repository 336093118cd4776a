"""Registers in the API: the list's own filters, one row at a time or many, each counted once."""

from uuid import uuid4

import pytest

from anlan.kernel.models import Entry
from anlan.toolkit.registers.contract import urls_with_api
from anlan.toolkit.tests.town.models import Pump

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(visit, settings):
    """api(actor): calls as (method, path, body) → (status, JSON)."""
    settings.ROOT_URLCONF = urls_with_api(settings.ROOT_URLCONF)

    def of(actor):
        browser = visit(actor)

        def call(method, path, body=None):
            more = {"data": body, "content_type": "application/json"} if body is not None else {}
            answer = getattr(browser, method)(f"/contract-api/{path}", **more)
            return answer.status_code, answer.json()

        return call

    return of


def sent(ground, **more):
    return {"code": "P1", "name": "一号泵", "sort": "diesel", "area": str(ground["G1"].uid)} | more


def test_a_row_is_put_read_and_listed(api, keeper, ground):
    call, uid = api(keeper), uuid4()
    status, receipt = call("put", f"pumps/{uid}", sent(ground, phone="13800138000", power_kw=7))
    assert (status, receipt["move"], receipt["version"], receipt["replay"]) == (201, "create", 1, False)
    status, row = call("get", f"pumps/{uid}")
    assert (status, row["uid"], row["name"], row["power_kw"], row["phone"], row["area"], row["age"]) == (
        200, str(uid), "一号泵", 7, "138****8000", str(ground["G1"].uid), None)
    status, page = call("get", "pumps?sort=diesel&q=一号")
    assert (status, [r["uid"] for r in page["items"]], page["next"], page["count"]) == (200, [str(uid)], None, 1)
    assert call("get", "pumps?sort=electric")[1]["items"] == []


def test_the_same_content_again_changes_nothing_and_other_content_edits(api, keeper, ground):
    call, uid = api(keeper), uuid4()
    for expected in ((201, False, 1), (200, True, 1), (200, True, 1)):
        status, receipt = call("put", f"pumps/{uid}", sent(ground))
        assert (status, receipt["replay"], receipt["version"]) == expected
    status, receipt = call("put", f"pumps/{uid}", sent(ground, name="新名", expect=1))
    assert (status, receipt["move"], receipt["version"]) == (200, "edit", 2)
    assert call("put", f"pumps/{uid}", sent(ground, name="更新的名", expect=1))[0] == 409
    assert list(Entry.objects.filter(kind="pump").order_by("n").values_list("verb", flat=True)) == ["create", "edit"]


def test_faults_are_sentences_by_input(api, keeper, ground):
    call = api(keeper)
    status, answer = call("put", f"pumps/{uuid4()}", sent(ground, name="", power_kw="viel", colour="grün"))
    assert status == 422 and set(answer["error"]["fields"]) <= {"name", "power_kw", "colour"}
    status, answer = call("put", f"pumps/{uuid4()}", sent(ground, weight=3))
    assert status == 422 and "weight" in str(answer["error"])
    assert call("put", "pumps/x", sent(ground))[0] == 422
    assert Pump.objects.count() == 0


def test_a_batch_answers_each_in_its_place(api, keeper, ground, pump):
    old, uids = pump(code="P9"), [str(uuid4()) for _ in range(3)]
    items = [sent(ground, uid=uids[0], code="P1"), sent(ground, uid=uids[1], code="P9"),
             sent(ground, uid=str(old.uid), code="P9", name="改名"), "nonsense", {"code": "P5"}]
    status, answer = api(keeper)("post", "pumps/batch", {"items": items})
    told = [(r["uid"], r["receipt"] and r["receipt"]["move"], bool(r["error"])) for r in answer["results"]]
    assert status == 200 and told == [
        (uids[0], "create", False), (uids[1], None, True), (str(old.uid), "edit", False), ("", None, True), ("", None, True)]
    assert api(keeper)("post", "pumps/batch", {"items": []})[0] == 422
    assert sorted(Pump.objects.values_list("code", "name")) == [("P1", "一号泵"), ("P9", "改名")]


def test_what_lies_elsewhere_is_absent_also_for_writing(api, keeper, neighbour, ground, pump):
    row = pump(code="P1")
    call = api(neighbour)
    assert call("get", f"pumps/{row.uid}")[0] == 404
    assert call("put", f"pumps/{row.uid}", sent(ground, name="抢来"))[0] == 404
    status, answer = call("put", f"pumps/{uuid4()}", sent(ground, code="P2"))
    assert (status, answer["error"]["sentences"]) == (422, ["区域：没有找到所选的一项，或者它不在您的范围内"])
    assert call("get", "pumps")[1]["items"] == []


def test_masked_values_come_with_a_reason_and_leave_a_trace(api, keeper, reader, pump):
    row = pump(phone="13800138000")
    for actor, query, phone in ((keeper, "", "138****8000"), (keeper, "?reason=联系保管人", "13800138000"),
                                (reader, "?reason=联系保管人", "138****8000")):
        assert api(actor)("get", f"pumps/{row.uid}{query}")[1]["phone"] == phone
        assert api(actor)("get", f"pumps{query}")[1]["items"][0]["phone"] == phone
    entries = Entry.objects.filter(kind="book", verb="read")
    assert [(e.actor_id, e.data["columns"], e.data["reason"]) for e in entries] == [(1, "电话", "联系保管人")] * 2


def test_the_list_pages_by_key(api, keeper, pump):
    made = [pump().code for _ in range(5)]
    call, seen, after = api(keeper), [], ""
    while True:
        page = call("get", f"pumps?limit=2&order=name&after={after}")[1]
        seen += [row["code"] for row in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == made


def test_one_who_may_not_write_is_told_why(api, reader, ground):
    status, answer = api(reader)("put", f"pumps/{uuid4()}", sent(ground))
    assert (status, answer["error"]["sentences"]) == (422, ["水泵只能由管理员维护"])
    assert api(None)("get", "pumps")[0] == 401


def test_the_documentation_lists_every_word_and_input(api, keeper):
    paths = api(keeper)("get", "openapi.json")[1]["paths"]
    found = {p.removeprefix("/contract-api"): sorted(methods) for p, methods in paths.items()}
    assert found["/pumps"] == ["get"] and found["/pumps/{uid}"] == ["get", "put"] and found["/pumps/batch"] == ["post"]
    words = {p["name"] for p in paths["/contract-api/pumps"]["get"]["parameters"]}
    assert {"q", "area", "sort", "power_kw_since", "bought_on_until", "order", "after", "limit"} <= words
    assert "phone" not in words, "a masked column is no filter"
    body = paths["/contract-api/pumps/{uid}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["required"]) == {"code", "name", "area"} and body["properties"]["power_kw"]["maximum"] == 2**31 - 1
