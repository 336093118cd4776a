"""Exercises keep the registers' contract, and their moves refuse with sentences."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest

from anlan.exercises.models import Exercise
from anlan.exercises.testing import open_exercise
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_up
from anlan.kernel.journal import seal_all
from anlan.kernel.refusals import Refused
from anlan.people.testing import NOON
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.registers.contract import RegisterContract


class TestExercises(RegisterContract):
    slug = "exercises"

    @pytest.fixture
    def within(self, place):
        return place.actor("emergency")

    @pytest.fixture
    def outside(self, place):
        return place.actor("street")

    @pytest.fixture
    def make(self, place):
        """One at a time: each has ended when the next begins."""
        numbers = count(1)

        def do(name=""):
            made = open_exercise(name or f"防汛演练{next(numbers)}", ready=False)
            advance(Ref("exercise", made.uid), "end", actor=place.actor("emergency"), at=NOON)
            made.refresh_from_db()
            return made

        return do


@pytest.fixture
def do(place):
    def move(uid, verb, who="emergency", **given):
        return advance(Ref("exercise", uid), verb, actor=place.actor(who), at=NOON, given=given)

    return move


def refused(work, *args, **given):
    with pytest.raises(Refused) as why:
        work(*args, **given)
    return str(why.value)


@pytest.mark.django_db
def test_an_exercise_is_opened_by_the_bureau_one_at_a_time_and_ended(do):
    first, second = uuid4(), uuid4()
    wanted = {"name": "防汛演练", "why": "汛前检验预案"}
    assert "系统管理员或应急管理部门" in refused(do, first, "open", "street", **wanted)
    assert "前后一年之内" in refused(do, first, "open", **wanted, begins_at=NOON + timedelta(days=400))
    do(first, "open", "sysadmin", **wanted)
    assert "已有一场演练没有结束" in refused(do, second, "open", **wanted)
    do(first, "end")
    assert "内容已经清除" in refused(do, first, "resume")
    do(second, "open", **wanted)
    assert list(Exercise.objects.order_by("id").values_list("state", "speed")) == [("ended", 1.0), ("preparing", 1.0)]


@pytest.mark.django_db
def test_opening_one_asks_the_worker_to_make_it_ready_once(place, do):
    do(uuid4(), "open", name="防汛演练", why="汛前检验预案")
    seal_all()
    follow_up("exercises.opening")
    assert list(Job.objects.values_list("kind", "person_id")) == [("exercises.prepare", place.people["emergency"].id)]
