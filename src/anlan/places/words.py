"""Values of rules in words, and as inputs that keep their shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kernel.worktime import Unit

UNITS = {
    Unit.MINUTE: gettext_lazy("分钟"), Unit.HOUR: gettext_lazy("小时"), Unit.WORKING_HOUR: gettext_lazy("工作小时"),
    Unit.WORKING_DAY: gettext_lazy("个工作日"), Unit.CALENDAR_DAY: gettext_lazy("天"),
}
WORDS = {
    "red": gettext_lazy("红"), "orange": gettext_lazy("橙"), "yellow": gettext_lazy("黄"), "blue": gettext_lazy("蓝"),
    "ungraded": gettext_lazy("未分级"),
    "grid": gettext_lazy("网格"), "warden": gettext_lazy("网格员"), "community": gettext_lazy("社区"), "street": gettext_lazy("街道"),
    "department": gettext_lazy("部门"), "district": gettext_lazy("区级"), "leader": gettext_lazy("区领导"),
    "sign": gettext_lazy("签收"), "arrive": gettext_lazy("到场"), "finish": gettext_lazy("办结"),
    "likelihood": gettext_lazy("可能性"), "exposure": gettext_lazy("暴露频度"),
    "consequence": gettext_lazy("后果"), "severity": gettext_lazy("严重程度"), "bands": gettext_lazy("分级"),
    "inherent": gettext_lazy("固有风险"), "residual": gettext_lazy("剩余风险"),
}
OF_RULE: dict[str, dict[str, Any]] = {}
"""Words that mean something else in the rule of this key."""
MOST_SHOWN = 6


def is_limit(value: Any) -> bool:
    return (isinstance(value, list) and len(value) == 2 and isinstance(value[0], int)
            and value[1] in Unit._value2member_map_)


def value_words(value: Any, key: str = "") -> str:
    """30, 2个工作日, 红 7；橙 14 …, 是; a table that names its keys by the names; a long one by its first lines and their number.

    key: of the rule, which may have words of its own.
    """
    return _told(value, WORDS | OF_RULE.get(key, {}))


def _told(value: Any, words: Mapping[str, Any]) -> str:
    if value is None:
        return _("不适用")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if is_limit(value):
        return f"{value[0]}{UNITS[Unit(value[1])]}"
    if isinstance(value, dict) and value and all(isinstance(v, str) for v in value.values()):
        return _some([word_of(v, words) for _key, v in in_order(value)], "；")
    if isinstance(value, dict):
        return _some([f"{word_of(k, words)}：{_within(v, words)}" for k, v in in_order(value)], "；")
    if isinstance(value, list):
        return _some([_within(v, words) for v in value], "、")
    return word_of(value, words)


def _within(value: Any, words: Mapping[str, Any]) -> str:
    told = _told(value, words)
    return f"（{told}）" if isinstance(value, dict | list) and not is_limit(value) else told


def _some(parts: list[str], between: str) -> str:
    shown = between.join(parts[:MOST_SHOWN])
    if len(parts) <= MOST_SHOWN:
        return shown
    return _("%(shown)s……共%(count)s项") % {"shown": shown, "count": len(parts)}


def in_order(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Red before orange, wardens before streets; the database does not keep the order of keys."""
    known = list(WORDS)
    return sorted(table.items(), key=lambda item: (known.index(item[0]) if item[0] in known else len(known), item[0]))


def word_of(value: Any, words: Mapping[str, Any] = WORDS) -> str:
    return str(words.get(value, value)) if isinstance(value, str) else str(value)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every single value of a table with its path; a limit is one value."""
    if isinstance(value, dict):
        for key, inner in in_order(value):
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and not is_limit(value):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, at))
    else:
        yield path, value


def with_leaves(value: Any, given: dict[tuple[Any, ...], Any], path: tuple[Any, ...] = ()) -> Any:
    """The same table with other values at these paths."""
    if path in given:
        return given[path]
    if isinstance(value, dict):
        return {key: with_leaves(inner, given, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list) and not is_limit(value):
        return [with_leaves(inner, given, (*path, at)) for at, inner in enumerate(value)]
    return value


def path_words(path: tuple[Any, ...]) -> str:
    """红 › 第 2 项."""
    said = [_("第%(n)s项") % {"n": step + 1} if isinstance(step, int) else word_of(step) for step in path]
    return " › ".join(said)
