from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.reports.periods import BadPeriod, days_of
from anlan.toolkit.dimensions import choices_of
from anlan.toolkit.formfields import ReferenceField
from anlan.toolkit.indicators import INDICATORS

from .models import Grouping, Rhythm

LATE = date(2999, 12, 31)


def indicators() -> list[tuple[str, str]]:
    return [(i.id, f"{i.label}（{i.unit}）") for i in sorted(INDICATORS.values(), key=lambda i: i.label)]


class DimensionField(forms.CharField):
    """One department, or one industry, by its word; which there are is asked for when the form is shown or read."""

    def __init__(self, dimension: str, **kwargs: Any) -> None:
        self.dimension = dimension
        super().__init__(**{"required": False, "max_length": 40, "widget": forms.Select(choices=self.offered), **kwargs})

    def offered(self) -> list[tuple[str, str]]:
        return [("", _("全部")), *((c.word, c.label) for c in choices_of(self.dimension))]

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and value not in dict(self.offered()):
            raise ValidationError(_("没有这个{dimension}：{word}").format(dimension=self.label, word=value))


class PeriodField(forms.CharField):
    """A period as reports write it; one that nobody understands is refused in a sentence."""

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            days_of(value, LATE)
        except BadPeriod as bad:
            raise ValidationError(str(bad)) from bad


class QuestionForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    indicator = forms.ChoiceField(label=_("指标"), choices=indicators)
    period = PeriodField(label=_("时段"), max_length=30, initial="本年",
                         help_text=_("本日、昨日、本月、上月、本年、上年、上年同期、累计，或 2021-06、2019..2021-06。"))
    where = ReferenceField(label=_("统计区域"), required=False, choices_from="areas", help_text=_("不选就是打开的人自己的责任区。"))
    department = DimensionField("department", label=_("部门"))
    industry = DimensionField("industry", label=_("行业"))
    grouping = forms.ChoiceField(label=_("分组"), choices=Grouping.choices, required=False)


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(label=_("频次"), choices=Rhythm.choices, help_text=_("早上8点以通知送达，数到前一天24时。"))
