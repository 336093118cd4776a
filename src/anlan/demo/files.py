"""The files of the units, drawn up in January and February 2021: owners, units, risk points, special objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.door import Order
from anlan.kernel.rulebook import parameter, rulebook
from anlan.places.calendars import OFFICE
from anlan.premises import grading
from anlan.premises.models import Premises

from .cast import OWNER, STREET
from .chance import Chance, sheet, uid
from .deeds import do, moment, open_all, order
from .ground import Ground
from .houses import Houses, Seat, house, seat_all
from .units import SURVEYED, Unit

SURVEY_ENDED = date(2021, 1, 29)
GRADED = (date(2021, 2, 1), date(2021, 2, 26))
RANK = {"red": 0, "orange": 1, "yellow": 2, "blue": 3}
REPORTING = 0.4  # owners of whom one person is on file and reports what was put right


def workdays(since: date, until: date) -> list[date]:
    calendar = rulebook().calendar(OFFICE)
    return [d for n in range((until - since).days + 1) if calendar.works(d := since + timedelta(days=n))]


def owners(units: Sequence[Unit], houses: Houses, ground: Ground) -> None:
    """The owners as organisations outside both trees; some with a person who acts for them."""
    dice, at = Chance("owner posts"), moment(SURVEYED, "08:30")
    first = {u.owner: u for u in reversed(units) if u.owner}
    open_all("organisation", "create", [(house(key), {
        "code": key, "name": u.name, "sort": "unit_owner", "area": ground.uids[ground.district],
        "valid_from": SURVEYED}) for key, u in first.items()], actor=SYSTEM, at=at)
    seats = [houses.seats["unit"]]
    for key, unit in first.items():
        if key != OWNER and dice.often(REPORTING):
            seat = houses.seats[key] = Seat(key, unit.given["legal_person"], "负责人", key, "", ("unit",))
            seats.append(seat)
    seat_all(seats, ground, at, SURVEYED)


def draw_up(units: Sequence[Unit], actors: Mapping[str, Actor]) -> None:
    """Each community's clerk registers the units of her community, a few a day."""
    dice, days = Chance("survey"), workdays(SURVEYED, SURVEY_ENDED)
    wishes = []
    for n, unit in enumerate(u for u in units if not u.spotted):
        day = days[n * len(days) // len(units)]
        at = moment(day, "08:40") + timedelta(minutes=dice.randint(0, 500))
        given = unit.given | ({"owner": house(unit.owner)} if unit.owner else {})
        wishes.append(order("premises", unit.uid, "create", clerk_of(unit, actors), at, given))
    do(sorted(wishes, key=lambda o: o.at))


def clerk_of(unit: Unit, actors: Mapping[str, Actor]) -> Actor:
    return actors.get(f"community:{unit.community}") or actors["community"]


def grade(units: Sequence[Unit], actors: Mapping[str, Actor]) -> None:
    """The street's safety office grades the points with the expert; the worst point of each unit first."""
    points = list(_points([u for u in units if not u.spotted], actors[f"clerk:{STREET}"]))
    for worst in (True, False):
        do([wish for first, wish in points if first == worst])


def _points(units: Sequence[Unit], actor: Actor) -> Iterator[tuple[bool, Order]]:
    dice, inputs = Chance("risk points"), Inputs()
    days, rows = workdays(*GRADED), sheet("risk_points")
    for n, unit in enumerate(units):
        at = moment(days[n * len(days) // len(units)], "09:00")
        mine = dice.sample([r for r in rows if r["group"] in unit.groups[:1]], dice.randint(1, 3))
        for k, row in enumerate(mine):
            colour = unit.colour if not k else dice.choice([c for c in RANK if RANK[c] >= RANK[unit.colour]])
            given = {"premises": unit.uid, "name": row["name"], "method": row["method"],
                     "measures": row["measures"], **inputs.draw(row["method"], colour, dice)}
            wish = order("risk_point", uid("risk", unit.key, k), "create", actor, at + timedelta(minutes=k), given)
            yield not k, wish


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


def ids_of(units: Sequence[Unit]) -> dict[str, int]:
    """Key → id of the file."""
    found = dict(Premises.objects.filter(uid__in=[u.uid for u in units]).values_list("uid", "id"))
    return {u.key: found[u.uid] for u in units if u.uid in found}
