from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.incidents.models import Incident
from anlan.kernel import instance
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import flow_of
from anlan.people.models import Organisation
from anlan.people.testing import BEGAN, NOON, small_district
from anlan.places.actions import open_one

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    return small_district()


@pytest.fixture
def no_office(place):
    """A district whose government office has no duty room in the register."""
    advance(Ref("post", place.posts["govoffice"].uid), "retire", actor=SYSTEM, at=NOON,
            given={"valid_to": NOON.date() + timedelta(days=1)})


@pytest.fixture
def office(place):
    """A government office that is named by its code, which goes before a house with a duty room's posts."""
    found = Organisation.objects.filter(code="govoffice").first()
    if found is None:
        open_one("organisation", "create", {"code": "govoffice", "name": "区政府办公室", "sort": "department",
                                            "area": place.areas["D"].uid, "valid_from": BEGAN}, actor=SYSTEM, at=NOON)
        found = Organisation.objects.get(code="govoffice")
    return found


@pytest.fixture
def happen(place):
    """An incident as the duty officer of the bureau writes it down."""

    def do(who="emergency", at=NOON, **given):
        uid = uuid4()
        instance.set_clock(at, running=False)
        advance(Ref("incident", uid), "open", actor=place.actor(who, at=at), at=at, given={"title": "东街居民楼起火", **given})
        return Incident.objects.get(uid=uid)

    return do


@pytest.fixture
def walk(place):
    """A move on a case, at an instant at which the instance stands."""

    def do(case, move, who, at=NOON, **given):
        instance.set_clock(at, running=False)
        advance(Ref(flow_of(case).kind, case.uid), move, actor=SYSTEM if who == "system" else place.actor(who, at=at), at=at, given=given)
        case.refresh_from_db()

    return do


@pytest.fixture
def begin(place):
    """A case that is opened by a move of its own."""

    def do(model, move, who, at=NOON, **given):
        uid = uuid4()
        instance.set_clock(at, running=False)
        advance(Ref(flow_of(model).kind, uid), move, actor=place.actor(who, at=at), at=at, given=given)
        return model.objects.get(uid=uid)

    return do
