"""Two calls about the same thing: one leads, the other is merged into it, until somebody finds that they differ.

Every reporter is kept: the merged call's matter hangs on the lead, goes with it up the ladder, and ends with it.
"""

from __future__ import annotations

from uuid import uuid5

from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.rules import rule, sentences
from anlan.places.coordinates import metres_between

from . import effects as e
from . import ladder, wording
from . import rules as r
from .models import Level, Priority

ON_THE_GROUND = (Level.COMMUNITY, Level.STREET, Level.DISTRICT, Level.LEADER)
UNDER_WAY = ("ringing", "signed", "arrived", "returned")


def has_a_say(call, facts, actor) -> bool:
    """Whoever is called, whoever calls, and the levels over the one that is called, whose ground it is."""
    level = r.level_of(actor)
    if level and (r.speaks_for(actor, call.to_party) or r.speaks_for(actor, call.from_party) or call.duty_post in actor.parties):
        return True
    if level not in ON_THE_GROUND or not r.here(call.area_id, facts, actor):
        return False
    steps = ladder.rungs(facts.rules, facts.day)
    return ladder.height(level, steps) > ladder.height(call.to_level, steps)


def _lead(facts, actor):
    """The other call, where the actor may speak for it: of what is out of sight no rule tells anything."""
    lead = facts.circle.lead.call if facts.circle is not None and facts.circle.lead is not None else None
    return lead if lead is not None and has_a_say(lead, facts, actor) else None


@rule(_("须由呼叫方、受呼方，或者比受呼方高的层级合并"))
def may_merge(case, facts, actor, when, given):
    return has_a_say(case, facts, actor)


@sentences(_("没有找到要并入的那次呼叫，或者它不在您的范围内"), reads=("circle",))
def lead_in_sight(case, facts, actor, when, given):
    lead = _lead(facts, actor)
    if lead is None:
        return [str(_("没有找到要并入的那次呼叫，或者它不在您的范围内"))]
    return [str(_("不能并入自己"))] if lead.id == case.id else []


@rule(_("那次呼叫已经办结或结束，不能再并入"), reads=("circle",))
def lead_is_under_way(case, facts, actor, when, given):
    lead = _lead(facts, actor)
    return lead is None or lead.state in UNDER_WAY


@rule(_("这次呼叫已有时限超期，不能并入别的呼叫；请以它为主，把另一次并入它"))
def is_not_late(case, facts, actor, when, given):
    """Merging hides no lateness: what is late leads."""
    return case.overdue_since is None and not facts.fired and not case.alarm


@rule(_("这次呼叫更紧急，请以它为主，把另一次并入它"), reads=("circle",))
def lead_is_as_urgent(case, facts, actor, when, given):
    lead = _lead(facts, actor)
    return lead is None or lead.priority <= case.priority


@rule(_("已有别的呼叫并入这次呼叫，请以它为主，把另一次并入它"), reads=("circle",))
def carries_no_other(case, facts, actor, when, given):
    return facts.circle is None or not facts.circle.joined


@rule(_("其中一次正等着另一次的结果，不能合并"), reads=("circle",))
def neither_waits(case, facts, actor, when, given):
    lead, waiting = _lead(facts, actor), any(k.paused_at is not None for k in facts.clocks.values())
    return lead is None or (lead.lower != case.uid and case.lower != lead.uid and not waiting)


@rule(_("两次呼叫的行业类别不同，不是同一件事"), reads=("circle",))
def of_one_trade(case, facts, actor, when, given):
    lead = _lead(facts, actor)
    return lead is None or not lead.trade or not case.trade or lead.trade == case.trade


def apart_by(one, other) -> float | None:
    """Metres between two (lon, lat); None where either is not known."""
    return None if None in (*one, *other) else metres_between(*one, *other)


@sentences(_("两次呼叫不在同一处"), reads=("matter", "circle"))
def at_one_place(case, facts, actor, when, given):
    """At one unit, or within call.merge_metres of each other; where a point is missing, on the same ground."""
    lead, here = _lead(facts, actor), facts.matter
    if lead is None or here is None or here.id == lead.matter_id or (case.premises_id and case.premises_id == lead.premises_id):
        return []
    apart = apart_by(here.point, (lead.matter.lon, lead.matter.lat))
    if apart is None:
        near = lead.area_id in facts.lineage(case.area_id) or case.area_id in facts.lineage(lead.area_id)
        return [] if near else [str(_("两次呼叫不在同一处"))]
    most = int(facts.value("call.merge_metres"))
    far = str(_("两次呼叫的地点相距约{apart}米，超过{most}米，不是同一处")).format(apart=round(apart), most=most)
    return [far] if apart > most else []


@rule(_("须由呼叫方、受呼方，或者比受呼方高的层级撤销并入"))
def may_part(case, facts, actor, when, given):
    return has_a_say(case, facts, actor)


@rule(_("主呼叫已经结束，不能再撤销并入；仍有问题的，请重新登记"), reads=("circle",))
def lead_still_runs(case, facts, actor, when, given):
    """Whoever may undo it need not have a say in the lead."""
    return facts.circle is not None and facts.circle.lead is not None and facts.circle.lead.call.state in UNDER_WAY


def brief(case) -> str:
    return f"{case.code} {case.goal}"


@e.reads("matter", "circle")
def merged(case, facts, actor, when, given):
    """The lead is handled for both: its matter carries this one's, its assistants come over, and it counts as one call."""
    lead, mine = facts.circle.lead, facts.matter
    yield c.Set(merged_into=lead.call.uid, merged_at=when.at, ended_at=when.at)
    yield from e.uncounted(*e.SENT, *e.SIGNING, *e.COMING)
    yield e.event(case, "merged")
    same = mine.id == lead.call.matter_id
    yield c.Also(c.Ref("matter", mine.uid), "join", {
        "was": e.me(case), "case": f"call:{lead.call.uid}", "rung": lead.call.to_level,
        "same_as": None if same else lead.call.matter.uid, "opener": lead.call.matter.opener})
    yield c.Also(c.Ref("call", lead.call.uid), "take_in", {
        "code": case.code, "goal": case.goal, "party": case.from_party, "reports": case.reports})
    yield from _team_comes(case, facts, lead)
    for party in (case.from_party, case.to_party):
        yield c.Tell(party, wording.merged(brief(case), brief(lead.call)), urgent=case.priority == Priority.P1)


def _team_comes(case, facts, lead):
    """Whoever has signed or come keeps it; who was called for the merged call assists the lead."""
    there = {lead.call.to_party, *(h.party for h in lead.team)}
    for helper in facts.circle.team:
        ref = c.Ref("attendance", helper.uid)
        if helper.party in there:
            yield c.Also(ref, "release", {})
        else:
            yield c.Also(ref, "move_over", {"call": c.Ref("call", lead.call.uid), "came_with": case.uid})
    if case.to_party not in {*there, *(h.party for h in facts.circle.team), lead.call.from_party}:
        yield e.summons(uuid5(case.uid, f"merged{case.version}"), lead.call.uid, case.to_party, wording.own_call_merged(),
                      case.area_id, case.priority, lead.call.to_level, case.uid)


def took_in(case, facts, actor, when, given):
    yield c.Set(reports=case.reports + 1 + given.reports)
    if given.party != case.from_party:
        yield c.Owe(given.party, "follow")
    yield c.Tell(case.to_party, wording.takes_in(f"{given.code} {given.goal}"))


@e.reads("circle")
def let_out(case, facts, actor, when, given):
    yield c.Set(reports=max(case.reports - 1 - given.reports, 0))
    still = {case.from_party, *(j.from_party for j in facts.circle.joined if j.uid != given.call)}
    if given.party not in still:
        yield c.Release(party_id=given.party, role="follow")
    yield c.Tell(case.to_party, wording.lets_out(f"{given.code} {given.goal}"))


@e.reads("matter", "circle")
def unmerged(case, facts, actor, when, given):
    """Not the same after all: it rings anew, with its own limits, its assistants and its place in the counts."""
    lead, mine = facts.circle.lead, facts.matter
    limits = ladder.limits_of(facts.rules, facts.day, case.priority, case.to_level)
    yield c.Set(merged_into=None, merged_at=None, ended_at=None, rang_at=when.told_at, limits=limits, signed_at=None,
                signer_id=None, arrived_at=None)
    yield from e.uncounted("merged")
    for cell in ("called", "sent", *(["kept"] if case.returns == 0 else []), *([] if mine.unanswered else ["sent_in_time"])):
        yield e.event(case, cell)
    yield from e.ring(facts, {"to_party": case.to_party, "duty_post": case.duty_post, "priority": case.priority, "goal": case.goal},
                    limits)
    yield c.Owe(case.from_party, "follow")
    yield c.Also(c.Ref("matter", mine.uid), "part", {
        "was": "" if mine.id == lead.call.matter_id else f"call:{lead.call.uid}", "case": e.me(case),
        "opener": lead.call.matter.opener})
    yield c.Also(c.Ref("call", lead.call.uid), "let_out", {
        "code": case.code, "goal": case.goal, "party": case.from_party, "reports": case.reports, "call": case.uid})
    for helper in (h for h in lead.team if h.came_with == case.uid):
        home = {"call": c.Ref("call", case.uid)}
        yield c.Also(c.Ref("attendance", helper.uid), *(("release", {}) if helper.party == case.to_party else ("move_over", home)))


def followed_lead(case, facts, actor, when, given):
    yield c.Set(merged_into=given.lead)
    yield c.Tell(case.from_party, wording.lead_went_on(given.to_level, case.goal))
