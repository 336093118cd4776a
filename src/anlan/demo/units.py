"""The units of the district: names by trade, addresses on its roads, points inside their grids. Pure: nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

from anlan.places.geometry import Polygonal, random_point
from anlan.premises import credit_code
from anlan.premises.place_types import place_types
from anlan.premises.small_places import small_kind

from .cast import CAST, GRID, OWNER
from .chance import Chance, sheet, uid, words
from .days import DAY, REGISTER_ENDED, REGISTERED, SHUT, UNTIL, works
from .ground import Ground
from .houses import house
from .names import phone

COLOURS = {"red": 0.03, "orange": 0.12, "yellow": 0.45, "blue": 0.40}
SPOTTED = 0.01  # shops that a warden added on the spot and no office has confirmed yet, on top of the units
ENDED = 0.008  # units that gave up between 2019 and 2021, on top as well
OWNED = 0.32
AGAIN = 0.12  # of those, how many belong to somebody who has one already
REPORTING = 0.4  # owners of whom one person is on file
FIRST_WAVE = 0.7  # of the units, on file by the end of June 2019
MANY = 1000  # units from which on no two streets have as many
TRIES = 40  # signs drawn before the community's name is added to one
EDGE = 0.00006  # degrees that a point keeps from the border of its grid, about 6 m
# Kind, gas, colour, days since the last visit on the demonstration's day, owner: the nine at the top fall due on it.
HERO = (
    ("restaurant", "lpg", "orange", 28, OWNER),
    ("construction_site", "none", "red", 14, ""),
    ("hotel", "none", "orange", 28, ""),
    ("internet_bar", "none", "orange", 28, ""),
    ("restaurant", "pipe", "yellow", 91, ""),
    ("supermarket", "none", "yellow", 91, ""),
    ("residential_compound", "none", "yellow", 91, ""),
    ("training_school", "none", "yellow", 93, ""),
    ("leisure", "none", "yellow", 91, ""),
    ("shop", "none", "yellow", 17, ""),
    ("hair_salon", "none", "yellow", 9, ""),
    ("shop", "none", "blue", 38, OWNER),
    ("nursery", "pipe", "blue", 66, ""),
    ("clinic", "none", "blue", 23, ""),
)


@dataclass
class Unit:
    """One unit. given: the input of premises.create; since: on file from this day; ended: when it gave up.

    last: a fixed day of the last visit before the demonstration's.
    """

    key: str
    kind: str
    grid: str
    sign: str
    name: str
    address: str
    lon: float
    lat: float
    gas: str
    company: bool
    colour: str = ""
    owner: str = ""
    last: date | None = None
    spotted: bool = False
    since: date = REGISTERED
    ended: date | None = None
    speaks: bool = False  # its owner has a person on file who reports what was put right
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def uid(self) -> UUID:
        return uid("premises", self.key)

    @property
    def community(self) -> str:
        return self.grid[:12]

    @property
    def street(self) -> str:
        return self.grid[:9]

    @property
    def groups(self) -> tuple[str, ...]:
        """Categories of the handbook that are asked here."""
        return place_types()[self.kind].handbook

    @property
    def department(self) -> str:
        """Who leads the trade; for kitchens with gas the committee of town gas (data/committees.csv)."""
        return "urban_management" if self._kitchen else place_types()[self.kind].department

    @property
    def committee(self) -> int | None:
        return 5 if self._kitchen else place_types()[self.kind].committee

    @property
    def _kitchen(self) -> bool:
        return self.kind == "restaurant" and self.gas in ("lpg", "pipe")


@dataclass
class Maker:
    """Makes one unit after the other. taken: signs and names in use."""

    ground: Ground
    names: Iterator[str]
    dice: Chance = field(default_factory=lambda: Chance("units"))
    taken: set[str] = field(default_factory=set)
    doors: Counter[tuple[str, int]] = field(default_factory=Counter)
    shapes: dict[str, Polygonal] = field(default_factory=dict)

    def make(self, n: int, kind: str, grid: str, since: date = REGISTERED, gas: str = "") -> Unit:
        row = TYPES[kind]
        sign = self._sign(row, grid)
        company = self.dice.often(float(row["company"]))
        lon, lat = self._point(grid)
        address = self._address(grid)
        unit = Unit(f"{n:04}", kind, grid, sign, self._name(sign, row, company, address), address, lon, lat,
                    gas or self.dice.pick(_weights(row["gas"])), company, since=since)
        unit.given = self._given(unit, row)
        return unit

    def _sign(self, row: dict[str, str], grid: str) -> str:
        for n in count():
            sign = self.dice.choice(words("unit_stems", "stem")) + self.dice.choice(row["kinds"].split())
            if n >= TRIES:
                sign += f"（{self.ground.names[grid[:12]].removesuffix('社区')}店）"
            if sign not in self.taken:
                self.taken.add(sign)
                return sign
        raise AssertionError("unreachable: count has no end")

    def _name(self, sign: str, row: dict[str, str], company: bool, address: str) -> str:
        """As on the licence; a second branch of a company adds its road."""
        stem = next(s for s in words("unit_stems", "stem") if sign.startswith(s))
        name = f"武汉{stem}{row['word']}有限公司" if company else f"武昌区{sign}"
        road = address.rstrip("0123456789号附")
        if name in self.taken:
            name += f"{road}分公司"
        if name in self.taken:
            name = f"武汉{sign.partition('（')[0]}{row['word']}有限公司{address}分公司"
        self.taken.add(name)
        return name

    def _point(self, grid: str) -> tuple[float, float]:
        if grid not in self.shapes:
            whole = self.ground.shape(grid)
            inner = whole.buffer(-EDGE)
            self.shapes[grid] = whole if inner.is_empty else inner
        point = random_point(self.shapes[grid], self.dice)
        return round(point.lon, 6), round(point.lat, 6)

    def _address(self, grid: str) -> str:
        road, highest = self.dice.choice(roads_of(grid[:12]))
        number = self.dice.randint(1, highest)
        self.doors[road, number] += 1
        again = self.doors[road, number]
        return f"{road}{number}号" + (f"附{again - 1}号" if again > 1 else "")

    def _given(self, unit: Unit, row: dict[str, str]) -> dict[str, Any]:
        dice, head = self.dice, next(self.names)
        sizes = {name: dice.within(row[column]) for name, column in SIZES.items()}
        storeys = sizes["storeys"] = dice.randint(12, 33) if unit.kind in TOWERS else dice.randint(1, 3)
        measures = {**sizes, "storey": 1 if storeys < 3 else 2}
        drilled = unit.since - timedelta(days=dice.randint(20, 300))
        return {
            **{k: v for k, v in sizes.items() if v is not None}, "name": unit.name, "sign_name": unit.sign,
            "place_type": unit.kind, "nine_small": small_kind(unit.kind, measures) or "", "address": unit.address,
            "credit_code": "" if dice.often(0.04) else social_code(dice, unit.company),
            "legal_person": head, "legal_phone": phone(dice), "operator": head, "operator_phone": phone(dice),
            "safety_manager": next(self.names) if (sizes["staff"] or 0) > 20 else head,
            "licence_from": unit.since - timedelta(days=dice.randint(30, 3600)), "lon": unit.lon,
            "lat": unit.lat, "area": self.ground.uids[unit.grid], "department": house(unit.department),
            "committee_no": unit.committee, "gas": unit.gas, "exits": dice.randint(1, 2 + len(unit.groups)),
            "cylinders": dice.randint(1, 4) if unit.gas == "lpg" else None,
            "special_equipment": f"电梯{dice.randint(1, 6)}台" if "DT" in unit.groups else "",
            "fire_facilities": f"灭火器{dice.randint(2, 24)}具、应急灯{dice.randint(2, 30)}盏",
            "key_fire_unit": unit.kind in KEY_FIRE, "trained_on": drilled, "drilled_on": drilled, "plan_on": drilled,
            "safety_organ": "专职安全员" if (sizes["staff"] or 0) > 20 else "",
        }


TYPES = {row["place_type"]: row for row in sheet("unit_types")}
SIZES = {"floor_area_m2": "area", "staff": "staff", "seats": "seats", "beds": "beds", "customers_peak": "peak",
         "dormitory_people": "dormitory"}
TOWERS = ("high_rise", "curtain_wall_building", "residential_compound")
OWNER_NAME = next(part.name for part in CAST if part.house == OWNER)
KEY_FIRE = ("mall", "market", "high_rise", "petrol_station")


def units(ground: Ground, total: int, names: Iterator[str]) -> list[Unit]:
    """So many units, the cast's grid first; behind them those that gave up and those that a warden has only spotted."""
    maker = Maker(ground, names)
    made = [_hero(maker, n, *row) for n, row in enumerate(HERO, start=1)]
    ended, spotted = round(total * ENDED), max(2, round(total * SPOTTED))
    places = _places(ground, total + ended + spotted - len(made))
    kinds, days = _kinds(len(places)), _days(len(places))
    made += [maker.make(n, kind, grid, since)
             for n, (kind, grid, since) in enumerate(zip(kinds, places, days, strict=True), len(made) + 1)]
    for unit in made[total + ended:]:
        unit.spotted = True
    _end(made[total:total + ended])
    grade(made[:total])
    own(made[:total])
    return made


def _hero(maker: Maker, n: int, kind: str, gas: str, colour: str, before: int, owner: str) -> Unit:
    unit = maker.make(n, kind, GRID, gas=gas)
    unit.colour, unit.last, unit.owner = colour, DAY - timedelta(days=before), owner
    if owner == OWNER:
        unit.given |= {"legal_person": OWNER_NAME, "operator": OWNER_NAME, "safety_manager": OWNER_NAME}
    return unit


def _end(gone: list[Unit]) -> None:
    """Each closed for good on a day after a year or so on file."""
    dice = Chance("ended")
    for unit in gone:
        unit.since = min(unit.since, date(2019, 12, 31))
        unit.ended = unit.since + timedelta(days=dice.randint(120, (UNTIL - unit.since).days - 20))


def _places(ground: Ground, count: int) -> list[str]:
    """A grid for each unit: every community has some, busy communities more, some grids have many."""
    dice = Chance("places")
    weights: dict[str, float] = {}
    communities = [c for street in ground.streets for c in ground.below[street]]
    for community in communities:
        busy = dice.lognormvariate(0, 0.35) / len(ground.below[community])
        weights |= {g: busy * dice.lognormvariate(0, 0.6) for g in ground.below[community] if g != GRID}
    first = [dice.choice(ground.below[c]) for c in communities if c != GRID[:12]]
    rest = dice.choices(list(weights), weights=list(weights.values()), k=max(0, count - len(first)))
    return _told_apart(first + rest, dice) if count >= len(first) else dice.sample(first, count)


def _told_apart(places: list[str], dice: Chance) -> list[str]:
    """No two streets with as many units: one of the last is moved from one to another until they differ."""
    held = Counter(grid[:9] for grid in places)
    held[GRID[:9]] += len(HERO)
    if len(places) < MANY:
        return places
    while len(set(held.values())) < len(held):
        n = dice.randrange(len(places) // 2, len(places))
        there = dice.choice(places)
        held[places[n][:9]] -= 1
        held[there[:9]] += 1
        places[n] = there
    return places


def _days(count: int) -> list[date]:
    """When each came on file: most in the first half of 2019, the others until summer 2020; on working days."""
    dice = Chance("registered")
    first = _spread(date(2019, 6, 28), 0)
    later = _spread(REGISTER_ENDED, len(first))
    return sorted(first[dice.randrange(len(first))] if dice.often(FIRST_WAVE) else later[dice.randrange(len(later))]
                  for _n in range(count))


def _spread(until: date, skip: int) -> list[date]:
    days = [d for n in range((until - REGISTERED).days + 1) if works(d := REGISTERED + timedelta(days=n))]
    return [d for d in days[skip:] if not SHUT[0] <= d < SHUT[1]]


def _kinds(count: int) -> list[str]:
    """Kinds by their weights; the rarer ones at least as often as data/unit_types.csv asks, as far as there is room."""
    dice = Chance("kinds")
    least = [kind for kind, row in TYPES.items() for _n in range(int(row["least"]))][:count // 2]
    weights = {kind: float(row["weight"]) for kind, row in TYPES.items()}
    kinds = least + dice.choices(list(weights), weights=list(weights.values()), k=count - len(least))
    dice.shuffle(kinds)
    return kinds


def grade(made: list[Unit]) -> None:
    """The riskier the kind, the likelier a warm colour; the shares come out as COLOURS says."""
    dice = Chance("colours")
    rest = [u for u in made if not u.colour and not u.spotted]
    scores = {u.key: float(TYPES[u.kind]["risk"]) + (3 if u.gas == "lpg" else 0) + dice.gauss(0, 2.5) for u in rest}
    rest.sort(key=lambda u: -scores[u.key])
    held = Counter(u.colour for u in made if u.colour)
    graded = sum(not u.spotted for u in made)
    at = 0
    for colour, share in COLOURS.items():
        room = max(0, round(graded * share) - held[colour]) if colour != "blue" else len(rest) - at
        for unit in rest[at:at + room]:
            unit.colour = colour
        at += room


def own(made: list[Unit]) -> None:
    """A part of the units has an owner on file; some owners hold several, and of some a person reports for them."""
    dice = Chance("owners")
    several: dict[str, list[str]] = {}
    speaking = {OWNER}
    for unit in made:
        if not unit.owner and dice.often(OWNED):
            known = several.setdefault(unit.kind, [])
            unit.owner = dice.choice(known) if known and dice.often(AGAIN) else f"owner-{unit.key}"
            known.append(unit.owner)
            if unit.owner.endswith(unit.key) and dice.often(REPORTING):
                speaking.add(unit.owner)
        unit.speaks = unit.owner in speaking


@cache
def roads_of(community: str) -> list[tuple[str, int]]:
    """Two or three roads of the street for each community, with the highest door number to invent."""
    roads = [(r["road"], int(r["highest_number"])) for r in sheet("roads") if r["street_code"] == community[:9]]
    if community == GRID[:12]:
        return [r for r in roads if r[0] in ("瑞景路", "石牌岭路")]
    return Chance("roads", community).sample(roads, min(3, len(roads)))


def social_code(dice: Chance, company: bool) -> str:
    """A credit code that checks (GB 32100-2015) in a series (MAX…) of organisation codes not in use (likely)."""
    body = "MAX" + "".join(dice.choice(credit_code.ALPHABET) for _n in range(5))
    return credit_code.make(("91" if company else "92") + "420106" + body + _organisation_check(body))


def _organisation_check(body: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997 [sure])."""
    total = sum((int(c) if c.isdigit() else ord(c) - 55) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X0"[(11 - total % 11)]


def _weights(text: str) -> dict[str, float]:
    return {name: float(weight) for name, weight in (part.split(":") for part in text.split())}
