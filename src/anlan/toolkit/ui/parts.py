"""The parts a view hands to the component tags. Plain values only; words arrive already in the reader's language.

A `sign` is HTML made by `signs.py` (a state, a risk colour, the time left); it may stand in any cell, fact or head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Owes:
    """Who owes what by when; `paused` is the reason of a clock that stands still."""

    who: str
    what: str
    due: datetime | None = None
    remind_at: datetime | None = None
    paused: str = ""


@dataclass(frozen=True, slots=True)
class CaseHead:
    title: str
    signs: Sequence[str] = ()
    kicker: Sequence[str] = ()
    owes: Sequence[Owes] = ()
    newest: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One legal move. `posts` acts at one tap (with `hidden` values), otherwise the address opens its form.

    `grave` marks what cannot be taken back; `question` is then asked first, as a plain question.
    """

    label: str
    url: str
    primary: bool = False
    grave: bool = False
    posts: bool = False
    icon: str = ""
    question: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusedMove:
    label: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One line of a trail: a sentence (who, in which post, did what). `struck` was taken back by a correction."""

    at: datetime
    sentence: str
    note: str = ""
    quote: str = ""
    late: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    url: str
    alt: str
    taken_at: datetime | None = None
    by: str = ""
    small_url: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: Any
    url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    post: str
    phone: str = ""
    phone_url: str = ""


@dataclass(frozen=True, slots=True)
class FileLink:
    name: str
    url: str
    note: str = ""
    icon: str = "file"


@dataclass(frozen=True, slots=True)
class Notice:
    sentence: str
    at: datetime
    url: str = ""
    unread: bool = False
    icon: str = "bell"


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: Literal["done", "current", "ahead"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of a timeline; `ahead` has not come yet."""

    at: datetime
    label: str
    note: str = ""
    current: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """Why a list is empty, and what comes next."""

    title: str
    sentence: str = ""
    action: Link | None = None
    icon: str = "empty"


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: text, number (right, tabular), when (a time), bare (a sign that needs no label on a phone)."""

    label: str
    kind: Literal["text", "number", "when", "bare"] = "text"
    sort_url: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The first cell is the row's name and link; `pane_url` opens it beside the list where there is room."""

    cells: Sequence[Any]
    url: str = ""
    key: str = ""
    pane_url: str = ""
    chosen: bool = False
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a list. `count` is what `words.bounded_count` says; paging is by key, so there is no page number."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: Empty
    count: str = ""
    next_url: str = ""
    first_url: str = ""
    exports: Sequence[Link] = ()
    bulk: Sequence[Move] = ()

    @property
    def sorts(self) -> list[Column]:
        """The columns one may sort by; a phone, which has no heads, offers them as a menu."""
        return [column for column in self.columns if column.sort_url]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the address: choices, a text, or two days (`name`_since and `name`_until)."""

    name: str
    label: str
    kind: Literal["choice", "text", "between"] = "choice"
    choices: Sequence[tuple[str, str]] = ()
    value: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class FilterBar:
    """`kept` are the address's other values (sort, search); `chosen` links each take one filter off."""

    filters: Sequence[Filter]
    chosen: Sequence[Link] = ()
    clear_url: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that opens the rows behind it; None prints as a dash, which is not zero."""

    label: str
    value: Number | None
    unit: str = ""
    as_of: datetime | date | None = None
    url: str = ""
    note: str = ""
    places: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    label: str
    value: Number | None
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures by area or kind with bars from zero, its source and its as-of date."""

    caption: str
    rows: Sequence[FigureRow]
    unit: str
    source: str
    as_of: datetime | date
    places: int | None = None


@dataclass(frozen=True, slots=True)
class ImportFault:
    line: int
    column: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A rehearsed sheet: every fault with its line and column. `commit` is offered only when there is none."""

    file_name: str
    rows: int
    good: int
    faults: Sequence[ImportFault]
    commit: Move | None = None
    again_url: str = ""
    more_faults: int = 0


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One item of a checklist; `answer` is "", "normal", "hazard" or "skip". `pending` marks a basis not in force."""

    code: str
    text: str
    basis: str = ""
    pending: bool = False
    grave: bool = False
    answer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckGroup:
    label: str
    items: Sequence[CheckItem]


@dataclass(frozen=True, slots=True)
class Setting:
    label: str
    value: str
    explanation: str = ""
    unit: str = ""
    source: str = ""
    provisional: bool = False
    valid_from: date | None = None
    edit_url: str = ""
