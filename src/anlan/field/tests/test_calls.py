"""A call is signed, met and finished from the phone; what comes after the call has moved on is told and not applied."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.calls.models import Call
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Attached, Entry
from anlan.people.testing import NOON

from .conftest import outcomes

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DONE = {"result": "solved", "finding": "已关阀通风，检测无泄漏", "photos": ["c" * 64]}


@pytest.fixture
def call(place):
    """Two hours ago the warden called her community."""
    matter, uid, since = uuid4(), uuid4(), NOON - 2 * HOUR
    advance(Ref("matter", matter), "open", actor=place.actor("warden"), at=since,
            given={"what": "楼道里有燃气味", "area": str(place.areas["G111"].uid)})
    advance(Ref("call", uid), "ring", actor=place.actor("warden"), at=since,
            given={"matter": str(matter), "goal": "请到场关阀", "priority": "P3", "reason": "power", "tried": "已劝离住户"})
    return Call.objects.get(uid=uid)


def test_a_call_is_taken_along_with_its_caller_and_its_limit(place, out, call):
    me = out("community")
    (held,) = me.ask("/field/pack").json()["pack"]["calls"]
    assert (held["goal"], held["caller"], held["state"]) == ("请到场关阀", place.posts["warden"].title, "ringing")
    assert held["due_at"] > (NOON - 2 * HOUR).isoformat()


def test_a_call_is_signed_met_and_finished_with_a_photo_in_one_sending_by_the_times_of_the_deeds(out, call):
    me = out("community")
    sent = [me.phone.envelope("call", move, call.uid, NOON - HOUR + n * MINUTE, given)
            for n, (move, given) in enumerate((("sign", {}), ("arrive", {}), ("finish", DONE)))]
    assert outcomes(me.sync(*sent)) == ["applied"] * 3
    call.refresh_from_db()
    assert (call.state, call.signed_at, call.arrived_at, call.finished_at) == (
        "finished", NOON - HOUR, NOON - HOUR + MINUTE, NOON - HOUR + 2 * MINUTE)
    assert list(Attached.objects.filter(kind="call", case_id=call.id).values_list("role", "sha256")) == [("after", "c" * 64)]


@pytest.mark.parametrize(("move", "given"), [("sign", {}), ("reply", {"progress": "正在关阀"}), ("finish", DONE)])
def test_a_step_on_a_call_that_was_called_off_meanwhile_is_kept_as_told_and_not_applied(place, out, call, move, given):
    me = out("community")
    advance(Ref("call", call.uid), "call_off", actor=place.actor("warden"), at=NOON - 5 * MINUTE, given={"reason_text": "已自行处理"})
    (told,) = me.sync(me.phone.envelope("call", move, call.uid, NOON - HOUR, given)).json()["receipts"]
    call.refresh_from_db()
    kept = Entry.objects.get(kind="call", verb=move)
    assert (told["outcome"], "已收回" in told["sentence"] or "已撤回" in told["sentence"], call.state) == ("told", True, "withdrawn")
    assert (kept.at, bool(kept.data["late"])) == (NOON - HOUR, True)
