import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.patrols.handbook_law import Basis, Instrument, basis_on, instrument_of, instruments

with (Path(__file__).resolve().parents[1] / "data" / "handbook.csv").open(encoding="utf-8", newline="") as sheet:
    HANDBOOK = {row["code"]: row["basis"] for row in csv.DictReader(sheet)}
REPORT_DAY = date(2021, 6, 25)
NEW_LAW = date(2021, 9, 1)


def test_the_new_work_safety_law_is_cited_from_its_first_day_and_not_before():
    assert basis_on(HANDBOOK["CY01"], date(2021, 8, 31)) == Basis(
        "依据待核", True, False, ("安全生产法(2021)第36条第4款、第99条第8项",)
    )
    assert basis_on(HANDBOOK["CY01"], NEW_LAW) == Basis("安全生产法(2021)第36条第4款、第99条第8项", False)


def test_what_is_in_force_is_cited_beside_what_is_withheld():
    assert basis_on(HANDBOOK["LG08"], REPORT_DAY) == Basis(
        "生产安全事故应急条例第8条；依据待核", True, False, ("安全生产法(2021)第97条第6项",)
    )
    assert basis_on(HANDBOOK["LG08"], NEW_LAW) == Basis("生产安全事故应急条例第8条；安全生产法(2021)第97条第6项", False)


def test_a_standard_that_was_replaced_is_no_longer_cited():
    assert basis_on(HANDBOOK["CJ04"], date(2023, 5, 14)) == Basis("工贸行业重大生产安全事故隐患判定标准(2017版)", False)
    assert basis_on(HANDBOOK["CJ04"], date(2023, 5, 15)) == Basis(
        "依据待核", True, False, ("工贸行业重大生产安全事故隐患判定标准(2017版)",)
    )


def test_what_was_not_re_read_is_shown_as_provisional_in_chinese():
    assert basis_on(HANDBOOK["CY06"], REPORT_DAY) == Basis("城镇燃气管理条例第28条第3项；GB 16410（暂定）", False, True)
    assert basis_on(HANDBOOK["LG06"], REPORT_DAY) == Basis("GB 35181-2017第6.6条（暂定）", False, True)


def test_two_withheld_clauses_are_one_remark_on_the_paper_and_two_for_the_keeper():
    basis = "安全生产法(2021)第1条；数据安全法第2条"

    assert basis_on(basis, REPORT_DAY) == Basis("依据待核", True, False, ("安全生产法(2021)第1条", "数据安全法第2条"))


def test_an_instrument_that_nobody_entered_is_never_cited():
    assert basis_on("某地方规定第3条", REPORT_DAY) == Basis("依据待核", True, False, ("某地方规定第3条",))
    assert basis_on("", REPORT_DAY) == Basis("依据待核", True)


def test_a_bureau_that_enters_an_instrument_may_cite_it():
    entered = [Instrument("某地方规定", "某地方规定", date(2020, 1, 1), None, "sure")]

    assert basis_on("某地方规定第3条", REPORT_DAY, entered) == Basis("某地方规定第3条", False)


def test_the_longest_name_wins_where_one_name_begins_another():
    short = Instrument("消防法", "旧", date(2009, 5, 1), date(2021, 4, 29), "sure")
    long = Instrument("消防法(2021)", "新", date(2021, 4, 29), None, "sure")

    assert instrument_of("消防法(2021)第28条", [short, long]) == long
    assert instrument_of("消防法第28条", [short, long]) == short
    assert instrument_of("民法典第1条", [short, long]) is None


def test_every_clause_of_the_handbook_names_an_instrument_of_the_table():
    unknown = {
        clause: code
        for code, basis in HANDBOOK.items()
        for clause in basis.split("；")
        if instrument_of(clause, instruments()) is None
    }

    assert len(HANDBOOK) == 83
    assert unknown == {}


def test_on_the_report_day_exactly_the_items_of_later_law_are_pending():
    later = ("安全生产法(2021)", "高层民用建筑消防安全管理规定", "GB/T 40248-2021")
    pending = {code for code, basis in HANDBOOK.items() if basis_on(basis, REPORT_DAY).pending}

    assert pending == {code for code, basis in HANDBOOK.items() if any(name in basis for name in later)}
    assert 0 < len(pending) < len(HANDBOOK) / 2


def test_no_table_row_ends_before_it_begins_and_no_two_versions_of_a_law_overlap():
    for instrument in instruments():
        assert instrument.valid_to is None or instrument.valid_from < instrument.valid_to
        assert instrument.confidence in ("sure", "likely", "unsure")
    assert len({instrument.cited_as for instrument in instruments()}) == len(instruments())
    for law in ("安全生产法", "行政处罚法", "消防法", "突发事件应对法"):
        older, newer = (each for each in instruments() if each.cited_as.startswith(f"{law}("))
        assert older.valid_to == newer.valid_from


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.sampled_from(sorted(HANDBOOK)))
def test_no_paper_of_any_day_cites_an_instrument_not_in_force_that_day(day, code):
    basis = basis_on(HANDBOOK[code], day)
    cited = [text for text in basis.text.split("；") if text != "依据待核"]

    assert all(instrument_of(text, instruments()).in_force(day) for text in cited)
    assert len(cited) + len(basis.awaiting) == len(HANDBOOK[code].split("；"))
    assert basis.pending == ("依据待核" in basis.text) == bool(basis.awaiting)
    assert "likely" not in basis.text


@pytest.mark.parametrize("day", [date(2021, 4, 28), date(2021, 4, 29)])
def test_the_fire_law_of_2021_begins_on_the_day_it_was_published(day):
    assert basis_on(HANDBOOK["LG02"], day).pending is (day < date(2021, 4, 29))
