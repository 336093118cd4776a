"""What cannot be true of numbers. No database."""

from datetime import date
from decimal import Decimal

from anlan.returns.judging import Stated, differs, rates, rows, shrank, streets

JAN, MAY, END = date(2021, 1, 1), date(2021, 5, 1), date(2021, 5, 31)
MADE_OF = {"rate": ("rectified", "found")}


def said(item, value, name="", since=MAY, until=END, unit="起", area=""):
    return Stated(item, name or {"rate": "整改率", "found": "排查一般隐患", "rectified": "整改一般隐患"}[item], since, until,
                  Decimal(value), "%" if item == "rate" else unit, area)


def sentences(found):
    return [one.sentence for one in found]


def test_a_rate_is_its_parts_to_the_places_it_is_written_with():
    parts = [said("found", "90337"), said("rectified", "86408")]
    for rate in ("95.65", "95.7", "96"):
        assert list(rates([*parts, said("rate", rate)], MADE_OF)) == [], rate
    assert sentences(rates([*parts, said("rate", "95.66")], MADE_OF)) == [
        "整改率写作95.66%，可整改一般隐患86,408除以排查一般隐患90,337是95.65%"]
    assert sentences(rates([*parts, said("rate", "95")], MADE_OF)) == [
        "整改率写作95%，可整改一般隐患86,408除以排查一般隐患90,337是96%"]


def test_a_rate_of_nothing_is_named_and_one_of_other_days_or_without_its_parts_is_not():
    nothing = [said("found", "0"), said("rectified", "0"), said("rate", "100")]
    assert sentences(rates(nothing, MADE_OF)) == ["整改率写作100%，可排查一般隐患是0，没有可算的"]
    assert list(rates([said("found", "4", since=JAN), said("rectified", "3"), said("rate", "10")], MADE_OF)) == []
    assert list(rates([said("found", "4"), said("rate", "10")], MADE_OF)) == []


def test_streets_add_up_to_the_district_where_all_of_them_are_stated():
    both = frozenset({"S1", "S2"})
    whole, one, two = said("found", "10"), said("found", "4", area="S1"), said("found", "5", area="S2")
    assert sentences(streets([whole, one, two], both)) == ["排查一般隐患写作10起，可各街道之和是9起"]
    assert list(streets([whole, one], both)) == [], "a street that is not stated may hold the rest"
    assert list(streets([said("found", "9"), one, two], both)) == []
    assert list(streets([said("rate", "9"), said("rate", "4", area="S1"), said("rate", "4", area="S2")], both)) == []
    assert list(streets([whole], frozenset())) == []


def test_rows_add_up_to_the_number_above_them():
    assert sentences(rows([said("found", "7")], {"found": Decimal(6)}, of_streets=False)) == ["排查一般隐患写作7起，可明细之和是6起"]
    (one,) = rows([said("found", "7")], {"found": Decimal(6)}, of_streets=True)
    assert (one.sort, one.sentence) == ("streets", "排查一般隐患写作7起，可各街道之和是6起")
    assert list(rows([said("found", "6"), said("rate", "50")], {"found": Decimal(6)}, of_streets=False)) == []


def test_a_total_from_the_same_day_does_not_shrink():
    before = [said("found", "12", "本年累计", since=JAN, until=date(2021, 4, 30))]
    assert sentences(shrank([said("found", "11", "本年累计", since=JAN)], before)) == [
        "本年累计写作11起，可截至2021-04-30已经是12起，累计数不会变小"]
    assert list(shrank([said("found", "12", since=JAN)], before)) == []
    assert list(shrank([said("found", "1")], before)) == [], "a month is not a total"
    assert list(shrank([said("found", "5", since=JAN, until=date(2021, 3, 31))], before)) == [], "it ends earlier"


def test_a_number_that_the_own_rows_do_not_give_is_named_with_how_to_see_them():
    (one,) = differs([said("found", "5")], {"found": (Decimal(3), {"indicator": "haz-found"})})
    assert (one.sentence, one.said, one.found, one.asked) == (
        "排查一般隐患写作5起，可本系统里同一时段由该部门主管的记录是3起", 5, 3, {"indicator": "haz-found"})
    assert list(differs([said("found", "3")], {"found": (Decimal(3), {})})) == []
