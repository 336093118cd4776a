"""Inputs of the moves on areas, boundaries, parameters and holidays."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.kernel.worktime import Limit
from anlan.toolkit.formfields import ReferenceField
from anlan.toolkit.forms import Day, TextLine

from .coordinates import Datum
from .models import Level

DayField = Day
CONFIDENCES = [("sure", _("已核对")), ("likely", _("暂定，按通行做法")), ("unsure", _("暂定，待核定"))]


class CreateAreaForm(forms.Form):
    code = forms.RegexField(r"^[0-9A-Za-z]{1,20}$", label=_("代码"), error_messages={
        "invalid": _("代码只用数字和字母，最多20位")})
    name = TextLine(label=_("名称"), max_length=60)
    level = forms.TypedChoiceField(label=_("层级"), choices=Level.choices, coerce=int)
    parent = ReferenceField(choices_from="areas", label=_("上级区域"), required=False)
    valid_from = DayField(label=_("启用日期"))
    valid_to = DayField(label=_("停用日期"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("valid_from"), given.get("valid_to")
        if since and until and until <= since:
            self.add_error("valid_to", _("停用日期须在启用日期之后"))
        return given


class RenameAreaForm(forms.Form):
    name = TextLine(label=_("名称"), max_length=60)


class MoveAreaForm(forms.Form):
    parent = ReferenceField(choices_from="areas", label=_("新的上级区域"))
    since = DayField(label=_("自哪天起"))


class RetireAreaForm(forms.Form):
    valid_to = DayField(label=_("停用日期"))


class DrawBoundaryForm(forms.Form):
    area = ReferenceField(choices_from="areas", label=_("区域"))
    geometry = forms.JSONField(label=_("边界"))
    source = forms.CharField(label=_("来源"), max_length=200)
    datum = forms.ChoiceField(label=_("原坐标系"), choices=Datum.choices)
    generated = forms.BooleanField(label=_("示意边界"), required=False)
    valid_from = DayField(label=_("生效日期"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


class ParameterForm(forms.Form):
    key = forms.RegexField(r"^[a-z_]+(\.[a-z0-9_]+)+$", label=_("规则"), max_length=60)
    label = forms.CharField(label=_("名称"), max_length=80)
    value = forms.JSONField(label=_("取值"))
    valid_from = DayField(label=_("生效日期"))
    source = forms.CharField(label=_("依据"), max_length=200)
    confidence = forms.ChoiceField(label=_("可信程度"), choices=CONFIDENCES)

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if fault := value_fault(value):
            raise ValidationError(fault)
        return value


class HolidayYearForm(forms.Form):
    calendar = forms.CharField(label=_("日历"), max_length=20)
    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2199)
    source = forms.CharField(label=_("依据"), max_length=200)
    days = forms.JSONField(label=_("日期"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "days" in given and "year" in given and (fault := days_fault(given["days"], given["year"])):
            self.add_error("days", fault)
        return given


class AmendHolidaysForm(forms.Form):
    source = forms.CharField(label=_("依据"), max_length=200)
    days = forms.JSONField(label=_("日期"))


def days_fault(days: Any, year: int) -> str:
    """Why a list of [day, works, name] cannot be a year's table; empty when it can."""
    if not isinstance(days, list) or not days:
        return str(_("一天也没有写"))
    seen: set[str] = set()
    for row in days:
        if not (isinstance(row, list) and len(row) == 3 and isinstance(row[1], bool)):
            return str(_("日期写法有误"))
        day = _day_of(row[0])
        if day is None or day.year != year:
            return str(_("%(day)s不在%(year)s年") % {"day": row[0], "year": year})
        if row[0] in seen:
            return str(_("%(day)s写了两次") % {"day": row[0]})
        seen.add(row[0])
    return ""


def _day_of(raw: Any) -> date | None:
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None


def meant_as_limit(value: Any) -> bool:
    """A number and a word; two words are a list of words."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], str) and not isinstance(value[0], str)


def value_fault(value: Any) -> str:
    """Why a value cannot stand in the rule table; empty when it can. A limit is [value, unit]."""
    if value is None:
        return str(_("取值不能为空"))
    if len(json.dumps(value)) > 20_000:
        return str(_("取值太长"))
    if meant_as_limit(value):
        try:
            Limit.of(value)
        except ValueError:
            return str(_("时限应写作数值和单位，单位只有分钟、小时、工作小时、工作日、自然日"))
    return ""
