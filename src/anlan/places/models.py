"""Boundaries and years of holidays; areas, calendars and parameters themselves are tables of the kernel."""

from django.db import models
from django.db.models import IntegerChoices, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Area, Calendar, Versioned

from .coordinates import Datum


class Level(IntegerChoices):
    """How deep an area lies in the tree."""

    DISTRICT = 0, _("区")
    STREET = 1, _("街道")
    COMMUNITY = 2, _("社区")
    GRID = 3, _("网格")


class Boundary(Versioned):
    """The shape of an area from a day on: GeoJSON in WGS-84; datum is the system it was given in."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="boundaries", verbose_name=_("区域"))
    geometry = models.JSONField(_("边界"))
    source = models.CharField(_("来源"), max_length=200)
    datum = models.CharField(_("原坐标系"), max_length=10, choices=Datum.choices)
    generated = models.BooleanField(_("示意边界"), default=False)
    valid_from = models.DateField(_("生效日期"))

    class Meta:
        verbose_name = _("区域边界")
        constraints = [
            UniqueConstraint(fields=["area", "valid_from"], condition=Q(state="active"), name="boundary_dated"),
        ]

    def __str__(self) -> str:
        return str(_("%(area)s的边界") % {"area": self.area})


class HolidayYear(Versioned):
    """One year's notice of holidays for a calendar; its days are CalendarDay rows."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+", verbose_name=_("日历"))
    year = models.PositiveSmallIntegerField(_("年份"))
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("年度节假日安排")
        constraints = [UniqueConstraint(fields=["calendar", "year"], name="holiday_year_once")]

    def __str__(self) -> str:
        return f"{self.year}"
