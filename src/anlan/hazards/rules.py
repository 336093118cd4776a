"""Who may, and is it so: each rule refuses with one sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule, sentences
from anlan.people.rules import enforcement_faults
from anlan.people.scope import sees_area

from .models import ClosedHow, Level, Sort

OFFICES = ("community", "street", "officer", "department", "emergency", "director")
GRADERS = ("street", "officer", "department", "emergency")
REVIEWERS = ("reviewer", "community", "street", "officer", "department", "emergency")
BLOCKS = {"duty": _("责任"), "measures": _("措施"), "funds": _("资金"), "time": _("期限"), "plan": _("预案")}


def _here(case, facts, actor) -> bool:
    """On the actor's ground, or in a trade that the actor's department leads."""
    if case.department_party and case.department_party in actor.parties:
        return True
    return case.area_id is not None and sees_area(actor, facts.lineage(case.area_id))


@rule(_("须由本辖区的网格员、社区、街道或有关部门立案"), reads=("matter",))
def on_the_matters_ground(case, facts, actor, when, given):
    return actor.is_any("warden", *OFFICES) and (
        facts.matter is None or sees_area(actor, facts.lineage(facts.matter.area_id)))


@rule(_("须由本辖区的社区、街道或有关部门办理"))
def office_here(case, facts, actor, when, given):
    return actor.is_any(*OFFICES) and _here(case, facts, actor)


@rule(_("须由本辖区的网格员、社区、街道或有关部门办理"))
def on_ground(case, facts, actor, when, given):
    return actor.is_any("warden", *OFFICES) and _here(case, facts, actor)


@rule(_("须由街道或有关部门的工作人员定级"))
def grader(case, facts, actor, when, given):
    return actor.is_any(*GRADERS) and _here(case, facts, actor)


@rule(_("须由责任单位，或由社区、街道代为办理"))
def unit_or_office(case, facts, actor, when, given):
    if actor.is_any("unit"):
        return case.owner_party is not None and case.owner_party in actor.parties
    return actor.is_any("community", "street") and _here(case, facts, actor)


@rule(_("须由责任单位提出"))
def the_unit(case, facts, actor, when, given):
    return actor.is_any("unit") and case.owner_party in actor.parties


@rule(_("须由责任单位或社区提出"))
def unit_or_community(case, facts, actor, when, given):
    own = actor.is_any("unit") and case.owner_party in actor.parties
    return own or (actor.is_any("community") and _here(case, facts, actor))


@rule(_("须由本辖区的复查人员办理"))
def reviews_here(case, facts, actor, when, given):
    return actor.is_any(*REVIEWERS) and _here(case, facts, actor)


@rule(_("只能随检查一并办理"))
def within_visit(case, facts, actor, when, given):
    return facts.origin.startswith("visit.") or facts.origin == "hazard.find_on_visit"


@rule(_("只能随待批事项的答复一并办理"))
def within_proposal(case, facts, actor, when, given):
    return facts.origin.startswith("proposal.")


@rule(_("只能由隐患办理过程提出"))
def within_hazard(case, facts, actor, when, given):
    return facts.origin.startswith("hazard.")


@rule(_("事项已办结或不存在，不能据此立案"), reads=("matter",))
def matter_is_live(case, facts, actor, when, given):
    return facts.matter is not None and facts.matter.state in ("open", "answered")


@rule(_("只有当场整改销号的隐患可以因抽查退回"))
def was_closed_on_spot(case, facts, actor, when, given):
    return case.closed_how == ClosedHow.ON_SPOT


@rule(_("重大隐患不得当场整改销号"))
def is_general(case, facts, actor, when, given):
    return case.level == Level.GENERAL


@rule(_("当场整改须有整改前、整改后两张照片和单位签字"))
def both_photos_and_signature(case, facts, actor, when, given):
    return bool(given.before and given.after and given.signature)


@rule(_("定为重大隐患须写明理由"))
def major_has_reason(case, facts, actor, when, given):
    return given.level != Level.MAJOR or bool((given.reason or "").strip())


@rule(_("只有重大隐患需要另一人确认"))
def awaits_confirmation(case, facts, actor, when, given):
    return case.level == Level.MAJOR and case.confirmer_id is None


@rule(_("重大隐患须由发现人、定级人以外的另一人确认"))
def second_person(case, facts, actor, when, given):
    return actor.person_id not in (case.finder_id, case.grader_id)


@rule(_("须由区安委会办公室或行业主管部门提请挂牌督办"))
def may_propose_listing(case, facts, actor, when, given):
    """domain.md 2.6 [sure]: the committee's office proposes item, limit and responsible unit."""
    own_trade = actor.is_any("department") and case.department_party in actor.parties
    return (actor.is_any("emergency") or own_trade) and _here(case, facts, actor)


@rule(_("重大隐患须先由另一人确认等级"))
def confirmed_if_major(case, facts, actor, when, given):
    return case.level != Level.MAJOR or case.confirmer_id is not None


@rule(_("改定为一般隐患须写明理由和整改期限"))
def downgrade_explained(case, facts, actor, when, given):
    return given.level != Level.GENERAL or (bool(given.reason) and given.days is not None)


@rule(_("只有重大隐患需要填写五落实"))
def is_major(case, facts, actor, when, given):
    return case.level == Level.MAJOR


@rule(_("完成期限不能早于今天"))
def due_not_past(case, facts, actor, when, given):
    return given.due_on is None or given.due_on >= facts.day


@sentences(_("重大隐患须填齐五落实"))
def five_blocks_filled(case, facts, actor, when, given):
    if case.level != Level.MAJOR:
        return []
    missing = [str(label) for name, label in BLOCKS.items() if not case.blocks.get(name)]
    return [str(_("五落实还缺：{missing}")).format(missing="、".join(missing))] if missing else []


@rule(_("须先采取现场控制措施"))
def controlled_if_major(case, facts, actor, when, given):
    return case.level != Level.MAJOR or bool(case.control)


@sentences(_("须由具有执法证件的部门人员，或受书面委托街道的执法人员出具"))
def may_issue_orders(case, facts, actor, when, given):
    """Penalty Law Art 42, domain.md 4.7 [sure]: a warden has no power to order; a street only by entrustment."""
    return enforcement_faults(actor) or ([] if _here(case, facts, actor) else [str(_("不在您负责的区域内"))])


@rule(_("指令书已起草，等待另一名执法人员签发"))
def no_draft_yet(case, facts, actor, when, given):
    return case.order_by is None


@rule(_("尚未起草指令书"))
def drafted(case, facts, actor, when, given):
    return case.order_by is not None


@rule(_("起草人不能签发，须由另一名执法人员签发"))
def two_officers(case, facts, actor, when, given):
    """How many officers an order takes is the dated parameter order.officers."""
    return int(facts.value("order.officers")) < 2 or actor.person_id != case.order_by


@rule(_("重大隐患须先出具责令限期整改指令书"))
def ordered_if_major(case, facts, actor, when, given):
    return case.level != Level.MAJOR or bool(case.order_no)


@rule(_("复查人不能是整改人或提交人"))
def not_fixer_or_submitter(case, facts, actor, when, given):
    return actor.person_id is not None and actor.person_id not in (case.fixer_id, case.submitter_id)


@rule(_("重大隐患的复查人不能是发现人或定级人"))
def not_finder_or_grader_if_major(case, facts, actor, when, given):
    return case.level != Level.MAJOR or actor.person_id not in (case.finder_id, case.grader_id, case.confirmer_id)


@rule(_("发现人不能撤销自己上报的隐患"))
def not_finder(case, facts, actor, when, given):
    return actor.person_id != case.finder_id


@rule(_("没有找到要移交的部门"), reads=("answerers",))
def department_known(case, facts, actor, when, given):
    return facts.answerers.department_id is not None


@rule(_("延期次数已达上限"))
def may_extend_again(case, facts, actor, when, given):
    return case.extensions < int(facts.value("hazard.extensions_max"))


@rule(_("提出人不能自己批复"))
def not_asker(case, facts, actor, when, given):
    return actor.person_id != case.asked_by


@rule(_("须由街道或有关部门批复"))
def answers_proposals(case, facts, actor, when, given):
    roles = ("emergency", "director") if case.sort in (Sort.SLIP, Sort.LISTING) else GRADERS
    return actor.is_any(*roles, "emergency") and sees_area(actor, facts.lineage(case.area_id))
