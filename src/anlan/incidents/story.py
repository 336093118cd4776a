"""The one timeline of an incident: every deed on it and on what hangs on it, oldest first; nothing in it is ever changed."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, NamedTuple

from django.db.models import Q

from anlan.kernel.flows import FLOWS
from anlan.kernel.models import Entry
from anlan.kernel.wording import sentence
from anlan.resources.models import AgreementCall, Callout, Transfer
from anlan.toolkit.registers.names import names_of
from anlan.toolkit.ui import parts

from .models import Crew, Incident, InfoReport, Instruction, Judgement, Need, Relay

HANGS = {"relay": Relay, "info_report": InfoReport, "instruction": Instruction, "judgement": Judgement, "field_crew": Crew, "need": Need}
CALLED = {"callout": Callout, "transfer": Transfer, "agreement_call": AgreementCall}
"""Of lower apps, whose rows name the case they are for."""
NAMED = {"relay": ("set", "who"), "field_crew": ("set", "name"), "need": ("set", "what"), "instruction": ("set", "what"),
         "callout": ("given", "name")}
"""Where the deed that begins a case says what it is called."""
KINDS = ("incident", *HANGS, *CALLED)
MOST = 400


class Line(NamedTuple):
    entry: Entry
    kind: str
    sentence: str


def lines(incident: Incident, most: int = MOST) -> list[Line]:
    """The newest `most` deeds, oldest first. Two statements."""
    where = Q(kind="incident", subject_id=incident.id)
    for kind, model in HANGS.items():
        where |= Q(kind=kind, subject_id__in=model._default_manager.filter(incident=incident.id).values("id"))
    for kind, model in CALLED.items():
        where |= Q(kind=kind, subject_id__in=model._default_manager.filter(for_kind="incident", for_uid=incident.uid).values("id"))
    found = list(Entry.objects.filter(where).order_by("-at", "-id")[:most])[::-1]
    names = names_of([e.actor_id for e in found], [e.post_id for e in found])
    whose = {(e.kind, e.subject_id): name for e in found if e.kind in NAMED and (name := _name(e))}
    return [_line(e, names, incident, whose) for e in found]


def _name(entry: Entry) -> str:
    """As the deed that began it has it."""
    part, key = NAMED[entry.kind]
    name = entry.data.get(part, {}).get(key) if entry.n == 1 else ""
    return name if isinstance(name, str) else ""


def _line(entry: Entry, names: Any, incident: Incident, whose: dict[tuple[str, int], str]) -> Line:
    """Of several alike each is named: a relay from the first, since three of them begin at once, others where they go on."""
    label = str(FLOWS[entry.kind].label)
    name = whose.get((entry.kind, entry.subject_id))
    if name and (entry.kind == "relay" or entry.n > 1):
        label += f"（{name[:30]}）"
    given = {**entry.data.get("given", {}), **{k: v for k, v in entry.data.get("set", {}).items() if not isinstance(v, list)}}
    title = str(given.get("what") or given.get("title") or given.get("who") or incident.title)
    return Line(entry, label, sentence(entry, names.who(entry.actor_id, entry.post_id), {"title": title}))


def kinds_of(told: list[Line]) -> Container[str]:
    """What hangs on the incident; where the timeline is full it may be anything."""
    return KINDS if len(told) == MOST else {line.entry.kind for line in told}


def trail(told: list[Line]) -> list[parts.TrailEntry]:
    return [parts.TrailEntry(x.entry.at, f"{x.kind}：{x.sentence}", late=bool(x.entry.data.get("late"))) for x in told]
