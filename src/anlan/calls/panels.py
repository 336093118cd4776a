"""What the call's page shows besides its facts: the ladder, who takes part, who has read it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as lazy

from anlan.people.models import Organisation, Person
from anlan.people.scope import sees_area
from anlan.toolkit.registers import Panel
from anlan.toolkit.ui import signs

from . import drawing
from .attendance import State
from .models import Attendance, Call, CallRead
from .selectors import calls_seen_by

TONES = {"summoned": "new", "signed": "working", "present": "working", "left": "closed", "released": "stopped"}


def ladder(view: Any) -> str:
    """All calls on the matter, rung by rung."""
    calls = list(drawing.calls_drawn(Call.objects.filter(matter=view.case.matter_id)).order_by("id"))
    on_ground = sees_area(view.actor, view.known.lineage(view.case.area_id))
    parties = set(view.actor.parties)
    rungs = drawing.rungs_of(calls, view.at, view.case.id,
                             lambda call: on_ground or not parties.isdisjoint((call.to_party, call.from_party)))
    return render_to_string("calls/ladder.html", {"rungs": rungs, "now": view.at})


def helpers(view: Any) -> str:
    body = Organisation.objects.filter(id=OuterRef("party")).values("name")[:1]
    rows = list(Attendance.objects.filter(call=view.case.id).annotate(who=Subquery(body)).order_by("id")[:50])
    if not rows:
        return ""
    told = [(a, signs.state_sign(str(State(a.state).label), "late" if a.absent and a.state == "summoned" else TONES[a.state]))
            for a in rows]
    return render_to_string("calls/helpers.html", {"helpers": told, "now": view.at})


def readers(view: Any) -> str:
    """Read receipts: who of callee and assistants opened the call, and when first. Opening it is noted here."""
    who = Person.objects.filter(id=OuterRef("person_id")).values("name")[:1]
    rows = list(CallRead.objects.filter(call=view.case.id).annotate(who=Subquery(who)).order_by("read_at", "id")[:50])
    if _takes_part(view) and view.actor.person_id not in {r.person_id for r in rows}:
        CallRead.objects.bulk_create([CallRead(call_id=view.case.id, person_id=view.actor.person_id, post_id=view.actor.post_id,
                                               read_at=view.at)], ignore_conflicts=True)
    return render_to_string("calls/readers.html", {"readers": rows, "now": view.at}) if rows else ""


def _takes_part(view: Any) -> bool:
    """Whoever the call is for; those who only look on leave no receipt."""
    case, parties = view.case, view.actor.parties
    return view.actor.person_id is not None and (case.to_party in parties or case.duty_post in parties)


def joined(view: Any) -> str:
    """On a merged call the one that leads; on the lead those that were merged into it, as far as the reader may see them."""
    case = view.case
    if case.state != "merged" and not case.reports:
        return ""
    wanted = {"uid": case.merged_into} if case.state == "merged" else {"merged_into": case.uid, "state": "merged"}
    rows = list(drawing.named(calls_seen_by(view.actor, view.at).filter(**wanted), "from_party", "caller").order_by("id")[:50])
    return render_to_string("calls/joined.html", {
        "calls": rows, "leads": case.state == "merged", "now": view.at}) if rows else ""


LADDER = Panel(lazy("逐级呼叫"), ladder)
JOINED = Panel(lazy("合并办理"), joined)
HELPERS = Panel(lazy("协办"), helpers)
READERS = Panel(lazy("已读"), readers)
