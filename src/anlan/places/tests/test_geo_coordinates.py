import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.places.coordinates import (
    Box,
    Datum,
    Point,
    bd09_from_gcj02,
    from_wgs84,
    gcj02_from_wgs84,
    looks_swapped,
    metres_between,
    parse_point,
    point_faults,
    point_warnings,
    to_wgs84,
)

SWAPPED = "经度和纬度好像写反了：30.52, 114.33。应先写经度再写纬度，即 114.33, 30.52。"
WUCHANG = Box(114.25, 30.33, 114.45, 30.64)
in_china = st.builds(Point, st.floats(74, 135), st.floats(4, 53))
anywhere = st.builds(Point, st.floats(-179, 179), st.floats(-84, 84))
datums = st.sampled_from(list(Datum))


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_the_legal_offset_is_the_published_one(wgs84, gcj02):
    assert gcj02_from_wgs84(*wgs84) == pytest.approx(gcj02, abs=1e-9)


def test_the_second_offset_is_the_published_one():
    assert bd09_from_gcj02(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)


def test_at_the_yangtze_bridge_the_offset_is_about_half_a_kilometre_east():
    shifted = from_wgs84(114.2882, 30.5496, Datum.GCJ02)

    assert shifted.lon - 114.2882 == pytest.approx(0.0055, abs=0.0003)
    assert 500 < metres_between(114.2882, 30.5496, *shifted) < 650


@given(in_china, datums)
def test_there_and_back_again_is_the_same_place_within_a_metre(point, datum):
    assert metres_between(*point, *to_wgs84(*from_wgs84(*point, datum), datum)) < 1


@given(in_china, datums)
def test_back_and_there_again_is_the_same_place_within_a_metre(point, datum):
    assert metres_between(*point, *from_wgs84(*to_wgs84(*point, datum), datum)) < 1


@given(in_china)
def test_an_internet_map_is_off_by_up_to_a_kilometre_never_by_nothing(point):
    assert 20 < metres_between(*point, *gcj02_from_wgs84(*point)) < 1000


def test_outside_china_nothing_is_shifted():
    assert gcj02_from_wgs84(2.35, 48.85) == Point(2.35, 48.85)
    assert gcj02_from_wgs84(114.3, 30.5) != Point(114.3, 30.5)


def test_the_national_system_and_the_satellite_system_count_as_equal():
    assert to_wgs84(114.3, 30.5, Datum.CGCS2000) == to_wgs84(114.3, 30.5, Datum.WGS84) == Point(114.3, 30.5)


def test_an_unknown_coordinate_system_is_refused_by_name():
    with pytest.raises(ValueError, match="不认识的坐标系：beijing54。"):
        to_wgs84(114.3, 30.5, "beijing54")


@given(anywhere, anywhere)
def test_distance_is_symmetric_and_zero_only_at_home(one, other):
    there = metres_between(*one, *other)

    assert there == pytest.approx(metres_between(*other, *one), abs=1e-6)
    assert metres_between(*one, *one) == 0
    assert 0 <= there <= math.pi * 6_371_009


def test_a_minute_of_latitude_is_a_sea_mile():
    assert metres_between(114.3, 30.5, 114.3, 30.5 + 1 / 60) == pytest.approx(1852, rel=0.002)


@given(st.floats(114.25, 114.45), st.floats(30.33, 30.64))
def test_exchanged_numbers_are_noticed_and_right_ones_are_not(lon, lat):
    assert looks_swapped(lat, lon)
    assert looks_swapped(lat, lon, WUCHANG)
    assert not looks_swapped(lon, lat)
    assert not looks_swapped(lon, lat, WUCHANG)


def test_the_refusal_of_exchanged_numbers_shows_the_right_order():
    assert point_faults(30.52, 114.33) == [SWAPPED]
    assert point_faults(114.33, 30.52) == []


@pytest.mark.parametrize(
    ("lon", "lat", "faults"),
    [
        (math.nan, 30.5, ["坐标不是有效的数。"]),
        (38532541.2, 3378921.5, ["坐标 38532541.2, 3378921.5 像是以米计的平面坐标，请换成经纬度。"]),
        (200, 30.5, ["坐标 200, 30.5 不是经纬度：经度到 180 度为止，纬度到 90 度为止。"]),
        (-179.5, 12, []),
    ],
)
def test_what_cannot_be_a_place_is_refused_with_a_sentence(lon, lat, faults):
    assert point_faults(lon, lat) == faults


def test_a_point_outside_the_district_warns_and_one_inside_does_not():
    assert point_warnings(113.3, 23.1, WUCHANG) == ["坐标 113.3, 23.1 不在本区附近，请核对数值和坐标系。"]
    assert point_warnings(114.33, 30.52, WUCHANG) == []
    assert point_warnings(114.455, 30.5, WUCHANG.grown(0.01)) == []


@pytest.mark.parametrize(
    "written",
    [
        "114.33, 30.52",
        "  １１４．３３，３０．５２ ",
        "(114.33 30.52)",
        "114.33E 30.52N",
        "30.52N, 114.33E",
        "E114°19'48\" N30°31'12\"",
        "东经114°19′48″，北纬30°31′12″",
        "北纬30度31分12秒、东经114度19分48秒",
        "东经114°19.8′ 北纬30°31.2′",
        "纬度：30.52；经度：114.33",
        "lat=30.52 lng=114.33",
    ],
)
def test_a_point_is_understood_the_way_people_write_it(written):
    assert parse_point(written) == pytest.approx((114.33, 30.52), abs=1e-9)


@given(in_china)
def test_a_written_point_is_read_back_as_it_was(point):
    assert parse_point(f"{point.lon:.6f},{point.lat:.6f}") == pytest.approx(point, abs=5.1e-7)


def test_south_and_west_are_negative():
    assert parse_point("S22.9 W43.5") == parse_point("W43.5 S22.9") == Point(-43.5, -22.9)
    assert parse_point("43.5W 22.9S") == Point(-43.5, -22.9)
    assert parse_point("-43.5, -22.9") == Point(-43.5, -22.9)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "看不懂坐标“”。请写成 114.33, 30.52，先经度后纬度。"),
        ("114.33", "看不懂坐标“114.33”。请写成 114.33, 30.52，先经度后纬度。"),
        ("中南路12号", "看不懂坐标“中南路12号”。请写成 114.33, 30.52，先经度后纬度。"),
        ("114.33, 30.52, 25", "看不懂坐标“114.33, 30.52, 25”。请写成 114.33, 30.52，先经度后纬度。"),
        ("nan, nan", "看不懂坐标“nan, nan”。请写成 114.33, 30.52，先经度后纬度。"),
        ("30.52, 114.33", SWAPPED),
        ("114.33E 30.52E", "坐标“114.33E 30.52E”里有两个经度或两个纬度。"),
        ("500, 30", "坐标 500, 30 不是经纬度：经度到 180 度为止，纬度到 90 度为止。"),
    ],
)
def test_what_is_not_a_point_is_refused_with_a_sentence(written, sentence):
    with pytest.raises(ValueError) as refusal:
        parse_point(written)

    assert str(refusal.value) == sentence


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader_with_anything_but_a_sentence(text):
    try:
        point = parse_point(text)
    except ValueError as refusal:
        assert str(refusal).endswith("。")
    else:
        assert point_faults(*point) == []


def test_every_coordinate_system_has_a_chinese_name_and_both_ways():
    assert [str(datum.label) for datum in Datum] == [
        "WGS-84（卫星定位、手机）",
        "CGCS2000（国家大地坐标、天地图）",
        "GCJ-02（高德、腾讯地图）",
        "BD-09（百度地图）",
    ]
    for datum in Datum:
        assert to_wgs84(114.3, 30.5, datum) != Point(0, 0) != from_wgs84(114.3, 30.5, datum)
