import json
import random
import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from shapely.geometry import mapping

from anlan.places import geometry
from anlan.places.boundary_file import read_boundaries, suspected_datum
from anlan.places.coordinates import Datum, from_wgs84, metres_between
from anlan.places.generate import DATA
from anlan.places.geometry import Found, GridIndex, Plane

WEST, EAST = box(114.30, 30.50, 114.31, 30.51), box(114.31, 30.50, 114.32, 30.51)
BOTH = box(114.30, 30.50, 114.32, 30.51)
LAKE = Polygon(BOTH.exterior, [box(114.305, 30.503, 114.308, 30.506).exterior])
OUTLINE = shapely.from_geojson((DATA / "wuchang.geojson").read_text(encoding="utf-8")).geoms[0]
points_around = st.tuples(st.floats(114.29, 114.33), st.floats(30.49, 30.52))


def collection(*shapes, names=(), **more):
    named = [*names, *[""] * len(shapes)]
    features = [
        {"type": "Feature", "properties": {"name": name} if name else None, "geometry": mapping(shape)}
        for name, shape in zip(named, shapes, strict=False)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def shifted(shape, datum):
    return shapely.set_coordinates(
        shape, [from_wgs84(lon, lat, datum) for lon, lat in shapely.get_coordinates(shape).tolist()]
    )


class TestPlane:
    @given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
    def test_metres_on_the_plane_are_metres_on_the_earth_within_half_a_percent(self, east, north):
        plane = Plane.at(114.33, 30.55)
        x, y = plane.point_to_metres(114.33 + east, 30.55 + north)
        earth = metres_between(114.33, 30.55, 114.33 + east, 30.55 + north)

        assert (x * x + y * y) ** 0.5 == pytest.approx(earth, rel=0.005, abs=0.001)
        assert plane.point_to_degrees(x, y) == pytest.approx((114.33 + east, 30.55 + north), abs=1e-12)

    def test_the_area_of_the_district_is_the_hundred_square_kilometres_of_its_outline(self):
        assert geometry.square_metres(OUTLINE) / 1e6 == pytest.approx(100.1, abs=0.2)
        assert geometry.square_metres(Polygon()) == 0

    def test_a_shape_comes_back_from_the_plane_as_it_went(self):
        plane = Plane.under([OUTLINE])

        assert plane.to_degrees(plane.to_metres(OUTLINE)).equals_exact(OUTLINE, 1e-12)

    def test_the_box_of_a_district_is_two_kilometres_wider_than_the_district(self):
        assert geometry.box_of(WEST) == pytest.approx((114.28, 30.48, 114.33, 30.53))


class TestGridIndex:
    index = GridIndex({"b": EAST, "a": WEST})

    def test_a_point_inside_belongs_to_its_grid(self):
        assert self.index.find(114.305, 30.505) == Found("a", True, 0)
        assert self.index.find(114.315, 30.505, within=50) == Found("b", True, 0)
        assert len(self.index) == 2

    def test_a_point_on_the_common_border_belongs_to_the_lower_code(self):
        assert self.index.find(114.31, 30.505) == Found("a", True, 0)

    def test_a_point_beside_all_grids_belongs_to_the_nearest_within_reach_and_says_so(self):
        found = self.index.find(114.3203, 30.505, within=50)

        assert (found.code, found.inside) == ("b", False)
        assert found.metres == pytest.approx(metres_between(114.32, 30.505, 114.3203, 30.505), rel=0.005)
        assert self.index.find(114.3203, 30.505, within=20) == Found(None, False, float("inf"))
        assert self.index.find(114.3203, 30.505) == Found(None, False, float("inf"))

    def test_many_points_are_the_single_points(self):
        points = [(114.305, 30.505), (114.5, 30.5)]

        assert self.index.find_many(points) == [Found("a", True, 0), Found(None, False, float("inf"))]

    @given(points_around)
    def test_no_point_is_in_a_grid_that_does_not_hold_it(self, point):
        found = self.index.find(*point, within=300)
        inside = BOTH.covers(shapely.Point(point))

        assert found.inside == inside or BOTH.boundary.distance(shapely.Point(point)) < 1e-9
        assert found.metres <= 300 or found.code is None

    def test_a_place_that_is_none_is_refused_with_a_sentence(self):
        with pytest.raises(ValueError, match="坐标不是有效的数。"):
            self.index.find(float("nan"), 30.5)
        with pytest.raises(ValueError, match="还没有任何区域边界，无法按位置找网格。"):
            GridIndex({})


class TestCoverage:
    def test_grids_that_tile_their_community_have_no_fault(self):
        assert geometry.coverage_faults({"东": EAST, "西": WEST}, BOTH) == []

    def test_an_overlap_is_named_with_both_grids_and_its_size(self):
        wide = box(114.30, 30.50, 114.3101, 30.51)

        assert geometry.coverage_faults({"东": EAST, "西": wide}, BOTH) == ["东 与 西 重叠 10,642 平方米。"]
        assert geometry.coverage_faults({"东": EAST, "西": wide}, BOTH, spare_m2=20_000) == []

    def test_a_grid_beyond_its_community_is_named(self):
        faults = geometry.coverage_faults({"东": EAST, "西": box(114.2999, 30.50, 114.31, 30.51)}, BOTH)

        assert faults == ["西 有 10,642 平方米在上级区域之外。"]

    def test_ground_without_a_grid_is_told_in_percent(self):
        assert geometry.coverage_faults({"西": WEST}, BOTH) == ["下级区域只盖住上级区域的 50.00%，应不少于 99.5%。"]
        assert geometry.coverage_faults({"西": WEST}, BOTH, share=0.4) == []
        assert geometry.coverage_faults({}, BOTH) == ["没有任何下级区域。"]


class TestSimplified:
    def test_neighbours_keep_their_common_border_however_coarse(self):
        wavy = [(114.31 + (0.0003 if i % 2 else -0.0003), 30.50 + i * 0.0005) for i in range(21)]
        left = Polygon([(114.30, 30.50), *wavy, (114.30, 30.51)])
        right = Polygon([(114.32, 30.51), *reversed(wavy), (114.32, 30.50)])
        fine = geometry.simplified({"a": left, "b": right}, 18)
        coarse = geometry.simplified({"a": left, "b": right}, 10)

        assert [fine["a"].equals(left), fine["b"].equals(right)] == [True, True]
        assert shapely.get_num_coordinates(coarse["a"]) <= 10 < shapely.get_num_coordinates(left)
        assert coarse["a"].intersection(coarse["b"]).area == pytest.approx(0, abs=1e-15)

    def test_no_area_vanishes_at_any_zoom(self):
        for zoom in range(0, 15, 2):
            assert not geometry.simplified({"a": WEST, "b": EAST}, zoom)["a"].is_empty


class TestOutlinePath:
    def test_an_outline_is_a_closed_path_inside_the_picture_north_up(self):
        assert geometry.outline_svg_path(WEST, 100, 100, margin=4) == "M89.6,96L89.6,4L10.4,4L10.4,96Z"

    def test_holes_and_separate_parts_are_rings_of_their_own(self):
        apart = MultiPolygon([WEST, box(114.33, 30.50, 114.34, 30.51)])

        assert geometry.outline_svg_path(LAKE, 300, 200).count("M") == 2
        assert geometry.outline_svg_path(apart, 300, 200).count("Z") == 2

    @given(st.integers(20, 400), st.integers(20, 400))
    def test_the_outline_fills_the_picture_in_one_direction_and_keeps_its_margin(self, width, height):
        across, down = zip(*pixels_of(geometry.outline_svg_path(OUTLINE, width, height)), strict=True)
        spans = (max(across) - min(across), max(down) - min(down))

        assert min(across) >= 3.9 and max(across) <= width - 3.9
        assert min(down) >= 3.9 and max(down) <= height - 3.9
        assert spans[0] == pytest.approx(width - 8, abs=0.2) or spans[1] == pytest.approx(height - 8, abs=0.2)


def pixels_of(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"([-\d.]+),([-\d.]+)", path)]


class TestRandomPoint:
    def test_the_same_seed_draws_the_same_points_and_another_seed_others(self):
        first = [geometry.random_point(LAKE, random.Random(7)) for _each in range(3)]
        other = geometry.random_point(LAKE, random.Random(8))

        assert len(set(first)) == 1
        assert other != first[0]

    @given(st.integers())
    def test_every_point_lies_on_the_ground_and_not_in_the_hole(self, seed):
        assert LAKE.covers(shapely.Point(geometry.random_point(LAKE, random.Random(seed))))

    def test_a_hair_thin_polygon_still_gives_a_point(self):
        hair = Polygon([(114, 30), (115, 31), (115, 31 + 1e-9), (114, 30 + 1e-9)])

        assert hair.distance(shapely.Point(geometry.random_point(hair, random.Random(1)))) < 1e-9


class TestBoundaryFile:
    def test_a_good_file_is_read_whole(self):
        reading = read_boundaries(collection(WEST, EAST, names=["西网格"]).encode("utf-8-sig"), district=BOTH)

        assert [boundary.shape for boundary in reading.boundaries] == [WEST, EAST]
        assert [boundary.properties for boundary in reading.boundaries] == [{"name": "西网格"}, {}]
        assert (reading.faults, reading.warnings) == ([], [])

    def test_a_single_feature_or_polygon_is_a_file_too_and_heights_are_dropped(self):
        high = {"type": "Polygon", "coordinates": [[[*pair, 25.0] for pair in WEST.exterior.coords]]}

        assert read_boundaries(json.dumps(high)).boundaries[0].shape == WEST
        feature = {"type": "Feature", "properties": {}, "geometry": high}
        assert read_boundaries(json.dumps(feature)).boundaries[0].shape == WEST

    def test_an_internet_map_is_moved_home_when_its_datum_is_said(self):
        for datum in (Datum.GCJ02, Datum.BD09):
            reading = read_boundaries(collection(shifted(OUTLINE, datum)), datum=datum, district=OUTLINE)

            assert reading.boundaries[0].shape.equals_exact(OUTLINE, 1e-7)
            assert (reading.faults, reading.warnings) == ([], [])

    def test_an_internet_map_whose_datum_is_not_said_is_suspected(self):
        reading = read_boundaries(collection(shifted(OUTLINE, Datum.GCJ02)), district=OUTLINE)

        assert reading.warnings == [
            "这些边界整体偏移，像是 GCJ-02（高德、腾讯地图） 的坐标。请换用这个坐标系再读一次。"
        ]
        assert suspected_datum(shifted(OUTLINE, Datum.BD09), OUTLINE) == Datum.BD09
        assert suspected_datum(OUTLINE, OUTLINE) is None

    def test_an_outline_drawn_a_little_differently_is_still_suspected_and_a_plain_mistake_is_not(self):
        rough = OUTLINE.buffer(0.0003)

        assert suspected_datum(shifted(rough, Datum.GCJ02), OUTLINE) == Datum.GCJ02
        assert suspected_datum(box(*OUTLINE.bounds), OUTLINE) is None

    def test_a_district_elsewhere_is_told_by_feature(self):
        away = box(113.3, 23.1, 113.4, 23.2)

        assert read_boundaries(collection(away, names=["天河"]), district=OUTLINE).warnings == [
            "第 1 个区域（天河）：坐标 113.35, 23.15 不在本区附近，请核对数值和坐标系。"
        ]

    def test_a_small_self_crossing_is_mended_and_told(self):
        ring = [(114.30, 30.50), (114.31, 30.50), (114.31, 30.51), (114.3052, 30.51), (114.3050, 30.5102)]
        nick = Polygon([*ring, (114.3052, 30.5101), (114.3049, 30.51), (114.30, 30.51)])
        reading = read_boundaries(collection(nick, names=["百瑞景社区"]))

        assert not nick.is_valid
        assert reading.faults == []
        assert reading.warnings == ["第 1 个区域（百瑞景社区）：边界有自相交，已自动修正，面积变化不到 1%。"]
        assert reading.boundaries[0].shape.is_valid
        assert reading.boundaries[0].shape.area == pytest.approx(WEST.area, rel=0.02)

    def test_a_bow_tie_is_refused_because_nobody_knows_its_inside(self):
        bow = Polygon([(114.30, 30.50), (114.31, 30.51), (114.31, 30.50), (114.30, 30.51)])
        reading = read_boundaries(collection(WEST, bow))

        assert reading.faults == ["第 2 个区域：边界自相交，无法判断哪一边是区域，请在制图软件里修正。"]
        assert [boundary.number for boundary in reading.boundaries] == [1]

    def test_exchanged_numbers_are_refused(self):
        turned = shapely.transform(WEST, lambda pairs: pairs[:, ::-1])

        assert read_boundaries(collection(turned)).faults == [
            "第 1 个区域：经度和纬度好像写反了：30.5, 114.3。应先写经度再写纬度，即 114.3, 30.5。"
        ]

    def test_too_many_vertices_are_refused_and_just_enough_are_taken(self):
        reading = read_boundaries(collection(WEST), most_vertices=4)

        assert reading.faults == ["第 1 个区域：边界有 5 个点，最多 4 个，请先简化。"]
        assert read_boundaries(collection(WEST), most_vertices=5).faults == []

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"\xb0\xd9\xc8\xf0\xbe\xb0", "文件不是 UTF-8 编码的文本，请另存为 UTF-8 的 GeoJSON。"),
            ("PK\x03\x04", "文件不是 GeoJSON，或已损坏。"),
            ("[1, 2]", "文件不是 GeoJSON，或已损坏。"),
            ("[" * 100_000, "文件不是 GeoJSON，或已损坏。"),
            ('{"type": "Point", "coordinates": [1, 2]}', "文件里没有区域：应是 GeoJSON 的 FeatureCollection。"),
            ('{"type": "FeatureCollection", "features": []}', "文件里一个区域也没有。"),
            ('{"type": "Polygon", "coordinates": [[[NaN, 1]]]}', "文件里有不是数的坐标（NaN 或无穷大）。"),
            (" " * 50_000_001, "文件超过 50 MB，请先按街道拆分或简化。"),
            (
                '{"type": "FeatureCollection", "features": [{}], "crs": {"properties": {"name": "EPSG:2437"}}}',
                "文件声明的坐标系是 EPSG:2437，请先转成 WGS-84 或 CGCS2000 的经纬度。",
            ),
            ('{"type": "Feature", "crs": 7}', "文件声明的坐标系是 未写明，请先转成 WGS-84 或 CGCS2000 的经纬度。"),
        ],
    )
    def test_a_file_that_is_no_boundary_file_is_refused_with_one_sentence(self, content, fault):
        reading = read_boundaries(content)

        assert (reading.boundaries, reading.faults) == ([], [fault])

    @pytest.mark.parametrize(
        ("geometry_said", "fault"),
        [
            (None, "第 1 个区域：不是面，边界应是 Polygon 或 MultiPolygon。"),
            ({"type": "Point", "coordinates": [1, 2]}, "第 1 个区域：不是面，边界应是 Polygon 或 MultiPolygon。"),
            ({"type": "Polygon"}, "第 1 个区域：边界坐标写法有误，看不懂。"),
            ({"type": "Polygon", "coordinates": []}, "第 1 个区域：边界是空的。"),
            ({"type": "Polygon", "coordinates": [[["a", "b"]] * 4]}, "第 1 个区域：边界坐标写法有误，看不懂。"),
            ({"type": "Polygon", "coordinates": [[[114, 30], [115, 30]]]}, "第 1 个区域：边界坐标写法有误，看不懂。"),
            ({"type": "Polygon", "coordinates": [[[1e999, 30], [115, 30], [115, 31], [1e999, 30]]]}, None),
            (
                {"type": "Polygon", "coordinates": [[[5e5, 3e6], [6e5, 3e6], [6e5, 4e6], [5e5, 3e6]]]},
                "第 1 个区域：坐标 500000, 3000000 像是以米计的平面坐标，请换成经纬度。",
            ),
        ],
    )
    def test_a_feature_that_is_no_area_is_refused_by_its_number(self, geometry_said, fault):
        feature = {"type": "Feature", "properties": {}, "geometry": geometry_said}
        reading = read_boundaries(json.dumps(feature).replace("Infinity", "1e999"))

        assert (reading.boundaries, reading.faults) == (
            [],
            [fault or "第 1 个区域：文件里有不是数的坐标（NaN 或无穷大）。"],
        )

    def test_the_usual_names_of_degrees_are_accepted(self):
        for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"):
            assert read_boundaries(collection(WEST, crs={"properties": {"name": name}})).faults == []

    @given(st.recursive(st.none() | st.text() | st.floats() | st.integers(), st.lists, max_leaves=8))
    def test_nothing_in_a_feature_breaks_the_reader(self, anything):
        for document in (
            {"type": "FeatureCollection", "features": [anything]},
            {"type": "Feature", "properties": anything, "geometry": anything},
            {"type": "Polygon", "coordinates": anything},
            {"type": "MultiPolygon", "coordinates": anything},
            anything,
        ):
            reading = read_boundaries(json.dumps(document))

            assert reading.boundaries == []
            assert reading.faults
