"""Numbers that visits vouch for."""

from anlan.kernel.marks import Count
from anlan.toolkit.indicators import indicator


@indicator("haz-units-checked", name="排查企业家次", name_en="enterprise checks", unit="家次", owner="emergency",
           kind="visit")
def checks(period, area_id):
    """当期完成的检查次数，网格员、社区、街道、部门合计；一家单位查几次计几次；按完成日归属。"""
    return Count("visit", ("check",), area_id, since=period.since, until=period.until)


@indicator("grd-tasks", name="网格员巡查任务", name_en="patrol tasks completed by grid workers", unit="次",
           owner="emergency", kind="visit")
def tasks(period, area_id):
    """当期网格员完成的巡查任务，不论结果；是排查企业家次的一部分；按完成日归属。"""
    return Count("visit", ("task",), area_id, since=period.since, until=period.until)
