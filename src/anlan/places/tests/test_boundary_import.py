import json
from datetime import date

import pytest

from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refused
from anlan.places.boundary_import import commit, rehearse
from anlan.places.coordinates import Datum, from_wgs84
from anlan.places.grids import grid_of
from anlan.places.models import Boundary
from anlan.places.testing import NOON, middle, square

from .conftest import KEEPER

JULY = date(2021, 7, 1)


def sheet(*features):
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": code, **more}, "geometry": shape}
        for code, shape, *rest in features for more in [rest[0] if rest else {}]]})


def read(content, datum=Datum.WGS84, **more):
    return rehearse(content, datum=datum, source="区民政局2021年勘界成果", valid_from=JULY, **more)


def moved(shape, datum):
    ring = [list(from_wgs84(x, y, datum)) for x, y in shape["coordinates"][0]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_good_file_is_rehearsed_without_storing_and_then_stored_whole(ground):
    before = Boundary.objects.count()
    done = read(sheet(("G111", square("G111")), ("G112", square("G112"))))
    assert (done.faults, done.warnings, len(done.rows)) == ([], [], 2)
    assert Boundary.objects.count() == before
    assert commit(done, actor=KEEPER, at=NOON) == 2
    row = Boundary.objects.get(area=ground["G111"], valid_from=JULY)
    assert (row.source, row.datum, row.generated, row.geometry) == (
        "区民政局2021年勘界成果", "wgs84", False, square("G111"))
    assert Entry.objects.filter(kind="boundary", verb="draw", actor_id=KEEPER.person_id).count() == 2


def test_every_fault_is_a_sentence_and_nothing_is_stored(ground):
    cross = {"type": "Polygon", "coordinates": [[[114.30, 30.50], [114.31, 30.51], [114.31, 30.50], [114.30, 30.51],
                                                  [114.30, 30.50]]]}
    swapped = {"type": "Polygon", "coordinates": [[[y, x] for x, y in square("G112")["coordinates"][0]]]}
    done = read(sheet(("NOPE", square("G111")), ("G111", cross), ("G112", swapped), ("", square("G121")),
                      ("G211", square("G211")), ("G211", square("G211")),
                      ("G212", square("G212"), {"valid_from": "去年"})))
    assert done.faults == [
        "第 2 个区域（G111）：边界自相交，无法判断哪一边是区域，请在制图软件里修正。",
        "第 3 个区域（G112）：经度和纬度好像写反了：30.51, 114.3。应先写经度再写纬度，即 114.3, 30.51。",
        "第 1 个区域的代码 NOPE 不在区划中，请先建立这个区域，或核对代码。",
        "第 4 个区域没有写代码（属性 code 或 代码）。",
        "第 6 个区域“西一社区一网格”自2021-07-01起的边界已经登记，或在文件里出现了两次。",
        "第 7 个区域的启用日期看不懂，应写作 2021-01-01。",
    ]
    with pytest.raises(Refused, match="不在区划中"):
        commit(done, actor=KEEPER, at=NOON)
    assert not Boundary.objects.filter(valid_from=JULY).exists()


def test_a_file_in_gcj02_is_turned_into_wgs84_when_it_says_so(ground):
    shifted = sheet(("G111", moved(square("G111"), Datum.GCJ02)))
    done = read(shifted, Datum.GCJ02)
    assert done.faults == []
    commit(done, actor=KEEPER, at=NOON)
    row = Boundary.objects.get(area=ground["G111"], valid_from=JULY)
    assert row.datum == "gcj02"
    given, stored = square("G111")["coordinates"][0], row.geometry["coordinates"][0]
    assert max(abs(a - b) for p, q in zip(given, stored, strict=True) for a, b in zip(p, q, strict=True)) < 2e-6
    assert grid_of(*middle("G111"), JULY).code == "G111"


def test_a_file_in_gcj02_that_says_wgs84_raises_a_suspicion(ground):
    done = read(sheet(("S1", moved(square("S1"), Datum.GCJ02)), ("S2", moved(square("S2"), Datum.GCJ02))))
    assert done.faults == []
    assert any("像是 GCJ-02" in w for w in done.warnings)


def test_a_grid_that_sticks_out_of_its_community_is_warned_of_not_refused(ground):
    wide = square("G111")
    for corner in (0, 3, 4):
        wide["coordinates"][0][corner][0] -= 0.002
    done = read(sheet(("G111", wide)))
    assert done.faults == []
    (warning,) = done.warnings
    assert warning.startswith("东一社区：“东一社区一网格”（G111） 有 ")
    assert warning.endswith(" 平方米在上级区域之外。")
    assert commit(done, actor=KEEPER, at=NOON) == 1


def test_a_boundary_of_the_same_day_is_not_drawn_twice(ground):
    commit(read(sheet(("G111", square("G111")))), actor=KEEPER, at=NOON)
    again = read(sheet(("G111", square("G111"))))
    assert again.faults == ["第 1 个区域“东一社区一网格”自2021-07-01起的边界已经登记，或在文件里出现了两次。"]


def test_a_file_that_is_no_geojson_says_so(ground):
    assert read("<html>").faults == ["文件不是 GeoJSON，或已损坏。"]
