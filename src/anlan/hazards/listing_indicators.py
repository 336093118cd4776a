"""Numbers of listed supervision (domain.md 2.7): listed by the year of listing, struck off, still open."""

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count
from anlan.toolkit.dimensions import BASE, BY_PARTY, tells
from anlan.toolkit.indicators import Ratio, indicator

DIMS = (*BASE, "department")
tells("listing", "department", BY_PARTY)
OPEN = ("listed", "rectifying", "applied", "reviewing")


def _event(cell, period, area_id):
    return Count("listing", (cell,), area_id, since=period.since, until=period.until)


def _open(period, area_id, year=None):
    return Count("listing", OPEN, area_id, at=period.at, facets=(year,) if year else None)


@indicator("haz-listed", name="挂牌督办隐患", name_en="hazards under listed supervision", unit="起", owner="emergency",
           kind="listing", belongs=lazy("挂牌日"), dims=DIMS)
def listed(period, area_id):
    """当期挂牌督办的重大隐患数；按挂牌日归属；撤销挂牌的不计；与一般隐患数分开统计。"""
    return _event("listed", period, area_id)


@indicator("haz-listed-open", name="未销号挂牌隐患", name_en="listed hazards not yet struck off", unit="起",
           owner="emergency", kind="listing", belongs=lazy("期末"), dims=DIMS)
def still_open(period, area_id):
    """期末已挂牌、尚未销号的隐患数，不论挂牌年度。"""
    return _open(period, area_id)


@indicator("haz-listed-2020-open", name="2020年度未销号挂牌隐患", name_en="listed hazards of 2020 not yet cancelled",
           unit="起", owner="emergency", kind="listing", belongs=lazy("期末"), dims=DIMS)
def open_of_2020(period, area_id):
    """2020年挂牌的隐患中期末尚未销号的数。"""
    return _open(period, area_id, "2020")


@indicator("haz-listed-2021-open", name="2021年度整改中挂牌隐患", name_en="listed hazards of 2021 being rectified",
           unit="起", owner="emergency", kind="listing", belongs=lazy("期末"), dims=DIMS)
def open_of_2021(period, area_id):
    """2021年挂牌的隐患中期末仍在督办整改的数。"""
    return _open(period, area_id, "2021")


@indicator("haz-listed-closed", name="挂牌销号", name_en="listings struck off", unit="起", owner="emergency",
           kind="listing", belongs=lazy("销号日"), dims=DIMS)
def closed(period, area_id):
    """当期复查合格并取得销号编号的挂牌隐患数；按销号日归属。"""
    return _event("struck_off", period, area_id)


@indicator("haz-listed-rate", name="挂牌销号率", name_en="listing closure rate", unit="%", owner="emergency", kind="listing",
           belongs=lazy("督办期限届满日"), dims=DIMS)
def closure_rate(period, area_id):
    """当期督办期限届满的挂牌隐患中已销号的比例；延期后按新的期限；没有到期的显示“—”。"""
    return Ratio(_event("closed_owed", period, area_id), _event("owed", period, area_id))
