"""Numbers that the files of units vouch for."""

from django.utils.translation import gettext_lazy as _

from anlan.kernel.marks import Count
from anlan.toolkit.dimensions import BASE, BY_PARTY, tells
from anlan.toolkit.indicators import indicator
from anlan.toolkit.spreads import PER, Per

from . import industries as industries  # declares the dimension
from .models import Colour

tells("premises", "department", BY_PARTY)
PER["units"] = Per(_("每千家单位"), "grd-units", 1_000)
GRADED = tuple(c for c in Colour.values if c != Colour.UNGRADED)


@indicator("grd-units", name="建立风险分级档案单位", name_en="units surveyed with a risk-graded file", unit="家", owner="emergency",
           kind="premises", belongs=_("期末"), dims=(*BASE, "department", "industry"))
def graded(period, area_id):
    """期末在营并已评定风险等级的单位数；停业的、待核实的和未分级的不计。"""
    return Count("premises", ("active",), area_id, at=period.at, levels=GRADED)
