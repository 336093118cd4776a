"""GDAL, as a colleague's desktop map has it, reads the layers from the interface itself: under a token, in its scope."""

import json
import os
import shutil
import subprocess
from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.toolkit.intake.tokens import issue_token

from .served import a_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def gdal(settings, tmp_path):
    """gdal(program, …) → what it prints, of the interface of a street that has a unit in each of three grids and a pipe."""
    if shutil.which("ogrinfo") is None or shutil.which("ogr2ogr") is None:
        pytest.fail("No GDAL found: install it with `apt-get install gdal-bin`.")
    settings.ANLAN_HOME = tmp_path
    place = small_district()
    for grid in ("G111", "G112", "G211"):
        lon, lat = place.point(grid)
        who = "street2" if grid == "G211" else "street"
        open_one("premises", "create", {"name": f"小店{grid}", "place_type": "restaurant", "address": f"{grid}号", "lon": lon, "lat": lat,
                                        "area": place.areas[grid].uid}, actor=place.actor(who), at=NOON)
    lon, lat = place.point("G111")
    advance(Ref("special_object", uuid4()), "create", actor=place.actor("street"), at=NOON, given={
        "sort": "gas_pipe", "name": "中压管", "area": str(place.areas["G111"].uid),
        "geometry": {"type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat]]}})
    text, _uid = issue_token(name="桌面地图", post_id=place.posts["street"].id, person_id=place.people["street"].id, actor=SYSTEM, at=NOON,
                             scopes=("premises:read", "special-objects:read"), expires_at=real_time() + timedelta(days=1))
    with a_server() as origin:
        def run(program, *words):
            told = {**os.environ, "GDAL_HTTP_HEADERS": f"Authorization: Bearer {text}", "no_proxy": "*"}
            return subprocess.run([program, *(w.replace("THE_MAP", f"OAPIF:{origin}/api/v1/features") for w in words)],
                                  capture_output=True, text=True, check=True, env=told, timeout=60).stdout

        yield run, place


def test_ogrinfo_lists_the_layers_of_the_token_and_counts_within_a_box(gdal):
    run, place = gdal
    told = run("ogrinfo", "-ro", "THE_MAP")
    assert ("1: premises (title: 单位) (Point)" in told, "special_objects" in told, "hazards" in told) == (True, True, False)
    lon, lat = place.point("G111")
    box = [str(v) for v in (lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002)]
    assert "Feature Count: 2" in run("ogrinfo", "-ro", "-so", "THE_MAP", "premises")
    assert "Feature Count: 1" in run("ogrinfo", "-ro", "-so", "-spat", *box, "THE_MAP", "premises")


def test_ogr2ogr_takes_points_and_lines_into_a_geopackage(gdal, tmp_path):
    run, _place = gdal
    run("ogr2ogr", "-f", "GPKG", str(tmp_path / "map.gpkg"), "THE_MAP", "premises")
    run("ogr2ogr", "-f", "GPKG", "-update", str(tmp_path / "map.gpkg"), "THE_MAP", "special_objects")
    told = {name: json.loads(run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", str(tmp_path / "map.gpkg"), name))["features"]
            for name in ("premises", "special_objects")}
    assert {name: sorted((f["geometry"]["type"], f["properties"]["title"]) for f in found) for name, found in told.items()} == {
        "premises": [("Point", "小店G111"), ("Point", "小店G112")], "special_objects": [("LineString", "中压管")]}
