from datetime import date

import pytest

from anlan.kernel.models import Area, AreaIn
from anlan.kernel.refusals import Refusal, Refused
from anlan.places.area_import import commit, rehearse, template
from anlan.places.testing import NOON
from anlan.toolkit.sheets import read_sheet

from .conftest import KEEPER

HEAD = "代码,名称,层级,上级代码,启用日期,停用日期\n"


def read(text):
    return rehearse((HEAD + text).encode(), "区划.csv")


def test_a_new_district_is_built_from_one_sheet_in_any_order(db):
    done = read("330102001001001,一网格,网格,330102001001,2020-01-01,\n"
                "330102001001,清波社区,社区,330102001,2020-01-01,\n"
                "330102001,清波街道,街道,330102,2020-01-01,\n"
                "330102,上城区,区,,2020-01-01,\n")
    assert (done.faults, done.rows, done.good) == ([], 4, 4)
    assert not Area.objects.exists()
    assert commit(done, actor=KEEPER, at=NOON) == 4
    grid = Area.objects.get(code="330102001001001")
    above = AreaIn.objects.filter(area=grid).order_by("depth").values_list("ancestor__name", flat=True)
    assert list(above) == ["一网格", "清波社区", "清波街道", "上城区"]


def test_every_fault_is_named_with_line_and_column_and_nothing_is_stored(ground):
    count = Area.objects.count()
    done = read("G113,新网格,格子,C11,2020-01-01,\n"
                "G114,新网格,网格,C99,2020-01-01,\n"
                "G115,,网格,C11,2020-01-01,\n"
                "G116,新网格,网格,S1,2020-01-01,\n"
                "G117,新网格,网格,C11,1900-01-01,\n"
                "G118,新网格,网格,C11,2020-01-01,2019-01-01\n"
                "G119,新网格,网格,C11,2020-01-01,\n"
                "G119,又一网格,网格,C11,2020-01-01,\n"
                "E,又一区,区,,2020-01-01,\n"
                "G111,东一社区一网格,网格,C12,2019-01-01,\n")
    assert [str(f) for f in done.faults] == [
        "第 2 行 C 列“层级”“格子”不是层级，请写区、街道、社区、网格之一",
        "第 3 行 D 列“上级代码”表里和区划中都没有代码“C99”",
        "第 4 行 B 列“名称”这个字段是必填项。",
        "第 5 行 D 列“上级代码”“东街街道”是街道，不能直接下辖网格",
        "第 6 行 E 列“启用日期”日期1900-01-01不合常理，请核对年份",
        "第 7 行 F 列“停用日期”停用日期须在启用日期之后",
        "第 9 行 A 列“代码”代码与第8行重复",
        "第 10 行 C 列“层级”最上一级区域只能有一个",
        "第 11 行 D 列“上级代码”上级与登记的不同；改变归属请在区域页办理划归",
    ]
    with pytest.raises(Refused):
        commit(done, actor=KEEPER, at=NOON)
    assert Area.objects.count() == count


def test_what_stands_already_is_left_alone_and_a_new_name_is_taken_over(ground):
    done = read("C11,东一社区,社区,S1,2019-01-01,\nC12,东二新社区,社区,S1,2019-01-01,\n")
    assert (done.unchanged, len(done.rename), done.create) == (1, 1, [])
    commit(done, actor=KEEPER, at=NOON)
    assert Area.objects.get(code="C12").name == "东二新社区"


def test_a_sheet_without_the_needed_columns_is_refused_as_a_whole(ground):
    answer = rehearse("代码,名称\nA,甲\n".encode(), "区划.csv")
    assert isinstance(answer, Refusal)
    assert str(answer) == "表里缺少这些列：层级、启用日期"


def test_the_template_reads_back_with_every_column(db):
    sheet = read_sheet(template(), "区划.xlsx", ("代码", "名称", "层级", "上级代码", "启用日期", "停用日期"))
    assert (sheet.missing, sheet.rows) == ((), ())


def test_a_child_cannot_begin_before_its_parent(db):
    done = read("X,区,区,,2020-01-01,\nX1,街,街道,X,2019-01-01,\n")
    assert [str(f) for f in done.faults] == ["第 3 行 D 列“上级代码”启用日期早于上级“区”的2020-01-01"]
    assert date(2020, 1, 1) == done.create[0].valid_from
