"""What a subscription tells."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.indicators import Figure
from anlan.toolkit.papers.chinese import stored
from anlan.toolkit.ui.words import figures


@stored
def told(name: str, figure: Figure) -> str:
    value = figure.empty if figure.value is None else f"{figures(figure.value, 1 if figure.unit == '%' else None)}{figure.unit}"
    return _("{name}：{value}（{figure}，{since}至{until}）").format(
        name=name, value=value, figure=figure.name, since=figure.period.since, until=figure.period.until)


@stored
def subject() -> str:
    return _("订阅的数")
