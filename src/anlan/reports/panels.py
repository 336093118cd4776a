"""What a report's page shows: its text with figures in place, what does not hold, and what was promised last time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.toolkit.registers import Panel

from . import grammar
from .freezing import check, count_report
from .layout import Part, parts_of
from .models import Commitment, Report
from .promises import houses_missing

LIVE = ("draft", "review", "signed")


def values_of(report: Report) -> dict[str, Decimal]:
    """The figures of a frozen report by key."""
    return {f["key"]: Decimal(f["value"]) for f in report.frozen if f["value"] is not None}


def before(report: Report) -> Report | None:
    """The last frozen report of the same kind and place."""
    rows = Report.objects.filter(area_id=report.area_id, sort=report.sort, as_of__lt=report.as_of, state__in=("frozen", "published"))
    return rows.order_by("-as_of", "-id").first()


def drawn(report: Report) -> list[Part]:
    """The text with its figures; of a frozen report as they were counted then."""
    last = before(report)
    counted = count_report(report, report.head)
    return parts_of(grammar.parse(report.text), counted, values_of(last) if last else None)


def body(view: Any) -> str:
    parts = drawn(view.case)
    live = view.case.state in LIVE
    return render_to_string("reports/body.html", {
        "parts": parts, "faults": faults_in(parts, view.case.text) if live else (), "report": view.case, "live": live})


def faults_in(parts: list[Part], text: str) -> list[tuple[str, str]]:
    """(what is marked, why); the sentence, or the promise's house that nobody knows."""
    return [(line.text, fault) for part in parts for line in part.lines for fault in line.faults] + [
        (_("承办单位"), sentence) for sentence in houses_missing(text)]


def checked(view: Any) -> str:
    """Of a frozen report: its digest, and where the check is made."""
    if view.case.state not in ("frozen", "published"):
        return ""
    return render_to_string("reports/frozen.html", {"report": view.case})


def last_promises(view: Any) -> str:
    """While a report is written: promised, done and not done of the one before."""
    if view.case.state not in LIVE or (last := before(view.case)) is None:
        return ""
    rows = list(Commitment.objects.filter(report=last).exclude(state="dropped").select_related("organisation").order_by("due_on", "id"))
    if not rows:
        return ""
    return render_to_string("reports/promises.html", {
        "last": last, "all": rows, "done": [c for c in rows if c.state == "done"], "open": [c for c in rows if c.state == "open"]})


def history(view: Any) -> str:
    """Where it was written more than once: the way to its versions side by side."""
    written = sum(e.verb in ("begin", "edit") for e in view.entries)
    return render_to_string("reports/history.html", {"report": view.case, "written": written}) if written > 1 else ""


BODY = Panel(lazy("正文"), body)
HISTORY = Panel(lazy("各稿"), history)
CHECK = Panel(lazy("数据固化"), checked)
LAST_PROMISES = Panel(lazy("上次报告的承诺"), last_promises)
__all__ = ["BODY", "CHECK", "HISTORY", "LAST_PROMISES", "check", "drawn"]
