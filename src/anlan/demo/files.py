"""The files of the units: who owns them, when they come on file, how their risk points are graded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import Order
from anlan.kernel.rulebook import parameter
from anlan.places.coordinates import Datum
from anlan.premises import grading

from .cast import OWNER
from .chance import Chance, sheet, uid, words
from .days import BEGAN, each_day, minute, moment, works
from .deeds import open_all, order
from .ground import LAID_ON, Ground
from .houses import Houses, Seat, house, seat_all
from .units import Unit

if TYPE_CHECKING:
    from .world import World

GRADED = (date(2020, 9, 1), date(2021, 2, 26))
UNSAID = {"datum": Datum.WGS84, "confined_space": False, "dust": False, "ammonia": False}  # what the form adds
RANK = {"red": 0, "orange": 1, "yellow": 2, "blue": 3}


def owners(units: Sequence[Unit], houses: Houses, ground: Ground) -> None:
    """The owners as organisations outside both trees; some with a person who acts for them."""
    first = {u.owner: u for u in reversed(units) if u.owner}
    open_all("organisation", "create", [(house(key), {
        "code": key, "name": u.name, "sort": "unit_owner", "area": ground.uids[ground.district],
        "valid_from": BEGAN}) for key, u in first.items()], actor=SYSTEM, at=LAID_ON)
    seat_all([houses.seats["unit"], *spokesmen(units, houses)], ground, LAID_ON, BEGAN)


def spokesmen(units: Sequence[Unit], houses: Houses) -> list[Seat]:
    """The people of owners who report for them, each taken into the houses."""
    first = {u.owner: u for u in reversed(units) if u.speaks and u.owner != OWNER}
    for key, unit in first.items():
        houses.seats[key] = Seat(key, unit.given["legal_person"], "负责人", key, "", ("unit",))
    return [houses.seats[key] for key in first]


def on_file(unit: Unit, world: World) -> Order:
    """The community's clerk registers the unit on its day."""
    at = minute(unit.since, Chance("on file", unit.key).randint(520, 1030))
    given = UNSAID | unit.given | ({"owner": house(unit.owner)} if unit.owner else {})
    return order("premises", unit.uid, "create", world.clerk(unit.community), at, given)


def given_up(unit: Unit, day: date, world: World) -> Order:
    dice = Chance("given up", unit.key)
    return order("premises", unit.uid, "close", world.clerk(unit.community), minute(day, dice.randint(540, 1000)),
                 {"reason": dice.choice(words("phrases", "cleared_floor"))})


def graded(units: Sequence[Unit], world: World) -> Iterator[tuple[str, Order]]:
    """The streets' safety offices grade the points, some units a day, the worst point of each first; with the grid."""
    dice, inputs = Chance("risk points"), Inputs()
    days, rows = [d for d in each_day(*GRADED) if works(d)], sheet("risk_points")
    for n, unit in enumerate(units):
        at = moment(days[n * 7919 % len(days)], "09:00") + timedelta(minutes=dice.randint(0, 420))
        mine = dice.sample([r for r in rows if r["group"] in unit.groups[:1]], dice.randint(1, 3))
        for k, row in enumerate(mine):
            colour = unit.colour if not k else dice.choice([c for c in RANK if RANK[c] >= RANK[unit.colour]])
            given = {"premises": unit.uid, "name": row["name"], "method": row["method"],
                     "measures": row["measures"], **inputs.draw(row["method"], colour, dice)}
            yield unit.grid, order("risk_point", uid("risk", unit.key, k), "create", world.street_clerk(unit.street),
                                   at + timedelta(minutes=k), given)


class Inputs:
    """Which scores lead to which colour, from the tables in force."""

    def __init__(self) -> None:
        lec = grading.LecTables.of(parameter("risk.lec", GRADED[0]))
        ls = grading.LsTables.of(parameter("risk.ls", GRADED[0]))
        self.of: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for scores in product(("0.5", "1", "3", "6"), ("1", "2", "3", "6"), ("3", "7", "15", "40")):
            self.of.setdefault(("lec", grading.lec(*scores, lec).colour), []).append(scores)
        for likelihood, severity in product("12345", repeat=2):
            colour = grading.ls(likelihood, severity, ls).colour
            self.of.setdefault(("ls", colour), []).append((likelihood, severity))

    def draw(self, method: str, colour: str, dice: Chance) -> dict[str, str]:
        """Inputs before and after the controls; the controls lower the likelihood and never the colour's worst case."""
        after = dice.choice(self.of[method, colour])
        before = (self._likelier(method, after[0]), *after[1:])
        names = ("likelihood", "exposure", "consequence") if method == "lec" else ("likelihood", "consequence")
        return dict(zip(names, before, strict=True)) | {
            f"residual_{name}": score for name, score in zip(names, after, strict=True)}

    @staticmethod
    def _likelier(method: str, score: str) -> str:
        scale = ["0.5", "1", "3", "6", "10"] if method == "lec" else list("12345")
        return scale[min(scale.index(score) + 1, len(scale) - 1)]
