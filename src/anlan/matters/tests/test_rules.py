"""Who may bring and answer a matter: only a post of its ground, and a post without a ground has none."""

from types import SimpleNamespace

import pytest

from anlan.kernel.actors import SYSTEM, Actor
from anlan.matters import flow

NOWHERE = Actor(name="无辖区", person_id=1, post_id=2, roles=frozenset({"warden", "street", "officer"}))
HERE = Actor(name="本街道", person_id=1, post_id=2, roles=frozenset({"warden", "street", "officer"}), area_id=5)
AWAY = Actor(name="外街道", person_id=1, post_id=2, roles=frozenset({"warden", "street", "officer"}), area_id=9)
FACTS = SimpleNamespace(lineage=lambda area_id: frozenset({area_id, 5, 1}), ground=SimpleNamespace(area_id=7))
MATTER = SimpleNamespace(area_id=7)


@pytest.mark.parametrize(("actor", "may"), [(HERE, True), (AWAY, False), (NOWHERE, False)])
@pytest.mark.parametrize("rule", [flow.in_own_ground, flow.answers_for_ground])
def test_a_matter_belongs_to_its_own_ground(rule, actor, may):
    assert (rule(MATTER, FACTS, actor, None, None) == []) is may


def test_the_system_brings_a_matter_anywhere_but_answers_none():
    assert flow.in_own_ground(MATTER, FACTS, SYSTEM, None, None) == []
    assert flow.answers_for_ground(MATTER, FACTS, SYSTEM, None, None) != []
