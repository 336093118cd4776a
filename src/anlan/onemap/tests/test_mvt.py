"""The encoder against a reader of its own, and against GDAL."""

import json
import shutil
import subprocess

import pytest
from shapely.geometry import LineString, Polygon

from anlan.onemap import mvt

from .decode import layers


def test_points_come_back_with_their_attributes():
    told = mvt.layer("things", [
        mvt.Feature(mvt.POINT, mvt.point(10, 4095), {"uid": "a", "title": "百瑞景小馆", "here": 3, "level": ""}),
        mvt.Feature(mvt.POINT, mvt.point(-5, 0), {"uid": "b", "title": "百瑞景小馆", "n": 70000})])
    assert layers(told) == {"things": [
        {"uid": "a", "title": "百瑞景小馆", "here": 3, "kind": 1, "geometry": [("M", 10, 4095)]},
        {"uid": "b", "title": "百瑞景小馆", "n": 70000, "kind": 1, "geometry": [("M", -5, 0)]}]}


def test_an_area_with_a_hole_is_drawn_outside_one_way_and_inside_the_other():
    shape = Polygon([(0, 0), (0, 100), (100, 100), (100, 0)], [[(20, 20), (40, 20), (40, 40), (20, 40)]])
    kind, geometry = mvt.shape(shape)
    (feature,) = layers(mvt.layer("a", [mvt.Feature(kind, geometry, {})]))["a"]
    assert feature["geometry"] == [
        ("M", 0, 0), ("L", 100, 0), ("L", 100, 100), ("L", 0, 100), ("Z",),
        ("M", 20, 20), ("L", 20, 40), ("L", 40, 40), ("L", 40, 20), ("Z",)]


def test_a_line_loses_repeats_and_what_is_a_dot_is_left_out():
    assert mvt.shape(LineString([(0, 0), (0.2, 0.1), (5, 5)])) == (mvt.LINE, [9, 0, 0, 10, 10, 10])
    assert mvt.shape(LineString([(0, 0), (0.2, 0.1)])) is None


def test_gdal_reads_a_tile(tmp_path):
    if shutil.which("ogr2ogr") is None:
        pytest.fail("No GDAL found: install it with `apt-get install gdal-bin`.")
    square = mvt.shape(Polygon([(0, 0), (2048, 0), (2048, 2048), (0, 2048)]))
    (tmp_path / "0.mvt").write_bytes(
        mvt.layer("areas", [mvt.Feature(*square, {"name": "东街街道", "level": 1})])
        + mvt.layer("things", [mvt.Feature(mvt.POINT, mvt.point(2048, 2048), {"title": "小馆"})]))
    told = {name: json.loads(subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", str(tmp_path / "0.mvt"), name, "-oo", "X=0", "-oo", "Y=0", "-oo", "Z=0"],
        capture_output=True, check=True, text=True).stdout)["features"] for name in ("areas", "things")}
    assert [f["properties"] for f in told["areas"]] == [{"name": "东街街道", "level": 1}]
    lon, lat = told["things"][0]["geometry"]["coordinates"]
    assert (round(lon, 3), round(lat, 3), told["things"][0]["properties"]) == (0.0, 0.0, {"title": "小馆"})
