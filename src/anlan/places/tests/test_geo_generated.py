import csv
import re
from collections import Counter
from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from anlan.places import generate
from anlan.places.generate import AREAS_FILE, DATA, Named, Source, in_force, read_areas, read_source
from anlan.places.geometry import GridIndex, Plane, coverage_faults, square_metres

REPORT_DAY, LATER_DAY = date(2021, 6, 25), date(2022, 1, 1)


@pytest.fixture(scope="module")
def versions():
    return read_areas()


@pytest.fixture(scope="module")
def source():
    return read_source()


@pytest.fixture(scope="module")
def areas(versions):
    return {area.code: area for area in in_force(versions, REPORT_DAY)}


def of_level(areas, level):
    return [area for area in areas.values() if area.level == level]


def children_of(areas):
    children = {}
    for area in areas.values():
        children.setdefault(area.parent, {})[area.code] = area.shape
    children.pop("")
    return children


def test_wuchang_has_the_streets_and_communities_of_its_report_and_two_thousand_grids(areas, source):
    assert Counter(area.level for area in areas.values()) == {
        "district": 1,
        "street": 14,
        "community": 141,
        "grid": 2000,
    }
    names = {named for street in source.communities.values() for named in street}
    assert {Named(area.code, area.name) for area in of_level(areas, "street")} == set(source.streets)
    assert names - {Named(area.code, area.name) for area in of_level(areas, "community")} == {
        Named("420106001022", "融侨华府社区")
    }


def test_every_code_begins_with_the_code_of_its_parent(areas):
    lengths = {"district": 6, "street": 9, "community": 12, "grid": 15}

    assert all(re.fullmatch(rf"\d{{{lengths[area.level]}}}", area.code) for area in areas.values())
    assert all(area.code.startswith(area.parent) for area in areas.values())
    assert {len(area.parent) for area in of_level(areas, "grid")} == {12}


def test_grids_are_named_after_their_community_and_numbered_from_one(areas):
    assert areas["420106009001003"].name == "八铺街社区第3网格"
    for community, grids in children_of(areas).items():
        if len(community) == 12:
            assert [int(code[12:]) for code in sorted(grids)] == list(range(1, len(grids) + 1))
            assert 8 <= len(grids) <= 20


@pytest.mark.parametrize("day", [REPORT_DAY, LATER_DAY])
def test_grids_tile_communities_communities_tile_streets_and_streets_tile_the_district(versions, day):
    areas = {area.code: area for area in in_force(versions, day)}
    faults = {
        parent: coverage_faults(children, areas[parent].shape, share=0.99999)
        for parent, children in children_of(areas).items()
    }

    assert {parent: said for parent, said in faults.items() if said} == {}
    assert len(faults) == 1 + 14 + sum(area.level == "community" for area in areas.values())


def test_the_district_is_its_outline_but_for_the_rounding_of_its_corners(areas, source):
    assert coverage_faults({"420106": areas["420106"].shape}, source.outline, spare_m2=1000, share=0.99998) == []


def test_every_area_is_one_valid_piece_and_only_the_district_is_two(areas):
    assert all(area.shape.is_valid for area in areas.values())
    assert [area.code for area in areas.values() if not isinstance(area.shape, Polygon)] == ["420106"]
    assert min(square_metres(area.shape) for area in areas.values()) > 5_000


def test_every_street_holds_its_own_point_and_the_detached_part_is_shidong(areas, source):
    streets = GridIndex({area.code: area.shape for area in of_level(areas, "street")})
    detached = min(source.outline.geoms, key=square_metres)

    assert {named.code: streets.find(*place).code for named, place in source.streets.items()} == {
        named.code: named.code for named in source.streets
    }
    assert areas["420106014"].shape.symmetric_difference(detached).area / detached.area < 1e-4


def test_the_communities_of_a_street_are_comparable_in_land(areas, source):
    plane = Plane.under([source.outline])
    water = plane.to_metres(source.water)
    for street, communities in children_of(areas).items():
        if len(street) == 9:
            land = [plane.to_metres(shape).difference(water).area for shape in communities.values()]
            assert max(land) / min(land) < 3


def test_a_later_community_takes_half_of_one_neighbour_and_nothing_else_changes(versions):
    before = {area.code: area for area in in_force(versions, date(2021, 12, 31))}
    after = {area.code: area for area in in_force(versions, LATER_DAY)}
    ended = {area.parent for code, area in before.items() if code not in after}
    changed = {code for code in before.keys() & after.keys() if before[code] != after[code]}
    new = after["420106001022"]

    assert len(changed) == 1 and ended == changed
    [neighbour] = changed
    assert before[neighbour].shape.equals(shapely.union(after[neighbour].shape, new.shape))
    assert square_metres(new.shape) == pytest.approx(square_metres(before[neighbour].shape) / 2, rel=0.4)
    assert (new.valid_from, new.valid_to, new.name) == (LATER_DAY, None, "融侨华府社区")
    assert {area.parent for code, area in after.items() if code not in before} == {"420106001", "420106001022"}


def test_no_code_has_two_versions_on_one_day(versions):
    for day in (date(2019, 1, 1), date(2021, 12, 31), LATER_DAY, date(2030, 1, 1)):
        codes = Counter(area.code for area in in_force(versions, day))
        assert set(codes.values()) == {1}
    assert in_force(versions, date(2018, 12, 31)) == []


def test_the_file_is_small_in_six_digits_and_says_that_it_is_generated():
    text = (DATA / AREAS_FILE).read_text(encoding="utf-8")

    assert len(text.encode()) < 3_000_000
    assert re.search(r"\.\d{7}", text) is None
    assert text.count('"generated":true') == text.count('"type":"Feature"')


def test_the_file_is_what_the_sources_build_to_the_last_byte():
    assert generate.main(["--check"]) == 0, "run: python -m anlan.places.generate"


SQUARE = box(114.30, 30.50, 114.34, 30.53)
SMALL = Source(
    Named("990101", "安澜区"),
    MultiPolygon([SQUARE, box(114.36, 30.50, 114.37, 30.51)]),
    box(114.33, 30.50, 114.34, 30.53),
    {
        Named("990101001", "东街道"): (114.33, 30.515),
        Named("990101002", "西街道"): (114.305, 30.515),
        Named("990101003", "岛街道"): (114.365, 30.505),
    },
    {
        "990101001": [Named(f"99010100100{n}", f"东{n}社区") for n in (1, 2, 3)],
        "990101002": [Named(f"99010100200{n}", f"西{n}社区") for n in (1, 2)],
        "990101003": [Named("990101003001", "岛社区")],
    },
)


def test_another_district_is_built_the_same_way_and_the_same_each_time():
    built = generate.build_areas(SMALL, seed=1, grids=70)
    areas = {area.code: area for area in built}

    assert generate.to_geojson(built) == generate.to_geojson(generate.build_areas(SMALL, seed=1, grids=70))
    assert generate.to_geojson(built) != generate.to_geojson(generate.build_areas(SMALL, seed=2, grids=70))
    assert Counter(area.level for area in built) == {
        "district": 1,
        "street": 3,
        "community": 6,
        "grid": pytest.approx(70, abs=3),
    }
    assert [coverage_faults(kids, areas[code].shape) for code, kids in children_of(areas).items()] == [[]] * 10


def test_what_is_written_is_read_back(tmp_path):
    built = generate.build_areas(SMALL, seed=1, grids=70)
    path = tmp_path / "areas.geojson"
    path.write_text(generate.to_geojson(built), encoding="utf-8")
    back = read_areas(path)

    assert [area[:-1] for area in back] == [area[:-1] for area in built]
    assert all(one.shape.equals_exact(other.shape, 1e-9) for one, other in zip(back, built, strict=True))


def test_a_piece_cut_off_by_a_bend_goes_to_the_neighbour_it_borders_on():
    horseshoe = box(0, 0, 100, 100).difference(box(40, 30, 60, 100))
    cells = generate.split(horseshoe, [(20, 60), (50, 10)])

    assert [cell.geom_type for cell in cells] == ["Polygon", "Polygon"]
    assert cells[0].covers(shapely.Point(20, 60)) and cells[1].covers(shapely.Point(50, 10))
    assert shapely.union_all(cells).equals(horseshoe)
    assert cells[0].intersection(cells[1]).area == 0
    assert cells[1].covers(shapely.Point(90, 90)), "nearer to the first seed's side of the gap, cut off from it"


@given(st.lists(st.tuples(st.floats(1, 99), st.floats(1, 99)), min_size=2, max_size=12))
def test_cells_of_any_seeds_tile_their_ground(seeds):
    seeds = sorted({(round(x), round(y)) for x, y in seeds})
    ground = box(0, 0, 100, 100)
    cells = generate.split(ground, seeds)

    assert shapely.union_all(cells).equals(ground)
    assert sum(cell.area for cell in cells) == pytest.approx(ground.area, abs=1e-6)
    assert all(cell.covers(shapely.Point(seed)) for cell, seed in zip(cells, seeds, strict=True))


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), st.floats(1, 1e6), min_size=1, max_size=40), st.data())
def test_no_community_gets_fewer_than_eight_grids_or_more_than_twenty(weights, data):
    total = data.draw(st.integers(8 * len(weights), 20 * len(weights)))
    counts = generate.grid_counts(weights, total)

    assert all(8 <= count <= 20 for count in counts.values())
    assert all(counts[one] <= counts[two] for one in weights for two in weights if weights[one] <= weights[two])
    if len(set(weights.values())) == len(weights) == 1:
        assert counts == dict.fromkeys(weights, total)


def test_every_street_has_roads_for_its_addresses_and_no_road_is_listed_twice(source):
    with (DATA / "roads.csv").open(encoding="utf-8", newline="") as sheet:
        roads = list(csv.DictReader(sheet))

    assert {Named(row["street_code"], row["street"]) for row in roads} == set(source.streets)
    assert max(Counter((row["street"], row["road"]) for row in roads).values()) == 1
    assert {row["certainty"] for row in roads} == {"approximate", "invented"}
    assert all(10 <= int(row["highest_number"]) < 1000 for row in roads)
