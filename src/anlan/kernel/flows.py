"""A workflow is a table of moves. The table is checked at start-up and drawn in the docs."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import models
from django.forms import Form

from .models import Versioned
from .rules import Rule
from .worktime import Limit


class _Same:
    def __repr__(self) -> str:
        return "SAME"


SAME: Final = _Same()
NEW: Final[tuple[str, ...]] = ()


class When(NamedTuple):
    """at: the deed; told_at: the instance clock when it was told."""

    at: datetime
    told_at: datetime


class Given(Mapping[str, Any]):
    """Frozen, cleaned input of a move; absent inputs read as None.

    Inputs are attributes too, but for those named like a method: Python asks `__getattr__` only after it has looked in vain.
    """

    def __init__(self, values: Mapping[str, Any] = {}) -> None:
        self._values = held = dict(values)
        self.__dict__.update(held if OWN.isdisjoint(held) else {k: v for k, v in held.items() if k not in OWN})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._values.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def items(self) -> ItemsView[str, Any]:
        return self._values.items()


OWN = frozenset(dir(Given)) | {"_values"}


class FiredGiven(Given):
    """What a fired move is told: which clock ran out, when it was due, and which of its moves is tried."""

    def __init__(self, clock: str, due_at: datetime, clock_id: int, attempt: int) -> None:
        super().__init__({"clock": clock, "due_at": due_at, "clock_id": clock_id, "attempt": attempt})


class Cell(NamedTuple):
    """Where a case stands in the counts; cell None: it is not counted."""

    cell: str | None
    area_id: int
    party_id: int | None = None
    level: str = ""
    facet: str = ""


@dataclass(frozen=True)
class Fact:
    """load(subjects) -> one value a subject, in order. queries: how many statements it may use."""

    load: Callable[[list[Any]], list[Any]]
    queries: int = 1


@dataclass(frozen=True)
class Clock:
    """A clock as a move declares it. limit: a parameter key, a Limit, or (case, facts, given) → either."""

    name: str
    limit: str | Limit | Callable[[Any, Any, Given], str | Limit | None]
    fires: tuple[str, ...] = ()
    party: str | None = None  # column of the case that holds the owing party
    remind: float = 0.8
    calendar: str = "office"
    starts: str = "at"
    label: Any = ""  # its name on a page


Effect = Callable[..., Iterable[Any]]


@dataclass(frozen=True)
class Move:
    """says: the journal's sentence, with {who} and columns or inputs in braces. secret: inputs kept apart."""

    name: str
    label: Any
    source: tuple[str, ...]
    to: Any
    by: Rule
    says: Any
    form: type[Form] | None = None
    needs: tuple[Rule, ...] = ()
    does: tuple[Effect, ...] = ()
    clock: tuple[Clock, ...] = ()
    stops: tuple[str, ...] = ()
    late: str = "refuse"
    forgives: tuple[Effect, ...] = ()
    secret: frozenset[str] = frozenset()
    primary: bool = False
    asks: Any = ""  # the plain question before what cannot be undone
    shown: bool = True  # False: offered by a page of its own, never as a button

    @cached_property
    def opens(self) -> bool:
        return not self.source


@dataclass(frozen=True)
class Owed:
    """What a stake of this role asks of its party. clock: the clock that limits it, where it is not named like the role.

    decides: it waits for a signature or a decision rather than for work.
    """

    label: Any
    clock: str = ""
    decides: bool = False


@dataclass(frozen=True)
class Flow:
    """kind is the name in entries, marks and URLs. cell: where a row stands in the counts."""

    kind: str
    label: Any
    model: type[Versioned]
    states: type[models.TextChoices]
    moves: tuple[Move, ...]
    final: tuple[str, ...] = ()
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    last_resort: str = ""
    load: Mapping[str, Fact] = field(default_factory=dict)
    cell: Callable[[Any], Cell] = lambda case: Cell(None, case.area_id)
    link: str = ""  # e.g. "/desk/hazards/{uid}/"
    title: Callable[[Any], str] = str
    touches: tuple[str, ...] = ()  # parts of the rulebook that a deed makes stale
    clock_names: Mapping[str, Any] = field(default_factory=dict)  # labels of clocks that effects start
    roles: Mapping[str, Owed] = field(default_factory=dict)  # what each stake's role asks for
    cell_columns: Mapping[str, str] = field(default_factory=dict)  # a cell's dimension → the column that holds it
    by_name: Mapping[str, Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {m.name: m for m in self.moves})

    def move(self, name: str) -> Move:
        try:
            return self.by_name[name]
        except KeyError as absent:
            raise UnknownMove(f"“{self.label}”没有名为“{name}”的操作") from absent

    def clock_label(self, name: str) -> str:
        """What a clock is called on a page; its bare name where nothing says better."""
        labels = [k.label for m in self.moves for k in m.clock if k.name == name and k.label]
        return str(self.clock_names.get(name) or next(iter(labels), name))

    def owed(self, role: str) -> Owed:
        """What a role asks for; one that says nothing is called like its clock, or what stops that."""
        if role in self.roles:
            return self.roles[role]
        stops = next((m.label for m in self.moves if role in m.stops and m.shown), self.label)
        label = self.clock_label(role)
        return Owed(label if label != role else stops)

    def clock_of(self, role: str) -> str:
        return self.owed(role).clock or role

    def url(self, uid: UUID | str) -> str:
        return self.link.format(uid=uid)


class UnknownMove(LookupError):
    """A move that the table does not have."""


FLOWS: dict[str, Flow] = {}
BY_MODEL: dict[type[Versioned], Flow] = {}


def register(flow: Flow) -> Flow:
    """Make a flow known; a second one of the same kind is a fault."""
    if FLOWS.get(flow.kind, flow) is not flow:
        raise ValueError(f"flow {flow.kind} registered twice")
    FLOWS[flow.kind] = flow
    BY_MODEL[flow.model] = flow
    return flow


def flow_of(case: Versioned | type[Versioned]) -> Flow:
    return BY_MODEL[case if isinstance(case, type) else type(case)]
