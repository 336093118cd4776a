"""A major hazard is listed, published, extended, reviewed by two officers and an expert, struck off, and proved."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.hazards.models import Hazard, Listing
from anlan.kernel import marks
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import anchor, seal_all, verify
from anlan.kernel.models import Clock
from anlan.kernel.refusals import Absent, Refused
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.toolkit.indicators import figure
from tests.world import undone

from .conftest import AFTER, BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def major(place, restaurant, walk):
    """Found by the warden, confirmed by the street, ordered by two officers, with its five blocks."""
    found = find("CY02", before=[BEFORE], control="remove")
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    uid = UUID(found["uid"])
    walk("hazard", uid, "confirm", "street", NOON)
    walk("hazard", uid, "draft_order", "officer1", NOON, demand="停止使用并移出地下室", due_on="2021-06-20")
    walk("hazard", uid, "sign_order", "officer2", NOON)
    walk("hazard", uid, "fill_blocks", "unit", NOON, responsible="陈某", phone="13800138000", leader="李主任",
         measures="移出", budget_yuan="3000", funds_from="own", due_on="2021-06-20", plan="疏散演练")
    return Hazard.objects.get(uid=uid)


def team(place):
    return {n: str(place.people[who].uid) for n, who in (("first", "officer1"), ("second", "officer2"), ("expert", "expert"))}


def test_from_the_list_to_the_proof(place, major, walk, tmp_path):
    walk("hazard", major.uid, "ask_listing", "gas", NOON, reason="临街餐馆，人员密集", level="district", batch=2, days=60)
    x = Listing.objects.get(hazard=major)
    walk("listing", x.uid, "approve", "leader", NOON + DAY)
    walk("listing", x.uid, "issue", "gas", NOON + DAY)
    walk("listing", x.uid, "receive", "unit", NOON + 2 * DAY)
    walk("listing", x.uid, "publish", "emergency", NOON + 3 * DAY, media="区政府网站")
    walk("listing", x.uid, "ask_extension", "unit", NOON + 10 * DAY, days=30, reason="管道气开户排期")
    walk("listing", x.uid, "grant_extension", "gas", NOON + 12 * DAY)
    walk("listing", x.uid, "report_progress", "unit", NOON + 30 * DAY, text="已开户", percent=60)
    for day in range(31, 50):
        tick(at=NOON + day * DAY)
    at = NOON + 50 * DAY
    walk("hazard", major.uid, "self_check", "unit", at, fixed_what="已改用管道气", fixer_name="陈某", photos=[AFTER])
    walk("listing", x.uid, "form_team", "gas", at + DAY, **team(place))
    for who in ("officer1", "officer2", "expert"):
        walk("listing", x.uid, "sign_review", who, at + 2 * DAY, verdict="passed", opinion="现场已无气瓶")
    walk("listing", x.uid, "strike_off", "gas", at + 3 * DAY)
    walk("listing", x.uid, "announce", "gas", at + 4 * DAY)
    seal_all()
    follow_all()
    anchor(at + 4 * DAY)
    x.refresh_from_db()
    major.refresh_from_db()
    assert (x.state, x.extensions, x.closing_no, x.late, major.state, major.closed_how) == (
        "announced", 1, "XH-2021-0001", [], "closed", "reviewed")
    assert set(Clock.objects.filter(kind="listing").values_list("outcome", flat=True)) <= {"met", "void"}
    assert figures(place, at + 5 * DAY) == {
        "haz-listed": "1起", "haz-listed-open": "0起", "haz-listed-2020-open": "0起", "haz-listed-2021-open": "0起",
        "haz-listed-closed": "1起", "haz-listed-rate": "—"}
    assert marks.happened("hazard", "rectified", since=NOON.date(), until=NOON.date(), level="major") == 1
    assert verify().breaks == []
    assert outsider(tmp_path) == "15条记录的内容、摘要、链值和锚点全部相符"


def figures(place, at):
    ids = ("haz-listed", "haz-listed-open", "haz-listed-2020-open", "haz-listed-2021-open", "haz-listed-closed", "haz-listed-rate")
    actor = place.actor("emergency", at=at)
    return {i: str(figure(i, actor=actor, at=at, since=NOON.date().replace(month=1, day=1))) for i in ids}


def outsider(folder):
    """What somebody without a log-in finds, with nothing but what the public pages hand out."""
    proof = Client().get("/public/listings/2021-1/proof/proof.json").content
    program = Client().get("/public/listings/check_listing.py").content
    (folder / "proof.json").write_bytes(proof)
    (folder / "check_listing.py").write_bytes(program)
    done = subprocess.run([sys.executable, "-I", "check_listing.py", "proof.json"], cwd=folder, capture_output=True, text=True,
                          check=False)
    assert json.loads(proof)["listing"] == "本区安督〔2021〕1号"
    return done.stdout.strip()


def test_the_closure_rate_is_of_those_that_fell_due(place, major, walk):
    walk("hazard", major.uid, "ask_listing", "emergency", NOON, reason="理由", level="district", batch=1, days=10)
    x = Listing.objects.get(hazard=major)
    walk("listing", x.uid, "approve", "leader", NOON)
    walk("listing", x.uid, "issue", "emergency", NOON)
    seal_all()
    assert figures(place, NOON)["haz-listed-rate"] == "—"
    assert figures(place, NOON + 11 * DAY) | {"haz-listed-rate": ""} == {
        "haz-listed": "1起", "haz-listed-open": "1起", "haz-listed-2020-open": "0起", "haz-listed-2021-open": "1起",
        "haz-listed-closed": "0起", "haz-listed-rate": ""}
    assert figures(place, NOON + 11 * DAY)["haz-listed-rate"] == "0%"


# Whatever anybody does in whatever order: no hazard that has ended has an open listing

ACTS = [
    ("hazard", "ask_listing", "emergency", {"reason": "理由", "level": "district", "batch": 1, "days": 60}),
    ("listing", "approve", "leader", {}), ("listing", "decline", "leader", {"reason": "先约谈"}),
    ("listing", "withdraw", "emergency", {"reason": "撤回"}), ("listing", "issue", "emergency", {}),
    ("listing", "publish", "emergency", {"media": "网站"}), ("listing", "receive", "unit", {}),
    ("listing", "revoke", "leader", {"reason": "误列"}), ("hazard", "cancel", "emergency", {"reason": "不是隐患"}),
    ("hazard", "enforce", "officer1", {"reason": "拒改"}),
    ("hazard", "self_check", "unit", {"fixed_what": "已移出", "fixer_name": "陈某", "photos": [AFTER]}),
    ("hazard", "plan_review", "street", {}), ("hazard", "pass_review", "reviewer", {"opinion": "合格"}),
    ("hazard", "fail_review", "reviewer", {"reason": "不合格", "days": 3}), ("listing", "form_team", "emergency", "team"),
    ("listing", "sign_review", "officer1", {"verdict": "passed", "opinion": "合格"}),
    ("listing", "sign_review", "officer2", {"verdict": "passed", "opinion": "合格"}),
    ("listing", "sign_review", "expert", {"verdict": "passed", "opinion": "合格"}),
    ("listing", "strike_off", "emergency", {}), ("listing", "announce", "emergency", {})]
USUAL = [0, 1, 4, 5, 6, 10, 14, 15, 16, 17, 18, 19]


ENDS = [2, 3, 7, 8, 9, 11, 12, 13]  # what may end either, or pass the other by
some_ends = st.lists(st.sampled_from(ENDS), min_size=1, max_size=4)


@given(st.lists(st.integers(0, len(ACTS) - 1), max_size=2), some_ends, some_ends, st.integers(0, len(USUAL)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_hazard_that_has_ended_has_an_open_listing(place, major, walk, first, middle, last, since):
    """The usual way with anything before it, what may end it in its middle, and the same after it.

    Seen to fail with `no_open_listing` letting everything pass; `reviewed_by_listing` alone may, the other then still stands.
    """
    order = [*first, *USUAL[:since], *middle, *USUAL[since:], *last]
    with undone():
        for n, i in enumerate(order):
            kind, move, who, told = ACTS[i]
            uid = major.uid if kind == "hazard" else getattr(Listing.objects.order_by("-id").first(), "uid", uuid4())
            with suppress(Refused, Absent):
                walk(kind, uid, move, who, NOON + timedelta(hours=n), **(team(place) if told == "team" else told))
            open_ones = Listing.objects.exclude(state__in=("closed", "announced", "declined", "withdrawn"))
            assert not open_ones.filter(hazard__state__in=("closed", "cancelled", "to_enforcement")).exists()
            hazard = Hazard.objects.get(uid=major.uid)
            assert (hazard.listing_uid is not None) == open_ones.exists()
