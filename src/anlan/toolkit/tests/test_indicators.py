"""A number exists once: its figure, its rows, and its page."""

from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from anlan.kernel.follow import follow_all
from anlan.kernel.journal import head_of_chain, seal_all
from anlan.kernel.marks import Count
from anlan.kernel.models import AreaIn, Fold, FoldMonth
from anlan.kernel.refusals import Absent
from anlan.kernel.rulebook import touch
from anlan.kernel.tests.conftest import NOON
from anlan.toolkit import indicators
from anlan.toolkit.indicators import Ratio, figure, figures, indicator, page_of, rows
from anlan.toolkit.registers.contract import rows_fold_to_the_figure
from anlan.toolkit.registers.tests.conftest import *  # noqa: F403
from anlan.toolkit.sheets import read_sheet

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 1)


@pytest.fixture(autouse=True)
def numbers():
    """Two numbers of the town, declared for one test."""
    held = dict(indicators.INDICATORS)
    indicators.INDICATORS.clear()

    @indicator("pumps-standing", name="在用水泵", unit="台", owner="water", kind="pump", fold=True)
    def standing(period, area_id):
        """期末在用的
        水泵数。"""
        return Count("pump", ("active",), area_id, at=period.at)

    @indicator("pumps-retired-share", name="停用率", unit="%", owner="water", kind="pump")
    def share(period, area_id):
        """停用的占全部的比例。"""
        return Ratio(Count("pump", ("retired",), area_id), Count("pump", ("active", "retired"), area_id))

    yield
    indicators.INDICATORS.clear()
    indicators.INDICATORS.update(held)


def test_a_figure_is_the_sum_of_the_rows_behind_it(pump, keeper):
    made = [pump(), pump(), pump(area="G2")]
    assert figure("pumps-standing", actor=keeper, at=NOON).value == 0, "nothing is sealed yet"
    seal_all()
    told = figure("pumps-standing", actor=keeper, at=NOON)
    behind = rows("pumps-standing", actor=keeper, at=NOON)
    assert (told.value, told.unit, told.as_of, str(told)) == (3, "台", NOON, "3台")
    assert [(case.code, share) for case, share in behind] == [(p.code, Decimal(1)) for p in made]
    assert sum(share for _case, share in behind) == told.value
    assert indicators.INDICATORS["pumps-standing"].definition == "期末在用的 水泵数。"


def test_several_figures_at_once_are_what_each_is_by_itself(pump, keeper, retire):
    retire(pump())
    pump()
    seal_all()
    each = {id: figure(id, actor=keeper, at=NOON) for id in ("pumps-standing", "pumps-retired-share")}
    assert figures(tuple(each), actor=keeper, at=NOON) == each
    assert str(each["pumps-retired-share"]) == "50%"


def test_a_figure_is_counted_as_of_an_instant_and_a_head(pump, keeper, retire):
    first = pump()
    seal_all()
    head = head_of_chain()[0]
    retire(first, at=NOON + timedelta(hours=1))
    seal_all()
    later = NOON + timedelta(hours=2)
    at = {"now": later, "then": NOON}
    counted = {k: figure("pumps-standing", actor=keeper, at=v).value for k, v in at.items()}
    assert counted == {"now": 0, "then": 1}
    assert figure("pumps-standing", actor=keeper, at=later, head=head).value == 1
    assert figure("pumps-standing", actor=keeper, at=later, on=DAY - timedelta(days=1)).value == 0


def test_a_share_of_nothing_is_a_dash(pump, keeper, retire):
    assert str(figure("pumps-retired-share", actor=keeper, at=NOON)) == "—"
    made = [pump(), pump(), pump()]
    retire(made[0])
    seal_all()
    told = figure("pumps-retired-share", actor=keeper, at=NOON)
    assert (told.value, str(told)) == (Decimal("33.33"), "33.33%")
    assert [c.code for c, _ in rows("pumps-retired-share", actor=keeper, at=NOON, part=True)] == [made[0].code]
    assert len(rows("pumps-retired-share", actor=keeper, at=NOON)) == 3


def test_any_figure_can_be_checked_against_its_rows(pump, keeper, retire, ground):
    made = [pump(), pump(), pump(area="G2")]
    retire(made[0])
    seal_all()
    for area in (None, ground["C1"].id, ground["G2"].id):
        told = [rows_fold_to_the_figure(id, actor=keeper, at=NOON, area_id=area).value
                for id in ("pumps-standing", "pumps-retired-share")]
        assert told == {None: [2, Decimal("33.33")], ground["C1"].id: [1, 50], ground["G2"].id: [1, 0]}[area]


def test_the_daily_sums_give_what_the_marks_give(pump, keeper, retire, ground):
    made = [pump(), pump(), pump(area="G2")]
    retire(made[0])
    seal_all()
    asked = [None, *(ground[code].id for code in ("S", "C1", "C2", "G1"))]  # of a grid there are no sums
    counted = [figure("pumps-standing", actor=keeper, at=NOON, on=DAY, area_id=a).value for a in asked]
    follow_all()
    folded = [figure("pumps-standing", actor=keeper, at=NOON, on=DAY, area_id=a).value for a in asked]
    assert counted == folded == [2, 2, 1, 1, 1]
    tomorrow = NOON + timedelta(days=1)
    retire(made[1], at=tomorrow)
    seal_all()
    follow_all()
    assert figure("pumps-standing", actor=keeper, at=tomorrow).value == 1, "the sums of the day that ended, the marks since"
    assert figure("pumps-standing", actor=keeper, at=tomorrow - timedelta(seconds=1)).value == 2
    Fold.objects.update(came=40)
    FoldMonth.objects.update(change=40)
    assert figure("pumps-standing", actor=keeper, at=NOON, on=DAY).value != 2, "the sums were read"
    assert figure("pumps-standing", actor=keeper, at=NOON).value == 2, "an instant within a day is counted from marks"
    AreaIn.objects.filter(area=ground["G2"], depth=1).update(valid_to=DAY + timedelta(days=90))
    touch("areas")
    assert figure("pumps-standing", actor=keeper, at=NOON, on=DAY).value == 2, "areas have moved: only marks know where"


def test_no_one_counts_beyond_her_ground(pump, keeper, reader, neighbour, ground):
    pump()
    pump(area="G2")
    seal_all()
    assert figure("pumps-standing", actor=keeper, at=NOON).value == 2
    assert figure("pumps-standing", actor=reader, at=NOON).value == 1
    assert figure("pumps-standing", actor=neighbour, at=NOON, area_id=ground["G2"].id).value == 1
    for area in ("D", "S", "C1", "G1"):
        with pytest.raises(Absent):
            figure("pumps-standing", actor=neighbour, at=NOON, area_id=ground[area].id)
        with pytest.raises(Absent):
            rows("pumps-standing", actor=neighbour, at=NOON, area_id=ground[area].id)
    with pytest.raises(Absent):
        figure("nothing", actor=keeper, at=NOON)


def test_the_rows_come_page_by_page(pump, keeper):
    made = [pump() for _ in range(5)]
    seal_all()
    first = page_of("pumps-standing", actor=keeper, at=NOON, limit=3)
    second = page_of("pumps-standing", actor=keeper, at=NOON, limit=3, after=first.next_after)
    assert [c.code for c, _ in first.rows + second.rows] == [p.code for p in made]
    assert (first.hidden, second.next_after) == (0, None)


def test_the_page_of_a_figure_shows_it_its_meaning_and_its_rows(visit, pump, keeper, neighbour, ground):
    mine, other = pump(area="G2"), pump()
    seal_all()
    browser = visit(keeper)
    page = browser.get("/desk/figures/pumps-standing/").content.decode()
    assert "在用水泵" in page and "期末在用的 水泵数。" in page and mine.name in page and other.name in page
    page = browser.get(f"/desk/figures/pumps-standing/?area={ground['C2'].uid}&on=2021-06-01").content.decode()
    assert mine.name in page and other.name not in page
    export = b"".join(browser.get("/desk/figures/pumps-standing/export.csv").streaming_content).decode("utf-8-sig")
    assert export.splitlines()[0].endswith("计入") and len(export.splitlines()) == 3
    browser = visit(neighbour)
    assert other.name not in browser.get("/desk/figures/pumps-standing/").content.decode()
    for path in (f"?area={ground['C1'].uid}", "?area=x", "?on=yesterday", f"export.csv?area={ground['D'].uid}"):
        assert browser.get(f"/desk/figures/pumps-standing/{path}").status_code == 404
    assert browser.get("/desk/figures/nothing/").status_code == 404


def test_a_figure_leaves_as_a_file_with_its_rows_its_months_and_its_areas(visit, pump, keeper, neighbour, retire, tmp_path):
    made = [pump(), pump(area="G2"), pump()]
    retire(made[2])
    seal_all()
    browser = visit(keeper)

    def read(words, sql):
        path = tmp_path / "t.parquet"
        path.write_bytes(browser.get(f"/desk/figures/{words}").content)
        with duckdb.connect() as house:
            return house.execute(f"SELECT {sql} FROM read_parquet('{path}')").fetchall()

    told = figure("pumps-standing", actor=keeper, at=NOON)
    assert read("pumps-standing/export.parquet", "count(*), sum(计入)") == [(2, told.value)], "folding the rows gives the figure"
    assert read("pumps-standing/export.parquet", "编号") == [(p.code,) for p in made[:2]]
    assert read("pumps-standing/trend/export.parquet", "月份, 数值, 单位")[-2:] == [
        (date(2021, 5, 1), 0, "台"), (date(2021, 6, 1), 2, "台")]
    assert read("pumps-retired-share/trend/export.parquet", "数值")[-2:] == [(None,), (Decimal("33.33"),)]
    areas = read("pumps-standing/areas/export.parquet", "sum(数值)")
    assert areas == [(2,)]
    book = read_sheet(browser.get("/desk/figures/pumps-standing/export.xlsx").content, "表.xlsx")
    assert [row["计入"] for _line, row in book.rows] == ["1", "1"]
    for words in ("pumps-standing/export.doc", "nothing/export.csv", "pumps-standing/trend/export.parquet?area=x"):
        assert browser.get(f"/desk/figures/{words}").status_code == 404
    browser = visit(neighbour)
    assert read("pumps-standing/export.parquet", "count(*)") == [(1,)], "in the reader's scope"


def test_the_page_of_a_figure_stays_flat(visit, pump, keeper, django_assert_max_num_queries):
    pump()
    seal_all()
    browser = visit(keeper)
    with django_assert_max_num_queries(8):
        browser.get("/desk/figures/pumps-standing/")
    for _ in range(30):
        pump()
    seal_all()
    with django_assert_max_num_queries(8):
        browser.get("/desk/figures/pumps-standing/")


def test_a_declaration_that_the_marks_cannot_answer_is_found_at_start_up():
    for n, declared in enumerate(({"belongs": "登记日", "dims": ("area", "period", "colour", "department")}, {"kind": ""})):
        declare = indicator(f"odd-{n}", name="x", unit="台", owner="water", **{"kind": "pump", **declared})
        declare(lambda period, area_id: Count("pump", ("active",)))
    told = [str(fault.msg) for fault in indicators.check_indicators() if "odd-" in fault.msg]
    assert told == ["indicator odd-0: declares the unknown dimension colour",
                    "indicator odd-0: declares department, which the marks of pump do not tell",
                    "indicator odd-1: does not say on which day a row counts (belongs)"]
