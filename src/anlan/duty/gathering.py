"""What a morning sheet says, gathered once when it is due: plain values, as they are kept and printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from anlan.calls.flow import LIVE
from anlan.calls.models import Call
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day, zone
from anlan.kernel.models import Clock
from anlan.kernel.rulebook import areas_within, rulebook

from . import turns
from .models import Handover, LoggedCall, MorningSheet, RollCall
from .selectors import shifts_on, watches

SHOWN = 12
Part = Callable[[MorningSheet, datetime, datetime], Any]
PARTS: dict[str, Part] = {}
"""Name → part(sheet, since, at), of this app and of those above it that have news for the duty room."""


def part(name: str) -> Callable[[Part], Part]:
    def add(make: Part) -> Part:
        PARTS[name] = make
        return make

    return add


def gather(sheet: MorningSheet, at: datetime) -> dict[str, Any]:
    """since: the evening before, as the parameter has it."""
    begins = rulebook().value("duty.night_begins", sheet.day)
    since = datetime.combine(sheet.day - timedelta(days=1), time.fromisoformat(begins), zone())
    return {"since": since.isoformat(), **{name: make(sheet, since, at) for name, make in PARTS.items()}}


@part("on_duty")
def on_duty(sheet: MorningSheet, since: datetime, at: datetime) -> list[dict[str, Any]]:
    """The shift of the night, and the one that comes."""
    rules, found = rulebook(), []
    for day in (sheet.day - turns.DAY, sheet.day):
        held = watches(shifts_on([sheet.organisation_id], day), day, rules).get(sheet.organisation_id, [])
        found.append({"day": day.isoformat(), "people": [
            {"place": str(w.place_label), "name": w.name, "title": w.title, "phone": w.phone} for w in held]})
    return found


@part("calls")
def calls_of_the_night(sheet: MorningSheet, since: datetime, at: datetime) -> list[dict[str, Any]]:
    rows = LoggedCall.objects.filter(organisation_id=sheet.organisation_id, called_at__range=(since, at)).order_by("called_at", "id")
    return [{"at": r.called_at.isoformat(), "what": r.what[:80], "unit": r.unit, "action": r.action[:80], "done": r.state != "open",
             "url": FLOWS["logged_call"].url(r.uid)} for r in rows[:50]]


@part("unsigned")
def unsigned(sheet: MorningSheet, since: datetime, at: datetime) -> dict[str, Any]:
    """Calls on the body's ground that nobody has signed, and handovers and roll-calls without theirs."""
    rows = _calls(sheet, at).filter(state="ringing").order_by("rang_at", "id")
    hand = Handover.objects.filter(organisation_id=sheet.organisation_id).exclude(state="confirmed").count()
    roll = RollCall.objects.filter(organisation_id=sheet.organisation_id, state="missed", called_at__range=(since, at)).count()
    return {"n": rows.count(), "lines": [_told(r) for r in rows[:SHOWN]], "handovers": hand, "missed": roll}


@part("overdue")
def overdue(sheet: MorningSheet, since: datetime, at: datetime) -> dict[str, Any]:
    """Calls past a limit; other kinds are counted by their clocks."""
    rows = _calls(sheet, at).filter(overdue_since__isnull=False).order_by("overdue_since", "id")
    late = Clock.objects.filter(kind="hazard", name="rectify", stopped_at__isnull=True, due_at__lt=at, area_id__in=_ground(sheet, at))
    return {"n": rows.count(), "lines": [_told(r) for r in rows[:SHOWN]], "hazards": late.count()}


def _calls(sheet: MorningSheet, at: datetime) -> Any:
    return Call.objects.filter(state__in=LIVE, area_id__in=_ground(sheet, at))


def _ground(sheet: MorningSheet, at: datetime) -> list[int]:

    return areas_within(sheet.area_id, local_day(at)).ids


def _told(call: Call) -> dict[str, Any]:
    return {"what": call.goal[:80], "url": FLOWS["call"].url(call.uid), "since": call.rang_at.isoformat(),
            "level": str(call.get_to_level_display()), "priority": call.priority}
