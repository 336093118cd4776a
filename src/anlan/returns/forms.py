from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import HashesField, ReferenceField, TextField
from anlan.toolkit.forms import Day

FEW = forms.Textarea(attrs={"rows": 3})
MOST = 10**12


class Month(Day):
    """Any day of the month; kept as its first."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        return day.replace(day=1) if day else None


class AskForm(forms.Form):
    organisation = ReferenceField(label=_("报送部门"), choices_from="organisations")
    month = Month(label=_("月份"), help_text=_("写该月任何一天；以后每月自动要求报送。"))


def count(label: Any, required: bool = False, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=0, max_value=MOST, **kwargs)


class SendForm(forms.Form):
    """The month's numbers; the rows behind them as a sheet, or through the API as rows. Without either: a bare sum."""

    checks = count(_("检查单位（家次）"), True)
    found = count(_("排查一般隐患（起）"), True)
    rectified = count(_("整改一般隐患（起）"), True)
    penalties = count(_("行政处罚（起）"))
    fines = forms.DecimalField(label=_("罚款（元）"), required=False, min_value=0, max_digits=15, decimal_places=2)
    rate = forms.DecimalField(label=_("整改率（%）"), required=False, min_value=0, max_digits=7, decimal_places=2,
                              help_text=_("可不填；填了就与整改数、排查数核对。"))
    year_checks = count(_("本年累计检查单位（家次）"))
    year_found = count(_("本年累计排查一般隐患（起）"))
    year_rectified = count(_("本年累计整改一般隐患（起）"))
    file = HashesField(label=_("明细表（.xlsx）"), most=1, role="file", help_text=_("没有明细的月报显示“无明细”，不算可追溯。"))
    lines = forms.JSONField(label=_("明细行"), required=False, widget=forms.HiddenInput,
                            help_text=_("系统对接用：每行写日期、单位、街道和各项数。"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("file") and given.get("lines"):
            raise ValidationError(_("明细表和明细行只交一种"))
        return given


class AmendForm(SendForm):
    why = TextField(label=_("更正原因"), max_length=500, widget=FEW)
    field_order = ("why",)


class ReasonForm(forms.Form):
    why = TextField(label=_("理由"), max_length=500, widget=FEW)


class ExplainForm(forms.Form):
    answer = TextField(label=_("说明"), max_length=1000, widget=FEW)


class NameForm(forms.Form):
    """What a contradiction is opened with; only the system opens one."""

    subject_kind = forms.CharField(max_length=20)
    subject_uid = forms.UUIDField()
    subject = forms.CharField(max_length=160)
    link = forms.CharField(max_length=300, required=False)
    area_id = forms.IntegerField(required=False)
    organisation_id = forms.IntegerField(required=False)
    sort = forms.CharField(max_length=8)
    item = forms.CharField(max_length=60)
    sentence = forms.CharField(max_length=300)
    said = forms.DecimalField(max_digits=18, decimal_places=2)
    found = forms.DecimalField(max_digits=18, decimal_places=2, required=False)
    unit = forms.CharField(max_length=8, required=False)
    asked = forms.JSONField(required=False)
