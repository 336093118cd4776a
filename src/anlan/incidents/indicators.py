"""Numbers that incidents vouch for (domain.md 5)."""

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count
from anlan.toolkit.indicators import indicator


@indicator("inc-handled", name="参与处理应急突发事件", name_en="emergency incidents handled", unit="起", owner="emergency",
           kind="incident", belongs=lazy("登记日"))
def handled(period, area_id):
    """当期登记并参与处理的突发事件数；按登记日归属；核实后不予列报的不计。"""
    return Count("incident", ("opened",), area_id, since=period.since, until=period.until)


@indicator("stn-levels", name="信息互通队伍协同物资共享级数", name_en="levels sharing information, teams and goods", unit="级",
           owner="emergency", kind="relay", belongs=lazy("报告日"))
def levels(period, area_id):
    """当期三样都做过的层级数（区、街道、社区，各算一级）：报告过突发事件，出动的队伍到达过现场，调拨过物资并已签收；每一级以最早的一次报告为凭。"""
    return Count("relay", ("shared",), area_id, since=period.since, until=period.until, distinct="facet",
                 also_in=(("callout", ("shared",)), ("transfer", ("shared",))))
