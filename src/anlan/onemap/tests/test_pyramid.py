"""Counts of the map: folded from sealed entries, equal to a full recount, whatever happened."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.kernel.follow import reset
from anlan.kernel.refusals import Refused
from anlan.onemap import pyramid
from anlan.onemap.models import Tile, TileDelta
from anlan.people.testing import NOON
from anlan.premises.models import Premises

from .conftest import BEFORE

pytestmark = pytest.mark.django_db
GRIDS = ("G111", "G112", "G121", "G211")


def test_nothing_is_counted_before_it_is_sealed_and_followed(shop, caught_up):
    shop()
    assert pyramid.counted() == {}
    caught_up()
    assert {key[:2] + key[4:]: n for key, (n, *_axes) in pyramid.counted().items()} == {
        ("premises", z, "live", "ungraded"): 1 for z in pyramid.ZOOMS}


def test_a_unit_that_gets_another_colour_leaves_one_count_for_another(shop, caught_up, walk):
    unit = shop()
    caught_up()
    walk("risk_point", uuid4(), "create", "street", premises=str(unit.uid), name="后厨", method="ls", likelihood="5",
         consequence="5")
    caught_up()
    unit.refresh_from_db()
    assert unit.colour == "red"
    assert {key[5]: n for key, (n, *_axes) in pyramid.counted().items() if key[0] == "premises" and n} == {"red": 1}
    told = TileDelta.objects.filter(layer="premises").order_by("id").values_list("level", "n")
    assert list(told) == [("ungraded", 1), ("ungraded", -1), ("red", 1)]


def test_a_risk_point_moves_with_its_unit(place, shop, caught_up, walk):
    unit = shop()
    walk("risk_point", uuid4(), "create", "street", premises=str(unit.uid), name="后厨", method="ls", likelihood="3",
         consequence="4")
    caught_up()
    lon, lat = place.point("G112")
    walk("premises", unit.uid, "edit", "street", lon=lon, lat=lat, name=unit.name, place_type=unit.place_type,
         address=unit.address, area=str(place.areas["G112"].uid))
    caught_up()
    unit.refresh_from_db()
    cells = {key[0]: key[2] for key in pyramid.counted() if key[1] == 17}
    assert cells == {"premises": unit.tile_key >> 22, "risk_points": unit.tile_key >> 22}
    assert pyramid.counted() == pyramid.recount()


def test_a_follower_that_hears_a_batch_twice_counts_it_once(shop, caught_up):
    shop()
    caught_up()
    before = pyramid.counted()
    reset(pyramid.FOLLOWER)
    caught_up()
    assert pyramid.counted() == before


def test_counts_thrown_away_and_built_again_are_the_same(shop, caught_up):
    for grid in GRIDS:
        shop(grid)
    caught_up()
    before, deltas = pyramid.counted(), TileDelta.objects.count()
    assert (pyramid.rebuild(), pyramid.counted(), TileDelta.objects.count()) == (4, before, deltas)
    caught_up()
    assert pyramid.counted() == before


DEEDS = st.lists(st.tuples(st.sampled_from(["open", "shift", "colour", "close", "find", "seal", "lose"]),
                           st.integers(0, 2**16)), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_counts_equal_a_full_recount_after_any_deeds(place, shop, caught_up, walk, deeds):
    """Units opened, moved, closed, without a place; matters found; sealed and followed in between or only at the end."""
    at = NOON
    for deed, seed in [*deeds, ("seal", 0)]:
        at += timedelta(minutes=1)
        _do(place, shop, caught_up, walk, deed, random.Random(seed), at)
    caught_up()
    assert pyramid.counted() == pyramid.recount()
    assert Tile.objects.filter(n__lt=0).count() == 0


def _do(place, shop, caught_up, walk, deed, dice, at):
    grid = dice.choice(GRIDS)
    lon, lat = place.point(grid)
    lon, lat = lon + dice.uniform(-0.004, 0.004), lat + dice.uniform(-0.004, 0.004)
    units = list(Premises.objects.filter(state="active").order_by("id"))
    if deed == "open" or (deed not in ("seal", "find") and not units):
        shop(grid, at, lon=lon, lat=lat)
    elif deed == "seal":
        caught_up()
    elif deed == "find":
        walk("matter", uuid4(), "open", "community", at, what="楼道堆物", area=str(place.areas["G111"].uid), lon=lon, lat=lat)
    else:
        _change(place, walk, deed, dice.choice(units), (grid, lon, lat), at)


def _change(place, walk, deed, unit, where, at):
    _grid, lon, lat = where
    who = "street" if unit.area.code.startswith("G1") else "street2"
    kept = {"name": unit.name, "place_type": unit.place_type, "address": unit.address, "area": str(unit.area.uid)}
    try:
        if deed == "shift":
            walk("premises", unit.uid, "edit", who, at, **kept, lon=lon, lat=lat)
        elif deed == "lose":
            walk("premises", unit.uid, "edit", who, at, **kept)
        elif deed == "close":
            walk("premises", unit.uid, "close", who, at, reason="停业")
    except Refused as refused:
        assert str(refused), deed


def test_the_time_of_these_tests_is_after_their_beginning():
    assert BEFORE < NOON
