"""What the moves of a call change. Pure: everything they need is in the facts."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid5

from anlan.kernel import changes as c
from anlan.kernel.instance import local_day
from anlan.kernel.rules import reads
from anlan.kernel.worktime import Limit
from anlan.toolkit.codes import public_code

from . import ladder, routing, wording
from . import rules as r
from .models import Level, Outcome, Priority, Reason

# Ringing


@reads("matter", "ways")
def rang(case, facts, actor, when, given):
    """A call rings: it hangs on its matter, and its callee owes a signature."""
    matter, route = facts.matter, r.route_of(facts, actor, when, given)
    held = matter.hazards.get(str(given.hazard)) if given.hazard else next(iter(matter.hazards.values()), None)
    call = {
        "area_id": matter.area_id, "matter_id": matter.id, "hazard_id": held[0] if held else None,
        "premises_id": matter.premises_id, "place": matter.place, "seq": matter.calls + 1,
        "from_level": Level.RESIDENT if given.on_behalf else r.level_of(actor), "from_party": r.party_of(actor),
        "caller_id": actor.person_id, "to_level": route.level, "to_party": route.party_id, "duty_post": route.duty_post,
        "trade": given.trade or "", "priority": given.priority, "reason": given.reason, "tried": given.tried or "",
        "goal": given.goal, "wanted": given.wanted or "", "meet_at": given.meet_at, "meet_place": given.meet_place or "",
        "lower": given.lower, "climbed": False, "climbed_from": None}
    yield from begun(case, facts, when, call)
    yield from sent(matter)
    yield c.Also(c.Ref("matter", matter.uid), "hang", {"case": me(case), "rung": route.level})
    for sha in given.photos or ():
        yield c.Attach(sha, "before")
    if given.lower:
        yield c.Also(c.Ref("call", given.lower), "wait", {"above": str(case.uid)})
    bodies = {b.uid: b.id for b in facts.ways.bodies.values()}
    for party in dict.fromkeys(bodies[uid] for uid in given.assistants or () if bodies[uid] != route.party_id):
        yield summons(case.uid, case.uid, party, given.wanted or given.goal, matter.area_id, given.priority, route.level)


def climbed_in(case, facts, actor, when, given):
    """The call that takes the place of one below; everything comes with it, and whoever waited for that waits for this."""
    call = dict(given)
    waiting = call.pop("followers", ())
    yield from begun(case, facts, when, call)
    for party in waiting:
        yield c.Owe(party, "follow")


def begun(case, facts, when, call):
    limits = ladder.limits_of(facts.rules, facts.day, call["priority"], call["to_level"])
    yield c.Set(code=public_code(case.uid, "K"), rang_at=when.told_at, limits=limits, **call)
    yield from ring(facts, call, limits)
    yield c.Owe(call["from_party"], "follow")
    yield c.Event("called")
    yield c.Event("kept")
    if call["climbed"]:
        yield c.Event("climbed")


def sent(matter):
    """Sent by a person, not by a clock; late where the matter had lain unanswered beyond its limit."""
    yield c.Event("sent")
    if not matter.unanswered:
        yield c.Event("sent_in_time")


def ring(facts, call, limits):
    """The callee's clock starts when it is told: nobody is late for a call that never rang."""
    yield c.Start("sign", Limit.of(limits["sign"]), ("climb",), call["to_party"],
                  float(facts.value("call.remind_share")), starts="told_at", rule_id=ladder.table_id(facts.rules, facts.day))
    for party in filter(None, (call["to_party"], call["duty_post"])):
        yield c.Owe(party, "sign")
        yield c.Tell(party, wording.rings(call), rings=call["priority"] == Priority.P1)


def summons(parent, call, party, why, area_id, priority, level, came_with=None):
    """An assistant of the call `call`; parent names the deed that summons, so that it summons once."""
    return c.Spawn("attendance", uuid5(parent, f"attend{party}"), "summon", {
        "call": c.Ref("call", call), "party": party, "why": why[:200], "area_id": area_id, "priority": priority,
        "level": level, **({"came_with": came_with} if came_with else {})})


def me(case) -> str:
    return f"call:{case.uid}"


def _belongs(case):
    """All figures of a call belong to the day on which it was made."""
    return local_day(case.opened_at)


def event(case, cell, amount=1, **more):
    return c.Event(cell, amount, belongs_on=_belongs(case), **more)


# Climbing


@reads("matter", "ways", "circle")
def climbed(case, facts, actor, when, given):
    """Nobody signed: one rung up by itself, and who missed it stays an assistant."""
    upper, route = uuid5(case.uid, "climb"), r.next_above(case, facts, when)
    yield c.Set(ended_at=when.at)
    yield event(case, "missed")
    yield from handed_up(case, facts, upper, route, Reason.UNSIGNED, case.goal, climbed=True)
    yield c.Tell(case.to_party, wording.climbed(case.goal), urgent=True)
    yield c.Tell(case.from_party, wording.caller_told_of_climb(route.level, case.goal), urgent=case.priority == Priority.P1)
    if case.priority == Priority.P1:
        for deputy in routing.deputies(facts.ways, case.to_party):
            yield c.Tell(deputy, wording.deputy_rings(case.goal), rings=True)


@reads("matter", "ways", "circle")
def passed_up(case, facts, actor, when, given):
    """What the callee could not do, or sent back, goes one rung up: by the caller's wish, or by itself when she is silent."""
    yield c.Set(ended_at=when.at)
    yield event(case, "passed_up")
    yield from handed_up(case, facts, uuid5(case.uid, "climb"), r.next_above(case, facts, when),
                         given.reason or Reason.CANNOT, given.goal or case.goal, climbed=bool(actor.system))


def handed_up(case, facts, upper, route, reason, goal, *, climbed):
    """The same call to the next rung; it hangs on the matter instead, and the team moves with it."""
    yield c.Spawn("call", upper, "climb_in", {
        **{name: getattr(case, name) for name in ("area_id", "matter_id", "hazard_id", "premises_id", "place", "from_level",
                                                  "from_party", "caller_id", "trade", "priority", "wanted", "lower")},
        "seq": facts.matter.calls + 1, "to_level": route.level, "to_party": route.party_id, "duty_post": route.duty_post,
        "reason": reason, "tried": case.finding, "goal": goal, "meet_at": None, "meet_place": case.meet_place,
        "climbed": climbed, "climbed_from": case.uid, **_followers(case, facts)})
    for matter in _matters(facts):
        yield c.Also(c.Ref("matter", matter), "rehang", {"was": me(case), "case": f"call:{upper}", "rung": route.level})
    for joined in facts.circle.joined:
        yield c.Also(c.Ref("call", joined.uid), "follow_lead", {"lead": upper, "to_level": route.level})
    yield from team_released(facts)
    helpers = {case.to_party: (wording.was_unsigned(), None), **{h.party: (h.why, h.came_with) for h in facts.circle.team}}
    for party, (why, came_with) in helpers.items():
        if party not in (route.party_id, case.from_party):
            yield summons(upper, upper, party, why, case.area_id, case.priority, route.level, came_with)


def _followers(case, facts):
    """Those whose own calls were merged into this one wait for the next one too."""
    waiting = sorted({j.from_party for j in facts.circle.joined} - {case.from_party})
    return {"followers": waiting} if waiting else {}


def _matters(facts):
    """The call's own matter, and those of the calls merged into it, while they are open."""
    others = {j.matter: None for j in facts.circle.joined if j.live and j.matter_id != facts.matter.id}
    return [facts.matter.uid, *others]


def team_released(facts):
    for helper in facts.circle.team:
        yield c.Also(c.Ref("attendance", helper.uid), "release", {})


@reads("matter", "ways", "circle")
def taken_back(case, facts, actor, when, given):
    """A higher level takes the matter to itself (收回): it owes now, and the callee is free."""
    upper = uuid5(case.uid, "climb")
    level = r.level_of(actor)
    route = routing.Route(level, r.party_of(actor))
    yield c.Set(ended_at=when.at)
    yield event(case, "taken_back")
    yield from handed_up(case, facts, upper, route, Reason.TAKEN_BACK, case.goal, climbed=False)
    for party in (case.to_party, case.from_party):
        yield c.Tell(party, wording.taken_back(given.reason_text))


# Signing, coming, doing


def signed(case, facts, actor, when, given):
    in_time = "sign" in facts.clocks and when.at <= facts.clocks["sign"].due_at
    yield c.Set(signed_at=when.at, signer_id=actor.person_id)
    yield event(case, "signed")
    yield event(case, "signed_in_time" if in_time else "signed_late")
    yield event(case, "minutes_to_sign", minutes(case.rang_at, when.at))
    yield c.Release(role="sign")
    yield from at_work(case, facts)
    yield c.Tell(case.from_party, wording.signed(case.goal))


def at_work(case, facts):
    """Both limits run from the ringing; a summons to a time and place is kept by that time."""
    rule_id = ladder.table_id(facts.rules, facts.day)
    yield c.Owe(case.to_party, "finish")
    yield c.Start("finish", Limit.of(case.limits["finish"]), ("go_overdue",), case.to_party, since=case.rang_at,
                  rule_id=rule_id)
    if case.arrived_at is None and case.priority != Priority.P4:
        yield c.Owe(case.to_party, "arrive")
        yield c.Start("arrive", Limit.of(case.limits["arrive"]), ("go_late",), case.to_party, since=case.rang_at,
                      rule_id=rule_id, due=case.meet_at)
        yield event(case, "arrival_owed")


def minutes(since, until) -> Decimal:
    return max(Decimal((until - since).total_seconds()) / 60, Decimal(0)).quantize(Decimal("0.01"))


def arrived(case, facts, actor, when, given):
    clock = facts.clocks.get("arrive")
    yield c.Set(arrived_at=when.at)
    yield event(case, "arrived")
    yield event(case, "arrived_in_time" if clock is not None and when.at <= clock.due_at else "arrived_late")
    yield event(case, "minutes_to_arrival", minutes(case.rang_at, when.at))
    yield c.Release(role="arrive")
    yield c.Tell(case.from_party, wording.arrived(case.goal))


def replied(case, facts, actor, when, given):
    yield c.Set(replied_at=when.at)
    yield c.Tell(case.from_party, wording.replied(given.progress))
    for sha in given.photos or ():
        yield c.Attach(sha, "scene")


@reads("circle")
def finished(case, facts, actor, when, given):
    """The callee is done; now the caller owes a rating."""
    clock = facts.clocks.get("rework") or facts.clocks.get("finish")
    first, kept = case.finished_at is None, clock is not None and when.at <= clock.due_at
    yield c.Set(finished_at=when.at, result=given.result, finding=given.finding, overdue_since=None)
    if first:
        yield c.Set(in_time=kept)
        yield event(case, "finished")
        yield event(case, "finished_in_time" if kept else "finished_late")
    for sha in given.photos or ():
        yield c.Attach(sha, "after")
    for role in ("sign", "arrive", "finish", "rework"):
        yield c.Release(role=role)
    yield c.Owe(case.from_party, "rate")
    yield c.Owe(case.to_party, "follow")
    yield c.Tell(case.from_party, wording.finished(case.goal))


def reworked(case, facts, actor, when, given):
    """Not satisfied: handled again, once, with a clock of its own."""
    yield c.Set(reworks=case.reworks + 1)
    yield event(case, "reworked")
    yield from checked(case)
    yield c.Release(role="rate")
    yield c.Owe(case.to_party, "rework")
    yield c.Start("rework", Limit.of(case.limits["finish"]), ("go_overdue",), case.to_party,
                  rule_id=ladder.table_id(facts.rules, facts.day))
    yield c.Tell(case.to_party, wording.reworked(case.goal), rings=case.priority == Priority.P1)


def checked(case):
    """The caller looked at the result before her limit ran out: once a call, whether she rates it or sends it back."""
    if case.reworks == 0:
        yield event(case, "checked")


def ended(case):
    yield event(case, "closed")
    if case.in_time:
        yield event(case, "closed_in_time")


@reads("matter", "circle")
def closed(case, facts, actor, when, given):
    solved = given.solved == "yes"
    yield c.Set(ended_at=when.at, response_stars=given.response_stars, result_stars=given.result_stars, solved=solved,
                comment=given.comment or "")
    yield from ended(case)
    yield from checked(case)
    yield event(case, "rated")
    yield event(case, "stars_response", given.response_stars)
    yield event(case, "stars_result", given.result_stars)
    if solved:
        yield event(case, "solved")
    if given.result_stars >= int(facts.value("call.satisfied_from")):
        yield event(case, "satisfied")
    yield c.Tell(case.to_party, wording.closed(case.goal))
    yield from over(case, facts, solved=solved)


@reads("matter", "circle")
def lapsed(case, facts, actor, when, given):
    """Nobody rated in time: closed and unrated (domain.md 4.9 [unsure]: three working days)."""
    yield c.Set(ended_at=when.at)
    yield from ended(case)
    yield event(case, "closed_unrated")
    yield from over(case, facts, solved=case.result == Outcome.SOLVED)


def over(case, facts, *, solved):
    """The call hangs on its matter no longer; what waited for it goes on; without a solution the matter waits again."""
    yield from team_released(facts)
    joined = facts.circle.joined
    for lower in dict.fromkeys(filter(None, (case.lower, *(j.lower for j in joined)))):
        yield c.Also(c.Ref("call", lower), "go_on", {})
    for party in dict.fromkeys(j.from_party for j in joined):
        yield c.Tell(party, wording.lead_is_over(case.goal))
    if facts.matter is not None and facts.matter.state in ("open", "answered"):
        yield let_go(case, facts.matter.uid, facts.matter.hanging, solved)
    for matter, hanging in {j.matter: j.hanging for j in joined if j.live and j.matter_id != case.matter_id}.items():
        yield let_go(case, matter, hanging, solved)


def let_go(case, matter, hanging, solved):
    """The last that hung on the matter settles it, or hands it back to be answered."""
    others = [h for h in hanging if h != me(case)]
    move = "let_go" if others else "settle" if solved else "hand_back"
    return c.Also(c.Ref("matter", matter), move, {"case": me(case)})


# Sending back, calling off, waiting


SENT = ("called", "kept", "sent", "sent_in_time")
SIGNING = ("signed", "signed_in_time", "signed_late", "minutes_to_sign", "arrival_owed")
COMING = ("arrived", "arrived_in_time", "arrived_late", "minutes_to_arrival")


def uncounted(*cells):
    return (c.TakeBack(cell) for cell in cells)


def returned(case, facts, actor, when, given):
    """Once, with a reason, within its limit. The caller owes the next step; left alone it climbs.

    Whoever sends back what was signed has not signed: the next signature is the one that counts.
    """
    yield c.Set(returns=case.returns + 1, signed_at=None, signer_id=None)
    yield event(case, "returned")
    yield from uncounted("kept", *SIGNING)
    for role in ("sign", "arrive", "finish"):
        yield c.Release(role=role)
    yield c.Owe(case.from_party, "resend")
    yield c.Start("resend", Limit.of(case.limits["sign"]), ("pass_up",), case.from_party,
                  rule_id=ladder.table_id(facts.rules, facts.day))
    yield c.Tell(case.from_party, wording.returned(given.reason_text), rings=case.priority == Priority.P1)


@reads("matter", "ways")
def resent(case, facts, actor, when, given):
    """To the same callee with an answer, or to another department; it rings anew."""
    route = resend_route(case, facts, when, given)
    call = {"to_level": route.level, "to_party": route.party_id, "duty_post": route.duty_post,
            "trade": given.trade or case.trade, "priority": case.priority, "goal": case.goal}
    limits = ladder.limits_of(facts.rules, facts.day, case.priority, route.level)
    yield c.Set(rang_at=when.told_at, limits=limits, **{k: call[k] for k in ("to_level", "to_party", "duty_post", "trade")})
    yield c.Release(role="resend")
    yield from ring(facts, call, limits)


def resend_route(case, facts, when, given):
    if not given.department and not given.trade:
        return routing.Route(case.to_level, case.to_party, case.duty_post)
    wish = r.wish_of(facts.matter, facts, when, trade=given.trade, department=given.department)
    found = routing.route(facts.rules, facts.ways, wish, Level.DEPARTMENT, but=frozenset({case.from_party}))
    return found or routing.Route(case.to_level, case.to_party, case.duty_post)


@reads("matter", "circle")
def called_off(case, facts, actor, when, given):
    """The caller takes the call back; what never was late counts as never called."""
    yield c.Set(ended_at=when.at)
    if case.signed_at is None and case.returns == 0:
        yield from uncounted(*SENT)
    yield event(case, "called_off")
    yield c.Tell(case.to_party, wording.called_off(given.reason_text))
    yield from over(case, facts, solved=False)


def waits(case, facts, actor, when, given):
    """The level above has been called meanwhile: the limit to finish stands still, on record."""
    for name in ("finish", "rework"):
        yield c.Pause(name, wording.waits_for_above())


def goes_on(case, facts, actor, when, given):
    if case.state not in ("signed", "arrived"):
        return
    for name in ("finish", "rework"):
        yield c.Resume(name)
    yield c.Tell(case.to_party, wording.may_go_on(case.goal))


@reads("ways", "circle")
def invited(case, facts, actor, when, given):
    party = next(b.id for b in facts.ways.bodies.values() if b.uid == given.organisation)
    yield summons(uuid5(case.uid, str(case.version)), case.uid, party, given.why, case.area_id, case.priority, case.to_level)


def reported_again(case, facts, actor, when, given):
    """The same, told by somebody else: the reporter is kept, the matter is not opened twice."""
    yield c.Set(reports=case.reports + 1)
    yield c.Event("reported_again")
    yield c.Tell(case.to_party, wording.reported_again(given.what))


# What the clocks do


def went_late(case, facts, actor, when, given):
    yield event(case, "not_there_in_time")
    for party in (case.to_party, case.from_party):
        yield c.Tell(party, wording.late(case.goal), urgent=case.priority == Priority.P1)


def went_overdue(case, facts, actor, when, given):
    yield c.Set(overdue_since=when.at)
    yield event(case, "overdue")
    for party in (case.to_party, case.from_party):
        yield c.Tell(party, wording.overdue(case.goal), urgent=case.priority == Priority.P1)


def chased(case, facts, actor, when, given):
    for party in (case.to_party, case.from_party):
        yield c.Tell(party, wording.chased(case.goal))
