"""Who may list, and is it so (domain.md 2.6; the marks of the limits stand with the parameters)."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule, sentences
from anlan.kernel.worktime import add
from anlan.people.models import Sort as House

from .listing_models import ENDED, Extension
from .wording import end_of

PRIVATE_NUMBER = re.compile(r"(?<!\d)(1\d{10}|\d{17}[\dXx])(?!\d)")
NEEDED = {"level": _("督办级别"), "batch": _("年度批次"), "committee_id": _("督办委员会"), "department_id": _("督办部门"),
          "leader_id": _("督办区领导"), "days": _("督办期限")}


def _here(case, facts, actor) -> bool:
    return actor.area_id is None or case.area_id is None or actor.area_id in facts.lineage(case.area_id)


def _of_unit(case, actor) -> bool:
    return actor.is_any("unit") and case.owner_party is not None and case.owner_party in actor.parties


@rule(_("须由区安委会办公室或督办部门办理"))
def office(case, facts, actor, when, given):
    """The committee's office in the emergency bureau, or the department that supervises or proposed."""
    ours = {case.department_id, case.office_party} - {None}
    return (actor.is_any("emergency") or (actor.is_any("department") and not ours.isdisjoint(actor.parties))) and _here(
        case, facts, actor)


@rule(_("须由区领导批准"))
def leader(case, facts, actor, when, given):
    return actor.is_any("leader") and _here(case, facts, actor)


@rule(_("提请人不能自己批准挂牌"))
def not_proposer(case, facts, actor, when, given):
    return actor.person_id is not None and actor.person_id != case.proposer_id


@rule(_("须由责任单位，或由社区、街道代为办理"))
def unit_or_ground(case, facts, actor, when, given):
    return _of_unit(case, actor) or (actor.is_any("community", "street") and _here(case, facts, actor))


@rule(_("须由责任单位、社区、街道或督办部门报送"))
def reports_progress(case, facts, actor, when, given):
    return _of_unit(case, actor) or (actor.is_any("community", "street", "department", "emergency")
                                     and _here(case, facts, actor))


@rule(_("须由责任单位或社区提出"))
def unit_or_community(case, facts, actor, when, given):
    return _of_unit(case, actor) or (actor.is_any("community") and _here(case, facts, actor))


@rule(_("只能随隐患报整改完成一并办理"))
def within_self_check(case, facts, actor, when, given):
    return facts.origin == "hazard.self_check"


@sentences(_("挂牌事项须填齐"))
def complete(case, facts, actor, when, given):
    missing = [str(label) for name, label in NEEDED.items()
               if not (getattr(case, name) or (name == "days" and given.days))]
    return [str(_("挂牌事项还缺：{missing}")).format(missing="、".join(missing))] if missing else []


@sentences(_("督办期限不得超过上限"))
def days_within_limit(case, facts, actor, when, given):
    days, most = given.days or case.days or 0, int(facts.value("listing.days_max"))
    return [str(_("督办期限不得超过{most}天")).format(most=most)] if days > most else []


@rule(_("没有找到督办部门、督办委员会或督办区领导，请从机构和岗位中选择"), reads=("houses", "leader"))
def houses_known(case, facts, actor, when, given):
    """What was named must exist: a department, a committee, the post of a district leader."""
    held = facts.houses
    department = not given.department or (held.department is not None and held.department.sort == House.DEPARTMENT)
    committee = not given.committee or (held.committee is not None and held.committee.sort == House.COMMITTEE)
    return department and committee and (not given.leader or facts.leader is not None)


@rule(_("公开表述中不要写电话号码或证件号码"), reads=("hazard",))
def public_wording(case, facts, actor, when, given):
    """What is listed is told to everybody (domain.md 12.3): no telephone and no identity number in it."""
    what = given.what or case.what or (facts.hazard.what if facts.hazard is not None else "")
    return not PRIVATE_NUMBER.search(what)


@rule(_("只有重大隐患可以挂牌督办"), reads=("hazard",))
def hazard_is_major(case, facts, actor, when, given):
    return facts.hazard is not None and facts.hazard.level == "major"


@rule(_("隐患已报整改完成或已办结，不再列入挂牌；可以撤回"), reads=("hazard",))
def hazard_is_owed(case, facts, actor, when, given):
    return facts.hazard is not None and facts.hazard.state in ("notified", "rectifying")


@rule(_("挂牌已经公布"))
def unpublished(case, facts, actor, when, given):
    return case.published_at is None


@rule(_("挂牌尚未向社会公布，不能销号"))
def published(case, facts, actor, when, given):
    return case.published_at is not None


@rule(_("已有延期申请等待批复"))
def no_extension_waiting(case, facts, actor, when, given):
    return case.extension != Extension.ASKED


@rule(_("没有等待批复的延期申请"))
def extension_waits(case, facts, actor, when, given):
    return case.extension == Extension.ASKED


@rule(_("延期申请人不能自己批复"))
def not_extension_asker(case, facts, actor, when, given):
    return actor.person_id != case.extension_by


@sentences(_("延期次数、申请时间和天数须符合规定"))
def extension_allowed(case, facts, actor, when, given):
    """Qingdao's rules, a usable default: asked 20 working days before the end; at most once [unsure]."""
    why = []
    if case.extensions >= int(facts.value("listing.extensions_max")):
        why.append(str(_("延期次数已达上限")))
    before = facts.rules.limit("listing.extension_before", facts.day)
    if add(when.at, before, facts.rules.calendar()) > end_of(case.due_on):
        why.append(str(_("延期须在督办期限届满{n}个工作日前申请")).format(n=before.value))
    return why + _too_long(given.days, facts)


@sentences(_("延长天数不得超过上限"))
def extension_days_allowed(case, facts, actor, when, given):
    return _too_long(given.days, facts)


def _too_long(days, facts):
    most = int(facts.value("listing.extension_days_max"))
    return [str(_("一次延期不得超过{most}天")).format(most=most)] if (days or 0) > most else []


@rule(_("督办期限尚未届满"))
def is_overdue(case, facts, actor, when, given):
    return case.overdue_since is not None


@sentences(_("复查组须有规定人数的执法人员和专家，且与整改、发现、定级无关"), reads=("hazard", "team"))
def team_fits(case, facts, actor, when, given):
    """At least two officers and an expert, each with a licence in force; none fixed, submitted, found or graded."""
    team, h = facts.team, facts.hazard
    named = [n for n in ("first", "second", "third", "expert") if given.get(n)]
    if any(n not in team for n in named):
        return [str(_("没有找到复查组中的人员"))]
    if len({m.id for m in team.values()}) < len(named):
        return [str(_("复查组成员不能重复"))]
    why = [str(_("{name}没有在有效期内的行政执法证")).format(name=m.name)
           for n, m in team.items() if n != "expert" and "enforcement" not in m.licences]
    why += [str(_("{name}没有在有效期内的专家聘书")).format(name=m.name)
            for n, m in team.items() if n == "expert" and "expert" not in m.licences]
    concerned = {h.fixer_id, h.submitter_id, h.finder_id, h.grader_id, h.confirmer_id} - {None}
    why += [str(_("{name}参与过发现、定级、整改或报送，不能复查")).format(name=m.name)
            for m in team.values() if m.id in concerned]
    officers, experts = sum(n != "expert" for n in team), int("expert" in team)
    need, wise = int(facts.value("listing.review_officers")), int(facts.value("listing.review_experts"))
    if officers < need or experts < wise:
        why.append(str(_("复查组须有{n}名以上执法人员和{m}名以上专家")).format(n=need, m=wise))
    return why


@rule(_("须由复查组成员签署，每人一次"))
def unsigned_member(case, facts, actor, when, given):
    return actor.person_id is not None and any(m["id"] == actor.person_id and not m["verdict"] for m in case.team or ())


@sentences(_("复查组须全部签署合格"))
def all_passed(case, facts, actor, when, given):
    waiting = [m["name"] for m in case.team or () if not m["verdict"]]
    against = [m["name"] for m in case.team or () if m["verdict"] == "failed"]
    why = [str(_("复查组还有人未签署：{names}")).format(names="、".join(waiting))] if waiting else []
    return why + ([str(_("复查组成员签署不合格：{names}")).format(names="、".join(against))] if against else [])


@rule(_("复查组没有人签署不合格"))
def somebody_failed(case, facts, actor, when, given):
    return any(m["verdict"] == "failed" for m in case.team or ())


@rule(_("销号办理人不能是整改人或报送人"), reads=("hazard",))
def not_fixer(case, facts, actor, when, given):
    return actor.person_id not in (facts.hazard.fixer_id, facts.hazard.submitter_id)


@rule(_("挂牌督办已经结束"))
def still_open(case, facts, actor, when, given):
    return case.state not in ENDED


@rule(_("提级须高于现在的级别"))
def higher_level(case, facts, actor, when, given):
    rank = ("district", "city", "province")
    return rank.index(given.level) > rank.index(case.level)
