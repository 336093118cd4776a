from datetime import date

import pytest

from anlan.kernel.actors import Actor
from anlan.kernel.areas import within
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area, Entry
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import rulebook
from anlan.places.actions import create_area, move_area, retire_area
from anlan.places.testing import NOON

from .conftest import KEEPER

STRANGER = Actor(name="路人", person_id=9)
JUNE = date(2021, 6, 1)


def codes_in(area, on):
    return sorted(Area.objects.filter(id__in=within(area.id, on)).values_list("code", flat=True))


def test_only_who_keeps_the_areas_may_create_one(ground):
    with pytest.raises(Refused, match="区划只能由系统管理员维护"):
        create_area("G113", "新网格", 3, JUNE, parent=ground["C11"].uid, actor=STRANGER, at=NOON)
    uid = create_area("G113", "新网格", 3, JUNE, parent=ground["C11"].uid, actor=KEEPER, at=NOON)
    made = Area.objects.get(uid=uid)
    assert (made.code, made.level, made.state) == ("G113", 3, "active")
    assert codes_in(ground["C11"], JUNE) == ["C11", "G111", "G112", "G113"]


def test_a_code_belongs_to_one_area_for_ever(ground):
    retire_area(ground["G111"].uid, JUNE, actor=KEEPER, at=NOON)
    with pytest.raises(Refused, match="这个代码已经用于另一区域"):
        create_area("G111", "同码网格", 3, JUNE, parent=ground["C11"].uid, actor=KEEPER, at=NOON)
    assert create_area("G119", "另码网格", 3, JUNE, parent=ground["C11"].uid, actor=KEEPER, at=NOON)


@pytest.mark.parametrize(("level", "parent", "sentence"), [
    (3, "S1", "“东街街道”是街道，不能直接下辖网格"),
    (2, "G111", "“东一社区一网格”是网格，不能直接下辖社区"),
    (0, None, "最上一级区域已经建立"),
    (1, None, "没有找到上级区域"),
    (0, "D", "最上一级区域没有上级"),
])
def test_an_area_lies_right_under_the_level_above(ground, level, parent, sentence):
    with pytest.raises(Refused, match=sentence):
        create_area("X1", "错位", level, JUNE, parent=parent and ground[parent].uid, actor=KEEPER, at=NOON)


def test_a_date_of_1900_is_a_typing_fault(ground):
    with pytest.raises(Refused, match="日期1900-01-01不合常理"):
        create_area("G113", "旧网格", 3, date(1900, 1, 1), parent=ground["C11"].uid, actor=KEEPER, at=NOON)


def test_a_community_moves_with_its_grids_from_a_day_on(ground):
    move_area(ground["C12"].uid, ground["S2"].uid, date(2021, 7, 1), actor=KEEPER, at=NOON)
    assert "G121" in codes_in(ground["S1"], date(2021, 6, 30))
    assert "G121" not in codes_in(ground["S1"], date(2021, 7, 1))
    assert codes_in(ground["S2"], date(2021, 7, 1)) == [
        "C12", "C21", "C22", "G121", "G122", "G211", "G212", "G221", "G222", "S2"]
    assert ground["S2"].id in rulebook().lineage(ground["G121"].id, date(2021, 7, 1))


def test_an_area_does_not_move_under_one_of_the_wrong_level(ground):
    with pytest.raises(Refused, match="“东街街道”是街道，不能直接下辖网格"):
        move_area(ground["G111"].uid, ground["S1"].uid, JUNE, actor=KEEPER, at=NOON)
    with pytest.raises(Refused, match="最上一级区域不能移动"):
        move_area(ground["D"].uid, ground["S1"].uid, JUNE, actor=KEEPER, at=NOON)


def test_an_area_in_use_below_keeps_its_parent_in_use(ground):
    with pytest.raises(Refused, match="还有2个下级区域在用（东一社区一网格、东一社区二网格）"):
        retire_area(ground["C11"].uid, JUNE, actor=KEEPER, at=NOON)
    for code in ("G111", "G112", "C11"):
        retire_area(ground[code].uid, JUNE, actor=KEEPER, at=NOON)
    assert Area.objects.get(code="C11").valid_to == JUNE
    assert "C11" in codes_in(ground["S1"], JUNE)


def test_a_retired_area_takes_no_new_children_and_can_be_reopened(ground):
    for code in ("G111", "G112", "C11"):
        retire_area(ground[code].uid, JUNE, actor=KEEPER, at=NOON)
    with pytest.raises(Refused, match="“东一社区”已于2021-06-01停用"):
        create_area("G113", "新网格", 3, JUNE, parent=ground["C11"].uid, actor=KEEPER, at=NOON)
    advance(Ref("area", ground["C11"].uid), "reopen", actor=KEEPER, at=NOON, given={"reason": "误停"})
    assert Area.objects.get(code="C11").valid_to is None
    assert create_area("G113", "新网格", 3, JUNE, parent=ground["C11"].uid, actor=KEEPER, at=NOON)


def test_a_change_of_name_stays_in_the_journal(ground):
    advance(Ref("area", ground["C11"].uid), "rename", actor=KEEPER, at=NOON, given={"name": "东一新社区"})
    entry = Entry.objects.filter(kind="area", verb="rename").get()
    assert entry.data["set"] == {"name": ["东一社区", "东一新社区"]}
