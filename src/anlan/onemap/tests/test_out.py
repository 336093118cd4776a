"""What leaves the map: GeoJSON under a token, counts in squares for the public, the wall."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.hazards.models import Hazard
from anlan.kernel.actors import SYSTEM
from anlan.kernel.instance import real_time
from anlan.kernel.models import Entry
from anlan.onemap.cells import EQUATOR, zoom_for
from anlan.people.testing import NOON
from anlan.toolkit.intake.tokens import issue_token

pytestmark = pytest.mark.django_db
BASE = "/api/v1/features"


@pytest.fixture
def token(place):
    """token(who, *scopes) → a client of another system that acts in the post of one of the cast."""

    def of(who, *scopes):
        text, _uid = issue_token(name="大屏", post_id=place.posts[who].id, person_id=place.people[who].id, scopes=scopes,
                                 expires_at=real_time() + timedelta(days=1), actor=SYSTEM, at=NOON)
        client = Client(headers={"Authorization": f"Bearer {text}"})
        client.text = text
        return client

    return of


def test_the_interface_has_the_shape_of_ogc_api_features(token, shop):
    client = token("street", "premises:read", "hazards:read")
    landing = client.get(BASE).json()
    assert {link["rel"] for link in landing["links"]} == {"self", "conformance", "data", "service-desc"}
    assert client.get(f"{BASE}/conformance").json()["conformsTo"][0].endswith("/conf/core")
    assert [c["id"] for c in client.get(f"{BASE}/collections").json()["collections"]] == ["premises", "hazards"]
    unit = shop(name="百瑞景小馆")
    told = client.get(f"{BASE}/collections/premises/items").json()
    (feature,) = told["features"]
    assert (told["type"], told["numberReturned"], feature["id"]) == ("FeatureCollection", 1, str(unit.uid))
    assert feature["geometry"] == {"type": "Point", "coordinates": [pytest.approx(unit.lon, abs=2e-6), pytest.approx(unit.lat, abs=2e-6)]}
    assert (feature["properties"]["title"], feature["properties"]["state_label"], feature["properties"]["level"]) == (
        "百瑞景小馆", "在营", "ungraded")
    assert client.get(f"{BASE}/collections/premises/items/{unit.uid}").json()["id"] == str(unit.uid)


def test_without_a_token_or_its_scope_nothing_is_told(token, shop):
    shop()
    assert Client().get(f"{BASE}/collections/premises/items").status_code == 401
    assert token("street", "matters:read").get(f"{BASE}/collections/premises/items").status_code == 403
    assert token("street", "premises:read").get(f"{BASE}/collections/dragons/items").status_code == 404


def test_a_token_sees_the_ground_of_its_post(token, shop):
    mine, other = shop("G111"), shop("G211")
    client = token("street", "premises:read")
    assert [f["id"] for f in client.get(f"{BASE}/collections/premises/items").json()["features"]] == [str(mine.uid)]
    assert client.get(f"{BASE}/collections/premises/items/{other.uid}").status_code == 404


def test_pages_by_key_hold_every_thing_once(token, shop):
    made = {str(shop().uid) for _n in range(5)}
    client, found, path = token("street", "premises:read"), [], f"{BASE}/collections/premises/items?limit=2"
    while path:
        told = client.get(path).json()
        found += [f["id"] for f in told["features"]]
        path = next((link["href"] for link in told["links"] if link["rel"] == "next"), "")
    assert (len(found), set(found)) == (5, made)


def test_a_box_and_a_time_narrow_what_is_told(place, token, shop, walk, caught_up):
    unit = shop()
    shop("G112")
    lon, lat = place.point("G111")
    client = token("street", "premises:read", "hazards:read")
    items = f"{BASE}/collections/premises/items"
    assert [f["id"] for f in client.get(items, {"bbox": f"{lon - .002},{lat - .002},{lon + .002},{lat + .002}"}).json()["features"]] == [
        str(unit.uid)]
    matter, uid, past = uuid4(), uuid4(), NOON - timedelta(days=10)
    walk("matter", matter, "open", "community", past, what="堆物", premises=str(unit.uid))
    walk("hazard", uid, "find", "community", past, matter=str(matter), what="堆物")
    walk("hazard", uid, "cancel", "street", NOON - timedelta(days=3), reason="重复")
    caught_up()
    told = {when: [f["properties"]["state"] for f in client.get(f"{BASE}/collections/hazards/items", {
        "datetime": when}).json()["features"]] for when in ("2021-05-20", "2021-05-25", "2021-05-30", "../2021-05-30")}
    assert told == {"2021-05-20": [], "2021-05-25": ["found"], "2021-05-30": [], "../2021-05-30": []}
    assert Hazard.objects.get(uid=uid).state == "cancelled"
    answer = client.get(items, {"bbox": "1,2,3"})
    assert (answer.status_code, "范围应写四个数" in answer.content.decode()) == (422, True)
    assert "时间“沉默”写法不对" in client.get(items, {"datetime": "沉默"}).content.decode()


def test_for_the_public_there_are_only_counts_in_squares_of_at_least_500_metres(place, reader, shop, caught_up):
    for grid in ("G111", "G111", "G112", "G211"):
        shop(grid)
    caught_up()
    answer = reader("street").get("/desk/map/cells/premises.geojson")
    body = json.loads(answer.content)
    assert sum(f["properties"]["n"] for f in body["features"]) == 3
    assert {tuple(f["properties"]) for f in body["features"]} == {("n",)}
    west, east = (f(p[0] for p in body["features"][0]["geometry"]["coordinates"][0]) for f in (min, max))
    assert (east - west) * 111_320 * 0.8612 >= 499
    assert Entry.objects.get(kind="book", verb="exported").data["rows"] == 3
    raw = json.loads(reader("street").get("/desk/map/cells/premises.geojson?place_type=restaurant").content)
    assert raw == body


@pytest.mark.parametrize("lat", [0, 18, 30.5, 53.5])
def test_squares_are_never_smaller_than_500_metres(lat):
    from math import cos, radians  # noqa: PLC0415

    assert EQUATOR * cos(radians(lat)) / 2 ** zoom_for(lat) >= 500


def test_the_wall_goes_through_the_parts_of_ones_ground(place, reader, shop):
    shop()
    text = reader("street").get("/desk/map/wall/").content.decode()
    told = json.loads(text.split('<script id="map-told" type="application/json">')[1].split("</script>")[0])
    assert [s["name"] for s in told["stops"]] == ["东街街道", "东一社区", "东二社区"]
    assert (told["figures"][0], "<dt>未销号隐患</dt><dd>0<small>起</small></dd>" in text) == ("haz-standing", True)
    assert "西街" not in text


def test_a_box_holds_the_lines_that_cross_it_and_no_others(place, token, walk):
    lon, lat = place.point("G111")
    walk("special_object", uuid4(), "create", "street", sort="gas_pipe", name="中压管", area=str(place.areas["G111"].uid),
         geometry={"type": "LineString", "coordinates": [[lon, lat], [lon + 0.02, lat + 0.02]]})
    client = token("street", "special-objects:read")

    def told(east, north):
        box = f"{lon + east - .001},{lat + north - .001},{lon + east + .001},{lat + north + .001}"
        return [f["geometry"]["type"] for f in client.get(f"{BASE}/collections/special_objects/items", {"bbox": box}).json()["features"]]

    assert (told(0, 0), told(0.02, 0.02), told(0.012, 0.008)) == (["LineString"], ["LineString"], [])
