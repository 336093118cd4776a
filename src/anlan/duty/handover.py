"""What one shift hands to the next: signed by who goes, by who comes, and by the leader on shift."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext_lazy as _

from anlan.calls.flow import LIVE
from anlan.calls.models import Call
from anlan.kernel import changes as c
from anlan.kernel.flows import FLOWS, NEW, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.instance import zone
from anlan.kernel.models import Stake
from anlan.kernel.rules import rule
from anlan.matters.models import Matter

from . import facts as load
from . import forms as f
from . import turns, wording
from .models import Handover, LoggedCall

MOST = 40


class State(models.TextChoices):
    GIVEN = "given", _("待接班")
    TAKEN = "taken", _("待领导签字")
    CONFIRMED = "confirmed", _("已交接")
    NOTED = "noted", _("更正待对方签字")


def ending(rules, at) -> Any:
    """The day whose shift is handed over: the one that ended within the hours in which that is still done, else the present one."""
    day = turns.day_at(rules, at, zone())
    late = timedelta(hours=rules.value("duty.handover_hours", day))
    return day - turns.DAY if at < turns.begin_of(rules, day, zone()) + late else day


def stands_on(rosters, day, post_id) -> bool:
    return post_id is not None and post_id in rosters.get(day.isoformat(), {}).values()


@rule(_("交班记录由当班人员签字"), reads=("rosters",))
def is_outgoing(case, facts, actor, when, given):
    return facts.rosters is not None and stands_on(facts.rosters, ending(facts.rules, when.at), actor.post_id)


@rule(_("须由接下一班的人员签字"), reads=("rosters",))
def is_incoming(case, facts, actor, when, given):
    return facts.rosters is not None and stands_on(facts.rosters, case.day + turns.DAY, actor.post_id)


@rule(_("交班和接班不能由同一人签字"))
def by_another(case, facts, actor, when, given):
    return actor.person_id != case.giver_id


@rule(_("须由交班或接班的带班领导签字"), reads=("rosters",))
def leads(case, facts, actor, when, given):
    days = (case.day, case.day + turns.DAY) if facts.rosters is not None else ()
    return actor.post_id is not None and actor.post_id in [facts.rosters.get(d.isoformat(), {}).get("leader") for d in days]


@rule(_("更正由交班人或接班人提出"))
def signed_it(case, facts, actor, when, given):
    return actor.person_id is not None and actor.person_id in (case.giver_id, case.taker_id)


@rule(_("更正须由另一方签字"))
def is_the_other(case, facts, actor, when, given):
    """Of the two who signed, the one who did not write the note."""
    wrote = case.notes[-1]["by_id"] if case.notes else None
    return actor.person_id is not None and wrote is not None and actor.person_id in {case.giver_id, case.taker_id} - {wrote}


@rule(_("这一班的交班记录已经签过"), reads=("open",))
def is_first(case, facts, actor, when, given):
    return ending(facts.rules, when.at).isoformat() not in facts.open.handed


class Open(NamedTuple):
    """What is not done in a body's hands, the oldest first. handed: the days that have been handed over."""

    matters: list[dict[str, str]]
    handed: frozenset[str]


def open_matters(subjects: list[Any]) -> list[Open]:
    """Calls to the body, matters that wait for its answer, telephone calls not dealt with; one statement for a set."""
    houses = {s.actor.organisation_id for s in subjects if not s.case.version} - {None}
    found = opens_of(houses) if houses else {}
    return [found.get(s.actor.organisation_id, Open([], frozenset())) for s in subjects]


OPENS: list[Callable[[Collection[int]], Any]] = []
"""Of apps above this one: what stands open with these bodies, each as `part` makes it."""


def opens_of(houses: Collection[int]) -> dict[int, Open]:
    """One statement, whatever is open."""
    owed = Stake.objects.filter(kind="matter", party_id__in=houses)
    first = owed.filter(case_id=OuterRef("id")).values("party_id")[:1]
    parts = (
        part("call", Call.objects.filter(to_party__in=houses, state__in=LIVE), F("to_party"), "goal", "rang_at"),
        part("matter", Matter.objects.filter(id__in=owed.values("case_id")), Subquery(first), "what", "opened_at"),
        part("logged_call", LoggedCall.objects.filter(organisation_id__in=houses, state="open"), F("organisation_id"), "what",
              "called_at"),
        part("handover", Handover.objects.filter(organisation_id__in=houses), F("organisation_id"), "", "given_at", F("day")))
    more = [make(houses) for make in OPENS]
    rows = list(parts[0].union(*parts[1:], *more, all=True).order_by("since"))
    return {house: Open([_line(r) for r in rows if r["party"] == house and r["kind"] != "handover"],
                        frozenset(r["what_"] for r in rows if r["party"] == house and r["kind"] == "handover")) for house in houses}


def part(kind: str, rows: Any, party: Any, what: str, since: str, said: Any = None) -> Any:
    """One kind's rows with the columns that all of them have; the oldest of each kind as far as a record holds them."""
    text = Cast(said, CharField()) if said is not None else Left(F(what), 80, output_field=CharField())
    return rows.order_by().values(kind=Value(kind), party=party, uid_=Cast(F("uid"), CharField()), what_=text, since=F(since),
                                  state_=F("state"))


def _line(row: Mapping[str, Any]) -> dict[str, str]:
    flow = FLOWS[row["kind"]]
    return {"kind": row["kind"], "what": row["what_"], "url": flow.url(row["uid_"]), "since": row["since"].isoformat(),
            "state": str(flow.states(row["state_"]).label)}


def handed_over(case, facts, actor, when, given):
    """The open matters are frozen as they stand at the signature."""
    day = ending(facts.rules, when.at)
    yield c.Set(organisation_id=actor.organisation_id, area_id=facts.house.area_id, day=day, matters=facts.open.matters[:MOST],
                matters_count=len(facts.open.matters), equipment=given.equipment, keyring=given.keyring, warnings=given.warnings or "",
                note=given.note or "", giver_id=actor.person_id, giver_post_id=actor.post_id, given_at=when.at)
    yield c.Event("handed_over")
    for post in sorted({*facts.rosters.get((day + turns.DAY).isoformat(), {}).values()}):
        yield c.Tell(post, wording.handed_over(day))
        yield c.Owe(post, "take")


handed_over.reads = ("house", "rosters", "open")


def taken_over(case, facts, actor, when, given):
    yield c.Set(taker_id=actor.person_id, taker_post_id=actor.post_id, taken_at=when.at)
    yield c.Release(role="take")
    leader = facts.rosters.get((case.day + turns.DAY).isoformat(), {}).get("leader")
    if leader:
        yield c.Tell(leader, wording.taken_over(case.day))
        yield c.Owe(leader, "confirm")


taken_over.reads = ("rosters",)


def confirmed(case, facts, actor, when, given):
    yield c.Set(leader_id=actor.person_id, leader_post_id=actor.post_id, confirmed_at=when.at)


def noted(case, facts, actor, when, given):
    """Written under what was signed, and owed by the other side's post."""
    theirs = case.taker_post_id if actor.person_id == case.giver_id else case.giver_post_id
    yield c.Set(notes=[*case.notes, {"text": given.text, "by": actor.name, "by_id": actor.person_id, "at": when.at.isoformat(),
                                     "other": "", "answer": "", "answered_at": None, "agreed": None}])
    yield c.Owe(theirs, "answer")
    yield c.Tell(theirs, wording.handover_noted(case.day, given.text))


def answered(agreed):
    def change(case, facts, actor, when, given):
        last = case.notes[-1] | {"other": actor.name, "answered_at": when.at.isoformat(), "agreed": agreed, "answer": given.answer or ""}
        yield c.Set(notes=[*case.notes[:-1], last])
        yield c.Tell(case.giver_post_id if actor.person_id == case.taker_id else case.taker_post_id,
                     wording.note_agreed(case.day) if agreed else wording.note_refused(case.day, given.answer))

    return change


HANDOVER = register(Flow(
    kind="handover", label=_("交接班"), model=Handover, states=State, final=(State.CONFIRMED,), link="/desk/handovers/{uid}/",
    title=lambda x: f"{x.day:%Y-%m-%d}", cell=lambda x: Cell(x.state, x.area_id, x.organisation_id),
    roles={"take": Owed(_("接班签字"), decides=True), "confirm": Owed(_("带班领导签字"), decides=True),
           "answer": Owed(_("对更正签字"), decides=True)},
    load={"house": Fact(load.own_house), "rosters": Fact(load.rosters_at), "open": Fact(open_matters)},
    moves=(
        Move("hand_over", _("交班签字"), NEW, State.GIVEN, by=is_outgoing, form=f.HandOverForm, says=_("{who}交班签字"),
             needs=(is_first,), does=(handed_over,), shown=False),
        Move("take_over", _("接班签字"), (State.GIVEN,), State.TAKEN, by=is_incoming, says=_("{who}接班签字"), needs=(by_another,),
             does=(taken_over,), primary=True),
        Move("confirm", _("领导签字"), (State.TAKEN,), State.CONFIRMED, by=leads, says=_("{who}签字确认交接"),
             does=(confirmed,), primary=True),
        Move("note", _("更正"), (State.CONFIRMED,), State.NOTED, by=signed_it, form=f.HandoverNoteForm, says=_("{who}更正：{text}"),
             does=(noted,), asks=_("已签字的内容不会改动，更正附在后面，由另一方签字。")),
        Move("agree", _("同意更正"), (State.NOTED,), State.CONFIRMED, by=is_the_other, says=_("{who}同意更正并签字"),
             does=(answered(True),), primary=True),
        Move("disagree", _("不同意更正"), (State.NOTED,), State.CONFIRMED, by=is_the_other, form=f.AnswerForm,
             says=_("{who}不同意更正：{answer}"), does=(answered(False),)),
    ),
))
