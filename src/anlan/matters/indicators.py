"""Numbers that matters vouch for."""

from anlan.kernel.marks import Count
from anlan.toolkit.indicators import Ratio, indicator

from .models import Opener


@indicator("grd-events", name="网格员上报问题隐患", name_en="problems and hazards reported by grid workers", unit="处",
           owner="emergency", kind="matter")
def reported_by_wardens(period, area_id):
    """网格员上报的事项数；同一发现不论由几人上报、转为隐患还是呼叫，只计一次；按上报日归属。"""
    return Count("matter", ("opened",), area_id, since=period.since, until=period.until, facets=(Opener.WARDEN,))


@indicator("grd-residents-share", name="居民上报占比", name_en="residents' share of reports", unit="%", owner="emergency",
           kind="matter")
def residents_share(period, area_id):
    """居民上报的事项占当期全部上报事项的比例；办公室代为登记的电话、微邻里来件算居民上报；按上报日归属；没有上报的显示“—”。"""
    everyone = Count("matter", ("opened",), area_id, since=period.since, until=period.until)
    return Ratio(Count("matter", ("opened",), area_id, since=period.since, until=period.until, facets=(Opener.RESIDENT,)), everyone)
