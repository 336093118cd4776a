"""Who may visit and plan: only on one's own ground, and a post without a ground has none."""

from types import SimpleNamespace

import pytest

from anlan.kernel.actors import SYSTEM, Actor
from anlan.patrols import rules as r

ROLES = frozenset({"warden", "street"})
HERE, AWAY = (Actor(name=n, person_id=1, post_id=2, roles=ROLES, area_id=a) for n, a in (("本街道", 5), ("外街道", 9)))
NOWHERE = Actor(name="无辖区", person_id=1, post_id=2, roles=ROLES)


def says(rule, actor, **known):
    facts = {"unit": SimpleNamespace(area_id=7), "post": SimpleNamespace(area_id=7), "lineage": lambda a: frozenset({a, 5})}
    return rule(SimpleNamespace(), SimpleNamespace(**facts | known), actor, None, None)


@pytest.mark.parametrize("rule", [r.visits_here, r.unit_known, r.post_here])
def test_visits_and_rounds_stay_on_ones_own_ground(rule):
    assert [says(rule, actor) == [] for actor in (HERE, AWAY, NOWHERE)] == [True, False, False]


def test_a_round_is_not_handed_to_a_post_without_a_ground():
    assert says(r.post_here, HERE, post=SimpleNamespace(area_id=None)) == ["这个岗位不在您负责的区域内"]
    assert says(r.post_here, SYSTEM, post=SimpleNamespace(area_id=None)) == []
