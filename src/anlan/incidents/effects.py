"""What the moves of an incident and of a relay change. Pure: everything they need is in the facts."""

from __future__ import annotations

from uuid import uuid5

from anlan.kernel import changes as c
from anlan.kernel.rules import reads
from anlan.toolkit.codes import public_code
from anlan.toolkit.layers import place_at

from . import chain, wording
from .models import COUNTS, Rung, Sort
from .rules import watch_of

TEXTS = ("loss_yuan", "place", "happened_at", "subtype", "course", "cause", "influence", "measures", "needs", "forces", "site_leader",
         "site_phone")


# The incident


@reads("where")
def opened(case, facts, actor, when, given):
    known_at = given.known_at or when.at
    counts = {n: given[n] for n in COUNTS if given.get(n) is not None}
    found = chain.met(chain.table(facts.rules, facts.day), given.triggers or (), _text(given), counts)
    first = min(filter(None, (known_at, given.source_known_at)))
    held = {n: given[n] for n in ("place", "subtype", "grade", "measures", "site_leader", "site_phone", "source") if given.get(n)}
    yield c.Set(area_id=facts.where.area_id, code=public_code(case.uid, "T"), title=given.title, sort=given.sort or Sort.ACCIDENT,
                happened_at=given.happened_at, known_at=first, matter_uid=given.matter, call_uid=given.call, triggers=found,
                **held, **counts)
    yield place_at(given.lon, given.lat)
    yield c.Event("opened")
    yield from counted(case, counts)
    if found:
        weight = chain.Weight(given.sort or Sort.ACCIDENT, given.grade or "", _sensitive(facts, found))
        yield from started(case, facts, actor, when, weight, given.title, known_at, given)


def counted(case, counts):
    """Signed amounts: the sum of a figure's marks up to an instant is what was known then."""
    for name, value in counts.items():
        if step := value - (getattr(case, name) or 0):
            yield c.Event(name, step)


def _text(given) -> str:
    return " ".join(filter(None, (given.title, given.place, given.measures, given.course)))


def _sensitive(facts, triggers) -> bool:
    return chain.is_sensitive(chain.table(facts.rules, facts.day), triggers)


def started(case, facts, actor, when, weight, title, known_at, given):
    """Both desks owe from now on, and whoever knew before them from when it knew."""
    own, where = facts.where.rung_of(actor.organisation_id), facts.where
    told = {}
    if given.source_rung and given.source_rung != own:
        told[given.source_rung] = _source(given, own, known_at)
    if own and own not in chain.DESKS:
        told[own] = {"known_at": known_at, "known_how": wording.known_first()}
    for desk in chain.DESKS:
        told[desk] = _desk(desk, own, where, when, known_at, given)
    gaps = [desk for desk in chain.DESKS if where.body(desk) is None]
    yield c.Set(chain_at=when.at, gaps=gaps, rungs=[str(rung) for rung in told])
    yield c.Event("reportable")
    for rung, values in told.items():
        yield relay(case, where, rung, title, weight, values)
    yield from _heard_on_the_ground(facts, when, told, title)
    if Rung.GOVOFFICE in gaps and (bureau := where.body(Rung.BUREAU)):
        yield from heard(facts, when, bureau.id, wording.desk_is_missing(title), rings=True)


def _source(given, own, known_at):
    """Who phoned: its clocks run from when it says it knew, and its call is the phone report."""
    whom = wording.name_of(own or Rung.BUREAU)
    return {"known_at": given.source_known_at or known_at, "known_how": given.source or wording.known_first(),
            "phoned_at": known_at, "phoned_whom": whom}


def _desk(desk, own, where, when, known_at, given):
    """The desk that writes it down knew when it was told; the other one knows when this notice reaches it."""
    if where.body(desk) is None:
        return {}
    if desk == own:
        how = wording.known_by_report(wording.name_of(given.source_rung)) if given.source_rung else given.source or wording.known_first()
        return {"known_at": known_at, "known_how": how[:120], "seen_at": when.at}
    return {"known_at": when.told_at, "known_how": wording.known_by_system(), "rings": True}


def relay(case, where, rung, title, weight, values):
    body = where.body(rung)
    return c.Spawn("relay", relay_uid(case, rung), "start" if values.get("known_at") else "await", {
        "incident": c.Ref("incident", case.uid), "rung": rung, "party": body.id if body else None,
        "who": body.name if body else wording.name_of(rung), "area_id": where.area_id, "title": title, "weight": list(weight), **values})


def relay_uid(case, rung):
    """Of the chain that runs now: one that was withdrawn keeps its own."""
    return uuid5(case.uid, f"{rung}/{case.chains}" if case.chains else rung)


def _heard_on_the_ground(facts, when, told, title):
    """Community and street of the place hear of it, also where they owe no report."""
    for rung in (Rung.COMMUNITY, Rung.STREET):
        if rung not in told and (body := facts.where.body(rung)):
            yield from heard(facts, when, body.id, wording.happened_on_your_ground(title))


def heard(facts, when, party, said, **how):
    """News for a body: for whoever is on shift there by night."""
    yield from watch_of(facts).told(facts.rules, when.told_at, party, said, **how)


@reads("where")
def updated(case, facts, actor, when, given):
    """The newest facts; the older ones stand in the journal. A trigger met only now starts the chain now."""
    counts = {n: given[n] for n in COUNTS if given.get(n) is not None and given[n] != getattr(case, n)}
    texts = {n: given[n] for n in TEXTS if given.get(n) not in (None, "")}
    known = {n: getattr(case, n) for n in COUNTS} | counts
    ticked = set(given.triggers or ())
    found = chain.met(chain.table(facts.rules, facts.day), {*case.triggers, *ticked}, _text(given), known)
    barred = set(case.retracted) - ticked
    found = {code: how for code, how in found.items() if code not in barred}
    yield c.Set(**counts, **texts, triggers={**found, **case.triggers}, retracted=sorted(barred))
    yield from counted(case, counts)
    if found and case.chain_at is None:
        weight = chain.Weight(case.sort, case.grade, _sensitive(facts, found))
        yield from started(case, facts, actor, when, weight, case.title, when.at, given)


def retracted(case, facts, actor, when, given):
    """A trigger that was wrongly met: what it started ends with it, and nothing of it is erased."""
    left = {code: how for code, how in case.triggers.items() if code != given.trigger}
    yield c.Set(triggers=left, retracted=sorted({*case.retracted, given.trigger}))
    if left or case.chain_at is None:
        return
    yield c.Set(chain_at=None, gaps=[], rungs=[], chains=case.chains + 1)
    yield c.TakeBack("reportable")
    for name in ("continue", "final"):
        yield c.Stop(name, "void")
        yield c.Release(role=name)
    for rung in case.rungs:
        yield c.Also(c.Ref("relay", relay_uid(case, rung)), "withdraw", {"reason": given.reason, "title": case.title})


def noted(case, facts, actor, when, given):
    yield c.Event("noted")


def dismissed(case, facts, actor, when, given):
    """It was none: what was counted of it is taken back."""
    yield c.Set(ended_at=when.at, end_reason=given.reason)
    yield c.TakeBack("opened")


@reads("where")
def ended(case, facts, actor, when, given):
    """From now on a final report is due, and no continued one."""
    yield c.Set(ended_at=when.at, end_reason=given.reason, response="", readiness="",
                judged={**case.judged, "used": True} if case.judged else {})
    yield c.Event("ended")
    if case.chain_at is not None:
        yield c.Start("final", "incident.final_limit", ("go_unfinished",))
        for desk in chain.DESKS:
            if body := facts.where.body(desk):
                yield c.Owe(body.id, "final")
                yield from heard(facts, when, body.id, wording.ended(case.title), urgent=False)


def reported(case, facts, actor, when, given):
    """A desk's report: the next one is due after the interval of the grade, the final one ends it."""
    yield c.Set(reports=case.reports + 1)
    if given.rung not in chain.DESKS:
        return
    yield c.Stop("continue", "met")
    if given.sort == "final":
        yield c.Stop("final")
        yield c.Release(role="final")
    elif case.state == "open":
        grave = case.grade in ("1", "2")
        yield c.Start("continue", "incident.continue_grave" if grave else "incident.continue_other", ("go_unreported",), given.party)
        yield c.Release(role="continue")
        yield c.Owe(given.party, "continue")


@reads("where")
def went_unreported(case, facts, actor, when, given):
    said = wording.final_is_due(case.title) if given.clock == "final" else wording.report_again(case.title)
    for desk in chain.DESKS:
        if body := facts.where.body(desk):
            yield from heard(facts, when, body.id, said)


# The response


def judged(case, facts, actor, when, given):
    """The newest judgement; the grade follows it, the response waits for whoever may start it."""
    yield c.Set(judged={"uid": given.judgement, "level": given.level, "decision": given.decision, "at": when.at.isoformat(), "used": False})
    if given.grade and given.grade != case.grade:
        yield c.Set(grade=given.grade)


@reads("plan_steps")
def responded(case, facts, actor, when, given):
    """The level, who commands, the tasks of the plan from this level on that were not given yet; its command body is told."""
    plan = facts.plan_steps[0].plan if facts.plan_steps else None
    yield c.Set(response=given.level, judged={**case.judged, "used": True},
                commander=given.commander or facts.value("incident.commanders")[given.level]["commander"],
                **({"plan": plan.name, "command": plan.command} if plan else {}))
    yield c.Event("responded", facet=given.level)
    for step in facts.plan_steps:
        if int(step.level) >= int(given.level) and not (case.response and int(step.level) >= int(case.response)):
            yield c.Spawn("instruction", uuid5(case.uid, str(step.uid)), "from_plan", {
                "incident": c.Ref("incident", case.uid), "area_id": case.area_id, "what": step.what, "party": step.organisation_id,
                "who": step.organisation.name, "minutes": step.minutes, "plan": step.plan.name})
    seats = {m["party"]: m["seat"] for m in facts.plan_steps[0].members} if plan else {}
    for party, seat in seats.items():
        yield c.Tell(party, wording.sits_in_command(plan.command or plan.name, given.level, seat, case.title))


def stood_ready(case, facts, actor, when, given):
    """How many forces stand by is one thing, the response that runs another."""
    yield c.Set(readiness=given.level or "")
    yield c.Event("stood_ready", facet=given.level or "0")


def ticked(case, facts, actor, when, given):
    yield c.Set(law_done=[*case.law_done, {"step": given.step, "note": given.note or "", "by": actor.name, "at": when.at.isoformat()}])


# A relay

LEVELS = {Rung.COMMUNITY: "community", Rung.STREET: "street", Rung.BUREAU: "district", Rung.GOVOFFICE: "district"}


def shared(case):
    """The level that has told what it knew; a unit is none."""
    if level := LEVELS.get(case.rung):
        yield c.Event("shared", facet=level)


@reads("watch")
def withdrawn(case, facts, actor, when, given):
    """Its clocks end as withdrawn: nobody was late for a report that was not owed."""
    for how in (chain.PHONE, chain.WRITTEN):
        yield c.Stop(how, "void")
    if case.party:
        yield from heard(facts, when, case.party, wording.chain_withdrawn(given.title, given.reason), urgent=False)


@reads("watch")
def begun(case, facts, actor, when, given):
    yield c.Set(area_id=given.area_id, incident_id=given.incident, rung=given.rung, party=given.party, who=given.who[:80],
                known_at=given.known_at, known_how=(given.known_how or "")[:120], seen_at=given.seen_at,
                phoned_at=given.phoned_at, phoned_whom=given.phoned_whom or "")
    yield from owed(facts, given.rung, given.party, given.known_at, chain.Weight(*given.weight), phoned=given.phoned_at is not None)
    if given.party:
        yield from heard(facts, when, given.party, wording.report_it(given.title), rings=bool(given.rings))


def owed(facts, rung, party, known_at, weight, phoned=False):
    """Clocks start at knowledge; what was phoned already owes no phone call."""
    for how, fired in {"phone": "go_unphoned", "written": "go_unwritten"}.items():
        due = chain.limit_of(facts.rules, facts.day, rung, how, weight)
        if due is None or (how == chain.PHONE and phoned):
            continue
        yield c.Start(how, due.limit, (fired,), party, float(facts.value("incident.remind_share")), rule_id=due.rule_id,
                      since=known_at)
        if party:
            yield c.Owe(party, how)


def awaited(case, facts, actor, when, given):
    yield c.Set(area_id=given.area_id, incident_id=given.incident, rung=given.rung, party=given.party, who=given.who[:80])


@reads("siblings", "watch")
def learned(case, facts, actor, when, given):
    incident = next(iter(facts.siblings.values())).incident
    known_at = given.known_at or when.at
    yield c.Set(known_at=known_at, known_how=given.known_how)
    weight = chain.Weight(incident.sort, incident.grade, _sensitive(facts, incident.triggers))
    yield from owed(facts, case.rung, case.party, known_at, weight)
    if case.party:
        yield from heard(facts, when, case.party, wording.report_it(incident.title))


def seen(case, facts, actor, when, given):
    yield c.Set(seen_at=when.at)


@reads("siblings")
def phoned(case, facts, actor, when, given):
    """By this call the next level knows, where it did not."""
    told_on = given.told_on or when.at
    yield c.Set(phoned_at=told_on, phoned_whom=given.whom, seen_at=case.seen_at or when.at)
    yield _stop(facts, chain.PHONE, told_on)
    yield c.Release(role=chain.PHONE)
    yield c.Event("phoned")
    yield from shared(case)
    for rung in chain.NEXT.get(case.rung, ()):
        if (above := facts.siblings.get(rung)) is not None and above.state == "waiting":
            yield c.Also(c.Ref("relay", above.uid), "learn", {"known_at": told_on, "known_how": wording.known_by_phone(case.who)})


def wrote(case, facts, actor, when, given):
    told_on = given.told_on or when.at
    yield c.Set(wrote_at=told_on, wrote_what=given.what[:200], seen_at=case.seen_at or when.at)
    for how in (chain.PHONE, chain.WRITTEN):
        yield _stop(facts, how, told_on)
    yield c.Event("wrote")
    yield from shared(case)


def _stop(facts, how, told_on):
    """Met or late by when it was told, not by when that was entered."""
    clock = facts.clocks.get(how)
    return c.Stop(how, "" if clock is None else "met" if told_on <= clock.due_at else "late")


@reads("siblings", "watch")
def went_late(case, facts, actor, when, given):
    """On record and told; whether it is 迟报 a person says."""
    how = chain.PHONE if given.clock == chain.PHONE else chain.WRITTEN
    incident = next(iter(facts.siblings.values())).incident
    yield c.Event(f"late_{how}")
    parties = {case.party, *(r.party for r in facts.siblings.values() if r.rung in chain.DESKS)}
    for party in sorted(p for p in parties if p):
        yield from heard(facts, when, party, wording.went_late(case.who, how, incident.title))


def blamed(case, facts, actor, when, given):
    yield c.Set(fault=given.fault, fault_reason=given.reason)
