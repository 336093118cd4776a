"""Who may call, sign, return, take back and rate: each rule refuses with one sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule, sentences
from anlan.kernel.worktime import Limit, add
from anlan.people.models import Sort
from anlan.people.scope import sees_area

from . import ladder, routing
from .models import Level, Outcome, Priority, Reason

OFFICES = ("community", "street", "officer", "reviewer", "department", "emergency", "director", "leader")
BY_HOUSE = {Sort.COMMUNITY: Level.COMMUNITY, Sort.STREET_OFFICE: Level.STREET, Sort.DEPARTMENT: Level.DEPARTMENT}


def level_of(actor) -> str:
    """On which rung an actor stands; empty for who stands on none."""
    if actor.is_any("warden"):
        return Level.GRID
    if actor.is_any("leader"):
        return Level.LEADER
    if actor.is_any("emergency", "director"):
        return Level.DISTRICT
    return BY_HOUSE.get(actor.detail("organisation_sort"), "") if actor.is_any(*OFFICES) else ""


def speaks_for(actor, party) -> bool:
    """Acts in that post, or in an office of that body; a warden speaks for no more than the own post."""
    if party is None or party not in actor.parties:
        return False
    return party == actor.post_id or actor.is_any(*OFFICES) or party != actor.organisation_id


def party_of(actor):
    """Whom a call comes from: a warden calls in the own post, an office in the name of its body."""
    return actor.post_id if actor.is_any("warden") else actor.organisation_id


def here(area_id, facts, actor) -> bool:
    return sees_area(actor, facts.lineage(area_id))


@rule(_("须由网格员、社区、街道或有关部门呼叫"))
def on_the_ladder(case, facts, actor, when, given):
    return bool(level_of(actor))


@rule(_("没有找到这个事项，或者它不在您的范围内"), reads=("matter",))
def matter_in_sight(case, facts, actor, when, given):
    return facts.matter is not None and here(facts.matter.area_id, facts, actor)


@rule(_("事项已办结或不予受理，不能再呼叫"), reads=("matter",))
def matter_is_live(case, facts, actor, when, given):
    return facts.matter is None or facts.matter.state in ("open", "answered")


@rule(_("这个隐患不在所选的事项下"), reads=("matter",))
def hazard_is_of_the_matter(case, facts, actor, when, given):
    return not given.hazard or facts.matter is None or str(given.hazard) in facts.matter.hazards


@rule(_("只有居民来电反映的事项可以代为呼叫"), reads=("matter",))
def behalf_is_true(case, facts, actor, when, given):
    return not given.on_behalf or facts.matter is None or facts.matter.opener == "resident"


@rule(_("只能向比自己高的层级呼叫"))
def calls_upwards(case, facts, actor, when, given):
    if not given.to_level:
        return True
    steps = ladder.rungs(facts.rules, facts.day)
    own = Level.RESIDENT if given.on_behalf else level_of(actor)
    peers = given.to_level == Level.DEPARTMENT and own in (Level.DISTRICT, Level.LEADER)
    return peers or ladder.height(given.to_level, steps) > ladder.height(own, steps)


@rule(_("只有紧急（P1）或依法无权处理的，才可以越级呼叫"))
def skips_only_when_allowed(case, facts, actor, when, given):
    """domain.md 4.9 rule 1 [sure in substance]: a level must try first unless P1; skip_allowed for P1 and by law."""
    if not given.to_level or given.priority == Priority.P1 or given.reason == Reason.BY_LAW or given.on_behalf:
        return True
    steps = ladder.rungs(facts.rules, facts.day)
    own = ladder.height(level_of(actor), steps)
    return ladder.height(given.to_level, steps) <= own + 1


@rule(_("请写明本级已经采取了什么措施；紧急（P1）、依法无权处理或代居民呼叫的除外"))
def tried_first(case, facts, actor, when, given):
    """A level tries first (domain.md 4.9 rule 1): it states what it tried, or it signed the lower call and acted on it."""
    excused = given.priority == Priority.P1 or given.reason == Reason.BY_LAW or given.on_behalf
    return excused or bool((given.tried or "").strip())


@rule(_("没有找到点名的部门"), reads=("ways",))
def department_known(case, facts, actor, when, given):
    return not given.department or _body(facts, given.department) is not None


@rule(_("协办方须是社区、街道或部门，且不能是受呼方自己"), reads=("ways",))
def helpers_known(case, facts, actor, when, given):
    return all(_body(facts, uid) is not None for uid in given.assistants or ())


def _body(facts, uid):
    return next((b for b in facts.ways.bodies.values() if b.uid == uid and b.sort != Sort.COMMITTEE), None)


@rule(_("本区还没有设立应急指挥岗位，无人可以受理，请先在设置中登记"), reads=("matter", "ways"))
def somebody_answers(case, facts, actor, when, given):
    """Never nobody: the route ends at the district command."""
    return facts.matter is None or route_of(facts, actor, when, given) is not None


@rule(_("不能呼叫自己"), reads=("matter", "ways"))
def calls_another(case, facts, actor, when, given):
    found = route_of(facts, actor, when, given) if facts.matter is not None else None
    return found is None or found.party_id not in (actor.organisation_id if not actor.is_any("warden") else actor.post_id,)


def wish_of(matter, facts, when, *, trade="", department=None, hazard=None):
    """What the router is asked, from the matter and from what the caller has named."""
    named = _body(facts, department) if department else None
    held = matter.hazards.get(str(hazard)) if hazard else None
    place = (held[1] if held else None) or matter.department_id
    return routing.Wish(facts.lineage(matter.area_id), facts.day, when.at, trade or "", named.id if named else None, place,
                        matter.committee_no)


def start_of(facts, actor, given) -> str:
    """The rung that is called first: the one asked for, else the next one above the caller."""
    if given.to_level:
        return given.to_level
    if given.department:
        return Level.DEPARTMENT
    steps = ladder.rungs(facts.rules, facts.day)
    own = Level.RESIDENT if given.on_behalf else level_of(actor)
    return next(iter(ladder.above(own, steps)), steps[-1])


def route_of(facts, actor, when, given):
    wish = wish_of(facts.matter, facts, when, trade=given.trade, department=given.department, hazard=given.hazard)
    own = frozenset() if given.on_behalf else frozenset({party_of(actor)})
    return routing.route(facts.rules, facts.ways, wish, start_of(facts, actor, given), but=own)


# Callee


@rule(_("须由受呼方签收和办理"))
def is_callee(case, facts, actor, when, given):
    return speaks_for(actor, case.to_party) or (case.duty_post is not None and case.duty_post in actor.parties)


@rule(_("须由呼叫方办理"))
def is_caller(case, facts, actor, when, given):
    return speaks_for(actor, case.from_party)


@rule(_("须由报事人本人凭编号和查询码办理"))
def is_reporter(case, facts, actor, when, given):
    return actor.is_any("reporter") and actor.detail("matter") == case.matter_id and case.from_level == Level.RESIDENT


@rule(_("须由受呼方或呼叫方办理"))
def is_either(case, facts, actor, when, given):
    return speaks_for(actor, case.to_party) or speaks_for(actor, case.from_party)


@sentences(_("须由受呼方在规定时间内退回，且只能退回一次"))
def may_return(case, facts, actor, when, given):
    """domain.md 4.9 [unsure]: once; within 30 minutes for P1, two hours otherwise."""
    if why := is_callee(case, facts, actor, when, given):
        return why
    if case.returns >= int(facts.value("call.returns_max")):
        return [str(_("已经退回过一次，不能再退回"))]
    limit = Limit.of(facts.value("call.return_limits")[case.priority])
    in_time = add(case.rang_at, limit, facts.rules.calendar()) >= when.at
    return [] if in_time else [str(_("已超过可以退回的时限"))]


@rule(_("到场已经登记过"))
def not_yet_there(case, facts, actor, when, given):
    return case.arrived_at is None


@rule(_("须先到场处理；咨询建议（P4），或者结果为不能解决、应转他方的除外"))
def came_if_needed(case, facts, actor, when, given):
    excused = case.priority == Priority.P4 or given.result in (Outcome.CANNOT, Outcome.TRANSFERRED)
    return excused or case.arrived_at is not None


@rule(_("办结须上传处理后的照片；咨询建议（P4），或者结果为不能解决、应转他方的除外"))
def shown_if_done(case, facts, actor, when, given):
    excused = case.priority == Priority.P4 or given.result in (Outcome.CANNOT, Outcome.TRANSFERRED)
    return excused or bool(given.photos)


@sentences(_("须由呼叫方要求，且只能再办一次"))
def may_ask_again(case, facts, actor, when, given):
    return is_caller(case, facts, actor, when, given) or _asked_enough(case, facts)


@sentences(_("须由报事人本人凭编号和查询码要求，且只能再办一次"))
def reporter_may_ask_again(case, facts, actor, when, given):
    return is_reporter(case, facts, actor, when, given) or _asked_enough(case, facts)


def _asked_enough(case, facts):
    if case.reworks < int(facts.value("call.reworks_max")):
        return []
    return [str(_("已经再办过一次，请评价办结，或者向上一级呼叫"))]


@rule(_("受呼方还在时限内办理，超期或退回以后才能向上再呼"))
def may_call_higher(case, facts, actor, when, given):
    return case.state in ("finished", "returned") or case.overdue_since is not None


@rule(_("受呼方认为已解决的，请先评价或者要求再办"))
def not_solved(case, facts, actor, when, given):
    return case.state != "finished" or case.result not in (Outcome.SOLVED,) or case.reworks > 0


@rule(_("已到最高一级，上面没有可以呼叫的一方"), reads=("matter", "ways"))
def somebody_above(case, facts, actor, when, given):
    return next_above(case, facts, when) is not None


def next_above(case, facts, when):
    """The next rung over the one that was called, for the same matter and kind of work."""
    if facts.matter is None:
        return None
    steps = ladder.rungs(facts.rules, facts.day)
    higher = ladder.above(case.to_level, steps)
    hazard = next((uid for uid, (id_, _party) in facts.matter.hazards.items() if id_ == case.hazard_id), None)
    wish = wish_of(facts.matter, facts, when, trade=case.trade, hazard=hazard)
    return routing.route(facts.rules, facts.ways, wish, higher[0], but=frozenset({case.to_party, case.from_party})) if higher else None


@sentences(_("须由比受呼方高的层级收回"))
def is_above(case, facts, actor, when, given):
    """Downward control: a higher level may take a matter back (domain.md 4.9 rule 5)."""
    if not level_of(actor):
        return [str(_("须由比受呼方高的层级收回"))]
    steps = ladder.rungs(facts.rules, facts.day)
    if ladder.height(level_of(actor), steps) <= ladder.height(case.to_level, steps):
        return [str(_("须由比受呼方高的层级收回"))]
    return [] if here(case.area_id, facts, actor) else [str(_("这次呼叫不在您负责的区域内"))]


@rule(_("只能由呼叫过程一并办理"))
def within_call(case, facts, actor, when, given):
    return facts.origin.startswith("call.")


@rule(_("受呼方认为没有办成，由系统向上一级呼叫"))
def has_answered_well(case, facts, actor, when, given):
    return case.result in (Outcome.SOLVED, Outcome.PARTLY)


@rule(_("没有找到这个机构，或者它已经在这次呼叫里"), reads=("ways", "circle"))
def helper_is_new(case, facts, actor, when, given):
    body = _body(facts, given.organisation) if given.organisation else None
    return body is not None and body.id != case.to_party and body.id not in {h.party for h in facts.circle.team}
