"""Numbers that forces and goods vouch for (domain.md 7): teams, equipment, what was delivered, and the stations' roll-out."""

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count
from anlan.toolkit.indicators import indicator

from .station_models import MeetingSort
from .store_models import Measure
from .team_models import Echelon

TURNS = (Echelon.FIRST.value, Echelon.SECOND.value, Echelon.THIRD.value)


def _teams(period, area_id, **more):
    return Count("rescue_team", ("active",), area_id, at=period.at, **more)


@indicator("fld-tiers", name="应急救援队伍级数", name_en="tiers of rescue teams", unit="级", owner="emergency", kind="rescue_team",
           belongs=lazy("期末"))
def tiers(period, area_id):
    """期末有在册救援队伍的层级数（综合、政府专业、街道社区、企事业单位、社会力量，各算一级）；停用的队伍不计。"""
    return _teams(period, area_id, distinct="level")


@indicator("fld-team-members", name="防汛抢险队员", name_en="members of the flood rescue teams", unit="人", owner="emergency",
           kind="rescue_team", belongs=lazy("期末"))
def flood_people(period, area_id):
    """期末编入防汛梯队和突击队的在册队伍的人数之和；没有编入的队伍和停用的队伍不计。"""
    return Count("rescue_team", ("flood_people",), area_id, at=period.at, summed=True)


@indicator("fld-echelons", name="防汛应急救援队梯队", name_en="echelons of the flood rescue teams", unit="个", owner="emergency",
           kind="rescue_team", belongs=lazy("期末"))
def echelons(period, area_id):
    """期末有在册队伍的防汛梯队数（第一、第二、第三梯队，各算一个）；突击队不计。"""
    return _teams(period, area_id, facets=TURNS, distinct="facet")


@indicator("fld-assault", name="应急救援突击队", name_en="assault teams", unit="支", owner="emergency", kind="rescue_team",
           belongs=lazy("期末"))
def assault(period, area_id):
    """期末在册的防汛突击队数；停用的不计。"""
    return _teams(period, area_id, facets=(Echelon.ASSAULT.value,))


@indicator("fld-equipment", name="应急救援装备", name_en="pieces of rescue equipment", unit="件", owner="emergency", kind="equipment",
           belongs=lazy("期末"))
def equipment(period, area_id):
    """期末在册救援装备的件数之和；有故障的也计，停用的不计。"""
    return Count("equipment", ("pieces",), area_id, at=period.at, summed=True)


@indicator("fld-materials", name="运送防汛备料", name_en="flood materials delivered", unit="立方米", owner="emergency", kind="transfer",
           belongs=lazy("签收日"))
def materials(period, area_id):
    """当期调拨到货并清点签收的、以立方米计的物资数量（砂石等防汛备料）；按签收日归属，按调入仓库所在区域；以其他单位计量的不计。"""
    return Count("transfer", ("received",), area_id, since=period.since, until=period.until, facets=(Measure.CUBIC_METRE.value,))


@indicator("stn-demo", name="示范应急服务站", name_en="model stations under construction", unit="处", owner="emergency",
           kind="service_station", belongs=lazy("期末"))
def model_stations(period, area_id):
    """期末正在建设的社区应急服务示范站数；已列入计划还没有开工的、已建成的和已取消的不计。"""
    return Count("service_station", ("building",), area_id, at=period.at, facets=("model",))


@indicator("stn-communities", name="应急服务站覆盖社区", name_en="communities on the roll-out plan of stations", unit="个",
           owner="emergency", kind="service_station", belongs=lazy("期末"))
def communities(period, area_id):
    """期末有应急服务站（已列入计划、建设中或已建成）的社区数；一个社区有几处也只计一个；取消的不计。"""
    return Count("service_station", ("planned", "building", "accepted"), area_id, at=period.at, distinct="area")


def _met(sort, period, area_id):
    return Count("station_meeting", ("held",), area_id, since=period.since, until=period.until, facets=(sort.value,),
                 distinct="day", pick="first")


@indicator("stn-meeting", name="社区应急服务站现场会日期", name_en="date of the meeting on stations", unit="", owner="emergency",
           kind="station_meeting", belongs=lazy("召开日"))
def site_meeting(period, area_id):
    """当期社区应急服务站建设现场会召开的日期，有几次的取最早一次；没有开过的显示“—”。"""
    return _met(MeetingSort.SITE, period, area_id)


@indicator("stn-kickoff", name="应急服务站建设启动会议日期", name_en="date of the kick-off meeting on stations", unit="",
           owner="emergency", kind="station_meeting", belongs=lazy("召开日"))
def kickoff(period, area_id):
    """当期应急服务站建设启动会议召开的日期，有几次的取最早一次；没有开过的显示“—”。"""
    return _met(MeetingSort.KICKOFF, period, area_id)


@indicator("stn-finish", name="应急服务站全部完成期限", name_en="planned end of the roll-out of stations", unit="", owner="emergency",
           kind="service_station", belongs=lazy("期末"))
def finish(period, area_id):
    """期末列在计划里的社区应急服务站中最晚的计划建成日期；取消的不计；没有计划的显示“—”。"""
    return Count("service_station", ("owed",), area_id, at=period.at, summed=True, distinct="day", pick="last")
