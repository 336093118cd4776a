"""Reports that hold, are missed, filed in time and rightly: the shares of domain.md 4.6, and a dash for nothing."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from anlan.kernel import marks
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.people.testing import NOON, small_district
from anlan.toolkit.indicators import INDICATORS, figure, period_of, question_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TWO_OF_THREE = Decimal("66.67")
NAMES = ("valid", "missed", "filed", "filed-in-time", "filed-rightly")


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    return small_district()


@pytest.fixture
def walk(place):
    def do(kind, uid, move, who, at=NOON, **given):
        advance(Ref(kind, uid), move, actor=place.actor(who, at=at), at=at, given=given)

    return do


@pytest.fixture
def report(place, walk):
    def do(who="warden", at=NOON, **more):
        uid = uuid4()
        walk("matter", uid, "open", who, at, what="楼道堆物", area=str(place.areas["G111"].uid), **more)
        return uid

    return do


def shares(place, at=NOON):
    seal_all()
    follow_all()
    return {n: figure(f"mat-{n}", actor=place.actor("director", at=at), at=at).value for n in NAMES}


def test_without_anything_to_share_in_there_is_a_dash(place):
    assert shares(place) == dict.fromkeys(NAMES)
    assert str(figure("mat-valid", actor=place.actor("director"), at=NOON)) == "—"


def test_each_share_is_counted_from_what_became_of_the_reports(place, report, walk):
    walk("matter", report(), "reject", "community", reason="不属本辖区")
    walk("matter", report(), "answer", "community", answer="已派人")
    right, wrong, late = report(), report("community", channel="phone"), report()
    hazards = {m: uuid4() for m in (right, wrong, late)}
    for matter in (right, wrong):
        walk("hazard", hazards[matter], "find", "community", matter=str(matter), what="堆物")
    walk("hazard", hazards[wrong], "register", "community")
    walk("hazard", hazards[wrong], "cancel", "street", reason="不是隐患")
    tick(at=NOON + 3 * DAY)
    walk("hazard", hazards[late], "find", "warden", NOON + 3 * DAY, matter=str(late), what="堆物")
    assert Matter.objects.get(uid=late).unanswered_since is not None
    assert shares(place, NOON + 3 * DAY) == {"valid": 80, "missed": 25, "filed": 75, "filed-in-time": TWO_OF_THREE,
                                             "filed-rightly": TWO_OF_THREE}


def test_a_matter_is_filed_once_and_told_on_the_day_it_was_reported(place, report, walk):
    matter = report()
    for day in (0, 1):
        walk("hazard", uuid4(), "find", "warden", NOON + day * DAY, matter=str(matter), what="堆物")
    assert Matter.objects.get().filed_at == NOON
    assert shares(place, NOON + DAY)["filed"] == 100


def test_the_rows_behind_a_share_are_the_matters_it_counts(place, report, walk):
    rejected, kept = report(), report()
    walk("matter", rejected, "reject", "community", reason="不属本辖区")
    seal_all()
    follow_all()
    found = question_of(INDICATORS["mat-valid"], period_of(at=NOON), None)
    ids = dict(Matter.objects.values_list("uid", "id"))
    assert [marks.rows(c) for c in (found.part, found.whole)] == [[(ids[kept], 1)], [(ids[rejected], 1), (ids[kept], 1)]]
