"""Numbers that hazards vouch for (domain.md 2.7). found and rectified count general hazards of all departments."""

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count
from anlan.premises import industries
from anlan.premises.indicators import graded
from anlan.toolkit.dimensions import BASE, BY_PARTY, tells
from anlan.toolkit.indicators import Ratio, indicator

from .effects import LATE_NOW
from .models import Level

OPEN = ("found", "registered", "graded", "notified", "rectifying", "self_checked", "review_pending")
GENERAL = {"level": Level.GENERAL.value}
DIMS = (*BASE, "department", "industry")
tells("hazard", "department", BY_PARTY)  # of the unit's trade; where no unit is, the one that found it
tells("hazard", "industry", industries.through("premises"))


def _event(cell, period, area_id, **more):
    return Count("hazard", (cell,), area_id, since=period.since, until=period.until, **more)


@indicator("haz-found", name="排查一般隐患", name_en="general hazards found", unit="起", owner="emergency", kind="hazard",
           belongs=lazy("发现日"), dims=DIMS)
def found(period, area_id):
    """当期发现的一般隐患数，各部门合计；按发现日归属；撤销的不计。"""
    return _event("found", period, area_id, **GENERAL)


@indicator("haz-rectified", name="整改一般隐患", name_en="general hazards rectified", unit="起", owner="emergency",
           kind="hazard", belongs=lazy("发现日"), dims=DIMS)
def rectified(period, area_id):
    """当期发现的一般隐患中已整改销号的数；按发现日归属，含当场整改。"""
    return _event("rectified", period, area_id, **GENERAL)


@indicator("haz-standing", name="未销号隐患", name_en="hazards still open", unit="起", owner="emergency", kind="hazard",
           fold=True, belongs=lazy("期末"), dims=DIMS)
def standing(period, area_id):
    """期末仍未销号的隐患数，一般和重大合计；撤销、移交执法的不计。"""
    return Count("hazard", OPEN, area_id, at=period.at)


@indicator("haz-standing-major", name="未销号重大隐患", name_en="major hazards still open", unit="起", owner="emergency",
           kind="hazard", fold=True, belongs=lazy("期末"), dims=DIMS)
def standing_major(period, area_id):
    """期末仍未销号的重大隐患数。"""
    return Count("hazard", OPEN, area_id, at=period.at, level=Level.MAJOR.value)


@indicator("haz-found-major", name="排查重大隐患", name_en="major hazards found", unit="起", owner="emergency", kind="hazard",
           belongs=lazy("发现日"), dims=DIMS)
def found_major(period, area_id):
    """当期发现的重大隐患数；按发现日归属。"""
    return _event("found", period, area_id, level=Level.MAJOR.value)


@indicator("haz-rectified-major", name="整改重大隐患", name_en="major hazards rectified", unit="起", owner="emergency",
           kind="hazard", belongs=lazy("发现日"), dims=DIMS)
def rectified_major(period, area_id):
    """当期发现的重大隐患中已复查销号的数；按发现日归属。"""
    return _event("rectified", period, area_id, level=Level.MAJOR.value)


@indicator("haz-rate", name="整改率", name_en="rectification rate", unit="%", owner="emergency", kind="hazard",
           belongs=lazy("发现日"), dims=DIMS)
def rate(period, area_id):
    """当期发现的一般隐患中已整改销号的比例；当期没有发现隐患时显示“—”。"""
    return Ratio(rectified(period, area_id), found(period, area_id))


@indicator("haz-in-time", name="按期整改率", name_en="on-time rectification rate", unit="%", owner="emergency", kind="hazard",
           belongs=lazy("整改截止日"), dims=DIMS)
def in_time(period, area_id):
    """当期到期的隐患中按期整改的比例；按整改截止日归属，延期后按新的截止日；没有到期的显示“—”。"""
    return Ratio(_event("in_time", period, area_id), _event("owed", period, area_id))


@indicator("haz-overdue", name="逾期未改隐患", name_en="hazards past their limit", unit="起", owner="emergency", kind="hazard",
           belongs=lazy("期末"), dims=DIMS)
def overdue(period, area_id):
    """期末已过整改期限、还没有报整改完成的隐患数，一般和重大合计；延期后按新的期限；撤销、移交执法的不计。"""
    return Count("hazard", (LATE_NOW,), area_id, at=period.at, summed=True)


@indicator("haz-overdue-per-1000", name="每千家单位逾期未改隐患", name_en="hazards past their limit per 1,000 units", unit="起/千家",
           owner="emergency", kind="hazard", per=1000, belongs=lazy("期末"), dims=DIMS)
def overdue_per_1000(period, area_id):
    """期末逾期未改隐患数除以建立风险分级档案的单位数，乘以1000；没有建档单位的显示“—”。"""
    return Ratio(overdue(period, area_id), graded(period, area_id))


@indicator("haz-on-spot", name="当场整改隐患", name_en="hazards put right on the spot", unit="起", owner="emergency",
           kind="hazard", belongs=lazy("整改日"), dims=DIMS)
def on_spot(period, area_id):
    """检查时当场整改销号的一般隐患数，单独统计；按整改日归属。"""
    return _event("on_spot", period, area_id)


@indicator("haz-recurred", name="复发隐患", name_en="hazards that recurred", unit="起", owner="emergency", kind="hazard",
           belongs=lazy("发现日"), dims=DIMS)
def recurred(period, area_id):
    """同一单位同一检查项在规定天数内再次发现的隐患数（天数见规则“复发认定天数”）。"""
    return _event("recurred", period, area_id)


@indicator("haz-recurrence", name="复发率", name_en="recurrence rate", unit="%", owner="emergency", kind="hazard",
           belongs=lazy("再次发现日（分子）、销号日（分母）"), dims=DIMS)
def recurrence(period, area_id):
    """当期再次发现的隐患（见“复发隐患”）占当期销号隐患的比例；当期没有销号的显示“—”。"""
    return Ratio(recurred(period, area_id), _event("struck_off", period, area_id))


@indicator("haz-major-rate", name="重大隐患销号率", name_en="major hazards cleared", unit="%", owner="emergency", kind="hazard",
           belongs=lazy("发现日"), dims=DIMS)
def major_rate(period, area_id):
    """当期发现的重大隐患中已复查销号的比例；按发现日归属；当期没有发现的显示“—”。"""
    return Ratio(rectified_major(period, area_id), found_major(period, area_id))


@indicator("haz-days", name="平均整改天数", name_en="mean days from finding to striking off", unit="天", owner="emergency",
           kind="hazard", belongs=lazy("销号日"), dims=DIMS)
def days(period, area_id):
    """当期销号的隐患从发现到销号的平均天数；按销号日归属；当期没有销号的显示“—”。"""
    return Ratio(_event("days_taken", period, area_id), _event("struck_off", period, area_id))


@indicator("haz-extended", name="延期率", name_en="share struck off after an extension", unit="%", owner="emergency",
           kind="hazard", belongs=lazy("销号日"), dims=DIMS)
def extended(period, area_id):
    """当期销号的隐患中经批准延期的比例；按销号日归属；当期没有销号的显示“—”。"""
    return Ratio(_event("struck_extended", period, area_id), _event("struck_off", period, area_id))
