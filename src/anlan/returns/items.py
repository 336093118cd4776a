"""What a monthly return states, and the words of its sheet."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Item(NamedTuple):
    """own: the indicator that counts the same from Anlan's rows, where the department stands in its marks."""

    name: str
    label: Any
    unit: str
    own: str = ""


ITEMS = (
    Item("checks", _("检查单位"), "家次"), Item("found", _("排查一般隐患"), "起", "haz-found"),
    Item("rectified", _("整改一般隐患"), "起", "haz-rectified"), Item("penalties", _("行政处罚"), "起"),
    Item("fines", _("罚款"), "元"),
)
BY_NAME = {item.name: item for item in ITEMS}
YEARLY = tuple(f"year_{name}" for name in ("checks", "found", "rectified"))
RATE = "rate"
DAY, UNIT, CODE, STREET = "day", "unit", "credit_code", "street"
COLUMNS: dict[str, Any] = {DAY: _("日期"), UNIT: _("单位名称"), CODE: _("统一社会信用代码"), STREET: _("街道"),
                           **{item.name: item.label for item in ITEMS}}
"""Name in the API → the header of the sheet."""


def label_of(name: str) -> str:
    """What a number is called: of a year's total, of the rate, of an item."""
    if name == RATE:
        return str(_("整改率"))
    if name.startswith("year_"):
        return str(_("本年累计{label}")).format(label=BY_NAME[name.removeprefix("year_")].label)
    return str(BY_NAME[name].label)


def unit_of(name: str) -> str:
    return "%" if name == RATE else BY_NAME[name.removeprefix("year_")].unit
