"""What was built, counted in the database, against totals.toml."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, Sum

from anlan.hazards.models import Hazard, Proposal
from anlan.kernel.models import Area, Clock, Entry, Mark
from anlan.kernel.rulebook import parameter
from anlan.matters.models import Matter
from anlan.patrols.models import Item, Round, Visit
from anlan.patrols.rounds import last_visits
from anlan.people.models import Credential, Organisation, Person, Post
from anlan.places.models import Boundary, HolidayYear, Level
from anlan.premises.models import Colour, Premises, SpecialObject

from .cast import GRID
from .today import OPENS_AT
from .world import DAY

Limits = tuple[float, float]


@dataclass(frozen=True)
class Totals:
    """plan: what to build; limits: what to find, by table and name."""

    units: int
    limits: Mapping[str, Mapping[str, Limits]]


def read(path: Path | None = None) -> Totals:
    """The totals of a file, by default the demonstration's own."""
    text = path.read_text(encoding="utf-8") if path else (files(__package__) / "totals.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    plan = said.pop("plan")
    return Totals(plan["units"], {table: {name: _limits(raw) for name, raw in rows.items()} for table, rows in said.items()})


def _limits(raw: Any) -> Limits:
    return (raw[0], raw[1]) if isinstance(raw, list) else (raw, raw)


def faults(made: Mapping[str, float], totals: Totals, scale: float = 1.0) -> list[str]:
    """What lies outside its limits, as sentences. A smaller building is judged with more leeway where chance decides."""
    wrong = []
    for table, rows in totals.limits.items():
        for name, (low, high) in rows.items():
            if table == "scaled" and scale != 1:
                low, high = (int(low * scale * 0.4), high * scale * 2.5 + 8) if low != high else (low * scale,) * 2
            if table == "shares" and scale != 1:
                low, high = low * 0.4, high * 2.5
            if not low <= made[name] <= high:
                wrong.append(f"{name}: {made[name]:g}，应在 {low:g} 至 {high:g} 之间")
    return wrong


def count() -> dict[str, float]:
    """Every figure that totals.toml names."""
    return {**_ground(), **_people(), **_premises(), **_visits(), **_hazards(), **_queue(), **_day(), **_books()}


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
    colours = Counter(Premises.objects.exclude(colour=Colour.UNGRADED).values_list("colour", flat=True))
    graded = sum(colours.values())
    return {"units": sum(states.values()), "premises_unconfirmed": states["unconfirmed"],
            "premises_closed": states["closed"], "special_objects": SpecialObject.objects.count(),
            **{c: _share(colours[c], graded) for c in ("red", "orange", "yellow", "blue")}}


def _visits() -> dict[str, float]:
    results = Counter(Visit.objects.filter(state="done", by="warden").values_list("result", flat=True))
    total = sum(results.values())
    return {"visits": Visit.objects.filter(state="done").count(),
            **{f"visits_{r}": _share(results[r], total) for r in ("normal", "hazards", "closed", "refused", "gone")}}


def _hazards() -> dict[str, float]:
    rows = Hazard.objects.all()
    major, closed = rows.filter(level="major"), rows.filter(state="closed")
    ended = Counter(Clock.objects.filter(kind="hazard", name="rectify").exclude(outcome__in=("", "void"))
                    .values_list("outcome", flat=True))
    marks = {cell: float(n) for cell, n in Mark.objects.filter(kind="hazard", sort="e").values_list("cell").annotate(
        Sum("delta"))}
    return {
        "recurred": marks.get("recurred", 0), "in_time": _share(marks["in_time"], marks["owed"]),
        "hazards": rows.count(), "majors": major.count(), "on_spot": closed.filter(closed_how="on_spot").count(),
        "majors_of_hazards": _share(major.count(), rows.count()), "late": _share(ended["fired"] + ended["late"], sum(ended.values())),
        "returned": _share(rows.filter(returns__gt=0).count(), closed.filter(closed_how="reviewed").count()),
        "struck_off": _share(closed.count(), rows.exclude(state="cancelled").count()),
        "major_awaiting": major.filter(state="notified", confirmer_id=None).count(),
        "major_ordered": major.filter(state="rectifying").exclude(order_no="").count(),
        "major_struck_off_least": major.filter(state="closed").exclude(closing_no="").count(),
        "drafts_unsigned": major.filter(order_by__isnull=False, order_no="").count(),
    }


def _queue() -> dict[str, float]:
    held = {(sort, state): n for sort, state, n in
            Proposal.objects.values_list("sort", "state").annotate(n=Count("id")).order_by("sort", "state")}
    return {"extensions_granted": held.get(("extension", "accepted"), 0),
            "extensions_declined": held.get(("extension", "declined"), 0), "slips_open": held.get(("slip", "open"), 0),
            "objections": sum(n for (sort, _state), n in held.items() if sort == "objection"),
            "reports": Matter.objects.exclude(channel="visit").count()}


def _day() -> dict[str, float]:
    """The rounds of the demonstration's day, and how many of their units are not overdue (domain.md 3.4 [unsure])."""
    rounds = Round.objects.filter(day=DAY)
    visits = list(Visit.objects.filter(round__in=rounds).select_related("premises"))
    return {"rounds_of_the_day": rounds.count(),
            "hero_round": Visit.objects.filter(round__in=rounds.filter(area__code=GRID)).count(),
            "due_in_time": _share(sum(in_time(visits)), len(visits)),
            "clocks_overdue": Clock.objects.filter(stopped_at=None, paused_at=None, due_at__lte=OPENS_AT).count()}


def in_time(visits: list[Visit]) -> list[bool]:
    """Of each visit: whether its unit's interval ends on that day or later."""
    table = parameter("patrol.frequency_days", DAY)["warden"]
    last = last_visits([v.premises for v in visits], "warden")
    return [(v.due_on - last[v.premises_id]).days <= table[v.premises.colour] for v in visits if v.premises_id in last]


def _books() -> dict[str, float]:
    return {"entries": Entry.objects.count()}


def _share(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
