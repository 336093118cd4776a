"""Numbers that returns vouch for. Every deed counts in the month the return is about."""

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count
from anlan.toolkit.dimensions import BASE, BY_PARTY, tells
from anlan.toolkit.indicators import Ratio, indicator

from .models import Detail

DIMS = (*BASE, "department")
tells("monthly_return", "department", BY_PARTY)
tells("contradiction", "department", BY_PARTY)


def _counted(cell, period, area_id, **more):
    return Count("monthly_return", (cell,), area_id, since=period.since, until=period.until, **more)


@indicator("ret-in-time", name="月报按时报送率", name_en="monthly returns sent in time", unit="%", owner="emergency",
           kind="monthly_return", belongs=lazy("月报所属月份"), dims=DIMS)
def in_time(period, area_id):
    """按时报送的部门月报占要求报送的月报的比例；按月报所属月份归属；准予免报的不计；没有要求报送的显示“—”。"""
    return Ratio(_counted("sent_in_time", period, area_id), _counted("asked", period, area_id))


@indicator("ret-traced", name="有明细的月报占比", name_en="share of accepted returns with rows", unit="%", owner="emergency",
           kind="monthly_return", belongs=lazy("月报所属月份"), dims=DIMS)
def traced(period, area_id):
    """逐行写明单位的月报占已接收月报的比例；只报总数或只有分街道数的不算；没有已接收月报的显示“—”。"""
    return Ratio(_counted("accepted", period, area_id, facets=(Detail.UNITS,)), _counted("accepted", period, area_id))


@indicator("ret-contradictions", name="待说明的数据矛盾", name_en="contradictions not yet explained", unit="项", owner="emergency",
           kind="contradiction", belongs=lazy("期末"), dims=DIMS)
def contradictions(period, area_id):
    """期末还没有说明或更正的数据矛盾：月报和已定稿报告里的比率、分街道之和、变小的累计数，以及与本系统记录不符的数。"""
    return Count("contradiction", ("open",), area_id, at=period.at)
