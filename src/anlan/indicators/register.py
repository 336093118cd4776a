"""The registers of saved questions and of subscriptions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.refusals import Absent, Refused
from anlan.reports.periods import BadPeriod
from anlan.toolkit.dimensions import choices_of
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.registers import Col, Facts, Panel, Register, Trail
from anlan.toolkit.ui import parts

from .asking import answer_in_full
from .flow import QUESTION, SUBSCRIPTION
from .models import SavedQuestion, Subscription
from .selectors import questions_seen_by, subscriptions_seen_by

FORMATS = (("csv", lazy("导出 CSV")), ("xlsx", lazy("导出 Excel")), ("parquet", lazy("导出 Parquet")))


def answered(view: Any) -> str:
    """The figure now, or as of the day that a notice told it (`?on=`); grouped where it is asked so."""
    if view.case.state != "kept":
        return ""
    try:
        found = answer_in_full(view.case, view.actor, view.at, _day(view.request.GET.get("on", "")))
    except (Absent, Refused, BadPeriod) as why:
        return render_to_string("indicators/answer.html", {"why": str(why)})
    told, places = found.told, 1 if found.told.unit == "%" else None
    figure = parts.Figure(told.name, told.value, told.unit, told.as_of, found.url, places=places, note=_("%(since)s 至 %(until)s") % {
        "since": told.period.since, "until": told.period.until})
    exports = [parts.Link(str(label), found.export.format(format=name), "export") for name, label in FORMATS]
    return render_to_string("indicators/answer.html", {"figure": figure, "table": found.table, "exports": exports})


def _day(text: str) -> date | None:
    """None where it is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def indicator_name(row: SavedQuestion) -> str:
    found = INDICATORS.get(row.indicator)
    return found.label if found else row.indicator


def narrowed_to(row: SavedQuestion) -> str:
    """By name."""
    known = {(d, c.word): c.label for d in row.narrow for c in choices_of(d)}
    return "、".join(known.get(pair, pair[1]) for pair in row.narrow.items())


class QuestionRegister(Register):
    kind, slug, model, label, flow = "saved_question", "saved-questions", SavedQuestion, lazy("常用查询"), QUESTION
    seen_by = questions_seen_by
    create, edit, importable, small = "keep", "edit", False, True
    default_state, called_by = "kept", ("name",)
    tones = {"kept": "working", "deleted": "stopped"}
    panels = (Panel(lazy("现在的数"), answered), Facts(), Trail())
    cols = (Col("name", search=True, link=True), Col("asked", label=lazy("指标"), read=indicator_name), Col("period"),
            Col("where", edit=False), Col("narrowed", label=lazy("部门、行业"), read=narrowed_to, show=False), Col("grouping"),
            Col("shared", filter="exact", edit=False),
            Col("state", badge="state", edit=False))


class SubscriptionRegister(Register):
    kind, slug, model, label, flow = "subscription", "subscriptions", Subscription, lazy("订阅"), SUBSCRIPTION
    seen_by = subscriptions_seen_by
    create, edit, importable, small = "", "", False, True
    default_state = "on"
    tones = {"on": "working", "stopped": "stopped"}
    clocks = {"next": lazy("下次送达")}
    cols = (Col("rhythm", link=True), Col("question"), Col("sent_on"), Col("state", badge="state"))
