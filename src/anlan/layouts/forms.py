"""What the moves of a layout take."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import HashesField
from anlan.toolkit.registers import REGISTERS

from .models import Across, Paper, Sort

TOKENS = ("名称", "辖区", "年", "月", "日")
PATTERN = "{名称}（{辖区}）{年}年{月}月"


def registers() -> list[tuple[str, Any]]:
    return [("", _("（月报不选）")), *((slug, r.label) for slug, r in REGISTERS.items())]


class PatternField(forms.CharField):
    """The name of the file that is made, with words of TOKENS in braces."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        strange = set(re.findall(r"\{([^}]*)\}", text)) - set(TOKENS)
        if strange or text.count("{") != text.count("}"):
            raise ValidationError(_("文件名里只能用 {名称}、{辖区}、{年}、{月}、{日}。"))
        return str(text)


class FileForm(forms.Form):
    file = HashesField(label=_("样表（.xlsx）"), least=1, most=1, role="file",
                       help_text=_("上级下发的空白样表；先检查，不含宏、不带密码。"))


class LayoutForm(FileForm):
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如：区安委办隐患台账"))
    sort = forms.ChoiceField(label=_("类别"), choices=Sort.choices)
    slug = forms.ChoiceField(label=_("填哪本登记簿"), choices=registers, required=False)
    pattern = PatternField(label=_("文件名"), max_length=80, required=False,
                           help_text=_("可用 {名称}、{辖区}、{年}、{月}、{日}；不填就用名称、辖区和年月。"))
    paper = forms.ChoiceField(label=_("纸张"), choices=[("", _("按样表")), *Paper.choices], required=False)
    across = forms.ChoiceField(label=_("方向"), choices=[("", _("按样表")), *Across.choices], required=False)
    field_order = ("name", "sort", "slug", "file", "pattern", "paper", "across")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("sort") == Sort.LEDGER and not given.get("slug"):
            self.add_error("slug", _("台账要选一本登记簿"))
        return given


class EditForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    pattern = PatternField(label=_("文件名"), max_length=80, required=False,
                           help_text=_("可用 {名称}、{辖区}、{年}、{月}、{日}；不填就用名称、辖区和年月。"))
    paper = forms.ChoiceField(label=_("纸张"), choices=[("", _("按样表")), *Paper.choices], required=False)
    across = forms.ChoiceField(label=_("方向"), choices=[("", _("按样表")), *Across.choices], required=False)


class MappingForm(forms.Form):
    """The mapping as the page of columns puts it together."""

    mapping = forms.JSONField(label=_("对照"))

    def clean_mapping(self) -> Any:
        told = self.cleaned_data["mapping"]
        if not isinstance(told, dict) or not {"sheet", "header_row", "first_row", "columns"} <= set(told):
            raise ValidationError(_("对照的写法不对"))
        return told
