"""Fields that take the same value from a page, a sheet and the API."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.sheets.cells import tidy

EARLIEST, LATEST = date(1949, 10, 1), date(2200, 1, 1)
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
YES = {"是", "有", "对", "√", "1", "y", "yes", "true", "on"}
NO = {"否", "无", "不", "×", "0", "n", "no", "false", "off", ""}
_PICTURES = re.compile("[\U0001f000-\U0001ffff\ufe0f\u20e3]")


class Day(forms.DateField):
    """A day within reason, in any of the ways offices write one; 1900 is a spreadsheet's fault, not a day."""

    default_error_messages = {
        "invalid": _("日期写法不对，应为2021-06-25"),
        "unlikely": _("日期%(day)s不合常理，请核对年份"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value <= LATEST:
            raise ValidationError(self.error_messages["unlikely"], params={"day": value.isoformat()}, code="unlikely")


class TextLine(forms.CharField):
    """One line of text without invisible marks; full-width letters and digits become narrow."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return tidy(text).replace("\n", " ") if isinstance(text, str) else text

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, str):
            refuse_pictures(value)


def refuse_pictures(text: str) -> None:
    """A name with an emoji prints as a gap on every paper. Raises ValidationError."""
    if found := _PICTURES.search(text):
        raise ValidationError(_("“%(sign)s”是表情符号，文书上打印不出来，请删去"), params={"sign": found[0]}, code="picture")


class TickBox(forms.CheckboxInput):
    """A box that hands on the word it was given, for the field to judge."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=lambda value: str(value).strip().lower() in YES)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, False)


class YesNo(forms.BooleanField):
    """A box to tick; sheets write 是 or 否."""

    widget = TickBox
    default_error_messages = {"invalid": _("只能填“是”或“否”")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def to_python(self, value: Any) -> bool:
        if not isinstance(value, str):
            return bool(value)
        word = value.strip().lower()
        if word in YES:
            return True
        if word in NO:
            return False
        raise ValidationError(self.error_messages["invalid"], code="invalid")
