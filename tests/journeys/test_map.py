"""The map tells the walk's hazard its whole life: it appears, is worked on, and is gone, day by day on the slider."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from anlan.hazards.models import Hazard
from anlan.kernel import instance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.onemap import pyramid
from anlan.onemap.asked import TileAt, read
from anlan.onemap.tiles import look
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.toolkit.tilekey import key, tile

from .conftest import BEFORE, SIGNATURE, find
from .lives import LAST, live

pytestmark = pytest.mark.django_db


@pytest.fixture
def cylinder(place, walk):
    """A cylinder in the basement of a restaurant that stands in the middle of the warden's grid."""
    lon, lat = place.point("G111")
    unit = open_one("premises", "create", {
        "name": "百瑞景小馆", "place_type": "restaurant", "address": "中南路1号", "area": place.areas["G111"].uid, "lon": lon, "lat": lat,
        "owner": place.houses["restaurant"].uid, "department": place.houses["gas_department"].uid, "gas": "lpg"},
        actor=place.actor("street"), at=NOON - timedelta(days=30))
    found = find("CY02", before=[BEFORE], control="remove")
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(unit), result="hazards", finds=[found], signature=[SIGNATURE],
         signer="陈某")
    return UUID(found["uid"])


def test_the_map_shows_on_each_day_what_the_hazard_was_then(place, walk, cylinder):
    told = live(cylinder, walk)
    seal_all()
    follow_all()
    now = NOON + timedelta(days=LAST)
    instance.set_clock(now, running=False)
    actor, where = place.actor("street", at=now), TileAt(16, *tile(key(*place.point("G111")), 16))

    def shown(day, **more):
        on = (NOON + timedelta(days=day)).date().isoformat()
        return [(t.state, t.level) for t in look(read("hazards", actor, now, {"on": on, **more}), where).things]

    assert {day: shown(day, state="all") for day in range(-1, LAST)} == {
        -1: [], **{day: [(told[day], "major")] for day in range(LAST)}}
    assert [day for day in range(-1, LAST) if shown(day)] == [0, 1, 2, 3, 4, 5, 6]
    assert look(read("hazards", actor, now, {}), where).things == []
    assert (Hazard.objects.get(uid=cylinder).state, pyramid.counted() == pyramid.recount()) == ("closed", True)
