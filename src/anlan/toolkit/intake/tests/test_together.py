"""Requests of one instant, from threads of their own, against the real door."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import gettext, override

from anlan.kernel.door import advance_many
from anlan.kernel.models import Entry
from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit import api as edge
from anlan.toolkit.intake import envelopes
from anlan.toolkit.intake.gathering import Gatherer

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


@pytest.fixture
def deeds(monkeypatch):
    """How many orders each deed carried."""
    sizes = []

    def counted(orders):
        sizes.append(len(orders))
        return advance_many(orders)

    monkeypatch.setattr(envelopes, "advance_many", counted)
    monkeypatch.setattr(edge, "GATHERERS", {code: Gatherer(envelopes.carry_out, linger=0.2) for code in ("zh-hans", "en")})
    return sizes


def put_together(token, bodies, languages=("zh-hans",)):
    """All at one instant, each in its language. Status and JSON of each."""
    ready = threading.Barrier(len(bodies))

    def put(numbered):
        n, (uid, body) = numbered
        ready.wait(10)
        try:
            answer = Client().put(f"/api/v1/leaks/{uid}", body, content_type="application/json",
                                  headers={"Authorization": f"Bearer {token}",
                                           "Accept-Language": languages[n % len(languages)]})
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(put, enumerate(bodies)))


def test_requests_of_one_instant_share_a_deed_and_each_gets_its_own_receipt(issue, ground, deeds):
    area = str(ground["G1"].uid)
    bodies = [(str(uuid4()), {"area": area, "place": f"第{n}处"}) for n in range(AT_ONCE)]
    answers = put_together(issue(), bodies)
    assert [(status, said["uid"]) for status, said in answers] == [(201, uid) for uid, _body in bodies]
    assert len(deeds) < AT_ONCE
    assert sorted(Leak.objects.values_list("place", flat=True)) == sorted(b["place"] for _uid, b in bodies)


def test_a_refusal_and_a_replay_among_them_reach_only_whom_they_concern(issue, ground, deeds):
    area, token, twice = str(ground["G1"].uid), issue(), str(uuid4())
    good = {"area": area, "place": "甲"}
    bodies = [(twice, good), (twice, good), (str(uuid4()), good | {"area": str(uuid4())}), (str(uuid4()), good)]
    answers = put_together(token, bodies)
    assert sorted(status for status, _said in answers) == [200, 201, 201, 422]
    assert answers[2][1]["error"]["sentences"] == ["区域不存在"]
    assert {said["uid"] for status, said in answers[:2]} == {twice}
    assert Leak.objects.count() == 2
    assert Entry.objects.filter(kind="leak").count() == 2


def test_one_that_no_column_takes_does_not_spoil_the_deed_of_the_others(issue, ground, deeds, monkeypatch):
    from anlan.kernel.tests.toy import flow  # noqa: PLC0415

    monkeypatch.setattr(flow.ReportForm.base_fields["place"], "validators", [])
    area = str(ground["G1"].uid)
    bodies = [(str(uuid4()), {"area": area, "place": "长" * 61 if n == 3 else f"第{n}处"}) for n in range(AT_ONCE)]
    answers = put_together(issue(), bodies)
    assert [status for status, _said in answers] == [422 if n == 3 else 201 for n in range(AT_ONCE)]
    assert Leak.objects.count() == AT_ONCE - 1


def test_each_is_refused_in_its_own_language(issue, ground, deeds, monkeypatch):
    from anlan.kernel.tests.toy import flow  # noqa: PLC0415

    monkeypatch.setattr(flow.ReportForm.base_fields["place"], "validators", [])
    bodies = [(str(uuid4()), {"area": str(ground["G1"].uid), "place": "长" * 61}) for _ in range(4)]
    answers = put_together(issue(), bodies, ("zh-hans", "en"))
    chinese, english = ({said["error"]["sentences"][0] for _status, said in answers[n::2]} for n in (0, 1))
    assert chinese == {"有的内容超出了允许的范围（过长、过大或含有无法保存的字符）。请修改后重新提交。"}
    assert len(english) == 1
    with override("en"):
        assert english == {gettext(*chinese)}
