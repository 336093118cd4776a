"""What an effect may ask for. Plain values; the door carries them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from .worktime import Limit


class Ref(NamedTuple):
    kind: str
    uid: UUID


@dataclass(frozen=True)
class Set:
    """Columns of the case to change."""

    values: Mapping[str, Any]

    def __init__(self, **values: Any) -> None:
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Event:
    """Something happened: an event mark of `amount` in `cell`."""

    cell: str
    amount: Any = 1
    facet: str = ""
    belongs_on: date | None = None


@dataclass(frozen=True)
class TakeBack:
    """Reverse every event mark of this cell that the case has left."""

    cell: str


@dataclass(frozen=True)
class Start:
    """Start a clock. limit: its value, or the key of a parameter, which a later edit of the parameter then reaches.

    fires: moves tried in order at its end; remind: share of the limit, 0 for none.
    """

    name: str
    limit: Limit | str
    fires: tuple[str, ...] = ()
    party_id: int | None = None
    remind: float = 0.8
    calendar: str = "office"
    starts: str = "at"
    rule_id: int | None = None
    since: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Stop:
    name: str
    outcome: str = ""  # met, late or void; empty: judged by the deed's instant


@dataclass(frozen=True)
class Pause:
    name: str
    reason: str


@dataclass(frozen=True)
class Resume:
    name: str


@dataclass(frozen=True)
class Owe:
    party_id: int
    role: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Release:
    """End stakes: of one party, or of a role, or (both None) all of the case."""

    party_id: int | None = None
    role: str | None = None


@dataclass(frozen=True)
class Spawn:
    """Open another case in the same transaction."""

    kind: str
    uid: UUID
    move: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Also:
    """Move another case in the same transaction."""

    ref: Ref
    move: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """Draw up a paper. series: '' for one without a number. pattern has {year} and {no}."""

    kind: str
    uid: UUID
    content: Mapping[str, Any]
    series: str = ""
    pattern: str = ""
    their_no: str = ""
    into: str = ""  # a column of the case that receives the number


@dataclass(frozen=True)
class Attach:
    sha256: str
    role: str


@dataclass(frozen=True)
class Tell:
    """A notice for a party; a follower delivers it from the sealed entry.

    urgent: shown before all others; rings: urgent, and on screen and to the ear until it is acknowledged.
    """

    party_id: int
    wording: str
    urgent: bool = False
    rings: bool = False


@dataclass(frozen=True)
class Secret:
    field: str
    value: str


@dataclass(frozen=True)
class Line:
    """A ledger entry (sort 'entry') or counted assertion (sort 'count')."""

    ledger: str
    item_id: int
    amount: Any
    sort: str = "entry"


@dataclass(frozen=True)
class Within:
    """The area lies in `parent_id` from a day on (None: at the top)."""

    parent_id: int | None
    since: date


Change = (Set | Event | TakeBack | Start | Stop | Pause | Resume | Owe | Release | Spawn | Also | Paper | Attach | Tell
          | Secret | Line | Within)
