"""A layer as the map shows it: its register, its flow, where its point and its title stand, what may be asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS, Flow
from anlan.toolkit.layers import LAYERS, Layer
from anlan.toolkit.registers import Register

PAST = ("done", "over", "retired", "withdrawn")  # families that are not shown unless asked for


RANKS = {"red": 0, "major": 0, "P1": 0, "orange": 1, "P2": 1, "yellow": 2, "blue": 4, "general": 4, "ungraded": 8}


def rank(value: str) -> int:
    """The gravest first: the sign a cluster wears."""
    return RANKS.get(value, 6)


@dataclass(frozen=True)
class Shown:
    """layer and register as declared."""

    layer: Layer
    register: Register

    @property
    def id(self) -> str:
        return self.layer.id

    @property
    def label(self) -> str:
        return str(self.layer.label or self.register.label)

    @property
    def flow(self) -> Flow:
        return self.register.flow  # type: ignore[return-value]

    @property
    def model(self) -> Any:
        return self.register.model

    @property
    def counted(self) -> bool:
        """Whether its far zooms are read from the counts: not where it shows one day at a time, or more than the ground."""
        return self.layer.counted and not self.layer.day

    # Its point

    @cached_property
    def place_of(self) -> str:
        """The reference to the row whose point it takes; empty where it has its own."""
        return self.layer.point.rpartition("__")[0]

    @cached_property
    def place_kind(self) -> str:
        """The kind of that row."""
        target = self.model
        for step in self.place_of.split("__") if self.place_of else ():
            target = target._meta.get_field(step).related_model
        return next((f.kind for f in FLOWS.values() if f.model is target), "") if self.place_of else ""

    def with_point(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows, each with `map_point` and `map_title`."""
        return rows.annotate(map_point=F(self.layer.point), map_title=F(self.title))

    # Its states and levels

    @cached_property
    def families(self) -> dict[str, tuple[str, ...]]:
        """Family → states, as the layer groups them, else its flow; a flow without families has each state for itself."""
        if self.layer.groups:
            return dict(self.layer.groups)
        states = [str(s) for s in self.flow.states.values]
        return {k: tuple(map(str, v)) for k, v in self.flow.families.items()} or {s: (s,) for s in states}

    def family(self, state: str) -> str:
        return next((name for name, states in self.families.items() if state in states), state)

    @cached_property
    def usual(self) -> tuple[str, ...]:
        """Families shown when nothing is asked."""
        return tuple(name for name in self.families if name not in PAST)

    def family_label(self, name: str) -> str:
        """What its states are called, as one line."""
        return "、".join(str(self.flow.states(s).label) for s in self.families[name])

    @property
    def colour_choices(self) -> list[tuple[str, str]]:
        """Values of the column that decides the sign, with their words."""
        if self.layer.colour_by in ("", "state"):
            return [(name, self.family_label(name)) for name in self.families]
        field = self.model._meta.get_field(self.layer.colour_by)
        return [(str(v), str(label)) for v, label in field.flatchoices]

    @cached_property
    def levelled(self) -> bool:
        """Whether that column is also what the counts keep as the level."""
        name = self.layer.colour_by
        if name in ("", "state"):
            return False
        sample = self.model(state="", area_id=0, **{name: "?"})
        return self.flow.cell(sample).level == "?"

    @cached_property
    def sign(self) -> str:
        """The column whose value decides the sign."""
        return "state" if self.layer.colour_by in ("", "state") else self.layer.colour_by

    @cached_property
    def cell_fields(self) -> tuple[str, ...]:
        """The columns that say where a row stands in the counts: what its flow's `cell` looks at, found by asking it."""
        asked = _Asked()
        self.flow.cell(asked)
        known = {f.attname for f in self.model._meta.concrete_fields}
        return ("id", *sorted({"state", "area_id", *asked.names} & known - {"id"}))

    # Its words

    @cached_property
    def title(self) -> str:
        """The column, or path, whose value names a row."""
        if self.layer.title:
            return self.layer.title
        links = [c.name for c in self.register.columns if c.col.link and not c.is_reference]
        return links[0] if links else "uid"

    def rows(self, actor: Actor, at: datetime) -> QuerySet[Any]:
        """What the reader may see: the register's selector, bare."""
        rows: QuerySet[Any] = self.register.seen_by(actor, at).order_by().select_related(None)
        return rows

    def url(self, uid: Any) -> str:
        return f"/desk/{self.register.slug}/{uid}/"


class _Asked:
    """A row that has everything and remembers what was asked of it."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> str:
        self.names.add(name)
        return ""


@cache
def shown(name: str) -> Shown:
    """A layer by its id. Raises KeyError."""
    layer, register = LAYERS[name]
    return Shown(layer, register)


def shown_to(actor: Actor, at: datetime) -> list[Shown]:
    """The layers of the map in the order of their declaration; to a unit's people those of their own units."""
    return [shown(name) for name in LAYERS]


def unplaced_words(n: int) -> str:
    return _("另有 {n} 件没有位置，不在图上。").format(n=n) if n else ""
