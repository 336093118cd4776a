from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from anlan.kernel import instance, rulebook
from anlan.kernel.actors import Actor
from anlan.kernel.bulk import take_ids
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area, AreaIn, Calendar, CalendarDay
from anlan.kernel.tests.toy.models import Leak

NOON = datetime(2021, 6, 1, 4, 0, tzinfo=UTC)  # 12:00 in the district
ANNA = Actor(name="安娜", person_id=1, post_id=11)
BEN = Actor(name="本", person_id=2, post_id=12)
OFFICE = [[["08:30", "12:00"], ["14:00", "17:30"]]] * 5 + [[], []]


@pytest.fixture(autouse=True)
def forgetful():
    rulebook.forget()
    instance.forget()
    yield
    rulebook.forget()
    instance.forget()


@pytest.fixture
def ground(db, settings, tmp_path):
    """A district with two communities of one grid each, and the office calendar."""
    settings.ANLAN_HOME = tmp_path
    made = {}
    for level, code, parent in ((0, "D", None), (1, "S", "D"), (2, "C1", "S"), (2, "C2", "S"), (3, "G1", "C1"),
                                (3, "G2", "C2")):
        area = Area.objects.create(id=take_ids(Area, 1)[0], uid=uuid4(), state="active", opened_at=NOON,
                                   changed_at=NOON, level=level, code=code, name=code, valid_from=date(2000, 1, 1))
        made[code] = area
        line, depth = [area], 0
        while parent:
            line.append(made[parent])
            parent = {"S": "D", "C1": "S", "C2": "S"}.get(parent)
        for depth, ancestor in enumerate(line):
            AreaIn.objects.create(area=area, ancestor=ancestor, depth=depth, valid_from=date(2000, 1, 1))
    calendar = Calendar.objects.create(code="office", name="办公", weekly=OFFICE)
    CalendarDay.objects.create(calendar=calendar, day=date(2021, 6, 14), works=False, name="端午",
                               valid_from=date(2020, 11, 1), source="国办")
    rulebook.touch("areas", "calendars", "parameters")
    instance.set_clock(NOON, running=False)
    return made


@pytest.fixture
def report(ground):
    """Report a leak in grid G1; returns its reference."""

    def do(*, actor=ANNA, at=NOON, area="G1", uid=None, told_at=None, **given):
        ref = Ref("leak", uid or uuid4())
        advance(ref, "report", actor=actor, at=at, given={"area": str(ground[area].uid), "place": "中南路1号", **given})
        return ref

    return do


@pytest.fixture
def leak():
    return lambda ref: Leak.objects.get(uid=ref.uid)


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


def same(ref: Ref) -> UUID:
    return ref.uid
