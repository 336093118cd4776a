"""A page of 50 rows of a street officer's hazard ledger, and the duties on the desk, at 100 k and 1 M hazards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.desk.work import Wish, page_of
from anlan.hazards.models import Hazard
from anlan.hazards.selectors import hazards_seen_by
from anlan.kernel.models import Clock, Stake
from anlan.matters.models import Matter
from anlan.toolkit.registers.declare import REGISTERS
from anlan.toolkit.registers.filters import filter_bar
from anlan.toolkit.registers.listing import Listing
from anlan.toolkit.registers.views import list_table

from . import fill
from .ground import Ground
from .results import Figure, Report, growth
from .timing import in_turns, seconds, side

SMALL, LARGE = "bench_worklist_small", "bench_worklist_large"
HAZARDS, TIMES_LARGER, ROUNDS = 100_000, 10, 31
STUCK = 10
"""One hazard in so many is still open, far more than in life: the lists must not depend on it."""
MOST_STATEMENTS, MOST_GROWTH = 12, 1.5
NOTES = (
    "In process: what the page asks of the database and builds from it, without the template and the session.",
    "The plain way is a paginator as in Django's admin: the same selector, COUNT(*) and OFFSET.",
    "Statements are those of the whole page through the in-process client: session, actor and bell among them.",
)
Work = Callable[[], Any]
Databases = tuple[str, str]
"""The smaller one, and the one ten times as large."""


def measure(ground: Ground, scale: float) -> Report:
    small = max(300, int(HAZARDS * scale))
    sizes = {SMALL: small, LARGE: small * TIMES_LARGER}
    report = Report("worklist", {"hazards": sizes[LARGE], "and": small, "open": f"1 in {STUCK}"}, list(NOTES))
    for name, count in sizes.items():
        ground.fresh(name)
        fill.hazards(ground, count, stuck=STUCK, a_matter=10)
        fill.clocks(ground, count, name="rectify", apart_ms=1000, stuck=STUCK)
        fill.settle(Matter, Hazard, Stake, Clock)
    compare(ground, report, ROUNDS if scale == 1 else 5, (SMALL, LARGE))
    report.figures += statements(ground, LARGE)
    ground.drop(SMALL, LARGE)
    return report


def compare(ground: Ground, report: Report, rounds: int, databases: Databases) -> None:
    """Each list at both sizes, and beside the plain way; the pages show the same rows."""
    for name, what, ours, plain in _lists(ground):
        report.figures += _grown(ground, name, what, ours, plain, rounds, databases)
    _check(ground, report, databases[0])


def _lists(ground: Ground) -> list[tuple[str, str, Work, Work | None]]:
    officer, at = ground.actors["street"], ground.at
    plain = partial(_plain_page, officer, at)
    return [
        ("ledger", "first page of the ledger", partial(_page, officer, at), plain),
        ("ledger_deep", "a page in the middle of it", partial(_deep, officer, at), partial(plain, 0.5)),
        ("ledger_state", "first page of one state", partial(_page, officer, at, state="notified"), None),
        ("ledger_search", "first page of a search", partial(_page, officer, at, q="灭火器"), None),
        ("duties", "duties on the desk", partial(page_of, officer, at, Wish()), None),
    ]


def _page(officer: Any, at: Any, **asked: str) -> Listing:
    """Rows, bounded count, filters and the cells of the table."""
    listing = Listing(REGISTERS["hazards"], officer, at, asked)
    list_table(listing)
    filter_bar(listing)
    return listing


def _deep(officer: Any, at: Any) -> Listing:
    """The page by key that begins in the middle of the three years."""
    middle = Listing(REGISTERS["hazards"], officer, at, {"opened_at_until": "2020-03-15"})
    return _page(officer, at, after=middle.next_key)


def _plain_page(officer: Any, at: Any, share: float = 0.0) -> list[Any]:
    pages = Paginator(hazards_seen_by(officer, at), 50)
    return list(pages.page(1 + int(share * (pages.num_pages - 1))))


def _grown(ground: Ground, name: str, what: str, ours: Work, plain: Work | None, rounds: int,
           databases: Databases) -> list[Figure]:
    """Both sizes in turns; a first run on each connection, which is not counted, opens it."""
    def timed(database: str, work: Work) -> float:
        ground.use(database)
        work()
        return seconds(work)

    small, large = in_turns(rounds, *(partial(timed, name, ours) for name in databases))
    found = [growth(name, f"{what}: growth", side("", large), side("at a tenth of the size", small), MOST_GROWTH)]
    if plain is None:
        return found
    return [*found, _faster(name, what, partial(timed, databases[1], ours), partial(timed, databases[1], plain))]


def _faster(name: str, what: str, ours: Work, plain: Work) -> Figure:
    mine, theirs = in_turns(5, ours, plain)
    shares = [b / a for a, b in zip(mine, theirs, strict=True)]
    return Figure(f"{name}_plain", f"{what}: times faster than the plain way", sorted(shares)[len(shares) // 2], "×",
                  ours=side("", mine), plain=side("COUNT(*) and OFFSET", theirs), low=min(shares), high=max(shares))


def statements(ground: Ground, database: str) -> list[Figure]:
    """Of the whole pages, signed in."""
    ground.use(database)
    client, (login, password) = Client(), ground.login
    client.post("/sign-in/", {"login_name": login, "password": password})
    found = []
    for name, what, address in (("ledger_statements", "statements of the ledger's page", "/desk/hazards/"),
                                ("desk_statements", "statements of the desk's page", "/desk/")):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            status = client.get(address).status_code
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")
        found.append(Figure(name, what, float(len(captured)), "", "at most", float(MOST_STATEMENTS)))
    return found


def _check(ground: Ground, report: Report, database: str) -> None:
    """The page by key shows the rows that the plain way shows."""
    officer, at = ground.actors["street"], ground.at
    ground.use(database)
    listing = _page(officer, at)
    report.expect([r.id for r in listing.rows] == [r.id for r in _plain_page(officer, at)], "the first page differs")
    if listing.next_key:
        following = _page(officer, at, after=listing.next_key)
        wanted = list(hazards_seen_by(officer, at).values_list("id", flat=True)[50:100])
        report.expect([r.id for r in following.rows] == wanted, "the second page differs")
