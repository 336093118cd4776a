"""Sentences for notices, and what the paper of a report says, each field with where it came from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from anlan.kernel.marks import Day
from anlan.kernel.worktime import Limit, Unit
from anlan.toolkit.documents import paper_date
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.papers.chinese import stored

from .models import Report
from .periods import BEGINNING

SHOWN = 12
"""Characters of a digest that find room in a table."""
ONE_DAY = Limit(1, Unit.CALENDAR_DAY)


@stored
def handed_back(title: str, reason: str) -> str:
    return _("报告“{title}”退回修改：{reason}").format(title=title, reason=reason[:100])


@stored
def promised(text: str, due_on: date) -> str:
    return _("请在{day}前完成：{text}").format(day=paper_date(due_on), text=text[:80])


@stored
def late(text: str) -> str:
    return _("承诺事项已逾期：{text}").format(text=text[:80])


@stored
def paper_content(report: Report, given: Any) -> dict[str, Any]:
    """The report as it was signed, and the trace of each figure."""
    rows = [{"name": f["name"], "period": days(f), "value": _value(f),
             "rows": str(f["rows"]), "digest": f["digest"][:SHOWN]} for f in given.frozen if f.get("read", True)]
    return {"title": _field(report.title, "report.title"), "addressee": _field(report.addressee, "report.addressee"),
            "issuer": _field(report.issuer, "organisation.name"), "signer": _field(report.signer, "person.name"),
            "on": _field(report.signed_at.date().isoformat() if report.signed_at else "", "entry.at"),
            "body": _field(given.body, "report.text"), "figures": _field(rows, "indicator"),
            "head": _field(str(given.head), "seal.no"), "digest": _field(given.digest, "report.digest")}


def days(frozen: dict[str, Any]) -> str:
    """2021年6月1日至2021年6月25日; what counts from the beginning of time only has an end."""
    since, until = (date.fromisoformat(frozen[name]) for name in ("since", "until"))
    if since == until:
        return paper_date(until)
    return _("截至{day}").format(day=paper_date(until)) if since == BEGINNING else _("{since}至{until}").format(
        since=paper_date(since), until=paper_date(until))


def _value(frozen: dict[str, Any]) -> str:
    """Without an exponent: 152530家次; a day in words; a value of nothing is a dash."""
    if frozen["value"] is None:
        return "—"
    found = INDICATORS.get(frozen["indicator"])
    value = found.number(frozen["value"]) if found else Decimal(frozen["value"])
    if isinstance(value, Day):
        return paper_date(value.day) if value.day else "—"
    return f"{value:f}{frozen['unit']}"


def _field(value: object, source: str) -> dict[str, object]:
    return {"value": value, "from": source}
