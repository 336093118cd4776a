"""What was closed on the spot is checked again in a sample: found wanting, it is rectified after all, and counts so."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from anlan.hazards.models import Hazard, Proposal
from anlan.kernel import marks
from anlan.kernel.corrections import correct
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Clock, Entry, Parameter, Seal, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import touch
from anlan.people.testing import NOON

from .conftest import AFTER, AGAIN, BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOON + 2 * DAY


@pytest.fixture
def closed(place, restaurant, walk):
    """A hose replaced during the warden's visit; the rule says that every such closing is checked again."""
    Parameter.objects.filter(key="hazard.recheck_share").update(value=1)
    touch("parameters")
    found = find("CY05", before=[BEFORE], after=[AFTER], fixed="更换软管")
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    return Hazard.objects.get(uid=UUID(found["uid"]))


@pytest.fixture
def recheck(closed):
    return Proposal.objects.get(hazard=closed, sort="recheck")


def figures(at=LATER, head=None):
    """found, rectified, on the spot, standing; head: as the journal stood then."""
    seal_all()
    period = {"since": NOON.date(), "until": at.date(), "at": at, "head": head}
    happened = [int(marks.happened("hazard", cell, **period)) for cell in ("found", "rectified", "on_spot")]
    return (*happened, int(marks.standing("hazard", ("rectifying",), at=at, head=head)))


def test_a_recheck_is_answered_as_passed_or_failed_and_in_no_other_way(recheck, walk):
    for move in ("accept", "decline"):
        with pytest.raises(Refused, match="这是抽查，请填写抽查合格或不合格"):
            walk("proposal", recheck.uid, move, "street", LATER, answer="同意")


def test_a_closing_that_holds_stays_and_counts(place, closed, recheck, walk):
    walk("proposal", recheck.uid, "pass_recheck", "street", LATER, answer="软管完好", photos=[AGAIN])
    recheck.refresh_from_db()
    closed.refresh_from_db()
    assert (recheck.state, closed.state, closed.matter.state) == ("passed", "closed", "closed")
    assert figures() == (1, 1, 1, 0)


def test_a_closing_found_wanting_is_taken_back_and_the_hazard_rectified_after_all(place, closed, recheck, walk):
    assert figures() == (1, 1, 1, 0)
    head = Seal.objects.latest("no").no
    walk("proposal", recheck.uid, "fail_recheck", "street", LATER, answer="软管未更换", days=3, photos=[AGAIN])
    closed.refresh_from_db()
    assert (closed.state, closed.result, closed.closed_how, closed.closed_at, closed.returns) == ("rectifying", "failed", "", None, 1)
    assert (closed.due_on, closed.matter.state, closed.matter.hanging) == (
        (LATER + 3 * DAY).date(), "answered", [f"hazard:{closed.uid}"])
    assert Clock.objects.get(kind="hazard", case_id=closed.id, stopped_at=None).name == "rectify"
    assert Stake.objects.filter(kind="hazard", case_id=closed.id, role="rectify").count() == 1
    assert figures() == (1, 0, 0, 1)
    assert figures(head=head) == (1, 1, 1, 0)  # a report of that day stays as it was
    after = LATER + DAY
    walk("hazard", closed.uid, "self_check", "unit", after, fixed_what="已更换", fixer_name="陈某", photos=[AGAIN])
    walk("hazard", closed.uid, "plan_review", "community", after)
    walk("hazard", closed.uid, "pass_review", "reviewer", after, opinion="合格")
    closed.refresh_from_db()
    assert (closed.state, closed.closed_how, closed.matter.state) == ("closed", "reviewed", "closed")
    assert figures(after) == (1, 1, 0, 0)
    in_time = marks.Count("hazard", ("in_time", "owed"), since=NOON.date(), until=closed.due_on, at=after)
    assert marks.total(in_time) == 2  # owed once, in time once, both by the second limit
    assert verify().breaks == []


def test_who_closed_it_does_not_check_it(place, closed, recheck, walk):
    Hazard.objects.filter(id=closed.id).update(finder_id=place.people["street"].id)
    with pytest.raises(Refused, match="当场销号的人不能抽查自己的结果"):
        walk("proposal", recheck.uid, "pass_recheck", "street", LATER, answer="完好")
    walk("proposal", recheck.uid, "pass_recheck", "officer1", LATER, answer="完好")


def test_nobody_sends_a_hazard_back_past_the_recheck(place, closed, walk):
    with pytest.raises(Refused, match="只能随待批事项的答复一并办理"):
        walk("hazard", closed.uid, "reopen", "street", LATER)


def test_an_extension_is_not_answered_as_a_recheck(place, restaurant, walk):
    found = find("CY09", before=[BEFORE])
    walk("visit", uuid4(), "drop_in", "street", NOON, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    walk("hazard", UUID(found["uid"]), "ask_extension", "unit", NOON, reason="排期", days=2)
    asked = Proposal.objects.get(sort="extension")
    with pytest.raises(Refused, match="只有当场整改的抽查才这样办理"):
        walk("proposal", asked.uid, "fail_recheck", "street", NOON, answer="不合格", days=3)


def test_a_closing_on_the_spot_cannot_be_corrected_into_one_of_a_major_hazard_and_says_why(place, closed):
    found = Entry.objects.get(kind="hazard", subject_id=closed.id, verb="find_on_visit")
    with pytest.raises(Refused, match="重大隐患不能当场整改销号：请先抽查退回整改"):
        correct(found, reason="定级有误", actor=place.actor("emergency"), at=LATER, given={"level": "major"})
    closed.refresh_from_db()
    assert (closed.level, closed.state, Entry.objects.filter(corrects=found).exists()) == ("general", "closed", False)
