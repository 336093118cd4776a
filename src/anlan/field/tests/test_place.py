"""Where a warden is: with her consent, on duty, the newest place alone, and gone after a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from anlan.kernel.models import Entry
from anlan.patrols.models import Position, Round
from anlan.patrols.positions import forget_old
from anlan.patrols.selectors import rounds_seen_by
from anlan.people.testing import NOON

pytestmark = pytest.mark.django_db
HERE, THERE = {"lon": 114.31, "lat": 30.54, "accuracy_m": 12}, {"lon": 114.32, "lat": 30.55}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def me(out, walk_of_three):
    return out()


def share(me, on=True):
    return me.ask("/field/place/sharing", {"on": on}).json()["place"]["since"]


def on_the_map(place, who, at=NOON):
    rows = rounds_seen_by(place.actor(who), at).exclude(last_key=None)
    return list(rows.annotate(told=F("last_told")).values_list("told", flat=True))


def test_nothing_is_kept_before_she_agrees(me):
    told = me.ask("/field/place", HERE)
    assert (told.status_code, told.json()["error"]["sentences"], Position.objects.count()) == (422, ["还没有同意共享位置，没有保存"], 0)


def test_with_her_consent_the_newest_place_alone_is_kept_and_shown_to_her_own_offices(place, me):
    assert me.ask("/field/pack").json()["pack"]["place"] == {"since": None, "every_s": 120, "minutes": 30}
    assert share(me) is not None
    assert [me.ask("/field/place", where).json()["kept"] for where in (HERE, THERE)] == [True, True]
    (now,) = Position.objects.values_list("lon", "lat", "post_id")
    assert now == (114.32, 30.55, place.posts["warden"].id)
    assert (on_the_map(place, "street"), on_the_map(place, "street2")) == ([f"{Round.objects.get().name} · 12:00 手机定位"], [])


def test_the_journal_keeps_the_consent_and_no_place(me):
    share(me)
    me.ask("/field/place", HERE)
    share(me, on=False)
    kept = list(Entry.objects.filter(kind="device").order_by("id").values_list("verb", "data"))
    assert ([verb for verb, _data in kept], "114.31" in str(kept)) == (["enrol", "share_place", "keep_place"], False)


def test_off_duty_nothing_is_kept_and_what_was_known_is_gone(me):
    share(me)
    me.ask("/field/place", HERE)
    Round.objects.update(state="done")
    told = me.ask("/field/place", THERE).json()
    assert (told["kept"], told["sentence"], Position.objects.count()) == (False, "今天没有进行中的巡查任务，位置没有保存", 0)


@pytest.mark.parametrize("end", ["switched off", "signed out", "shut out"])
def test_whatever_ends_the_sharing_deletes_the_place(me, out, end):
    share(me)
    me.ask("/field/place", HERE)
    if end == "switched off":
        share(me, on=False)
    elif end == "signed out":
        me.ask("/field/give-back", {})
    else:
        out("community").client.post("/field/phones/", {"uid": str(me.phone.uid), "reason": "手机丢失"})
    me.device.refresh_from_db()
    assert (Position.objects.count(), me.device.shares_since) == (0, None)


def test_after_its_time_it_is_off_the_map_at_once_and_then_deleted(place, me):
    share(me)
    me.ask("/field/place", HERE)
    assert [len(on_the_map(place, "street", NOON + n * MINUTE)) for n in (29, 30)] == [1, 0]
    assert [forget_old(NOON + n * MINUTE) for n in (29, 30)] == [0, 1]


@pytest.mark.parametrize("where", [
    {"lon": 2.35, "lat": 48.86}, {"lon": "x", "lat": 1}, {"lon": True, "lat": 30}, {"lon": 181, "lat": 95}, {}])
def test_a_place_that_cannot_be_is_refused_in_a_sentence(me, where):
    share(me)
    told = me.ask("/field/place", where).json()
    assert "没有保存" in (told.get("sentence") or told["error"]["sentences"][0])
    assert Position.objects.count() == 0
