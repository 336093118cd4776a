"""Numbers, times and names in the words a page prints. Pure: the instant of reading is always an argument."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.kernel.marks import Day

NOTHING = "—"
MINUTE = timedelta(minutes=1)

# The commonest surnames of two characters; a name that begins with one keeps both when masked.
COMPOUND_SURNAMES = frozenset(
    [
        *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "宇文"),
        *("长孙", "司徒", "夏侯", "端木", "百里", "呼延", "南宫", "独孤", "轩辕", "闻人", "澹台"),
    ]
)


class TimeLeft(NamedTuple):
    late: bool
    words: str


def figures(value: int | float | Decimal | None, places: int | None = None) -> str:
    """90337 → 90,337; a whole number has no decimals; `places` fixes the decimals; a day prints as one.

    Nothing counted prints as a dash, which is not zero.
    """
    if value is None:
        return NOTHING
    if isinstance(value, Day):
        return value.day.isoformat() if value.day else NOTHING
    if places is None:
        return f"{int(value) if value == int(value) else value:,}"
    return f"{value:,.{places}f}"


def bounded_count(found: int, limit: int = 10_000) -> str:
    """条数 up to the limit, then 10,000+; a list counts at most one more than it says."""
    return f"{limit:,}+" if found > limit else f"{found:,}"


def _span(length: timedelta) -> str:
    """A length in its largest whole unit: minutes below an hour, hours below a day, then days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(n)d 小时", "%(n)d 小时", hours) % {"n": hours}
    return ngettext("%(n)d 天", "%(n)d 天", hours // 24) % {"n": hours // 24}


def duration(length: timedelta) -> str:
    """A length of time in words, rounded down to its largest unit."""
    return _span(abs(length)) if abs(length) >= MINUTE else _("不到 1 分钟")


def time_left(due: datetime, now: datetime) -> TimeLeft:
    """还剩 2 小时 before the instant, 已超 3 天 from it on; never more time than there is."""
    brief = abs(due - now) < MINUTE
    if now < due:
        return TimeLeft(False, _("还剩不到 1 分钟") if brief else _("还剩 %(span)s") % {"span": _span(due - now)})
    return TimeLeft(True, _("刚刚超时") if brief else _("已超 %(span)s") % {"span": _span(now - due)})


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def district_time(value: datetime | None, now: datetime | None = None) -> str:
    """06-25 08:30 in the district's zone, with the year when it is not the year of `now`."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    same_year = now is None or timezone.localtime(now).year == local.year
    return local.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d %H:%M")


def district_date(value: date | datetime | None) -> str:
    """2021-06-25 in the district's zone."""
    return NOTHING if value is None else _day(value).isoformat()


def paper_date(value: date | datetime | None) -> str:
    """2021年6月25日, as on papers."""
    if value is None:
        return NOTHING
    day = _day(value)
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


def weekday(value: date | datetime) -> str:
    """周五, in the district's zone."""
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return names[_day(value).weekday()]


def mask_name(name: str | None) -> str:
    """The family name kept, a star for each character given: 张*, 欧阳** (domain.md 12.3 [likely])."""
    name = (name or "").strip()
    kept = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:kept] + "*" * max(len(name) - kept, 1) if name else ""


def mask_phone(phone: str | None) -> str:
    """138****1234 (domain.md 12.3 [likely]); a number too short for that keeps its last two digits."""
    digits = "".join(character for character in (phone or "").removeprefix("+86") if character.isdigit())
    if not digits:
        return ""
    if len(digits) < 9:
        return "*" * max(len(digits) - 2, 1) + digits[-2:]
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def mask_identity(number: str | None) -> str:
    """4201**********1234: the first four and the last four of an identity number (domain.md 12.3 [likely])."""
    number = (number or "").strip()
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)
