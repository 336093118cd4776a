"""A register that names the scope `district`: any post on duty sees it, a unit and the public do not."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.refusals import Refused
from anlan.people.actions import appoint
from anlan.people.testing import CAST, NOON
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.checks import problems
from anlan.toolkit.registers.contract import RegisterContract
from anlan.toolkit.registers.declare import Register
from anlan.toolkit.tests.town.models import Siren

SIRENS = REGISTERS["sirens"]


def keeper(place):
    street = place.actor("street")
    return Actor(street.name, person_id=street.person_id, post_id=street.post_id, roles=street.roles,
                 parties=street.parties, area_id=street.area_id, permits=frozenset({"pumps.edit"}))


@pytest.fixture
def make(place):
    numbers = iter(range(1000))

    def do(**given):
        uid = uuid4()
        known = {"code": f"J{next(numbers):03}", "name": "首义路警报器", "area": str(place.areas["G111"].uid)}
        advance(Ref("siren", uid), "create", actor=keeper(place), at=NOON, given=known | given)
        return Siren.objects.get(uid=uid)

    return do


class TestSirens(RegisterContract):
    slug = "sirens"

    @pytest.fixture
    def within(self, place):
        return keeper(place)

    @pytest.fixture
    def outside(self, place):
        return place.actor("unit")

    @pytest.fixture
    def make(self, make):
        return make


def test_any_post_on_duty_sees_it_wherever_the_post_stands(place, make):
    siren = make()
    seen = {who for who in CAST if siren in SIRENS.rows(place.actor(who), NOON)}
    assert seen == set(CAST) - {"unit", "unit2"}


def test_nobody_sees_it_without_a_post_at_that_time(place, make):
    make()
    assert SIRENS.rows(Actor("无名"), NOON).count() == 0
    later = NOON + timedelta(days=1)
    advance(Ref("post", place.posts["warden"].uid), "retire", actor=place.actor("sysadmin"), at=NOON,
            given={"valid_to": later.date()})
    with pytest.raises(Refused, match="不在用"):
        place.actor("warden", later)
    appoint(place.people["warden"].uid, place.posts["community"].uid, later.date(), actor=place.actor("sysadmin"), at=NOON)
    assert SIRENS.rows(place.actor("community", later), later).count() == 1


@pytest.mark.parametrize(("attributes", "told"), [
    ({"scope": "planet"}, "names the unknown scope planet"),
    ({"scope": "district", "seen_by": lambda actor, at: Siren.objects.all()}, "names a scope beside its own selector"),
    ({"scope": ""}, "has neither a selector (seen_by) nor a scope"),
])
def test_a_scope_is_declared_once_and_known(attributes, told):
    made = type("Other", (Register,), {"kind": "siren", "slug": "others", "model": Siren, "label": "别的", "cols": (),
                                       "flow": SIRENS.flow, **attributes}, abstract=True)
    assert told in list(problems(made()))
