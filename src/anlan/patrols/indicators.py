"""Numbers that visits vouch for."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.marks import Count, Without
from anlan.kernel.rulebook import parameter
from anlan.people.roles import CHECKING
from anlan.premises import industries
from anlan.premises.models import Colour
from anlan.toolkit.dimensions import BASE, BY_PARTY, tells
from anlan.toolkit.indicators import Ratio, indicator

from .models import By

DIMS = (*BASE, "department", "industry")
tells("visit", "department", BY_PARTY)  # of the organisation that checked
tells("visit", "industry", industries.through("premises"))


@indicator("haz-units-checked", name="排查企业家次", name_en="enterprise checks", unit="家次", owner="emergency",
           kind="visit", belongs=lazy("完成日"), dims=DIMS)
def checks(period, area_id):
    """当期完成的检查次数，网格员、社区、街道、部门合计；一家单位查几次计几次；按完成日归属。"""
    return Count("visit", ("check",), area_id, since=period.since, until=period.until)


@indicator("grd-tasks", name="网格员巡查任务", name_en="patrol tasks completed by grid workers", unit="次",
           owner="emergency", kind="visit", belongs=lazy("完成日"), dims=(*BASE, "industry"))
def tasks(period, area_id):
    """当期网格员完成的巡查任务，不论结果；是排查企业家次的一部分；按完成日归属。"""
    return Count("visit", ("task",), area_id, since=period.since, until=period.until)


@indicator("grd-levels", name="四级联动", name_en="levels linked (department, street, community, grid)", unit="级",
           owner="emergency", kind="visit", belongs=lazy("完成日"), dims=DIMS)
def levels(period, area_id):
    """当期做过检查的层级数（部门、街道、社区、网格，各算一级）；每一级以最早的一次检查为凭；按完成日归属。"""
    return Count("visit", ("check",), area_id, since=period.since, until=period.until, facets=tuple(By.values), distinct="facet")


def intervals(on: date) -> dict[str, int]:
    """Colour → days within which a warden is to come again; a unit without a grade is looked after like a yellow one."""
    table = parameter("patrol.frequency_days", on)["warden"]
    days = {colour: table.get(colour if colour != Colour.UNGRADED else Colour.YELLOW) for colour in Colour.values}
    return {colour: int(n) for colour, n in days.items() if n is not None}


def _unchecked(period, area_id):
    days = intervals(period.until)
    first = tuple((colour, period.until - timedelta(days=n - 1)) for colour, n in days.items())
    return Count("premises", ("active",), area_id, at=period.at,
                 without=Without("visit", ("check",), "premises", period.until, first))


@indicator("grd-unchecked", name="逾期未查单位", name_en="units not checked within their interval", unit="家", owner="emergency",
           kind="premises", belongs=lazy("期末"), dims=DIMS)
def unchecked(period, area_id):
    """期末在营、在其风险等级的网格巡查间隔内没有受过任何一方检查的单位；间隔取自规则“各方检查间隔”，未分级的按黄色。"""
    return _unchecked(period, area_id)


@indicator("grd-unchecked-rate", name="逾期未查率", name_en="share of units not checked within their interval", unit="%",
           owner="emergency", kind="premises", belongs=lazy("期末"), dims=DIMS)
def unchecked_rate(period, area_id):
    """逾期未查单位占期末在营单位的比例；没有在营单位的显示“—”。"""
    standing = Count("premises", ("active",), area_id, at=period.at, levels=tuple(intervals(period.until)))
    return Ratio(_unchecked(period, area_id), standing)


@indicator("grd-checks-per-post", name="岗均检查次数", name_en="checks per checking post", unit="次", owner="emergency", kind="visit",
           belongs=lazy("检查完成日（分子）、期末（分母）"), dims=(*BASE, "department"))
def checks_per_post(period, area_id):
    """当期完成的检查次数除以期末在用的检查岗位数；检查岗位是带网格员、社区、街道、执法人员或部门角色的岗位；没有岗位的显示“—”。"""
    posts = Count("post", ("active",), area_id, at=period.at, levels=(CHECKING,))
    return Ratio(checks(period, area_id), posts)
