"""Numbers that matters vouch for."""

from anlan.kernel.marks import Count
from anlan.toolkit.indicators import indicator

from .models import Opener


@indicator("grd-events", name="网格员上报问题隐患", name_en="problems and hazards reported by grid workers", unit="处",
           owner="emergency", kind="matter")
def reported_by_wardens(period, area_id):
    """网格员上报的事项数；同一发现不论由几人上报、转为隐患还是呼叫，只计一次；按上报日归属。"""
    return Count("matter", ("opened",), area_id, since=period.since, until=period.until, facets=(Opener.WARDEN,))
