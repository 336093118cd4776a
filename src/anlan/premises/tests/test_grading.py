import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.premises.grading import (
    LS_PRODUCTS,
    WORST_FIRST,
    Grade,
    LecTables,
    LsTables,
    forced_red,
    lec,
    ls,
    ls_lookup,
    point_grade,
    residual_faults,
    table_faults,
    unit_colour,
)

with (Path(__file__).resolve().parents[1] / "data" / "parameters.csv").open(encoding="utf-8", newline="") as sheet:
    PARAMETERS = {row["key"]: json.loads(row["value"]) for row in csv.DictReader(sheet)}
LEC = LecTables.of(PARAMETERS["risk.lec"])
LS = LsTables.of(PARAMETERS["risk.ls"])
GROUNDS = PARAMETERS["risk.forced_red"]

likelihoods = st.sampled_from([score.value for score in LEC.likelihood])
exposures = st.sampled_from([score.value for score in LEC.exposure])
consequences = st.sampled_from([score.value for score in LEC.consequence])
fives = st.integers(1, 5)
colours = st.sampled_from(WORST_FIRST)


def severity_of(colour):
    return -WORST_FIRST.index(colour)


@pytest.mark.parametrize(
    ("likelihood", "exposure", "consequence", "score", "level", "colour"),
    [
        (10, 10, 100, "10000", 1, "red"),
        (3, 6, 40, "720", 1, "red"),
        (1, 3, 100, "300", 2, "orange"),
        (6, 3, 15, "270", 2, "orange"),
        (3, 3, 15, "135", 3, "yellow"),
        (10, 1, 7, "70", 3, "yellow"),
        (3, 1, 7, "21", 4, "blue"),
        (1, 6, 3, "18", 5, "blue"),
        ("0.1", "0.5", 1, "0.05", 5, "blue"),
    ],
)
def test_lec_multiplies_and_reads_the_colour_from_the_bands(likelihood, exposure, consequence, score, level, colour):
    grade = lec(likelihood, exposure, consequence, LEC)

    assert (grade.method, grade.score, grade.level, grade.colour) == ("lec", Decimal(score), level, colour)
    assert grade.grounds == ()


def test_a_limit_belongs_to_the_band_above_it():
    bands = [["320", 1, "red", "甲"], ["160", 2, "orange", "乙"], ["0", 3, "blue", "丙"]]
    whole = {
        "likelihood": [["1", ""]],
        "exposure": [["1", ""]],
        "consequence": [["320", ""], ["319.9", ""], ["160", ""], ["159.9", ""]],
    }
    tables = LecTables.of({**whole, "bands": bands})

    assert [lec(1, 1, c, tables).colour for c in ("320", "319.9", "160", "159.9")] == [
        "red",
        "orange",
        "orange",
        "blue",
    ]


@given(likelihoods, exposures, consequences, likelihoods)
def test_a_likelier_accident_is_never_graded_milder(likelihood, exposure, consequence, other):
    one, two = lec(likelihood, exposure, consequence, LEC), lec(other, exposure, consequence, LEC)

    assert (likelihood <= other) <= (severity_of(one.colour) <= severity_of(two.colour))


@given(fives, fives)
def test_ls_gives_the_colour_of_the_published_matrix(likelihood, severity):
    product = likelihood * severity
    expected = "red" if product >= 20 else "orange" if product >= 15 else "yellow" if product >= 9 else "blue"
    grade = ls(likelihood, severity, LS)

    assert (grade.method, grade.score, grade.colour) == ("ls", product, expected)
    assert grade.level == (5 if product <= 3 else {"red": 1, "orange": 2, "yellow": 3, "blue": 4}[expected])


def test_the_matrix_is_looked_up_over_the_products_that_occur_and_no_others():
    assert LS_PRODUCTS == (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25)
    assert sorted(ls_lookup(LS)) == list(LS_PRODUCTS)


@pytest.mark.parametrize(
    ("grading", "sentence"),
    [
        (lambda: lec(4, 6, 15, LEC), "可能性 L 不能取 4，只能取 10、6、3、1、0.5、0.2、0.1。"),
        (lambda: lec(3, "", 15, LEC), "暴露频次 E 不能取 ，只能取 10、6、3、2、1、0.5。"),
        (lambda: lec(3, 6, "NaN", LEC), "后果 C 不能取 NaN，只能取 100、40、15、7、3、1。"),
        (lambda: ls(0, 3, LS), "可能性 L 不能取 0，只能取 5、4、3、2、1。"),
        (lambda: ls(3, "2.5", LS), "严重性 S 不能取 2.5，只能取 5、4、3、2、1。"),
    ],
)
def test_a_value_that_no_table_holds_is_refused_with_those_that_it_does(grading, sentence):
    with pytest.raises(ValueError) as refusal:
        grading()

    assert str(refusal.value) == sentence
    assert lec("3", "0.50", 15.0, LEC).score == Decimal("22.5")


@given(fives, fives, st.sets(st.sampled_from(sorted(GROUNDS))))
def test_any_ground_of_direct_judgement_makes_red_and_keeps_the_score(likelihood, severity, grounds):
    plain = ls(likelihood, severity, LS)
    grade = forced_red(plain, grounds, GROUNDS)

    assert grade.score == plain.score
    assert grade == plain if not grounds else (grade.colour, grade.level) == ("red", 1)
    assert set(grade.grounds) == {GROUNDS[ground] for ground in grounds}


def test_a_forced_red_says_its_grounds_and_an_unknown_ground_is_refused():
    grade = forced_red(ls(1, 1, LS), ["ten_people", "breach"], GROUNDS)

    assert grade.reading == "违反法律、法规或者强制性标准；爆炸、火灾、中毒危险场所同时有10人以上"
    with pytest.raises(ValueError, match="没有这条直接判定的依据：bad_luck。"):
        forced_red(ls(1, 1, LS), ["bad_luck"], GROUNDS)


def test_the_residual_grade_stands_unless_the_bureau_decided_for_the_inherent_one():
    inherent, residual = ls(5, 4, LS), ls(2, 4, LS)

    assert point_grade(inherent, residual).colour == "blue"
    assert point_grade(inherent, residual, "inherent").colour == "red"
    assert point_grade(inherent, residual) == (inherent, residual, "blue")


def test_a_forced_red_stands_whatever_the_controls_and_the_bureau_say():
    mild = ls(1, 2, LS)
    forced = forced_red(mild, ["accident"], GROUNDS)

    assert point_grade(forced, mild).colour == "red"
    assert point_grade(mild, forced, "inherent").colour == "red"
    assert point_grade(mild, mild, "inherent").colour == "blue"


def test_controls_never_make_a_risk_worse():
    with pytest.raises(ValueError, match="采取措施后的分值 10 不应高于固有分值 9，请核对。"):
        point_grade(ls(3, 3, LS), ls(2, 5, LS))

    assert residual_faults(ls(3, 3, LS), ls(3, 3, LS)) == []
    assert residual_faults(ls(1, 3, LS), lec(3, 6, 15, LEC)) == ["采取措施后的风险等级不应高于固有风险等级，请核对。"]
    assert residual_faults(lec(3, 6, 15, LEC), ls(1, 3, LS)) == []


@given(st.lists(colours, min_size=1))
def test_a_unit_wears_the_worst_colour_of_its_points(points):
    worst = unit_colour(points)

    assert worst in points
    assert all(severity_of(colour) <= severity_of(worst) for colour in points)
    assert unit_colour([*points, "red"]) == "red"


def test_a_unit_without_points_has_no_colour():
    assert unit_colour([]) is None
    assert unit_colour(["blue", "yellow", "blue"]) == "yellow"


def test_the_tables_that_come_with_the_house_have_no_fault():
    assert table_faults(LEC) == []
    assert table_faults(LS) == []


def test_an_edited_lec_table_is_refused_for_each_fault():
    first, second, *rest = LEC.bands

    assert table_faults(replace(LEC, exposure=LEC.exposure + LEC.exposure[:1])) == [
        "暴露频次 E 的分值应大于零且互不相同。"
    ]
    assert table_faults(replace(LEC, bands=(second, first, *rest))) == [
        "分值界限应从高到低排列，最后一档从 0 开始。",
        "分值低的一档颜色不能更重。",
    ]
    assert table_faults(replace(LEC, bands=LEC.bands[:-1])) == ["分值界限应从高到低排列，最后一档从 0 开始。"]
    assert table_faults(replace(LEC, bands=(first._replace(colour="purple"), second, *rest))) == [
        "颜色只能是红、橙、黄、蓝。"
    ]


def test_an_edited_matrix_is_refused_for_each_fault():
    first, second, *rest = LS.bands

    assert table_faults(replace(LS, severity=LS.severity[:-1])) == ["严重性 S 的分值应是 1 到 5 各一个。"]
    assert table_faults(replace(LS, bands=(first._replace(products=(25,)), second, *rest))) == [
        "没有写明这些分值属于哪一档：20。"
    ]
    assert table_faults(replace(LS, bands=(first._replace(products=(25, 20, 17)), second, *rest))) == [
        "这些分值不会出现：17。"
    ]
    assert table_faults(replace(LS, bands=(first._replace(products=(25, 20, 16)), second, *rest))) == [
        "这些分值写进了两档：16。",
        "各档应按分值从高到低排列。",
    ]
    assert table_faults(replace(LS, bands=(second, first, *rest))) == [
        "各档应按分值从高到低排列。",
        "分值低的一档颜色不能更重。",
    ]


def test_another_table_gives_another_colour_because_the_table_is_data():
    strict = {**PARAMETERS["risk.ls"], "bands": [[list(LS_PRODUCTS), 1, "red", "一律重大"]]}

    assert ls(1, 1, LsTables.of(strict)) == Grade("ls", Decimal(1), 1, "red", "一律重大")
    assert ls(1, 1, LS).colour == "blue"
