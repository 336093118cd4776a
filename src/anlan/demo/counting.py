"""What was built, counted in the database: the report's figures by their indicators, the rest from the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Q

from anlan.calls.models import Call
from anlan.hazards.models import Hazard, Proposal
from anlan.kernel.actors import SYSTEM
from anlan.kernel.models import Area, Clock, Entry
from anlan.kernel.rulebook import parameter
from anlan.matters.models import Matter
from anlan.patrols.models import Item, Round, Visit
from anlan.patrols.rounds import last_visits
from anlan.people.models import Credential, Organisation, Person, Post
from anlan.places.models import Boundary, HolidayYear, Level
from anlan.premises.models import Colour, Premises, SpecialObject
from anlan.reports.figures import counted
from anlan.toolkit.indicators import INDICATORS, figure

from .cast import GRID
from .days import BEGAN, DAY, UNTIL
from .today import OPENS_AT
from .totals import FIGURES, FORCES, Totals


def figures() -> dict[str, float]:
    """The report's figures as of the end of the history; those whose indicator nobody has registered yet are left out."""
    asked = {name: id for name, id in FIGURES.items() if id in INDICATORS}
    return {name: float(figure(id, actor=SYSTEM, at=OPENS_AT, on=UNTIL, since=BEGAN).value or 0) for name, id in asked.items()}


def forces() -> dict[str, float]:
    """Those of teams, goods, stations and incidents, each for the time that the report tells it of; days as 20210429."""
    told = counted(UNTIL, set(FORCES.values()))
    return {f"forces_{name}": float(told[id].value or 0) for name, id in FORCES.items()}


def count() -> dict[str, float]:
    """Every figure that a file of totals names."""
    return {**figures(), **forces(), **_ground(), **_people(), **_premises(), **_visits(), **_hazards(), **_queue(), **_day(), **_books()}


def faults(made: Mapping[str, float], totals: Totals) -> list[str]:
    """What is not as the file says, as sentences."""
    wrong = [f"{name}: {made[name]:g}，应为 {totals.report[name]}" for name in FIGURES
             if name in made and made[name] != totals.report[name]]
    for name, said in totals.forces.items():
        wanted = float(f"{said:%Y%m%d}") if isinstance(said, date) else said
        if made[f"forces_{name}"] != wanted:
            wrong.append(f"{name}: {made[f'forces_{name}']:.10g}，应为 {said}")
    for rows in totals.limits.values():
        for name, (low, high) in rows.items():
            if not low <= made[name] <= high:
                wrong.append(f"{name}: {made[name]:g}，应在 {low:g} 至 {high:g} 之间")
    return wrong


def _ground() -> dict[str, float]:
    now = Area.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=DAY), valid_from__lte=DAY)
    held = Counter(now.values_list("level", flat=True))
    return {"streets": held[Level.STREET], "communities": held[Level.COMMUNITY], "grids": held[Level.GRID],
            "boundaries": Boundary.objects.filter(state="active").count(), "handbook_items": Item.objects.count(),
            "holiday_years": HolidayYear.objects.count()}


def _people() -> dict[str, float]:
    sorts = Counter(Organisation.objects.values_list("sort", flat=True))
    names = list(Person.objects.values_list("name", flat=True))
    return {"departments": sorts["department"], "committees": sorts["committee"],
            "street_offices": sorts["street_office"], "community_houses": sorts["community"],
            "owners": sorts["unit_owner"], "log_ins": Credential.objects.count(),
            "wardens": Post.objects.filter(roles__contains=["warden"]).count(),
            "names_distinct": _share(len(set(names)), len(names))}


def _premises() -> dict[str, float]:
    states = Counter(Premises.objects.values_list("state", flat=True))
    graded = Counter(Premises.objects.filter(state="active").exclude(colour=Colour.UNGRADED).values_list("colour", flat=True))
    total = sum(graded.values())
    return {"premises_unconfirmed": states["unconfirmed"], "premises_closed": states["closed"],
            "special_objects": SpecialObject.objects.count(), **{c: _share(graded[c], total) for c in ("red", "orange", "yellow", "blue")}}


def _visits() -> dict[str, float]:
    held = dict(Visit.objects.filter(state="done").values_list("result").annotate(n=Count("id")).order_by("result"))
    total = sum(held.values())
    return {f"visits_{r}": _share(held.get(r, 0), total) for r in ("normal", "hazards", "closed", "refused", "gone")}


def _hazards() -> dict[str, float]:
    major, closed = Hazard.objects.filter(level="major"), Hazard.objects.filter(state="closed")
    ended = dict(Clock.objects.filter(kind="hazard", name="rectify").exclude(outcome__in=("", "void"))
                 .values_list("outcome").annotate(n=Count("id")).order_by("outcome"))
    return {
        "majors": major.count(), "on_spot": closed.filter(closed_how="on_spot").count(),
        "late": _share(ended.get("fired", 0) + ended.get("late", 0), sum(ended.values())),
        "returned": _share(Hazard.objects.filter(returns__gt=0).count(), closed.filter(closed_how="reviewed").count()),
        "drafts_unsigned": major.filter(order_by__isnull=False, order_no="").count(),
    }


def _queue() -> dict[str, float]:
    held = {(sort, state): n for sort, state, n in
            Proposal.objects.values_list("sort", "state").annotate(n=Count("id")).order_by("sort", "state")}
    return {"extensions_granted": held.get(("extension", "accepted"), 0),
            "extensions_declined": held.get(("extension", "declined"), 0),
            "slips_open": held.get(("slip", "open"), 0), "slips_granted": held.get(("slip", "accepted"), 0),
            "objections": sum(n for (sort, _state), n in held.items() if sort == "objection"),
            "reports": Matter.objects.exclude(channel="visit").count(), "calls": Call.objects.count(),
            "calls_climbed": Call.objects.filter(climbed=True).count()}


def _day() -> dict[str, float]:
    """The rounds of the demonstration's day, and how many of their units are not overdue (domain.md 3.4 [unsure])."""
    rounds = Round.objects.filter(day=DAY)
    visits = list(Visit.objects.filter(round__in=rounds).select_related("premises"))
    return {"rounds_of_the_day": rounds.count(),
            "hero_round": Visit.objects.filter(round__in=rounds.filter(area__code=GRID)).count(),
            "due_in_time": _share(sum(in_time(visits)), len(visits)),
            "clocks_overdue": Clock.objects.filter(stopped_at=None, paused_at=None, due_at__lte=OPENS_AT).count()}


def in_time(visits: list[Visit]) -> list[bool]:
    """Of each visit: whether its unit's interval ends on that day or later; a unit never visited is late."""
    table = parameter("patrol.frequency_days", DAY)["warden"]
    last = last_visits([v.premises for v in visits], "warden")
    return [v.premises_id in last and (v.due_on - last[v.premises_id]).days <= table[v.premises.colour] for v in visits]


def _books() -> dict[str, float]:
    return {"entries": Entry.objects.count()}


def _share(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
