from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from anlan.premises.models import Premises
from anlan.toolkit.tilekey import key, tile

BEFORE = NOON - timedelta(days=30)


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    """The small district with its cast."""
    settings.ANLAN_HOME = tmp_path
    return small_district()


@pytest.fixture
def caught_up():
    """Everything is sealed and every follower has heard it."""

    def do():
        seal_all()
        follow_all()

    return do


@pytest.fixture
def shop(place):
    """shop(grid, **inputs) → a unit, by default in the middle of its grid."""

    def made(grid="G111", at=BEFORE, **given):
        lon, lat = place.point(grid)
        told = {"name": f"小店{uuid4().hex[:6]}", "place_type": "restaurant", "address": f"中南路{uuid4().hex[:4]}号",
                "area": place.areas[grid].uid, "lon": lon, "lat": lat, **given}
        street = "street" if grid.startswith("G1") else "street2"
        uid = open_one("premises", "create", told, actor=place.actor(street, at=at), at=at)
        return Premises.objects.get(uid=uid)

    return made


@pytest.fixture
def walk(place):
    """Make a move on a case and return its receipt."""

    def do(kind, uid, move, who, at=NOON, **given):
        return advance(Ref(kind, uid), move, actor=place.actor(who, at=at), at=at, given=given)

    return do


@pytest.fixture
def reader(place, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"

    def of(name):
        client = Client()
        assert client.post("/sign-in/", {"login_name": name, "password": PASSWORD}).status_code == 302
        return client

    return of


@pytest.fixture
def at(place):
    """at(z, grid) → the address of the tile around the middle of a grid."""

    def of(z, grid="G111"):
        x, y = tile(key(*place.point(grid)), z)
        return f"{z}/{x}/{y}"

    return of
