"""Numbers that matters vouch for (domain.md 4.6). Every deed counts on the day on which its matter was reported."""

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count
from anlan.toolkit.indicators import Ratio, indicator

from .models import Opener


@indicator("grd-events", name="网格员上报问题隐患", name_en="problems and hazards reported by grid workers", unit="处",
           owner="emergency", kind="matter", belongs=lazy("上报日"))
def reported_by_wardens(period, area_id):
    """网格员上报的事项数；同一发现不论由几人上报、转为隐患还是呼叫，只计一次；按上报日归属。"""
    return Count("matter", ("opened",), area_id, since=period.since, until=period.until, facets=(Opener.WARDEN,))


@indicator("grd-residents-share", name="居民上报占比", name_en="residents' share of reports", unit="%", owner="emergency",
           kind="matter", belongs=lazy("上报日"))
def residents_share(period, area_id):
    """居民上报的事项占当期全部上报事项的比例；办公室代为登记的电话、微邻里来件算居民上报；按上报日归属；没有上报的显示“—”。"""
    everyone = Count("matter", ("opened",), area_id, since=period.since, until=period.until)
    return Ratio(Count("matter", ("opened",), area_id, since=period.since, until=period.until, facets=(Opener.RESIDENT,)), everyone)


OTHERS = (Opener.OFFICER, Opener.UNIT, Opener.RESIDENT)


def _reported(cells, period, area_id, **more):
    return Count("matter", cells, area_id, since=period.since, until=period.until, **more)


def told(id, name, name_en):
    return indicator(id, name=name, name_en=name_en, unit="%", owner="emergency", kind="matter", belongs=lazy("上报日"))


@told("mat-valid", "有效上报率", "valid report rate")
def valid(period, area_id):
    """予以受理、且不与另一件重复的上报占全部上报的比例；按上报日归属；当期没有上报的显示“—”。"""
    return Ratio(_reported(("opened",), period, area_id), _reported(("opened", "rejected", "joined"), period, area_id))


@told("mat-missed", "漏报率", "miss rate")
def missed(period, area_id):
    """网格员以外的人（工作人员、单位、居民）上报的事项占全部受理事项的比例；按上报日归属；没有受理的显示“—”。"""
    return Ratio(_reported(("opened",), period, area_id, facets=OTHERS), _reported(("opened",), period, area_id))


@told("mat-filed", "立案率", "filing rate")
def filed(period, area_id):
    """已立为隐患或发出呼叫的事项占受理事项的比例；巡查时当场立案的不计；按上报日归属；没有受理的显示“—”。"""
    return Ratio(_reported(("filed",), period, area_id), _reported(("accepted",), period, area_id))


@told("mat-filed-in-time", "按时立案率", "on-time filing rate")
def filed_in_time(period, area_id):
    """在答复时限内立案的事项占已立案事项的比例；巡查时当场立案的不计；按上报日归属；没有立案的显示“—”。"""
    return Ratio(_reported(("filed_in_time",), period, area_id), _reported(("filed",), period, area_id))


@told("mat-filed-rightly", "准确立案率", "accurate filing rate")
def filed_rightly(period, area_id):
    """立案后没有因“不属于隐患”撤销的事项占已立案事项的比例；巡查时当场立案的不计；按上报日归属；没有立案的显示“—”。"""
    return Ratio(_reported(("filed_kept",), period, area_id), _reported(("filed",), period, area_id))
