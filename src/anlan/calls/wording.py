"""Sentences of notices; kept as told, so in Chinese."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored

from .models import Level


@stored
def rings(call) -> str:
    return _("【{priority}】呼叫您签收：{goal}").format(priority=call["priority"], goal=call["goal"][:60])


@stored
def climbed(goal: str) -> str:
    return _("您方到期没有签收，已自动向上一级呼叫，您方转为协办：{goal}").format(goal=goal[:60])


@stored
def caller_told_of_climb(level: str, goal: str) -> str:
    return _("对方到期没有签收，已自动向{level}呼叫：{goal}").format(level=Level(level).label, goal=goal[:60])


@stored
def deputy_rings(goal: str) -> str:
    return _("紧急呼叫无人签收，请副岗立即处理：{goal}").format(goal=goal[:60])


@stored
def signed(goal: str) -> str:
    return _("对方已签收您的呼叫：{goal}").format(goal=goal[:60])


@stored
def arrived(goal: str) -> str:
    return _("对方已到场：{goal}").format(goal=goal[:60])


@stored
def replied(progress: str) -> str:
    return _("对方反馈进展：{progress}").format(progress=progress[:60])


@stored
def finished(goal: str) -> str:
    return _("对方已办结，请评价：{goal}").format(goal=goal[:60])


@stored
def reworked(goal: str) -> str:
    return _("呼叫方不满意，请再办理：{goal}").format(goal=goal[:60])


@stored
def closed(goal: str) -> str:
    return _("呼叫方已评价办结：{goal}").format(goal=goal[:60])


@stored
def returned(reason: str) -> str:
    return _("对方退回呼叫，请改派或说明：{reason}").format(reason=reason[:60])


@stored
def taken_back(reason: str) -> str:
    return _("上级收回了这次呼叫：{reason}").format(reason=reason[:60])


@stored
def called_off(reason: str) -> str:
    return _("呼叫方撤回了呼叫：{reason}").format(reason=reason[:60])


@stored
def late(goal: str) -> str:
    return _("呼叫到期没有到场：{goal}").format(goal=goal[:60])


@stored
def overdue(goal: str) -> str:
    return _("呼叫到期没有办结：{goal}").format(goal=goal[:60])


@stored
def chased(goal: str) -> str:
    return _("催办：呼叫超期没有办结：{goal}").format(goal=goal[:60])


@stored
def may_go_on(goal: str) -> str:
    return _("上一级的办理已有结果，请继续办理：{goal}").format(goal=goal[:60])


@stored
def reported_again(what: str) -> str:
    return _("又有人反映同一件事：{what}").format(what=what[:60])


@stored
def merged(mine: str, lead: str) -> str:
    return _("呼叫{mine}已并入{lead}，一并办理").format(mine=mine[:40], lead=lead[:40])


@stored
def takes_in(brief: str) -> str:
    return _("另一次呼叫反映的是同一件事，已并入您方承办的呼叫：{brief}").format(brief=brief[:60])


@stored
def lets_out(brief: str) -> str:
    return _("曾并入的呼叫已恢复单独办理：{brief}").format(brief=brief[:60])


@stored
def own_call_merged() -> str:
    return _("原承接的呼叫已并入这次呼叫，转为协办")


@stored
def lead_went_on(level: str, goal: str) -> str:
    return _("您的呼叫所并入的呼叫已转到{level}：{goal}").format(level=Level(level).label, goal=goal[:60])


@stored
def lead_is_over(goal: str) -> str:
    return _("您的呼叫所并入的呼叫已结束：{goal}").format(goal=goal[:60])


@stored
def summoned(why: str) -> str:
    return _("请报到协办：{why}").format(why=why[:60])


@stored
def assists_another(why: str) -> str:
    return _("您方协办的呼叫与另一次合并或恢复单独办理，请看协办页：{why}").format(why=why[:60])


@stored
def absent(why: str) -> str:
    return _("协办方到期没有签收报到：{why}").format(why=why[:60])


@stored
def waits_for_above() -> str:
    return _("等待上一级办理")


@stored
def was_unsigned() -> str:
    return _("本级到期没有签收，转为协办")


@stored
def reporter_hears(code: str, change: str, level: str) -> str:
    return _("您反映的事项{code}：{level}{change}").format(code=code, level=Level(level).label, change=change)
