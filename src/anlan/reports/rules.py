"""Who writes a report, who signs it, and what must be true before."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule, sentences
from anlan.people.permits import grant
from anlan.people.scope import sees_area

WRITE, SIGN = "reports.write", "reports.sign"
grant(WRITE, "street", "department", "emergency", "director", label=_("起草报告，登记承诺事项"))
grant(SIGN, "street", "director", "leader", label=_("签发和公开本级报告"))
READ_PUBLIC = "reports.read_public"
grant(READ_PUBLIC, "member", label=_("查看公开报告的数和承诺事项的办理情况"))


def _own_house(case, actor) -> bool:
    return actor.area_id is not None and (case.area_id is None or case.area_id == actor.area_id)


@rule(_("报告由本级街道或部门的工作人员起草"))
def writes(case, facts, actor, when, given):
    return WRITE in actor.permits and _own_house(case, actor)


@rule(_("须由本级负责人签发"))
def signs(case, facts, actor, when, given):
    return SIGN in actor.permits and _own_house(case, actor)


@rule(_("起草或修改过报告的人不能签发"))
def not_the_writer(case, facts, actor, when, given):
    return actor.person_id not in (case.author_id, case.edited_by)


@rule(_("数据截止日期不能晚于今天"))
def not_in_the_future(case, facts, actor, when, given):
    return given.as_of is None or given.as_of <= facts.day


@rule(_("没有找到这个模板"), reads=("template",))
def template_known(case, facts, actor, when, given):
    return not given.template or facts.template is not None


@sentences(_("每一句都要与数据相符"), reads=("marks",))
def every_sentence_holds(case, facts, actor, when, given):
    return facts.marks


@rule(_("不在您的范围内"))
def on_ground(case, facts, actor, when, given):
    return sees_area(actor, facts.lineage(case.area_id))


@rule(_("没有找到这份报告"), reads=("report",))
def report_known(case, facts, actor, when, given):
    return facts.report is not None and facts.report.area_id == actor.area_id


@rule(_("没有找到承办单位"), reads=("house",))
def house_known(case, facts, actor, when, given):
    return facts.house is not None


@rule(_("只能随报告签发一并登记"))
def within_report(case, facts, actor, when, given):
    return facts.origin == "report.freeze"


@rule(_("须由承办单位或起草报告的单位办理"))
def answers_for_it(case, facts, actor, when, given):
    return case.organisation_id in actor.parties or (WRITE in actor.permits and _own_house(case, actor))
