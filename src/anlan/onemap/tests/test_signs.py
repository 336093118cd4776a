"""What a layer's things wear on the map: a shape of their own, the sign of their state, the limit that runs; and which of them are told."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from anlan.kernel import instance
from anlan.kernel.models import Clock
from anlan.kernel.tick import tick
from anlan.onemap import tiles
from anlan.onemap.describe import OWN_SHAPES, SPARE_SHAPES
from anlan.people.testing import NOON
from anlan.toolkit.layers import LAYERS

from .decode import things

pytestmark = pytest.mark.django_db


def test_no_two_layers_wear_the_same_shape_and_the_script_can_draw_each(db):
    worn = [OWN_SHAPES[name] for name in LAYERS if name not in ("pumps",)]
    drawing = (Path(__file__).parents[4] / "web/map/signs.ts").read_text().partition("SHAPES:")[2].partition("};")[0]
    drawn = {"circle", *re.findall(r"(\w+): [\[c]", drawing)}
    assert (sorted(worn), {*worn, *SPARE_SHAPES} - drawn) == (sorted(set(worn)), set())


def test_a_station_that_was_accepted_stands_on_the_map_unasked(db):
    stations = tiles.Shown(*LAYERS["service-stations"])
    assert (stations.usual, stations.family("accepted")) == (("running", "plan"), "running")


def test_a_call_stands_with_the_limit_that_runs_until_it_is_answered(place, reader, at, walk):
    lon, lat = place.point("G111")
    matter, call = uuid4(), uuid4()
    walk("matter", matter, "open", "community", what="楼道堆物", area=str(place.areas["G111"].uid), lon=lon, lat=lat)
    walk("call", call, "ring", "community", NOON, matter=str(matter), goal="清理堆物", priority="P1", reason="urgent")
    (told,) = things(reader("street"), "calls", at(16))
    due = min(Clock.objects.filter(kind="call", stopped_at=None).values_list("due_at", flat=True))
    assert (told["due"], "late" in told) == (f"限{due.astimezone(instance.zone()):%H:%M}", False)
    table = reader("street").get("/desk/map/table", {"layers": "calls", "bbox": f"{lon - .01},{lat - .01},{lon + .01},{lat + .01}"})
    assert "清理堆物" in table.content.decode() and f"{due.astimezone(instance.zone()):%H:%M}" in table.content.decode()
    instance.set_clock(due + timedelta(seconds=1), running=False)
    (late,) = things(reader("street"), "calls", at(16))
    assert (late["due"], late["late"]) == ("已超时", 1)
    assert all("due" not in t for t in things(reader("street"), "calls", at(16), on="2021-05-31"))


def test_a_layer_shows_one_case_alone_where_its_rows_are_for_one(place, reader, at, walk):
    mine, other = uuid4(), uuid4()
    lon, lat = place.point("G111")
    for uid in (mine, other):
        walk("incident", uid, "open", "emergency", title="起火", area=str(place.areas["G111"].uid), lon=lon, lat=lat)
        walk("field_crew", uuid4(), "enter", "emergency", incident=str(uid), name=f"班{str(uid)[:4]}", people=2)
    client = reader("emergency")
    assert len(things(client, "crews", at(17))) == 2
    assert [t["title"] for t in things(client, "crews", at(17), of=str(mine))] == [f"班{str(mine)[:4]}"]
    for words, sentence in (("hazards/{}.mvt?of=" + str(mine), "“隐患”不能只看一件事的。"), ("crews/{}.mvt?of=x", "编号“x”写法不对。")):
        answer = client.get("/desk/map/tiles/" + words.format(at(17)))
        assert (answer.status_code, answer.json()["error"]["sentences"]) == (400, [sentence])


def test_a_crew_that_is_silent_wears_another_sign_and_one_that_is_out_none(place, reader, at, walk):
    incident, crew = uuid4(), uuid4()
    lon, lat = place.point("G111")
    walk("incident", incident, "open", "emergency", title="起火", area=str(place.areas["G111"].uid), lon=lon, lat=lat)
    walk("field_crew", crew, "enter", "emergency", incident=str(incident), name="抢修班", people=2)
    client = reader("emergency")
    (told,) = things(client, "crews", at(17))
    assert (told["level"], told["due"]) == ("inside", "限12:30")
    tick(at=NOON + timedelta(minutes=31))
    instance.set_clock(NOON + timedelta(minutes=31), running=False)
    assert [t["level"] for t in things(client, "crews", at(17))] == ["silent"]
    walk("field_crew", crew, "leave", "emergency", NOON + timedelta(minutes=32), people=2)
    assert things(client, "crews", at(17)) == []
    assert [t["level"] for t in things(client, "crews", at(17), state="all")] == ["done"]


def test_a_map_within_another_page_is_told_of_the_layers_it_names(reader):
    client = reader("street")
    told = client.get("/desk/map/told", {"layers": "shelters,crews"}).json()
    assert ({x["id"] for x in told["layers"]}, told["urls"]["table"]) == ({"crews", "shelters"}, "/desk/map/table")
    answer = client.get("/desk/map/told", {"layers": "secrets"})
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (404, ["没有这个图层"])
