"""The history told by several processes at once, each for some streets: the same history as told by one."""

from __future__ import annotations

import gc
import multiprocessing
import queue
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django.db import connection, connections

from anlan.calls.models import Attendance, Call
from anlan.hazards.listing_models import Listing
from anlan.hazards.models import Hazard, Proposal
from anlan.kernel.carry import id_model
from anlan.kernel.history import History, Sealing
from anlan.kernel.journal import seal_rest
from anlan.kernel.models import Clock, Entry, Mark, Paper, Seal
from anlan.kernel.unburden import KERNELS, Burden, put_back, take_off
from anlan.matters.models import Matter
from anlan.patrols.models import Round, Visit
from anlan.premises.models import Premises, RiskPoint, SpecialObject

from .days import BEGAN, UNTIL
from .deeds import NotBuilt
from .lanes import Given, Lane, book_all, last_ids, numbers_of, set_sequences
from .schedule import Schedule
from .story import Story
from .telling import Memory, Teller
from .world import World

TOLD = (Premises, RiskPoint, SpecialObject, Round, Visit, Matter, Hazard, Proposal, Listing, Call, Attendance)
COUNTED = tuple(dict.fromkeys((*map(id_model, TOLD), Entry, Clock)))
Progress = Callable[[date], None]
Made = TypeVar("Made")
SEALS = Seal._meta.db_table
SWEEPING = 13  # weeks between looks for rubbish
ASK_AGAIN = 1.0  # seconds between looks whether a process has died without a word


def tell(world: World, schedule: Schedule, processes: int, progress: Progress,
         ended: Callable[[], None]) -> Callable[[], None]:
    """Tell all streets and seal the journal. progress: gets the day up to which all have been told; ended: after the last.

    Returns what is left to do: the check of what the rows that were loaded refer to. Deeds may be done beside it.
    """
    lanes = share_out(world, processes)
    lane_of = {street: n for n, streets in enumerate(lanes) for street in streets}
    papers = list(schedule.papers())
    numbers = numbers_of(papers, lane_of, len(lanes))
    burden = take_off((*KERNELS, *TOLD))
    unsealed = burden.indexes.pop(SEALS, [])
    last = last_ids(COUNTED)

    def work(n: int, say: Progress) -> None:
        _tell_lane(world, schedule, lanes[n], Lane(n, len(lanes), last), Given(numbers[n]), say)

    if len(lanes) == 1:
        work(0, progress)
    else:
        _side_by_side([partial(work, n) for n in range(len(lanes))], progress)
    ended()
    put_all_back(burden, processes, partial(_seal, unsealed))
    set_sequences((*COUNTED, Mark, Paper))
    book_all(papers)
    return partial(put_back, [s for table in sorted(burden.checks) for s in burden.checks[table]])


def _seal(unsealed: Sequence[str]) -> None:
    """The journal's chain, then the indexes of its table, which would only have slowed it."""
    seal_rest()
    put_back(unsealed)


def share_out(world: World, processes: int) -> list[list[str]]:
    """Streets in as many parts with about as many units each."""
    held: dict[str, int] = dict.fromkeys(world.ground.streets, 0)
    for unit in world.units:
        held[unit.street] += 1
    lanes: list[list[str]] = [[] for _n in range(processes)]
    for street in sorted(held, key=lambda s: (-held[s], s)):
        min(lanes, key=lambda lane: sum(held[s] for s in lane)).append(street)
    return lanes


def _tell_lane(world: World, schedule: Schedule, streets: Sequence[str], ids: Lane, numbers: Given, say: Progress) -> None:
    gc.freeze()  # the world and the outline stay as they are: nothing in them is ever rubbish
    gc.disable()  # `turn` looks now and then: hardly anything here is rubbish that refers to itself
    mine = frozenset(streets)
    memory = Memory()
    history = History(sealed=Sealing.LAST, knowers=memory.knowers(), ids=ids, numbers=numbers,
                      at_their_end=("matter", "hazard", "proposal", "call", "attendance"))

    def turn(week: int) -> None:
        ids.turn(week)
        if week % SWEEPING == SWEEPING - 1:
            gc.collect(0)

    Teller(Story(world, schedule, lambda grid: grid[:9] in mine), history, memory, turn).tell(say)
    gc.enable()


def _side_by_side(works: Sequence[Callable[[Progress], None]], progress: Progress,
                  meanwhile: Callable[[], Made | None] = lambda: None) -> Made | None:
    """Run each in a process of its own, with its own connection. Raises NotBuilt with the first fault.

    meanwhile: done in this one; what it makes is returned.
    """
    _let_go()
    context = multiprocessing.get_context("fork")
    said: Any = context.Queue()
    crew = [context.Process(target=_member, args=(n, work, said), daemon=True) for n, work in enumerate(works)]
    for one in crew:
        one.start()
    try:
        made = meanwhile()
        _listen(crew, said, progress)
        return made
    finally:
        for one in crew:
            one.terminate()
            one.join()


def _listen(crew: Sequence[Any], said: Any, progress: Progress) -> None:
    reached = dict.fromkeys(range(len(crew)), BEGAN)
    told = BEGAN
    left = set(reached)
    while left:
        try:
            n, what = said.get(timeout=ASK_AGAIN)
        except queue.Empty:
            if dead := [n for n in left if crew[n].exitcode not in (None, 0)]:
                raise NotBuilt(f"第{dead[0] + 1}个建库进程中断了") from None
            continue
        if isinstance(what, str):
            raise NotBuilt(what)
        reached[n] = what
        if what == UNTIL:
            left.discard(n)
        if min(reached.values()) > told:
            told = min(reached.values())
            progress(told)
    for one in crew:
        one.join()


def _member(n: int, work: Callable[[Progress], None], said: Any) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")
        work(lambda day: said.put((n, day)))
    except BaseException:  # a process has no other way to say what went wrong
        said.put((n, traceback.format_exc()))
    finally:
        _let_go()


def _let_go() -> None:
    """No process may use a connection that another has opened, nor the pool that keeps them."""
    connections.close_all()
    for each in connections.all(initialized_only=True):
        each.close_pool()


def put_all_back(burden: Burden, processes: int, first: Callable[[], object]) -> None:
    """Indexes, then references for what is to come. first: begun before all of these."""
    take_turns([first, *(partial(put_back, statements) for statements in _parts(burden.indexes))], processes)
    put_back(s for statements in burden.references.values() for s in statements)


def _parts(indexes: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """One index after the other, those of the greatest tables first: several may be made on a table at once.

    A unique constraint has its table to itself: those come after the tables that have none, when the journal is sealed
    and nobody need wait for whom.
    """
    locking = {table: [s for s in statements if s.startswith("ALTER")] for table, statements in indexes.items()}
    size = _size_of(indexes)
    tables = sorted(indexes, key=lambda table: (bool(locking[table]), -size[table]))
    yield from ([s] for table in tables if not locking[table] for s in indexes[table])
    yield from (locking[table] for table in tables if locking[table])
    yield from ([s] for table in tables if locking[table] for s in indexes[table] if s not in locking[table])


def beside(work: Callable[[], object], own: Callable[[], Made], processes: int) -> Made:
    """What `own` makes, while another process does `work`; after it where there is to be one process."""
    if processes == 1:
        work()
        return own()
    made = _side_by_side([partial(_do, work)], lambda day: None, own)
    assert made is not None
    return made


def do_all(works: Sequence[Callable[[], object]], processes: int) -> None:
    """Each in a process of its own and all at once; one after the other where there is to be one process."""
    if processes == 1:
        for work in works:
            work()
    else:
        _side_by_side([partial(_do, work) for work in works], lambda day: None)


def take_turns(works: Sequence[Callable[[], object]], processes: int) -> None:
    """As `do_all`, by so many processes: whichever has done its work takes the next that is left."""
    taken = multiprocessing.get_context("fork").Value("i", 0)

    def next_one() -> int:
        with taken.get_lock():
            taken.value += 1
            return int(taken.value) - 1

    def take() -> None:
        while (n := next_one()) < len(works):
            works[n]()

    do_all([take] * processes, processes)


def _do(work: Callable[[], object], say: Progress) -> None:
    work()
    say(UNTIL)


def _size_of(part: Mapping[str, list[str]]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT t, pg_relation_size(t::regclass) FROM unnest(%s::text[]) AS t", [list(part)])
        return dict(cursor.fetchall())
