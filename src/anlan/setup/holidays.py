"""Holidays and made-up working days of a year from a sheet; what the State Council has announced is filled in."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from django import forms
from django.utils.translation import gettext as _

from anlan.kernel.models import Calendar
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.rulebook import touch
from anlan.places.calendars import OFFICE, OFFICE_WEEK, Day, amend_year, days_of, publish_year, shipped_years
from anlan.places.models import HolidayYear
from anlan.toolkit.forms import Day as DayField
from anlan.toolkit.forms import TextLine
from anlan.toolkit.sheets import TemplateColumn, write_template

from .flow import SETUP
from .tables import Plan, Reader, filled, reader_of, trial

LABELS = {"day": "日期", "works": "安排", "name": "名称", "source": "依据"}
REST, WORK = "放假", "上班"


class HolidayForm(forms.Form):
    day = DayField()
    works = forms.ChoiceField(choices=[(REST, REST), (WORK, WORK)])
    name = TextLine(max_length=40)
    source = TextLine(max_length=200, required=False)


def calendar() -> None:
    """The office calendar with its week, still without holidays."""
    Calendar.objects.get_or_create(code=OFFICE, defaults={"name": "办公", "weekly": OFFICE_WEEK})
    touch("calendars")


def template(on: date) -> bytes:
    """The sheet with the days of this year, and of the next where they are known."""
    empty = write_template([
        TemplateColumn(LABELS["day"], _("写作 2021-06-14；周末不必写"), required=True, example="2021-06-14"),
        TemplateColumn(LABELS["works"], _("放假，或周末调成上班"), required=True, choices=(REST, WORK), example=REST),
        TemplateColumn(LABELS["name"], required=True, example=_("端午节")),
        TemplateColumn(LABELS["source"], _("通知的名称和文号"), example=_("国务院办公厅关于2021年部分节假日安排的通知")),
    ], title=_("节假日"), notes=[_("只写放假的日子，和周末调成上班的日子。一张表可以写几年。")])
    rows = [[d.day.isoformat(), WORK if d.works else REST, d.name, source]
            for year, days, source in shipped_years() if year in (on.year, on.year + 1) for d in days]
    return filled(empty, rows)


def is_done(on: date) -> bool:
    return HolidayYear.objects.filter(calendar__code=OFFICE, year=on.year).exists()


def run(data: bytes, name: str, at: datetime, save: bool) -> Plan | Refusal:
    """Rehearse a sheet of holidays, or bring it in; a year that stands is replaced."""
    reader = reader_of(data, name, LABELS, ("day", "works", "name"))
    if isinstance(reader, Refusal):
        return reader
    days = _read(reader)
    with trial(reader.plan, save):
        for year, group in groupby(sorted(days, key=lambda d: d[1].day), key=lambda d: d[1].day.year):
            _publish(reader, year, list(group), at)
    return reader.plan.in_order()


def _read(reader: Reader) -> list[tuple[int, Day, str]]:
    seen: dict[date, int] = {}
    found = []
    for no, cells in reader.lines():
        form = HolidayForm(data=cells)
        if not form.is_valid():
            reader.form_faults(no, form)
            continue
        given = form.cleaned_data
        if first := seen.get(given["day"]):
            reader.fault(no, "day", _("与第%(line)s行重复") % {"line": first})
            continue
        seen[given["day"]] = no
        found.append((no, Day(given["day"], given["works"] == WORK, given["name"]), given["source"]))
    if not found and not reader.plan.faults:
        reader.fault(reader.sheet.header_line, "day", _("一天也没有写"))
    return found


def _publish(reader: Reader, year: int, group: list[tuple[int, Day, str]], at: datetime) -> None:
    days = [day for _no, day, _source in group]
    source = next((s for _no, _day, s in group if s), _("本区登记"))
    held = HolidayYear.objects.filter(calendar__code=OFFICE, year=year).select_related("calendar").first()
    if held is not None and days_of(held) == days:
        reader.plan.same += len(days)
        return
    try:
        if held is None:
            publish_year(year, days, source, actor=SETUP, at=at)
        else:
            amend_year(held, days, source, actor=SETUP, at=at)
    except Refused as refused:
        reader.fault(group[0][0], "day", str(refused))
    reader.plan.created += len(days)
