"""What a phone takes along: rounds, the units' files, the handbook, the ground, whom to call. Enough for seven days, no more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from anlan.calls.drawing import calls_drawn
from anlan.calls.models import Outcome, Priority
from anlan.calls.selectors import calls_of
from anlan.hazards.flow import DONE
from anlan.hazards.models import Control, Hazard, Level
from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter, rulebook
from anlan.patrols.facts import book_on
from anlan.patrols.models import Handbook, Item, Result, Round, SelfInspection, Visit
from anlan.patrols.positions import kept_for
from anlan.people.models import Organisation, Post, Sort
from anlan.people.scope import ground_of
from anlan.places.models import Boundary
from anlan.premises.models import Colour, Premises
from anlan.premises.place_types import place_types
from anlan.premises.selectors import premises_seen_by

DAYS = 7
EMERGENCY = (("119", "火警、救援"), ("110", "报警"), ("120", "急救"))
OWN_MOST = 20
METRE = 5  # decimals of a degree


def pack_for(actor: Actor, at: datetime, post: Post) -> dict[str, Any]:
    """The same day and state give the same pack."""
    day = local_day(at)
    visits = list(Visit.objects.filter(round__post_id__in=actor.parties, round__day__range=(day, day + timedelta(days=DAYS - 1)))
                  .select_related("round", "premises").order_by("round__day", "round_id", "turn", "id"))
    own = {p.id: p for p in premises_seen_by(actor, at).exclude(state="closed").order_by("id")[:OWN_MOST]} if actor.is_any("unit") else {}
    units = {**own, **{v.premises_id: v.premises for v in visits}}
    return {"person": actor.name, "title": actor.title, "post": str(post.uid), "day": day.isoformat(),
            "language": get_language(), "rounds": _rounds(visits), "own": _own(own), "units": _units(units, day),
            "handbook": _handbook(day),
            "place_types": [{"code": p.code, "name": p.name, "handbook": list(p.handbook)} for p in place_types().values()],
            "boundaries": _boundaries(actor, at), "calls": _calls(actor), "phones": _phones(actor, day),
            "words": {name: dict(_choices(choices)) for name, choices in (
                ("results", Result), ("controls", Control), ("levels", Level), ("outcomes", Outcome), ("colours", Colour),
                ("priorities", Priority))}}


def _own(units: dict[int, Premises]) -> list[dict[str, Any]]:
    """The units whose own people ask, each with the day of its last own inspection."""
    last = dict(SelfInspection.objects.filter(premises__in=units).order_by("premises_id", "-done_on").distinct("premises_id")
                .values_list("premises_id", "done_on")) if units else {}
    return [{"unit": str(p.uid), "last": last[p.id].isoformat() if p.id in last else None} for p in units.values()]


def place_rules(shares_since: datetime | None, at: datetime) -> dict[str, Any]:
    """Whether this phone may tell where it is, how often it should, and for how many minutes it is kept."""
    return {"since": _instant(shares_since), "every_s": int(parameter("patrol.position_seconds", local_day(at))),
            "minutes": int(kept_for(at).total_seconds() // 60)}


def tag_of(pack: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(pack, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def _choices(choices: Any) -> Iterable[tuple[str, str]]:
    return ((value, str(label)) for value, label in choices.choices)


def _rounds(visits: Iterable[Visit]) -> list[dict[str, Any]]:
    rounds: dict[Round, list[Visit]] = {}
    for visit in visits:
        if visit.round:
            rounds.setdefault(visit.round, []).append(visit)
    return [{"uid": str(r.uid), "name": r.name, "day": r.day.isoformat(), "visits": [
        {"uid": str(v.uid), "turn": v.turn, "unit": str(v.premises.uid), "state": v.state, "result": v.result}
        for v in held]} for r, held in rounds.items()]


def _units(units: dict[int, Premises], day: date) -> dict[str, Any]:
    last = {v.premises_id: v for v in Visit.objects.filter(premises__in=units, state="done").order_by(
        "premises_id", "-finished_at", "-id").distinct("premises_id")}
    standing: dict[int | None, list[dict[str, Any]]] = {}
    for h in Hazard.objects.filter(premises__in=units).exclude(state__in=DONE).order_by("due_on", "id"):
        standing.setdefault(h.premises_id, []).append(
            {"what": h.what, "place": h.place, "level": h.level, "due_on": h.due_on.isoformat() if h.due_on else None,
             "late": bool(h.due_on and h.due_on < day)})
    return {str(p.uid): {
        "name": str(p), "address": p.address, "type": p.place_type, "colour": p.colour, "lon": p.lon, "lat": p.lat,
        "gas": p.get_gas_display(), "cylinders": p.cylinders, "storeys": p.storeys, "exits": p.exits,
        "manager": p.safety_manager or p.operator or p.legal_person,
        "last": _last(last.get(p.id)), "hazards": standing.get(p.id, [])} for p in units.values()}


def _last(visit: Visit | None) -> dict[str, Any] | None:
    if visit is None or visit.finished_at is None:
        return None
    return {"on": local_day(visit.finished_at).isoformat(), "result": visit.result, "signer": visit.signer,
            "answers": visit.answers.get("items") or {}}


def _handbook(day: date) -> dict[str, Any] | None:
    book = Handbook.objects.filter(valid_from__lte=day).order_by("-valid_from", "-version").first()
    if book is None:
        return None
    english = dict(Item.objects.filter(handbook=book).values_list("code", "text_en"))
    return {"version": book.version, "items": [
        {"code": i.code, "text": i.text, "en": english[i.code], "level": i.level, "days": i.days, "basis": i.basis,
         "pending": i.pending} for i in book_on(book, day).items.values()]}


def _boundaries(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """The actor's own ground and what lies in it, each in its newest shape."""
    ground = ground_of(actor, at)
    if ground is None or ground.is_all:
        return []
    rows = Boundary.objects.filter(area_id__in=list(ground.ids), state="active", valid_from__lte=local_day(at)).order_by(
        "area_id", "-valid_from").distinct("area_id").select_related("area")
    return [{"uid": str(b.area.uid), "name": b.area.name, "level": b.area.level, "shape": _rounded(b.geometry)} for b in rows[:60]]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, METRE)
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def _calls(actor: Actor) -> list[dict[str, Any]]:
    """due_at: the soonest limit that runs; meet_at, meet_place: where the caller waits."""
    return [{"uid": str(x.uid), "code": x.code, "goal": x.goal, "priority": x.priority, "state": x.state, "caller": x.caller or "",
             "place": x.premises.address if x.premises else x.matter.place if x.matter else "",
             "due_at": _instant(x.next_due), "meet_at": _instant(x.meet_at), "meet_place": x.meet_place}
            for x in calls_drawn(calls_of(actor)).select_related("premises", "matter").order_by("opened_at", "id")[:50]]


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _phones(actor: Actor, day: date) -> list[dict[str, str]]:
    """Emergency numbers first, then the houses of one's own ground from below upwards."""
    lineage = rulebook().lineage(actor.area_id, day) if actor.area_id else frozenset()
    houses = Organisation.objects.filter(Q(sort__in=(Sort.COMMUNITY, Sort.STREET_OFFICE, Sort.DEPARTMENT)), area__in=lineage).exclude(
        phone="").order_by("-area__level", "id")[:20]
    return [{"name": name, "phone": phone} for phone, name in EMERGENCY] + [{"name": h.name, "phone": h.phone} for h in houses]
