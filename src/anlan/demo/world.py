"""What the history is told with: the ground, the units, the actors, the pictures, the handbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from anlan.kernel.actors import Actor

from . import actors, files, ground, houses, pictures, units
from .cast import COMMUNITY, GRID, GRID_2, OWNER, STREET, STREET_2
from .ground import Ground
from .houses import ENFORCERS, Houses, Seat
from .items import Items
from .pictures import Album
from .totals import Totals
from .units import Unit

OWN_CLERKS = {COMMUNITY: "community"}
OWN_WARDENS = {GRID: "warden", GRID_2: "warden2"}
OWN_HEADS = {STREET: "street", STREET_2: "street2"}
REVIEWERS = {STREET: ("reviewer", f"reviewer:{STREET}", "reviewer:third")}


@dataclass
class World:
    """Who does what: by the keys of houses.Seat, where those of the cast are their log-ins."""

    ground: Ground
    houses: Houses
    units: list[Unit]
    actors: Mapping[str, Actor]
    album: Album
    items: Items

    def peopled(self, day: date) -> World:
        """The same with everyone as they stand in the database."""
        return replace(self, actors=actors.actors_on(self.houses.seats.values(), day))

    def clerk(self, community: str) -> Actor:
        """Who looks after safety in a community."""
        return self.actors[OWN_CLERKS.get(community, f"community:{community}")]

    def warden(self, grid: str) -> Actor:
        return self.actors[OWN_WARDENS.get(grid, f"warden:{grid}")]

    def warden_seat(self, grid: str) -> Seat:
        return self.houses.seats[OWN_WARDENS.get(grid, f"warden:{grid}")]

    def street_head(self, street: str) -> Actor:
        return self.actors[OWN_HEADS.get(street, f"street:{street}")]

    def street_clerk(self, street: str) -> Actor:
        return self.actors[f"clerk:{street}"]

    def reviewers(self, street: str) -> list[Actor]:
        return [self.actors[key] for key in REVIEWERS.get(street, (f"reviewer:{street}",))]

    def department(self, unit: Unit) -> Actor:
        return self.actors[f"department:{unit.department}"]

    def officers(self, street: str, year: int) -> list[Actor]:
        """Who may order there: two of the street that is entrusted in 2021, else the bureau's own."""
        own = street == STREET and year >= 2021
        return [self.actors[key] for key in (("officer1", "officer2") if own else
                                             [f"enforcer:{n}" for n in range(1, ENFORCERS + 1)])]

    def reporter(self, unit: Unit | None, community: str) -> Actor:
        """Who says that it is put right: the unit's own person, else the community for it."""
        own = unit and unit.speaks and self.actors.get("unit" if unit.owner == OWNER else unit.owner)
        return own or self.clerk(community)

    def area(self, code: str) -> UUID:
        return self.ground.uids[code]


def imagined(totals: Totals) -> World:
    """The world of a building without a database, nobody in it yet."""
    land = ground.imagined()
    made = houses.imagined(land)
    found = units.units(land, totals.units, made.names)
    files.spokesmen(found, made)
    return World(land, made, found, {}, pictures.imagined(), Items())
