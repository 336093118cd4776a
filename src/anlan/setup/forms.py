"""Inputs of the first run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from anlan.places.coordinates import Datum
from anlan.toolkit.forms import Day, TextLine

FILE_FAULTS = {"required": lazy("请选择文件"), "empty": lazy("文件是空的。请重新选择文件。")}


class CodeForm(forms.Form):
    code = forms.CharField(label=lazy("一次性代码"), max_length=40, help_text=lazy("运行 anlan up 的终端里显示的代码。"),
                           widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters",
                                                         "spellcheck": "false"}))


class SheetForm(forms.Form):
    """A file, or the one that was checked a moment ago by its hash."""

    accept = ".xlsx,.csv"
    file = forms.FileField(label=lazy("填好的表格"), error_messages=FILE_FAULTS, help_text=lazy(".xlsx 或 .csv；先检查，全部正确才导入。"))
    staged = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = self.accept
        self.fields["file"].required = not (self.is_bound and self.data.get("staged"))


class BoundaryForm(SheetForm):
    accept = ".geojson,.json"
    file = forms.FileField(label=lazy("边界文件"), error_messages=FILE_FAULTS, help_text=lazy("GeoJSON；先检查，没有问题才登记。"))
    datum = forms.ChoiceField(label=lazy("坐标系"), choices=Datum.choices, initial=Datum.CGCS2000)
    source = TextLine(label=lazy("来源"), max_length=200, help_text=lazy("例如：区民政局2021年勘界成果"))
    valid_from = Day(label=lazy("生效日期"))
    generated = forms.BooleanField(label=lazy("示意边界，不是法定界线"), required=False)
