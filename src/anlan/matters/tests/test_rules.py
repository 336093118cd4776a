"""Who may bring and answer a matter: only a post of its ground, and a post without a ground has none."""

from types import SimpleNamespace

import pytest
from django.utils import translation

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


def test_who_is_told_reads_chinese_whatever_language_the_teller_reads():
    facts = SimpleNamespace(answerers=SimpleNamespace(community_id=3, street_id=4))
    with translation.override("en"):
        told = [t.wording for effect in (flow.tell_answerers, flow.tell_answerers_again)
                for t in effect(SimpleNamespace(code="S-1"), facts, SYSTEM, None, None)]
    assert told == ["事项S-1到期未答复"] * 2 + ["事项S-1的呼叫没有办成，请答复"] * 2
