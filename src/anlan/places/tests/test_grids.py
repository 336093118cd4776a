from datetime import date

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.places.actions import create_area, draw_boundaries, retire_area
from anlan.places.grids import Finder, Place, district_name, grid_at, grid_of
from anlan.places.models import Boundary
from anlan.places.testing import NOON, middle, square

from .conftest import KEEPER

JUNE = date(2021, 6, 1)


def test_a_point_finds_its_grid(ground):
    for code in ("G111", "G112", "G222"):
        assert grid_of(*middle(code), JUNE) == Place(ground[code].id, code, True, 0.0)
    assert grid_at(*middle("G121"), JUNE) == ground["G121"].id


def test_a_point_outside_every_grid_finds_the_nearest_only_within_reach(ground):
    lon, lat = middle("G111")
    west = lon - 0.0055
    assert grid_of(west, lat, JUNE) is None
    near = grid_of(west, lat, JUNE, within=60)
    assert (near.code, near.inside, 40 < near.metres < 60) == ("G111", False, True)


def test_numbers_that_are_no_point_are_refused_with_a_sentence(ground):
    with pytest.raises(ValueError, match="经度和纬度好像写反了"):
        grid_of(30.5, 114.3, JUNE)


def test_before_the_first_boundary_there_is_no_grid(ground):
    assert grid_of(*middle("G111"), date(2018, 12, 31)) is None
    assert grid_of(*middle("G111"), date(2019, 1, 1)).code == "G111"


def test_a_new_boundary_holds_from_its_day_on(ground):
    swapped = [("G111", square("G112")), ("G112", square("G111"))]
    draw_boundaries([{"area": ground[code].uid, "geometry": shape, "source": "重划", "datum": "wgs84",
                      "generated": False, "valid_from": date(2021, 7, 1)} for code, shape in swapped],
                    actor=KEEPER, at=NOON)
    assert grid_of(*middle("G111"), date(2021, 6, 30)).code == "G111"
    assert grid_of(*middle("G111"), date(2021, 7, 1)).code == "G112"


def test_a_retired_grid_holds_no_point_any_more(ground):
    retire_area(ground["G111"].uid, date(2021, 7, 1), actor=KEEPER, at=NOON)
    assert grid_of(*middle("G111"), date(2021, 6, 30)).code == "G111"
    assert grid_of(*middle("G111"), date(2021, 7, 1)) is None


def test_a_withdrawn_boundary_counts_no_more(ground):
    row = Boundary.objects.get(area=ground["G111"])
    advance(Ref("boundary", row.uid), "withdraw", actor=KEEPER, at=NOON, given={"reason": "画错"})
    assert grid_of(*middle("G111"), JUNE) is None


def test_a_grid_of_later_years_is_not_found_before_it_began(ground):
    uid = create_area("G113", "新网格", 3, date(2022, 1, 1), parent=ground["C11"].uid, actor=KEEPER, at=NOON)
    draw_boundaries([{"area": uid, "geometry": square("G111"), "source": "重划", "datum": "wgs84",
                      "generated": False, "valid_from": date(2021, 1, 1)}], actor=KEEPER, at=NOON)
    assert grid_of(*middle("G111"), JUNE).code == "G111"


def test_many_points_cost_one_statement(ground, django_assert_num_queries):
    grid_of(*middle("G111"), JUNE)
    with django_assert_num_queries(1):
        find = Finder(JUNE)
        found = [find.find(*middle(code)).code for code in ("G111", "G211", "G222") for _ in range(50)]
    assert sorted(set(found)) == ["G111", "G211", "G222"]


def test_without_any_boundary_no_point_is_placed(db):
    assert grid_of(114.3, 30.5, JUNE) is None


def test_the_district_is_named_and_renamed(ground):
    assert district_name() == "安澜区"
    advance(Ref("area", ground["D"].uid), "rename", actor=KEEPER, at=NOON, given={"name": "新安澜区"})
    assert district_name() == "新安澜区"
