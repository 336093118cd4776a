"""The duty room's morning sheet tells the night in the words of the desk's own morning, and keeps them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from anlan.duty.models import MorningSheet
from anlan.duty.testing import draw_up, publish
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.tick import tick
from anlan.people.testing import NOON, small_district

pytestmark = pytest.mark.django_db


def test_the_night_of_the_street_stands_in_its_sheet_and_the_other_streets_does_not():
    place = small_district()
    publish(place, draw_up(place, "street", date(2021, 6, 1)), "street")
    evening, eight = NOON + timedelta(hours=8), NOON + timedelta(hours=20)
    for who, what, grid in (("warden", "丹桂路楼道起烟", "G111"), ("warden2", "青檀路井盖缺失", "G211")):
        advance(Ref("matter", uuid4()), "open", actor=place.actor(who), at=evening, given={"what": what, "area": place.areas[grid].uid})
    seal_all()
    tick(at=eight)
    seal_all()
    follow_all()
    told = str(MorningSheet.objects.get(state="drawn").said["night"])
    assert ("丹桂路楼道起烟" in told, "青檀路井盖缺失" in told) == (True, False)
