"""Industries: the top level of GB/T 4754-2017, by which units and what hangs on them are counted.

A unit's marks keep its industry and place type as they were then; a hazard or a visit is counted by the industry that its
unit had at the instant of the figure.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from django.utils.translation import gettext_lazy as _

from anlan.kernel import marks
from anlan.kernel.marks import Count, Stood
from anlan.toolkit.dimensions import Choice, Told, dimension, tells

from .place_types import place_types

INDUSTRIES = {
    "A": _("农、林、牧、渔业"), "B": _("采矿业"), "C": _("制造业"), "D": _("电力、热力、燃气及水生产和供应业"), "E": _("建筑业"),
    "F": _("批发和零售业"), "G": _("交通运输、仓储和邮政业"), "H": _("住宿和餐饮业"), "I": _("信息传输、软件和信息技术服务业"),
    "J": _("金融业"), "K": _("房地产业"), "L": _("租赁和商务服务业"), "M": _("科学研究和技术服务业"),
    "N": _("水利、环境和公共设施管理业"), "O": _("居民服务、修理和其他服务业"), "P": _("教育"), "Q": _("卫生和社会工作"),
    "R": _("文化、体育和娱乐业"), "S": _("公共管理、社会保障和社会组织"), "T": _("国际组织"),
}


def industry_of(trade_code: str, place_type: str) -> str:
    """The letter: of the unit's own trade code, else of its place type; empty where neither says."""
    told = trade_code[:1].upper()
    if told in INDUSTRIES:
        return told
    kind = place_types().get(place_type)
    return kind.industry[:1] if kind else ""


def facet_of(trade_code: str, place_type: str) -> str:
    """What a unit's marks keep: H.restaurant."""
    return f"{industry_of(trade_code, place_type)}.{place_type}"


@cache
def facets() -> dict[str, str]:
    """Facet → industry: each place type in each industry, and alone, as marks kept it before they knew industries."""
    kinds = place_types().values()
    return {k.code: k.industry[:1] for k in kinds} | {f"{letter}.{k.code}": letter for letter in INDUSTRIES for k in kinds}


def in_industry(count: Count, through: str, letter: str) -> Count:
    return replace(count, stood=Stood("premises", through, tuple(f for f, told in facets().items() if told == letter)))


def in_none(count: Count, through: str) -> Count:
    """Of no unit, or of one whose industry nobody knows."""
    return replace(count, stood=Stood("premises", through, tuple(f for f, told in facets().items() if told in INDUSTRIES), none=True))


def through(column: str) -> Told:
    """For cases whose column names a unit; empty for units themselves."""
    return Told(lambda count, letter: in_industry(count, column, letter),
                lambda count: marks.by_stood(count, "premises", column, facets()),
                lambda count, _letters: in_none(count, column))


def choices() -> list[Choice]:
    return [Choice(letter, str(name), letter) for letter, name in INDUSTRIES.items()]


dimension("industry", _("行业"), "industry", choices, rest=_("没有单位或行业不明"))
tells("premises", "industry", through(""))
