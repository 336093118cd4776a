"""One cell: what a value is as text, and what makes it unfit to be read."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")
EXACT_DIGITS = 15
MOST_LINES = 1_048_576
FROM_EXERCISE = "演练数据，不作办事依据"
"""The first line of a sheet that was written in an exercise; such a sheet is not read in the real space."""

_JOINER = "\u200d"
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_SIGNS = dict(zip("－．／：＋％＃＠＿～", "-./:+%#@_~", strict=True))
_BETWEEN = re.compile(r"(?<=[0-9A-Za-z])[－．／：＋＃＠＿～](?=[0-9A-Za-z])|[＋－](?=[0-9])|(?<=[0-9])％")
_UNUSUAL = re.compile(r"[\uff00-\uff5e]")
_SPACES = re.compile(r"[^\S\n]")
_DANGER = "=+-@\t\r"
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_MANGLED = re.compile(r"\d(?:\.\d+)?[Ee]\+\d{2,}")


class Cell(NamedTuple):
    """Text as it will be used, and the sentence that says why it may not be; one of the two is empty."""

    text: str = ""
    fault: str = ""


def tidy(text: str) -> str:
    """What a clerk meant to type: no invisible marks, full-width letters, digits and the signs between them narrow.

    Chinese punctuation stays as it is; a line break within a cell stays, other space at the ends goes.
    """
    if text.isprintable() and not _UNUSUAL.search(text) and unicodedata.is_normalized("NFC", text):
        return text.strip()
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in _SPACES.sub(" ", text) if c == "\n" or _is_visible(c))
    text = _BETWEEN.sub(lambda found: _SIGNS[found[0]], text.translate(_FULL_WIDTH))
    return unicodedata.normalize("NFC", text).strip()


def _is_visible(character: str) -> bool:
    if character == _JOINER:
        return True
    code = ord(character)
    no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return not no_character and unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def guard(text: str) -> str:
    """For CSV: a leading apostrophe where a spreadsheet would otherwise see a formula (scale.md 6.2)."""
    return "'" + text if text.startswith(tuple(_DANGER)) or _GUARDED.match(text) else text


def unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def cell_of_text(raw: str) -> Cell:
    """A cell of a text file."""
    if raw.lstrip().startswith("="):
        return Cell(fault=_formula())
    text = tidy(unguard(raw))
    if _MANGLED.fullmatch(text):
        return Cell(fault=_mangled())
    return Cell(text)


def cell_of_value(value: object, data_type: str, number_format: str) -> Cell:
    """A cell of a workbook."""
    if data_type == "f":
        return Cell(fault=_formula())
    if data_type == "e":
        return Cell(fault=_("是错误值 %(value)s，请改成正确的内容。") % {"value": value})
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _cell_of_number(value)
    if isinstance(value, date | time | timedelta):
        return _cell_of_time(value, number_format)
    return Cell(as_text(value))


def _formula() -> str:
    return _("是公式，请改成公式算出的结果再导入（复制后“选择性粘贴—数值”）。")


def _mangled() -> str:
    return _("长数字已被改成科学计数，末尾几位已丢失。请把该列设为“文本”后重新填写。")


def _cell_of_number(value: int | float) -> Cell:
    text = as_text(value)
    if len(text.lstrip("-").partition(".")[0]) > EXACT_DIGITS:
        return Cell(fault=_mangled())
    return Cell(text)


def _cell_of_time(value: date | time | timedelta, number_format: str) -> Cell:
    is_day = isinstance(value, date)
    shows_year = "y" in number_format.lower()
    if (is_day and value.year <= 1900) or (not is_day and shows_year):
        return Cell(fault=_("是 1900 年的日期，多半是空格或序号被设成了日期格式。请改正或清空。"))
    return Cell(as_text(value))


def as_text(value: object, zone: tzinfo = DISTRICT_ZONE) -> str:
    """Numbers without a trailing .0 or exponent, days as 2021-06-25, moments as 2021-06-25 08:30 in the zone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return _number_text(value)
    if isinstance(value, datetime):
        return _moment_text(value.astimezone(zone) if value.tzinfo else value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        return _duration_text(value)
    return tidy(str(value))


def _number_text(value: int | float | Decimal) -> str:
    exact = Decimal(f"{value:.{EXACT_DIGITS}g}") if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return ""
    text = format(exact, "f") if exact else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment_text(value: datetime) -> str:
    if (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")


def _duration_text(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if seconds else f"{hours}:{minutes:02d}"


def width_of(text: str) -> int:
    """Columns on paper: two for a wide character."""
    lines = text.split("\n") or [""]
    return max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in lines)
