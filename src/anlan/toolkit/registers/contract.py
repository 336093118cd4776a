"""What every register keeps, as tests to inherit.

    class TestTeams(RegisterContract):
        slug = "teams"

        @pytest.fixture
        def within(self, place): return place.actor("street")      # sees and may register, edit, import

        @pytest.fixture
        def outside(self, place): return place.actor("street2")    # the same on other ground

        @pytest.fixture
        def make(self, place): ...                                 # make(**inputs) → a row on within's ground
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext

from anlan.kernel.instance import instance_clock, local_day
from anlan.kernel.models import AreaIn, Entry
from anlan.kernel.refusals import Refusal
from anlan.toolkit.indicators import INDICATORS, PLACES, Ratio, figure, rows
from anlan.toolkit.sheets import read_sheet, write_xlsx

from .checks import problems
from .columns import masked
from .declare import REGISTERS, Register
from .exporting import headers_of, values_of
from .importing import bring_in, rehearse
from .listing import Listing

MOST_STATEMENTS = 8  # of the twelve of a list; session, actor and bell have the other four


class Edge:
    """The middleware of these tests: who asks, and when."""

    actor: Any = None
    at: datetime

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.actor, request.at = Edge.actor, Edge.at
        return self.get_response(request)


@pytest.mark.django_db
class RegisterContract:
    """Inherit, name the slug, and give the fixtures within, outside and make."""

    slug: str
    most_of_a_case = 12  # of fourteen, with actor and bell: its trail, clocks and stakes name people, posts and parties
    formula_input = "name"  # a text input that takes anything; "" where there is none

    @pytest.fixture
    def register(self) -> Register:
        return REGISTERS[self.slug]

    @pytest.fixture
    def at(self, db: Any) -> datetime:
        return instance_clock()

    @pytest.fixture
    def within(self) -> Any:
        raise NotImplementedError("an actor who sees and may do")

    @pytest.fixture
    def outside(self) -> Any:
        raise NotImplementedError("the same on other ground")

    @pytest.fixture
    def make(self) -> Any:
        raise NotImplementedError("make(**inputs) → a row on within's ground")

    @pytest.fixture
    def browse(self, client: Any, settings: Any, monkeypatch: Any, at: datetime) -> Any:
        """browse(actor) → a client whose requests come from this actor; no other app of the house takes part."""
        settings.MIDDLEWARE = [*(m for m in settings.MIDDLEWARE if not m.startswith("anlan.")), f"{__name__}.Edge"]
        settings.ROOT_URLCONF = urls_with_api(settings.ROOT_URLCONF)
        engine = engines["django"].engine
        monkeypatch.setattr(engine, "template_context_processors", tuple(
            p for p in engine.template_context_processors if not p.__module__.startswith("anlan.")))

        def of(actor: Any) -> Any:
            Edge.actor, Edge.at = actor, at
            return client

        return of

    def listed(self, register: Register, actor: Any, at: datetime, **asked: str) -> list[Any]:
        return list(Listing(register, actor, at, {"state": "all", **asked}).everything)

    def test_its_declaration_has_no_fault(self, register: Register) -> None:
        assert list(problems(register)) == []

    def test_the_list_shows_what_is_in_scope_and_nothing_else(self, register, within, outside, make, browse) -> None:
        row = make()
        url = f"/desk/{self.slug}/{row.uid}/"
        assert url in browse(within).get(f"/desk/{self.slug}/?state=all").content.decode()
        assert url not in browse(outside).get(f"/desk/{self.slug}/?state=all").content.decode()

    def test_what_is_out_of_scope_looks_absent_everywhere(self, register, within, outside, make, browse) -> None:
        row = make()
        uid, entries = row.uid, Entry.objects.count()
        gets = [f"/desk/{self.slug}/{uid}/", f"/desk/{self.slug}/{uid}/unseal", f"/contract-api/{self.slug}/{uid}"]
        moves = [m.name for m in register.flow.moves if not m.opens and m.shown]
        gets += [f"/desk/{self.slug}/{uid}/{name}" for name in moves]
        browser = browse(outside)
        assert {path: browser.get(path).status_code for path in gets} == dict.fromkeys(gets, 404)
        posts = [path for path in gets[1:] if not path.startswith("/contract-api/")]
        assert {path: browser.post(path, {"reason": "看看"}).status_code for path in posts} == dict.fromkeys(posts, 404)
        for path in ("export.csv?state=all", "options?q="):
            assert str(row.uid) not in _text(browser.get(f"/desk/{self.slug}/{path}"))
        assert str(uid) not in _text(browser.get(f"/contract-api/{self.slug}?state=all&limit=200"))
        put = browser.put(f"/contract-api/{self.slug}/{uid}", {}, content_type="application/json")
        assert put.status_code in (404, 405)
        kinds = Entry.objects.exclude(kind="book").count(), row.__class__.objects.get(pk=row.pk).version
        assert kinds == (entries, row.version)
        browser = browse(within)
        assert browser.get(gets[0]).status_code == 200
        assert str(uid) in _text(browser.get(f"/contract-api/{self.slug}?state=all&limit=200"))

    def test_each_filter_keeps_the_rows_that_fit(self, register, within, make, at) -> None:
        made = [make(), make(), make()]
        for column in register.columns:
            if not column.col.filter or column.name == "state":
                continue
            for row in made:
                if (asked := _asked_for(column, row)) is not None:
                    fitting = {r.id for r in made if _fits(column, r, row, at)}
                    found = {r.id for r in self.listed(register, within, at, **asked)} & {r.id for r in made}
                    assert found == fitting, (column.name, asked)

    def test_a_search_finds_chinese_within_a_word(self, register, within, make, at) -> None:
        row = make()
        for name in register.searched:
            text = str(getattr(row, name) or "")
            for length in (1, 2, 3):
                part = text[len(text) // 3: len(text) // 3 + length]
                if part.strip() == part and len(part) == length:
                    assert row in self.listed(register, within, at, q=part), (name, part)
        if register.searched:
            assert self.listed(register, within, at, q="龘龘龘") == []

    def test_pages_by_key_hold_every_row_once_in_a_stable_order(self, register, within, make, at) -> None:
        made = {make().id for _ in range(5)}
        orders = {register.order, "-id", *(f"{way}{c.name}" for c in register.columns if c.col.sort for way in ("", "-"))}
        for order in orders:
            found: list[int] = []
            after = ""
            for _ in range(99):
                page = Listing(register, within, at, {"state": "all", "order": order, "after": after}, page=2)
                found += [row.id for row in page.rows]
                after = page.next_key
                if not after:
                    break
            assert found == [r.id for r in self.listed(register, within, at, order=order)], order
            assert len(found) == len(set(found)) and made <= set(found), order

    def test_an_export_says_what_the_list_says_and_is_journalled(self, register, within, make, browse) -> None:
        row = make()
        text = _text(browse(within).get(f"/desk/{self.slug}/export.csv?state=all"))
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        assert lines[0] == headers_of(register)
        listed = [r.id for r in self.listed(register, within, instance_clock())]
        assert len(lines) == len(listed) + 1
        mine = lines[1 + listed.index(row.id)]
        told = dict(zip([c.name for c in register.columns], mine, strict=True))
        assert {n: told[n] for n in register.private} == {n: masked(getattr(row, n)) for n in register.private}
        assert Entry.objects.filter(kind="book", verb="exported").count() == 1

    def test_no_cell_of_an_export_is_a_formula(self, register, within, make, browse) -> None:
        if not self.formula_input:
            pytest.skip("no input takes any text")
        make(**{self.formula_input: "=1+1"})
        answer = browse(within).get(f"/desk/{self.slug}/export.csv?state=all")
        cells = [cell for line in csv.reader(io.StringIO(_text(answer).removeprefix("\ufeff"))) for cell in line]
        assert "'=1+1" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]

    def test_a_rehearsal_saves_nothing_and_what_went_out_comes_in_as_no_change(
            self, register, within, make, at) -> None:
        if not (register.importable and register.key and register.move_to_import and register.move_to_edit):
            pytest.skip("its sheets only add rows, or none")
        made = [make(), make()]
        versions, entries = {r.id: r.version for r in made}, Entry.objects.count()
        sheet = self._exported(register, within, at)
        told = rehearse(register, sheet, "表.xlsx", actor=within, at=at)
        assert not isinstance(told, Refusal), told
        assert [str(f) for f in told.faults] == []
        assert (told.same, told.created, told.edited, told.saved) == (told.rows, 0, 0, False)
        assert Entry.objects.count() == entries
        assert bring_in(register, sheet, "表.xlsx", actor=within, at=at).saved is True
        again = self._exported(register, within, at)
        assert read_sheet(again, "b.xlsx").rows == read_sheet(sheet, "a.xlsx").rows
        assert {r.id: r.version for r in register.model.objects.filter(id__in=versions)} == versions

    def _exported(self, register: Register, actor: Any, at: datetime) -> bytes:
        return write_xlsx(headers_of(register), values_of(register, self.listed(register, actor, at)))

    def test_private_columns_are_masked_for_everyone_without_a_reason(self, register, within, make, browse) -> None:
        row = make()
        told = [str(getattr(row, name)) for name in register.private if getattr(row, name)]
        browser = browse(within)
        pages = [_text(browser.get(path)) for path in (
            f"/desk/{self.slug}/?state=all", f"/desk/{self.slug}/{row.uid}/", f"/desk/{self.slug}/export.csv?state=all",
            f"/contract-api/{self.slug}?state=all", f"/contract-api/{self.slug}/{row.uid}")]
        assert [value for value in told for page in pages if value in page and value != masked(value)] == []

    def test_a_page_takes_as_many_statements_for_many_rows_as_for_one(self, register, within, make, browse) -> None:
        row = make()
        urls = [f"/desk/{self.slug}/?state=all", f"/desk/{self.slug}/{row.uid}/"]
        browser = browse(within)
        few = {url: _statements(browser, url) for url in urls}
        for _ in range(8):  # with the cast less than a page: beyond one, what lies ahead is counted
            make()
        assert {url: _statements(browser, url) for url in urls} == few
        assert few[urls[0]] <= MOST_STATEMENTS and few[urls[1]] <= self.most_of_a_case, few

    def test_an_unknown_row_is_absent(self, within, browse) -> None:
        browser = browse(within)
        paths = [f"/desk/{self.slug}/{uuid4()}/", f"/desk/{self.slug}/{uuid4()}/edit", f"/contract-api/{self.slug}/{uuid4()}"]
        assert [browser.get(path).status_code for path in paths] == [404, 404, 404]


def rows_fold_to_the_figure(id: str, *, actor: Any, at: datetime, **asked: Any) -> Any:
    """For the tests of indicators: the figure, once its rows have been seen to add up to it. asked: as of `figure`."""
    told = figure(id, actor=actor, at=at, **asked)
    question = INDICATORS[id].ask(told.period, None)
    sums = [sum((share for _case, share in rows(id, actor=actor, at=at, limit=None, part=part, **asked)), Decimal(0))
            for part in ((False, True) if isinstance(question, Ratio) else (False,))]
    if isinstance(question, Ratio):
        whole, part = sums
        share = part / whole * INDICATORS[id].per if whole else None
        assert told.value == (None if share is None else share.quantize(PLACES)), (id, told.value, sums)
    else:
        assert told.value == sums[0], (id, told.value, sums)
    return told


@cache
def urls_with_api(base: Any) -> Any:
    """The addresses of the house, and the registers' API at /contract-api/ with nothing else in it."""
    from .contracturls import urlpatterns  # noqa: PLC0415  built when every register is known

    class Addresses:
        def __init__(self) -> None:
            held = import_module(base) if isinstance(base, str) else base
            self.urlpatterns = [*urlpatterns, *held.urlpatterns]

    return Addresses()


def _statements(browser: Any, url: str) -> int:
    """Of the second look: at the first, a process reads rules and areas anew where they have changed."""
    browser.get(url)
    with CaptureQueriesContext(connection) as held:
        assert browser.get(url).status_code == 200
    return len(held)


def _text(answer: Any) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode()


def _asked_for(column: Any, row: Any) -> dict[str, str] | None:
    """The words that ask for the value of this row; None where it has none."""
    value = getattr(row, column.name)
    if value in (None, "", []):
        return None
    if column.col.filter == "range":
        told = local_day(value).isoformat() if isinstance(value, datetime) else str(value)
        return {f"{column.name}_since": told, f"{column.name}_until": told}
    if column.is_reference:
        return {column.name: str(value.uid)}
    if isinstance(value, bool):
        return {column.name: "1" if value else "0"}
    return {column.name: str(value[0] if isinstance(value, list) else value)}


def _fits(column: Any, other: Any, row: Any, at: datetime) -> bool:
    mine, its = getattr(row, column.name), getattr(other, column.name)
    if column.col.filter == "within":
        return its is not None and AreaIn.objects.filter(area=its, ancestor=mine).exists()
    if isinstance(mine, list):
        return mine[0] in (its or [])
    if isinstance(mine, datetime) and isinstance(its, datetime):
        return local_day(mine) == local_day(its)
    return bool(mine == its)

