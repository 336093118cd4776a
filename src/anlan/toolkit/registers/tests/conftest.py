from copy import deepcopy
from uuid import uuid4

import pytest

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.tests.conftest import NOON, forgetful, ground  # noqa: F401
from anlan.toolkit.tests.town.models import Depot, Pump

PERMITS = frozenset({"pumps.edit", "pumps.see_phones"})


@pytest.fixture
def keeper(ground):  # noqa: F811
    """Keeps the pumps of the whole district."""
    return Actor("周敏", person_id=1, post_id=11, area_id=ground["D"].id, permits=PERMITS)


@pytest.fixture
def neighbour(ground):  # noqa: F811
    """The same in community C2 only."""
    return Actor("邻居", person_id=2, post_id=12, area_id=ground["C2"].id, permits=PERMITS)


@pytest.fixture
def reader(ground):  # noqa: F811
    """May read community C1, change nothing."""
    return Actor("读者", person_id=3, post_id=13, area_id=ground["C1"].id)


@pytest.fixture
def depot(ground, keeper):  # noqa: F811
    uid = uuid4()
    advance(Ref("depot", uid), "create", actor=keeper, at=NOON,
            given={"code": "K1", "name": "首义库", "area": str(ground["G1"].uid)})
    return Depot.objects.get(uid=uid)


@pytest.fixture
def pump(ground, keeper):  # noqa: F811
    """Registers a pump in grid G1; returns the row."""
    made = iter(range(1, 1000))

    def do(actor=keeper, area="G1", **given):
        uid, n = uuid4(), next(made)
        known = {"code": f"P{n:03}", "name": f"水泵{n}", "sort": "diesel", "area": str(ground[area].uid)}
        advance(Ref("pump", uid), "create", actor=actor, at=NOON, given=known | given)
        return Pump.objects.get(uid=uid)

    return do


@pytest.fixture
def retire(keeper):
    """Takes a pump out of use."""

    def do(pump, actor=keeper, at=NOON):
        advance(Ref("pump", pump.uid), "retire", actor=actor, at=at, given={"reason": "坏了"})
        pump.refresh_from_db()
        return pump

    return do


class At:
    """What the middleware gives each request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor, request.at = At.actor, NOON
        return self.get_response(request)


@pytest.fixture
def visit(client, settings):
    """A browser of an actor: visit(actor).get(…). No other app of the house takes part."""
    settings.MIDDLEWARE = [*(m for m in settings.MIDDLEWARE if not m.startswith("anlan.")), f"{__name__}.At"]
    settings.ROOT_URLCONF = "anlan.toolkit.tests.town.urls"
    engine = deepcopy(settings.TEMPLATES[0])
    engine["OPTIONS"]["context_processors"] = [
        p for p in engine["OPTIONS"]["context_processors"] if not p.startswith("anlan.")]
    settings.TEMPLATES = [engine]

    def of(actor):
        At.actor = actor
        return client

    return of
