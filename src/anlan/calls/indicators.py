"""Numbers that calls vouch for (domain.md 4.6, 4.9). Every deed counts on the day on which its call was made."""

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count
from anlan.matters.models import Rung
from anlan.toolkit.dimensions import BASE, BY_PARTY, tells
from anlan.toolkit.indicators import Ratio, indicator

DIMS = (*BASE, "department")
tells("call", "department", BY_PARTY)  # whoever is called
tells("attendance", "department", BY_PARTY)  # whoever comes to help
OPEN = ("ringing", "signed", "arrived", "returned", "finished")
BELOW_DEPARTMENTS = (Rung.NONE, Rung.GRID, Rung.COMMUNITY, Rung.STREET)


def counted(cell, period, area_id, **more):
    """The calls of a period with this event."""
    return Count("call", (cell,), area_id, since=period.since, until=period.until, **more)


def _share(part, whole, period, area_id):
    return Ratio(counted(part, period, area_id), counted(whole, period, area_id))


def told(id, name, name_en, unit="%", belongs=lazy("呼叫日")):
    return indicator(id, name=name, name_en=name_en, unit=unit, owner="emergency", kind="call", belongs=belongs, dims=DIMS)


@told("call-made", "呼叫", "calls made", "次")
def made(period, area_id):
    """当期发出的呼叫次数，含自动上呼；未超时就撤回的不计；按呼叫日归属。"""
    return counted("called", period, area_id)


@told("call-open", "未结束的呼叫", "calls still open", "次", lazy("期末"))
def still_open(period, area_id):
    """期末还没有结束的呼叫：待签收、已签收、已到场、已退回、待评价。"""
    return Count("call", OPEN, area_id, at=period.at)


@told("call-response", "响应率", "response rate")
def response(period, area_id):
    """按时签收的呼叫占全部呼叫的比例；当期没有呼叫时显示“—”。"""
    return _share("signed_in_time", "called", period, area_id)


@told("call-missed", "未签收率", "missed rate")
def missed(period, area_id):
    """到期没有签收、自动上呼的呼叫占全部呼叫的比例；当期没有呼叫时显示“—”。"""
    return _share("missed", "called", period, area_id)


@told("call-arrived-in-time", "按时到场率", "on-time arrival rate")
def arrived_in_time(period, area_id):
    """按时到场的呼叫占应到场呼叫的比例；咨询建议（P4）不要求到场；没有应到场的显示“—”。"""
    return _share("arrived_in_time", "arrival_owed", period, area_id)


@told("call-minutes", "呼叫到场平均用时", "mean minutes from call to arrival", "分钟")
def minutes(period, area_id):
    """从呼叫到到场的平均分钟数，只算已到场的呼叫；没有到场的显示“—”。"""
    return _share("minutes_to_arrival", "arrived", period, area_id)


@indicator("call-joint-minutes", name="联合到场平均用时", name_en="mean minutes from call to joint arrival", unit="分钟",
           owner="emergency", kind="attendance", belongs=lazy("呼叫日"), dims=DIMS)
def joint_minutes(period, area_id):
    """从呼叫到协办方到场的平均分钟数；一次呼叫有几个协办方到场就算几次；按呼叫日归属；没有协办方到场的显示“—”。"""
    joined = Count("attendance", ("joined",), area_id, since=period.since, until=period.until)
    return Ratio(Count("attendance", ("minutes_to_join",), area_id, since=period.since, until=period.until), joined)


@told("call-handled", "处置率", "handling rate")
def handled(period, area_id):
    """已办结的呼叫占已签收呼叫的比例；没有签收的显示“—”。"""
    return _share("finished", "signed", period, area_id)


@told("call-in-time", "按时处置率", "on-time handling rate")
def in_time(period, area_id):
    """在时限内办结的呼叫占已签收呼叫的比例；暂停的时间不计；没有签收的显示“—”。"""
    return _share("finished_in_time", "signed", period, area_id)


@told("call-overdue", "超时处置率", "overdue rate")
def overdue(period, area_id):
    """到期没有办结的呼叫占已签收呼叫的比例；没有签收的显示“—”。"""
    return _share("overdue", "signed", period, area_id)


@told("call-accurate", "准确派遣率", "accurate dispatch rate")
def accurate(period, area_id):
    """没有被退回的呼叫占全部呼叫的比例；当期没有呼叫时显示“—”。"""
    return _share("kept", "called", period, area_id)


@told("call-sent-in-time", "按时派遣率", "on-time dispatch rate")
def sent_in_time(period, area_id):
    """在事项答复时限内发出的呼叫占人工发出的呼叫的比例；自动上呼的不计；没有人工发出的显示“—”。"""
    return _share("sent_in_time", "sent", period, area_id)


@told("call-returned", "退回率", "return rate")
def returned(period, area_id):
    """被退回的呼叫占全部呼叫的比例；当期没有呼叫时显示“—”。"""
    return _share("returned", "called", period, area_id)


@told("call-reworked", "返工率", "rework rate")
def reworked(period, area_id):
    """呼叫方不满意、要求再办理的呼叫占已办结呼叫的比例；没有办结的显示“—”。"""
    return _share("reworked", "finished", period, area_id)


@told("call-solving", "解决率", "solving rate")
def solving(period, area_id):
    """呼叫方确认已解决的呼叫占已办结呼叫的比例；没有办结的显示“—”。"""
    return _share("solved", "finished", period, area_id)


@told("call-satisfied", "满意率", "satisfaction rate")
def satisfied(period, area_id):
    """结果评分达到规则“满意的最低评分”的呼叫占已评价呼叫的比例；没有评价的显示“—”。"""
    return _share("satisfied", "rated", period, area_id)


@told("call-rated", "评价率", "rating rate")
def rated(period, area_id):
    """呼叫方已评价的呼叫占已办结呼叫的比例；到期未评价的算未评价；没有办结的显示“—”。"""
    return _share("rated", "finished", period, area_id)


@told("call-closed", "结案率", "closing rate")
def closed(period, area_id):
    """已评价或自动结束的呼叫占已办结呼叫的比例；没有办结的显示“—”。"""
    return _share("closed", "finished", period, area_id)


@told("call-closed-in-time", "按期结案率", "on-time closing rate")
def closed_in_time(period, area_id):
    """按时办结、并且已评价或自动结束的呼叫占已办结呼叫的比例；没有办结的显示“—”。"""
    return _share("closed_in_time", "finished", period, area_id)


@told("call-checked-in-time", "按时核查率", "on-time check rate")
def checked_in_time(period, area_id):
    """办结后呼叫方在时限内核查（评价，或者要求再办理）的呼叫占已办结呼叫的比例；没有办结的显示“—”。"""
    return _share("checked", "finished", period, area_id)


@told("call-merged", "合并的呼叫", "calls merged", "次")
def merged(period, area_id):
    """与另一次呼叫是同一件事、并入一并办理的呼叫次数；并入后不再单独计为呼叫；撤销并入的不计。"""
    return counted("merged", period, area_id)


@indicator("call-street-or-below", name="街道及以下解决率", name_en="share solved at street level or below", unit="%",
           owner="emergency", kind="matter", belongs=lazy("办结日"), target="call.target_street_or_below")
def street_or_below(period, area_id):
    """没有呼叫到部门及以上就办结的事项占当期办结事项的比例；按办结日归属；没有办结的显示“—”。"""
    closed_ = Count("matter", ("closed",), area_id, since=period.since, until=period.until)
    return Ratio(Count("matter", ("closed",), area_id, since=period.since, until=period.until, facets=BELOW_DEPARTMENTS), closed_)
