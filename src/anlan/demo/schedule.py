"""Who is checked when, by whom, with what result: so that the totals come out exactly. Pure; the words come later.

Days are chosen for the wardens from each unit's last visit backwards, for the others by how busy a day was.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from uuid import UUID

from anlan.patrols.walks import walking_order

from .cast import GRID, STREET
from .chance import Chance
from .courses import Fated
from .days import DAY, REST_SHARE, UNTIL, busyness, each_day, minute, shut, works
from .fates import ALARMS, CALLED_ON, SCRIPT, Fates
from .items import Items
from .outline import Check, Find, Told, Walk
from .reports import tell
from .totals import Totals
from .units import Unit

BY = {"community": 0.45, "street": 0.35, "department": 0.20}
HOURS = {"warden": (525, 1010), "community": (530, 1030), "street": (530, 1040), "department": (555, 1000)}  # minutes
RISKY = {"red": 2.2, "orange": 1.6, "yellow": 1.0, "blue": 0.75, "": 1.0}
HAZARDOUS = {"red": 1.62, "orange": 1.22, "yellow": 0.88, "blue": 0.63, "": 0.8}
MISSED = {"closed": 0.05, "refused": 0.022, "gone": 0.004}  # of the visits without hazards
FINDS = {1: 0.35, 2: 0.30, 3: 0.20, 4: 0.10, 5: 0.05}
MOST_FINDS = max(FINDS)
MEAN_FINDS = sum(n * share for n, share in FINDS.items())
LEVEL_MOST = 1.12  # no day has more than so many times the usual number of wardens' visits
BROKEN_OFF = 0.03  # rounds whose last unit is not reached
SICK = (date(2021, 4, 15), date(2021, 5, 20))  # from these days on the next round of 中南路街道 is handed over
BESIDE = 0.08  # of what wardens report: beside their rounds


class Schedule:
    """The whole history in outline. checks and reports by their day."""

    def __init__(self, totals: Totals, units: Sequence[Unit], items: Items, grids: Sequence[str]) -> None:
        self.totals, self.units, self.items, self.grids = totals, units, items, grids
        self.fates, self.courses = Fates(), Fated(totals.unresolved)
        self.checks: list[Check] = []
        self.walks: list[Walk] = []
        self.reports: list[Told] = []
        self._busy: set[tuple[str, date, str]] = set()
        self._make()

    def _make(self) -> None:
        wardens = [*self._alarms(), *self._wardens()]
        others = [*self._called(), *self._others(self.totals.checks - len(wardens) - len(CALLED_ON))]
        self._give_results(wardens, others)
        self.walks = list(self._walks([k for k in wardens if k.planned]))
        self.checks = sorted(wardens + others, key=lambda k: (k.day, k.at, k.unit.key, k.by))
        self._find_all()
        self.courses.settle()

    # -- when ---------------------------------------------------------------------------------------------------

    def _alarms(self) -> Iterator[Check]:
        """The major hazards that wardens come upon, each in another unit as far as there are any."""
        used: set[str] = set()
        street = [u for u in self._lasting() if u.street == STREET and not u.last]
        for alarm in ALARMS:
            wanted = self.items.by_code[alarm.item]
            fitting = [u for u in street if wanted in self.items.of(u).major] or [u for u in street if self.items.of(u).major]
            unit = next((u for u in fitting if u.key not in used), fitting[0])
            used.add(unit.key)
            item = wanted if wanted in self.items.of(unit).major else self.items.of(unit).major[0]
            hour, minutes = map(int, alarm.clock.split(":"))
            self._busy.add((unit.key, alarm.day, "warden"))
            find = Find(item, fate=alarm.fate)
            yield Check(unit, alarm.day, "warden", hour * 60 + minutes, "hazards", [find], alarm=True)

    def _called(self) -> Iterator[Check]:
        """The street's officers in the cast's restaurant, as it is written down."""
        hero = self.units[0]
        for day, officer in CALLED_ON.items():
            self._busy.add((hero.key, day, "street"))
            yield Check(hero, day, "street", 930, officer=officer)

    def _wardens(self) -> Iterator[Check]:
        """Each unit's last visit, then the ones before it, until the tasks are used up; no day with far more than others."""
        want = self.totals.tasks - len(ALARMS)
        days = _Level(self.totals.began, want)
        lasting = self._lasting()
        if want < len(lasting):
            lasting = lasting[:want]
        chosen = [(u, days.take(*self._last(u))) for u in lasting]
        queue = sorted(((day, u) for u, day in chosen), key=lambda x: (-x[0].toordinal(), x[1].key))
        left, picked = want - len(chosen), list(chosen)
        for turn in range(60):
            queue = self._before(queue, days, left, picked, turn)
            left = want - len(picked)
            if not left or not queue:
                break
        for unit in self._fill(left, picked):
            picked.append(unit)
        for unit, day in picked:
            self._busy.add((unit.key, day, "warden"))
            yield Check(unit, day, "warden")

    def _lasting(self) -> list[Unit]:
        return [u for u in self.units if not u.spotted and u.ended is None]

    def _last(self, unit: Unit) -> tuple[date, date]:
        """Between which days the last visit lies: so that nothing is overdue on the demonstration's day."""
        if unit.last:
            return unit.last, unit.last
        interval = timedelta(days=self.totals.intervals[unit.colour])
        dice = Chance("slack", unit.key)
        if unit.colour != "blue" and dice.often(0.004):
            return DAY - interval - timedelta(days=5), DAY - interval - timedelta(days=1)
        return max(self.totals.began, DAY - interval), UNTIL

    def _before(self, queue: list[tuple[date, Unit]], days: _Level, left: int, picked: list[tuple[Unit, date]],
                turn: int) -> list[tuple[date, Unit]]:
        """One more visit before the earliest of each, an interval or so earlier, as long as there are any left."""
        dice, found = Chance("earlier", turn), []
        for day, unit in queue:
            if left <= 0:
                return []
            interval = self.totals.intervals[unit.colour]
            slack = 0 if unit.grid == GRID else max(1, interval // 7)
            wish = day - timedelta(days=interval - (dice.randint(-slack, slack) if slack else 0))
            if wish < self.totals.began:
                continue
            earlier = days.near(wish, 0 if unit.grid == GRID else slack)
            picked.append((unit, earlier))
            found.append((earlier, unit))
            left -= 1
        return found

    def _fill(self, left: int, picked: list[tuple[Unit, date]]) -> Iterator[tuple[Unit, date]]:
        """What the intervals do not ask for is done besides, among the riskier units."""
        dice, taken = Chance("besides"), {(u.key, day) for u, day in picked}
        units = [u for u in self._lasting() if u.grid != GRID]
        weights = list(accumulate(RISKY[u.colour] for u in units))
        days = [d for d in each_day(self.totals.began, UNTIL) if works(d)]
        if left > len(units) * len(days) // 4:
            raise ValueError("so many tasks do not fit between the system's start and the demonstration's day")
        while left > 0:
            unit, day = dice.choices(units, cum_weights=weights)[0], dice.choice(days)
            if (unit.key, day) not in taken:
                taken.add((unit.key, day))
                left -= 1
                yield unit, day

    def _others(self, want: int) -> Iterator[Check]:
        """Checks by communities, streets and departments: days by how busy they were, units by their risk and share."""
        dice = Chance("checks")
        days = each_day(date(2019, 1, 3), UNTIL)
        units = sorted((u for u in self.units if not u.spotted), key=lambda u: u.since)
        weights = list(accumulate(_share(u, dice) for u in units))
        known = _known(units, days)
        busy = list(accumulate(busyness(d) * (known[d] / len(units)) ** 0.6 for d in days))
        names, shares = list(BY), list(BY.values())
        while want > 0:
            part = min(want, 20_000)
            for day, by in zip(dice.choices(days, cum_weights=busy, k=part), dice.choices(names, weights=shares, k=part),
                               strict=True):
                held = known[day]
                unit = units[_weighted(dice, weights, held)]
                key = (unit.key, day, by)
                if key in self._busy or (unit.ended and day >= unit.ended) or (shut(day) and by == "department"):
                    continue
                self._busy.add(key)
                want -= 1
                yield Check(unit, day, by)

    # -- with what result ---------------------------------------------------------------------------------------

    def _give_results(self, wardens: list[Check], others: list[Check]) -> None:
        beside = round(self.totals.warden_matters * BESIDE)
        self._report(beside)
        told = sum(1 for r in self.reports if r.find)
        fixed = [k for k in wardens if k.alarm]
        script = sum(len(SCRIPT.get((k.unit.key, k.day), ())) for k in (*wardens, *others))
        scripted_warden = sum(len(SCRIPT.get((k.unit.key, k.day), ())) for k in wardens)
        on_rounds = self.totals.warden_matters - beside - len(fixed) - scripted_warden
        found = self.totals.found + self.fates.taken_back - told - script - on_rounds
        self._deal([k for k in wardens if not k.alarm], on_rounds, "wardens")
        self._deal(others, found, "others")
        self._place_majors(others, self.totals.majors - len(fixed))
        for check in (*wardens, *others):
            if not check.at:
                check.at = Chance("at", check.unit.key, check.day, check.by).randint(*HOURS[check.by])

    def _deal(self, checks: list[Check], finds: int, topic: str) -> None:
        """Give so many finds to the checks, rather the riskier ones; of the rest a few meet nobody."""
        dice = Chance("results", topic)
        free = [k for k in checks if not k.unit.last and (k.unit.key, k.day) not in SCRIPT]
        many = min(len(free), max(math.ceil(finds / 5), round(finds / MEAN_FINDS)))
        keys = sorted(((dice.random() ** (1 / HAZARDOUS[k.unit.colour]), n) for n, k in enumerate(free)), reverse=True)
        rooms = [min(MOST_FINDS, len(self.items.of(free[at].unit).general)) for _key, at in keys[:many]]
        counts = _counts(dice, finds, rooms)
        for n, (_key, at) in enumerate(keys):
            check = free[at]
            if n < many:
                check.result, check.finds = "hazards", [Find(None) for _n in range(counts[n])]  # type: ignore[arg-type]
            elif (draw := dice.random()) < sum(MISSED.values()):
                check.result = next(r for r, edge in zip(MISSED, accumulate(MISSED.values()), strict=True) if draw < edge)

    def _place_majors(self, others: list[Check], want: int) -> None:
        """Major hazards, found by offices in units where the handbook knows one; one a visit."""
        dice = Chance("majors")
        pool = [k for k in others if k.result == "hazards" and k.by != "community" and k.day < date(2021, 6, 1)
                and self.items.of(k.unit).major and not k.unit.last]
        pool.sort(key=lambda k: (k.day, k.unit.key, k.by))
        for since, until, count, fate in (*_listings(self.totals.listings), (pool[0].day, pool[-1].day, 0, "struck_off")):
            here = [k for k in pool if since <= k.day <= until]
            count = count or max(0, want)
            if count > len(here):
                raise ValueError("so many major hazards do not fit into so few checks")
            chosen = dice.sample(here, count)
            for check in chosen:
                check.finds.append(Find(dice.choice(self.items.of(check.unit).major), fate=fate))
            taken = {id(check) for check in chosen}
            pool = [k for k in pool if id(k) not in taken]
            want -= count

    def _walks(self, planned: Sequence[Check]) -> Iterator[Walk]:
        """Gather the wardens' visits to rounds, give each its time on the way, and let a few rounds go wrong."""
        held: dict[tuple[date, str], list[Check]] = defaultdict(list)
        for check in planned:
            held[check.day, check.unit.grid].append(check)
        here = defaultdict(list)
        for unit in self._lasting():
            here[unit.grid].append(unit)
        dice, sick = Chance("rounds"), list(SICK)
        for day, grid in sorted(held):
            checks = sorted(held[day, grid], key=lambda k: k.unit.key)
            checks = [checks[i] for i in walking_order([(k.unit.lon, k.unit.lat) for k in checks])]
            at = dice.randint(525, 800)
            for check in checks:
                at += dice.randint(13, 27)
                check.at = at
            met = {k.unit.key for k in checks}
            rest = [u for u in here[grid] if u.key not in met and u.since < day]
            broken = rest and grid != GRID and dice.often(BROKEN_OFF)
            away = bool(sick and day >= sick[0] and grid[:9] == STREET and grid != GRID)
            if away:
                sick.pop(0)
            yield Walk(grid, day, checks, dice.choice(rest) if broken else None, self._neighbour(grid) if away else "")

    def _neighbour(self, grid: str) -> str:
        return next(g for g in self.grids if g[:12] == grid[:12] and g not in (grid, GRID))

    # -- what is found ------------------------------------------------------------------------------------------

    def _find_all(self) -> None:
        """Items in the order of the days, so that what comes again comes after; then what becomes of each."""
        dice, seen = Chance("finds"), set[tuple[str, str]]()
        for check in self.checks:
            script = SCRIPT.get((check.unit.key, check.day))
            if script:
                check.result = "hazards"
                check.finds = [Find(self.items.by_code[code], fate=fate) for code, fate in script.items()]
            self._fill_finds(check, dice, seen)
            for find in check.finds:
                self._fate(check, find, dice)
        self.courses.place(self.fates, dice)
        for told in self.reports:
            if told.find:
                self.courses.report(told.find, told)

    def _fill_finds(self, check: Check, dice: Chance, seen: set[tuple[str, str]]) -> None:
        known, here = self.items.of(check.unit), {f.item.code for f in check.finds if f.item}
        for find in check.finds:
            if find.item:
                continue
            item = known.draw(dice)
            for _n in range(12):
                if item.code not in here and ((check.unit.key, item.code) not in seen or dice.often(0.12)):
                    break
                item = known.draw(dice)
            if item.code in here:
                item = next(i for i in known.general if i.code not in here)
            find.item = item
            here.add(item.code)
            seen.add((check.unit.key, item.code))

    def _fate(self, check: Check, find: Find, dice: Chance) -> None:
        if not find.fate and check.unit.street == STREET:
            find.fate = self.fates.of(find.item, check.unit, check.day)
        at = minute(check.day, check.at)
        if find.fate == "on_spot" or (not find.fate and not find.item.major and dice.often(find.item.on_spot)):
            find.spot, find.fate = True, ""
            return
        self.courses.add(find, at, check, dice)

    # -- reports ------------------------------------------------------------------------------------------------

    def _report(self, beside: int) -> None:
        """What wardens report beside their rounds, and what residents and offices bring; a few of the last wait."""
        self.reports = tell(self.totals, self.grids, self.items, beside)

    def by_day(self) -> dict[date, list[Check]]:
        held: dict[date, list[Check]] = defaultdict(list)
        for check in self.checks:
            held[check.day].append(check)
        return held

    def papers(self) -> Iterator[tuple[str, datetime, UUID, str]]:
        """(series, when, hazard, street) of every numbered paper, in no order."""
        for check in self.checks:
            for n, find in enumerate(check.finds):
                yield from _papers(find, check.hazard(n), check.unit.street)
        for told in self.reports:
            if told.find:
                yield from _papers(told.find, told.hazard, told.grid[:9])


def _listings(count: int) -> Iterator[tuple[date, date, int, str]]:
    """When listed hazards were found, how many, and what became of them: what was listed by 2020 is all struck off."""
    late, middle = max(1, round(count * 0.24)), round(count * 0.4)
    for since, until, some, fate in (
            (date(2019, 2, 15), date(2019, 8, 10), count - late - middle, "listed"),
            (date(2020, 4, 20), date(2020, 8, 10), middle, "listed"),
            (date(2021, 1, 5), date(2021, 5, 14), late, "listed_open")):
        if some > 0:
            yield since, until, some, fate


def _papers(find: Find, hazard: UUID, street: str) -> Iterator[tuple[str, datetime, UUID, str]]:
    for move, at in find.course:
        if move == "pass_review":
            yield "应急复查", at, hazard, street
            if find.item.major:
                yield "销号", at, hazard, street
        for series in SERIES.get(move, ()):
            yield series, at, hazard, street


# The series from which each move takes a number, beside those of a review (hazards.effects, hazards.listing_effects).
SERIES = {"sign_order": ("应急责改",), "listing.issue": ("挂牌督办",), "listing.grant_extension": ("挂牌延期",),
          "listing.strike_off": ("应急复查", "挂牌销号")}


class _Level:
    """Hands out days so that none has far more visits than the others; days of rest get a few."""

    def __init__(self, since: date, want: int) -> None:
        self.days = each_day(since, UNTIL)
        self.held = Counter[date]()
        share = {d: 1.0 if works(d) else REST_SHARE for d in self.days}
        usual = want / sum(share.values())
        self.room = {d: max(1.0, LEVEL_MOST * usual * s) for d, s in share.items()}
        self.dice = Chance("level")

    def take(self, since: date, until: date) -> date:
        """A day from `since` to `until`: the emptier, the likelier."""
        days = [d for d in each_day(max(since, self.days[0]), until) if self._full(d) < 1] or [max(since, self.days[0])]
        day = min(self.dice.sample(days, min(4, len(days))), key=self._full)
        self.held[day] += 1
        return day

    def near(self, wish: date, slack: int) -> date:
        """The day itself, or an emptier one near it."""
        for off in (x for n in range(slack + 8) for x in ((n, -n) if n else (0,))):
            day = wish + timedelta(days=off)
            if self.days[0] <= day <= UNTIL and (self._full(day) < 1 or not slack):
                break
        else:
            day = max(wish, self.days[0])
        self.held[day] += 1
        return day

    def _full(self, day: date) -> float:
        return self.held[day] / self.room[day]


def _share(unit: Unit, dice: Chance) -> float:
    return RISKY[unit.colour] * Chance("street", unit.street).lognormvariate(0, 0.1) * dice.lognormvariate(0, 0.25)


def _known(units: Sequence[Unit], days: Iterable[date]) -> dict[date, int]:
    """How many of the units, in the order of their registration, are on file before each day."""
    found, n = {}, 0
    for day in days:
        while n < len(units) and units[n].since < day:
            n += 1
        found[day] = n
    return found


def _weighted(dice: Chance, cumulated: Sequence[float], among: int) -> int:
    return bisect(cumulated, dice.random() * cumulated[among - 1], 0, among - 1)


def _counts(dice: Chance, total: int, rooms: Sequence[int]) -> list[int]:
    """For each visit from one find to what there is room for, so that they sum up to the total."""
    if not len(rooms) <= total <= sum(rooms):
        raise ValueError("so many finds do not fit into so many visits")
    drawn = dice.choices(list(FINDS), weights=list(FINDS.values()), k=len(rooms))
    counts = [min(n, room) for n, room in zip(drawn, rooms, strict=True)]
    off = total - sum(counts)
    while off:
        n, step = dice.randrange(len(rooms)), 1 if off > 0 else -1
        if 1 <= counts[n] + step <= rooms[n]:
            counts[n] += step
            off -= step
    return counts
