from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import ReferenceField, TextField
from anlan.toolkit.forms import Day

from . import grammar
from .models import Sort, Source

TEXT_MOST = 60_000
HOW = _(
    "数写成 {指标 时段}，例如 {排查一般隐患 2019..2021-06}，只数一个部门、行业或区域时加上 部门=区城管局、行业=住宿和餐饮业、@区域代码；"
    "判断写成 {?下降 排查一般隐患 上年同期 | 排查一般隐患 本年}。# 开头的一行是标题。")


class ReportTextField(TextField):
    """The text of a report; each line that is not understood is named."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 24, "class": "report-text", "data-preview": "/desk/report-preview/", "spellcheck": "false"})
        super().__init__(**{"max_length": TEXT_MOST, "widget": widget, "help_text": HOW, **kwargs})

    def validate(self, value: str) -> None:
        super().validate(value)
        if faults := grammar.faults_of(value):
            raise ValidationError(faults)


class BeginForm(forms.Form):
    """A report begins from a template of the office, or from the house's own of its kind."""

    sort = forms.ChoiceField(label=_("类别"), choices=Sort.choices)
    title = forms.CharField(label=_("标题"), max_length=120)
    as_of = Day(label=_("数据截至"), help_text=_("报告里的数都数到这一天24时。"))
    template = ReferenceField(label=_("本单位的模板"), required=False, choices_from="report-templates",
                              help_text=_("不选就用该类别的通用模板。"))
    addressee = forms.CharField(label=_("主送"), max_length=120, required=False)


class EditForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=120)
    addressee = forms.CharField(label=_("主送"), max_length=120, required=False)
    as_of = Day(label=_("数据截至"))
    text = ReportTextField(label=_("正文"))


class CommentForm(forms.Form):
    comment = TextField(label=_("意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class TemplateForm(forms.Form):
    sort = forms.ChoiceField(label=_("类别"), choices=Sort.choices)
    name = forms.CharField(label=_("名称"), max_length=60)
    text = ReportTextField(label=_("正文"))


class PromiseForm(forms.Form):
    report = ReferenceField(label=_("报告"), choices_from="reports")
    source = forms.ChoiceField(label=_("来源"), choices=Source.choices)
    text = TextField(label=_("事项"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    organisation = ReferenceField(label=_("承办单位"), choices_from="organisations")
    due_on = Day(label=_("完成时限"))


class DoneForm(forms.Form):
    result = TextField(label=_("办理情况"), max_length=2000)
