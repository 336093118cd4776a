"""A file belongs to the ground where it stands: nobody else keeps it, and nobody draws it over to his own."""

from types import SimpleNamespace

import pytest

from anlan.kernel.actors import Actor
from anlan.premises import flow

ROLES = frozenset({"warden", "street"})
HERE, AWAY = (Actor(name=n, person_id=1, post_id=2, roles=ROLES, area_id=a) for n, a in (("本街道", 5), ("外街道", 9)))
NOWHERE = Actor(name="无辖区", person_id=1, post_id=2, roles=ROLES)
OURS, THEIRS = 7, 8


def lineage(area_id):
    return frozenset({area_id, 5 if area_id == OURS else 9, 1})


def says(rule, actor, stands=None, goes=OURS):
    facts = SimpleNamespace(ground=goes, unit=SimpleNamespace(area_id=goes), lineage=lineage)
    return rule(SimpleNamespace(area_id=stands), facts, actor, None, None)


@pytest.mark.parametrize("rule", [flow.keeps_files, flow.on_ground, flow.grades_here])
def test_a_file_is_kept_on_its_ground_and_a_post_without_a_ground_keeps_none(rule):
    assert [says(rule, actor) == [] for actor in (HERE, AWAY, NOWHERE)] == [True, False, False]


def test_a_street_cannot_draw_a_unit_of_another_street_over_to_itself():
    assert says(flow.keeps_files, HERE, stands=OURS) == []
    assert says(flow.keeps_files, HERE, stands=THEIRS) == ["须由本辖区的社区、街道或有关部门维护"]
