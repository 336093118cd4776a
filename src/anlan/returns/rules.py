"""Who asks, sends, judges and explains; what must be true of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule, sentences
from anlan.people.models import Sort
from anlan.people.permits import grant

SEND, JUDGE = "returns.send", "returns.judge"
grant(SEND, "department", "emergency", label=_("报送本部门月报，说明数据矛盾"))
grant(JUDGE, "emergency", "director", label=_("要求报送和审核部门月报"))


@rule(_("须由应急管理部门办理"))
def judges(case, facts, actor, when, given):
    return actor.system or JUDGE in actor.permits


@rule(_("须由报送部门办理"))
def of_the_house(case, facts, actor, when, given):
    return SEND in actor.permits and case.organisation_id in (actor.organisation_id, *actor.parties)


@rule(_("须由说明单位办理"))
def answers_for_it(case, facts, actor, when, given):
    return case.organisation_id is not None and case.organisation_id in (actor.organisation_id, *actor.parties)


@rule(_("没有找到这个部门"), reads=("house",))
def house_is_a_department(case, facts, actor, when, given):
    return facts.house is not None and facts.house.sort == Sort.DEPARTMENT


@rule(_("月份还没有结束"))
def month_is_over(case, facts, actor, when, given):
    return given.month is None or given.month < facts.day.replace(day=1)


@rule(_("只能要求最近24个月的月报"))
def month_is_not_long_past(case, facts, actor, when, given):
    return given.month is None or (facts.day - given.month).days <= 750


@rule(_("这个部门这个月的月报已经要求过了"), reads=("house",))
def asked_once(case, facts, actor, when, given):
    return facts.house is None or given.month not in facts.house.months


@sentences(_("明细表要逐行可读"), reads=("sheet",))
def rows_are_sound(case, facts, actor, when, given):
    return facts.sheet.faults


@rule(_("每份月报只退回一次；仍有疑问请走数据矛盾"))
def not_sent_back_before(case, facts, actor, when, given):
    return not case.sent_back


@rule(_("只能随上一个月的月报一并办理"))
def within_a_return(case, facts, actor, when, given):
    return facts.origin == "monthly_return.roll"
