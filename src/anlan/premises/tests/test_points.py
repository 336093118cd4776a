"""A point is converted once, at the door, however often its file is saved again."""

from datetime import timedelta

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.places.coordinates import gcj02_from_wgs84
from anlan.premises.models import Premises
from anlan.toolkit.registers.declare import REGISTERS


@pytest.fixture
def place(db):
    return small_district()


def test_a_file_saved_again_keeps_its_point_and_how_it_came(place):
    lon, lat = place.point("G111")
    shifted = gcj02_from_wgs84(lon, lat)
    actor = place.actor("street")
    uid = open_one("premises", "create", {"name": "小馆", "place_type": "restaurant", "address": "中南路1号", "lon": shifted.lon,
                                          "lat": shifted.lat, "datum": "gcj02"}, actor=actor, at=NOON)
    first = Premises.objects.get(uid=uid)
    assert (round(first.lon, 6), round(first.lat, 6), first.datum, first.area.code) == (lon, lat, "gcj02", "G111")
    given = {k: v for k, v in REGISTERS["premises"].initial(first).items() if v not in (None, "")}
    advance(Ref("premises", uid), "edit", actor=actor, at=NOON + timedelta(hours=1), given={**given, "name": "小馆子"})
    again = Premises.objects.get(uid=uid)
    assert (again.name, again.lon, again.lat, again.datum) == ("小馆子", first.lon, first.lat, "gcj02")
    moved = {**given, "lon": lon + 0.001, "lat": lat}
    advance(Ref("premises", uid), "edit", actor=actor, at=NOON + timedelta(hours=2), given=moved)
    assert Premises.objects.get(uid=uid).datum == "wgs84"
