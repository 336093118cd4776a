"""Who may report an incident, pass it on and judge it: each rule refuses with one sentence."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.calls.rules import speaks_for
from anlan.kernel.rules import rule, sentences
from anlan.kernel.spaces import EXERCISE
from anlan.people.models import Sort
from anlan.people.permits import grant
from anlan.people.scope import sees_area
from anlan.places.rules import permitted

from . import chain
from .duties import NOBODY, Watch
from .selectors import DESK

grant("plans.keep", "emergency", "department", label=_("维护应急预案"))
MAY_KEEP_PLANS = permitted("plans.keep", _("应急预案由应急管理部门和编制的部门维护"))
OF_AN_EXERCISE = re.compile(rf"{EXERCISE.mark}[^\s，。；、]*〔\d{{4}}〕")
OFFICES = ("community", "street", "officer", "reviewer", "department", "emergency", "director", "leader", "duty")


def on_ground(case, facts, actor) -> bool:
    return sees_area(actor, facts.lineage(case.area_id)) if case.area_id else False


def watch_of(facts) -> Watch:
    """Who is on shift; an incident knows it with its ground. Asked only where the roles do not say it already."""
    where = getattr(facts, "where", None)
    return (where.watch if where else getattr(facts, "watch", None)) or NOBODY


def in_office(facts, actor) -> bool:
    return actor.is_any(*OFFICES) or watch_of(facts).holds(actor)


def speaks(facts, actor, party) -> bool:
    """For a body: one of its offices, or whoever is on shift in it."""
    return speaks_for(actor, party) or (party is not None and party == actor.organisation_id and watch_of(facts).holds(actor))


def at_desk(facts, actor) -> bool:
    """Of one of the two desks: by role, or on shift in its house, which is a department."""
    if actor.is_any(*DESK) or actor.detail("organisation_sort") != Sort.DEPARTMENT:
        return actor.is_any(*DESK)
    return actor.organisation_id in watch_of(facts).desks and watch_of(facts).holds(actor)


@rule(_("突发事件由社区、街道、部门和区值班室的工作人员登记"))
def an_office(case, facts, actor, when, given):
    return in_office(facts, actor) and actor.organisation_id is not None


@rule(_("须由事发地的社区、街道或区值班室办理"))
def an_office_of_the_ground(case, facts, actor, when, given):
    return in_office(facts, actor) and on_ground(case, facts, actor)


@rule(_("须由区应急管理局、区政府总值班室或区领导办理"))
def a_desk(case, facts, actor, when, given):
    return at_desk(facts, actor)


@sentences(_("所选的触发情形须是现行的十逢十必"))
def triggers_known(case, facts, actor, when, given):
    strange = [c for c in given.triggers or () if c not in chain.codes(facts.rules, facts.day)]
    return [_now("没有代码为“{code}”的触发情形").format(code=c) for c in strange]


@rule(_("这是演练的报告，不能送到实战的值班室"), reads=("inside",))
def not_from_an_exercise(case, facts, actor, when, given):
    """By the mark that the numbers of an exercise carry."""
    return facts.inside or not any(OF_AN_EXERCISE.search(text) for text in given.values() if isinstance(text, str))


@rule(_("没有查到事发地点属于哪个区域，请选择区域"), reads=("where",))
def place_is_known(case, facts, actor, when, given):
    return facts.where.area_id is not None


@sentences(_("事发、知晓和登记的时间须有先后"))
def times_in_order(case, facts, actor, when, given):
    """Nobody knows before it happens, and nothing is known in the future."""
    known = [t for t in (given.known_at, given.source_known_at) if t]
    if any(t > when.told_at for t in known):
        return [_now("知晓时间不能晚于现在")]
    if given.known_at and given.source_known_at and given.source_known_at > given.known_at:
        return [_now("报告人的知晓时间不能晚于本级的知晓时间")]
    if given.happened_at and given.happened_at > min(filter(None, [*known, case.known_at, when.at])):
        return [_now("事发时间不能晚于知晓时间")]
    return []


@sentences(_("报告时间须在知晓之后、现在之前"))
def told_after_known(case, facts, actor, when, given):
    told = given.told_on or when.at
    if told > when.told_at:
        return [_now("报告时间不能晚于现在")]
    if case.known_at and told < case.known_at:
        return [_now("报告时间不能早于本级的知晓时间")]
    return []


@rule(_("知晓时间不能晚于现在"))
def learned_by_now(case, facts, actor, when, given):
    return not given.known_at or given.known_at <= when.told_at


@rule(_("须由这一级的单位或区值班室办理"))
def of_the_rung(case, facts, actor, when, given):
    return at_desk(facts, actor) or (in_office(facts, actor) and speaks(facts, actor, case.party))


@rule(_("只能由突发事件一并办理"))
def within_incident(case, facts, actor, when, given):
    return facts.origin.startswith(("incident.", "relay.", "info_report.", "judgement.", "response."))


@rule(_("电话已经报告过"))
def not_phoned(case, facts, actor, when, given):
    return case.phoned_at is None


@rule(_("没有触发十逢十必"))
def meets_some(case, facts, actor, when, given):
    return bool(case.triggers)


@rule(_("这起事件没有触发所选的情形"))
def was_met(case, facts, actor, when, given):
    return not given.trigger or given.trigger in case.triggers


@rule(_("已经报出过信息报告，不能再撤销最后一条触发情形，请用续报更正"))
def nothing_reported_on_it(case, facts, actor, when, given):
    """What the city was told is put right by telling it, not by taking the duty away."""
    return not case.reports or set(case.triggers) != {given.trigger}


@rule(_("已经发出过报告，不能再作不予列报处理，请改为结束处置"))
def nothing_reported(case, facts, actor, when, given):
    return not case.reports


@rule(_("触发了十逢十必的，报出终报后才能结案"))
def final_is_sent(case, facts, actor, when, given):
    """The clock of the final report is stopped by the report itself."""
    return case.chain_at is None or "final" not in facts.clocks


# The response


@rule(_("须由有权启动这一级响应的负责人启动"))
def may_start(case, facts, actor, when, given):
    if not given.level:
        return at_desk(facts, actor)
    return actor.is_any(*facts.value("incident.commanders")[given.level]["roles"])


@sentences(_("调整响应级别前须有研判"))
def judged_for_it(case, facts, actor, when, given):
    """Needed before a level change (domain.md 5.6): a record that proposes this very level, used once."""
    judged = case.judged or {}
    if judged.get("used") is not False or judged.get("decision") != "respond":
        return [_now("没有新的研判记录，不能调整响应级别，请先研判")]
    if judged.get("level") != given.level:
        return [_now("最近一次研判没有建议这一级响应，请先研判")]
    return []


@rule(_("已经是这一级响应"))
def another_level(case, facts, actor, when, given):
    return case.response != given.level


@rule(_("没有找到所选的预案，或者它没有登记任务"), reads=("plan_steps",))
def plan_has_tasks(case, facts, actor, when, given):
    return not given.plan or bool(facts.plan_steps)


@rule(_("正在响应中，须先研判并得出结束响应的结论"))
def judged_to_close(case, facts, actor, when, given):
    judged = case.judged or {}
    return not case.response or (judged.get("decision") == "close" and judged.get("used") is False)


@rule(_("战备等级没有变化"))
def another_readiness(case, facts, actor, when, given):
    return (given.level or "") != case.readiness


@sentences(_("所选的措施须是现行法律清单中的一项，且还没有登记"))
def a_step_of_the_law(case, facts, actor, when, given):
    if not given.step:
        return []
    if not any(given.step in found["steps"] for found in facts.value("incident.law_lists")):
        return [_now("现行的法定措施清单里没有这一项")]
    return [_now("这一项已经登记过")] if any(row["step"] == given.step for row in case.law_done) else []


@rule(_("须由责任单位办理"))
def of_the_body(case, facts, actor, when, given):
    return in_office(facts, actor) and speaks(facts, actor, case.party)
