"""The office calendar: a year of holidays as the office reads the State Council's notice, and its correction."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from anlan.kernel.instance import local_day
from anlan.kernel.models import Calendar
from anlan.kernel.reckoning import Scope
from anlan.kernel.refusals import Refused
from anlan.toolkit.forms import TextLine

from ..calendars import OFFICE, Day, alarms, amend_year, changed_days, days_of, publish_year
from ..models import HolidayYear
from ..recompute import of_calendar, preview, settle

LINE = re.compile(r"^(?P<name>\D*?)[\s:：]*(?P<days>[\d\-/.,，、~～至 ]+)$")
RANGE = re.compile(r"^(\d{1,2})[-/.](\d{1,2})(?:\s*[~～至]\s*(?:(\d{1,2})[-/.])?(\d{1,2}))?$")


class DaysField(forms.CharField):
    """One line a holiday: 春节 02-11~02-17. Cleans to Days of the year; faults name the line."""

    def __init__(self, works: bool, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false"}), max_length=4000, **kwargs)
        self.works, self.year = works, 0

    def clean(self, value: Any) -> list[Day]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines()]
        return [day for n, line in enumerate(lines, start=1) if line for day in self._line(n, line)]

    def _line(self, n: int, line: str) -> list[Day]:
        match = LINE.match(line)
        if match is None:
            raise ValidationError(_("第%(n)s行“%(line)s”看不懂，请写成：春节 02-11~02-17") % {"n": n, "line": line[:40]})
        name = match["name"].strip() or (_("调休上班") if self.works else _("放假"))
        pieces = [p.strip() for p in re.split(r"[,，、\s]+", match["days"]) if p.strip()]
        return [Day(day, self.works, name[:40]) for piece in pieces for day in self._span(n, piece)]

    def _span(self, n: int, piece: str) -> list[date]:
        found = RANGE.match(piece)
        try:
            month, day, last_month, last_day = (int(g) if g else None for g in found.groups())  # type: ignore[union-attr]
            first = date(self.year, month, day)  # type: ignore[arg-type]
            last = date(self.year, last_month or first.month, last_day) if last_day else first
        except (AttributeError, ValueError):
            raise ValidationError(_("第%(n)s行的日期“%(piece)s”看不懂，请写成 02-11 或 02-11~02-17") % {
                "n": n, "piece": piece[:20]}) from None
        if last < first:
            raise ValidationError(_("第%(n)s行的日期“%(piece)s”前后颠倒") % {"n": n, "piece": piece[:20]})
        return [first + timedelta(days=i) for i in range((last - first).days + 1)]


class YearForm(forms.Form):
    rest = DaysField(False, label=gettext_lazy("放假"), help_text=gettext_lazy("每行一个节日：春节 02-11~02-17"))
    work = DaysField(True, label=gettext_lazy("调休上班"), required=False,
                     help_text=gettext_lazy("每行一个节日：春节调休 02-07、02-20"))
    source = TextLine(label=gettext_lazy("依据"), max_length=200)

    def __init__(self, year: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("rest", "work"):
            self.fields[name].year = year  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        rest = {d.day for d in given.get("rest") or ()}
        both = [d.day for d in given.get("work") or () if d.day in rest]
        if both:
            self.add_error("work", _("%(day)s既放假又上班") % {"day": both[0]})
        return given

    def days(self) -> list[Day]:
        found = {d.day: d for d in (*self.cleaned_data["rest"], *(self.cleaned_data["work"] or ()))}
        return sorted(found.values())


def as_lines(days: list[Day], works: bool) -> str:
    """The reverse of what DaysField reads: runs of days under their names."""
    lines: dict[str, list[tuple[date, date]]] = {}
    for d in days:
        if d.works != works:
            continue
        spans = lines.setdefault(d.name, [])
        if spans and spans[-1][1] + timedelta(days=1) == d.day:
            spans[-1] = (spans[-1][0], d.day)
        else:
            spans.append((d.day, d.day))
    return "\n".join(f"{name} {'、'.join(_span_words(*s) for s in spans)}" for name, spans in lines.items())


def _span_words(first: date, last: date) -> str:
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}~{last:%m-%d}"


@require_GET
def years(request: HttpRequest) -> HttpResponse:
    """The years that are entered, and the one that is missing."""
    _known(request)
    rows = list(HolidayYear.objects.filter(calendar__code=OFFICE).select_related("calendar").order_by("-year"))
    held = {row.year for row in rows}
    on, latest = local_day(request.at), max(held, default=local_day(request.at).year - 1)  # type: ignore[attr-defined]
    return render(request, "places/calendar.html", {
        "years": [(row, as_lines(days_of(row), False), as_lines(days_of(row), True)) for row in rows[:3]],
        "older": rows[3:], "next_year": latest + 1, "alarms": alarms(on), "may_edit": _may(request)})


@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, number: int) -> HttpResponse:
    """Enter or correct one year."""
    _known(request)
    row = HolidayYear.objects.filter(calendar__code=OFFICE, year=number).select_related("calendar").first()
    if not _may(request) or not 2000 <= number <= 2199:
        raise Http404
    days = days_of(row) if row else []
    form = YearForm(number, request.POST if request.method == "POST" else None, initial={
        "rest": as_lines(days, False), "work": as_lines(days, True), "source": row.source if row else ""})
    shown = None
    if request.method == "POST" and form.is_valid():
        scope, rules = of_calendar(OFFICE, changed_days(Calendar.objects.get(code=OFFICE), number, form.days()))
        found = preview(scope, rules, form.cleaned_data, request.at) if scope.days else None  # type: ignore[attr-defined]
        shown = found if found and request.POST.get("agreed") != found.token else None
        if shown is None and _stored(request, row, number, form, scope, found.count if found else 0):
            messages.success(request, _("%(year)s年的节假日安排已保存") % {"year": number})
            return redirect("/desk/calendar/")
    return render(request, "places/calendar_year.html", {"form": form, "number": number, "row": row, "preview": shown},
                  status=422 if form.is_bound and not shown else 200)


def _stored(request: HttpRequest, row: HolidayYear | None, number: int, form: YearForm, scope: Scope, count: int) -> bool:
    who: dict[str, Any] = {"actor": request.actor, "at": request.at}  # type: ignore[attr-defined]
    source = form.cleaned_data["source"]
    try:
        with transaction.atomic():
            if row is None:
                publish_year(number, form.days(), source, **who)
            else:
                amend_year(row, form.days(), source, **who)
            told = settle(scope, count, f"{number}年节假日安排，{source}", **who) if count else ""
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    if told:
        messages.info(request, told)
    return True


def _may(request: HttpRequest) -> bool:
    return "calendars.edit" in request.actor.permits  # type: ignore[attr-defined]


def _known(request: HttpRequest) -> None:
    """The calendar is open to everyone who works in the house."""
    if request.actor.post_id is None or request.actor.is_any("unit"):  # type: ignore[attr-defined]
        raise Http404
