import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.toolkit import tilekey

longitudes = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-85.05, 85.05, allow_nan=False)
zooms = st.integers(0, tilekey.BITS)


def test_a_known_point_has_the_key_and_the_tile_that_every_web_map_gives_it():
    bridge = tilekey.key(114.33, 30.52)

    assert tilekey.tile(bridge, 12) == (3348, 1683)
    assert tilekey.interleave(0b11, 0b00) == 0b0101
    assert tilekey.interleave(0b00, 0b11) == 0b1010
    assert tilekey.key(0, 0) == tilekey.interleave(1 << 27, 1 << 27)


@given(longitudes, latitudes)
def test_a_key_leads_back_to_its_point_within_one_square(lon, lat):
    back_lon, back_lat = tilekey.lonlat(tilekey.key(lon, lat))

    assert abs(back_lon - lon) <= 360 / tilekey.SIDE
    assert abs(back_lat - lat) <= 360 / tilekey.SIDE


@given(st.integers(0, tilekey.LAST))
def test_every_key_is_the_key_of_its_own_middle(number):
    assert tilekey.key(*tilekey.lonlat(number)) == number


@given(st.integers(0, tilekey.SIDE - 1), st.integers(0, tilekey.SIDE - 1))
def test_interleaving_loses_nothing(x, y):
    assert tilekey.deinterleave(tilekey.interleave(x, y)) == (x, y)


@given(longitudes, latitudes, zooms)
def test_a_key_lies_in_the_range_and_the_bounds_of_its_tile(lon, lat, zoom):
    number = tilekey.key(lon, lat)
    x, y = tilekey.tile(number, zoom)
    low, high = tilekey.tile_range(zoom, x, y)
    west, south, east, north = tilekey.tile_bounds(zoom, x, y)

    assert low <= number < high
    assert tilekey.cell(number, zoom) == tilekey.interleave(x, y)
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9


@given(st.integers(0, 27), st.data())
def test_the_four_children_of_a_tile_fill_its_range_without_gap_or_overlap(zoom, data):
    x = data.draw(st.integers(0, 2**zoom - 1))
    y = data.draw(st.integers(0, 2**zoom - 1))
    children = sorted(tilekey.tile_range(zoom + 1, 2 * x + right, 2 * y + down) for right in (0, 1) for down in (0, 1))
    low, high = tilekey.tile_range(zoom, x, y)

    assert children[0][0] == low
    assert children[-1][1] == high
    assert [before[1] for before in children[:-1]] == [after[0] for after in children[1:]]


@given(longitudes, latitudes, st.integers(2, 22))
def test_neighbours_are_mutual_and_differ_by_at_most_one_tile(lon, lat, zoom):
    middle = tilekey.cell(tilekey.key(lon, lat), zoom)
    around = tilekey.neighbours(middle, zoom)
    side = 2**zoom
    x, y = tilekey.deinterleave(middle)

    assert len(around) == (5 if y in (0, side - 1) else 8)
    assert middle not in around
    for other in around:
        other_x, other_y = tilekey.deinterleave(other)
        assert min((x - other_x) % side, (other_x - x) % side) <= 1
        assert abs(y - other_y) <= 1
        assert middle in tilekey.neighbours(other, zoom)


def test_whoever_stands_within_a_tile_width_is_inside_the_ranges_around():
    ranges = tilekey.ranges_around(114.33, 30.52, 14)
    width = 360 / 2**14

    def held(lon, lat):
        return sum(low <= tilekey.key(lon, lat) < high for low, high in ranges)

    assert held(114.33, 30.52) == 1
    assert held(114.33 + 0.99 * width, 30.52 - 0.8 * width) == 1
    assert held(114.33 + 3 * width, 30.52) == 0
    assert ranges == sorted(ranges)
    assert sum(high - low for low, high in ranges) == 9 << 2 * (28 - 14)


def test_many_keys_are_the_single_keys():
    points = [(114.33, 30.52), (114.3, 30.5)]

    assert tilekey.keys(points) == [tilekey.key(*point) for point in points]


@pytest.mark.parametrize(
    ("lon", "lat", "sentence"),
    [
        (math.nan, 30.5, "坐标不是有效的数。"),
        (114.3, math.inf, "坐标不是有效的数。"),
        (181, 30.5, "经度应在 -180 到 180 之间，现为 181。"),
        (114.3, 90, "纬度应在 -85.05 到 85.05 之间，现为 90，地图画不到两极。"),
    ],
)
def test_a_point_that_no_map_can_show_is_refused_with_a_sentence(lon, lat, sentence):
    with pytest.raises(ValueError) as refusal:
        tilekey.key(lon, lat)

    assert str(refusal.value) == sentence
    assert tilekey.key(180, 85.05) <= tilekey.LAST


def test_tiles_and_keys_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="没有这块地图：3/8/0。"):
        tilekey.tile_range(3, 8, 0)
    with pytest.raises(ValueError, match="地图级别应在 0 到 28 之间，现为 29。"):
        tilekey.cell(0, 29)
    with pytest.raises(ValueError, match="位置编码 -1 超出范围。"):
        tilekey.lonlat(-1)

    assert tilekey.tile_range(3, 7, 0)[0] > 0
