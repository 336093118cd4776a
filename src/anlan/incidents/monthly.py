"""月度研判: what the hazards and incidents of a month say, put into words for whoever judges them."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from anlan.duty.turns import said
from anlan.kernel.actors import Actor
from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day, zone
from anlan.kernel.models import Area
from anlan.kernel.rulebook import rulebook
from anlan.toolkit.indicators import INDICATORS, Figure, figures, ground_of, period_of
from anlan.toolkit.papers.chinese import stored
from anlan.toolkit.spreads import by_area

from .selectors import incidents_seen_by

TOLD = ("haz-found", "haz-found-major", "haz-rate", "haz-in-time", "haz-overdue", "haz-standing-major", "haz-recurred")
SPREAD, PLACES = "haz-found", 3
TURNS = 25
"""From this day of a month on it is the month's own judgement that is due, before it still the last one's."""


def month_of(text: str) -> date | None:
    """Of `2021-05`; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def last_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def due_month(at: datetime) -> date:
    day = local_day(at)
    return day.replace(day=1) if day.day >= TURNS else (day.replace(day=1) - timedelta(days=1)).replace(day=1)


@stored
def drawn(month: date, actor: Actor, at: datetime) -> dict[str, str]:
    """The first words of the record, by the input: what is known; what it means stays for people to say."""
    until = min(last_of(month), local_day(at))
    if until < month or actor.area_id is None:
        return {}
    return {"facts": _facts(month, until, actor, at), "compared": _compared(month, until, actor, at),
            "chance": _where(month, until, actor, at)}


def _facts(month: date, until: date, actor: Actor, at: datetime) -> str:
    """Each figure beside the same days of the month before."""
    last = month - timedelta(days=1)
    whole = until == last_of(month)
    same_day = last if whole else min(last, last.replace(day=1) + (until - month))
    now, before = (figures(TOLD, actor=actor, at=at, since=since, on=on)
                   for since, on in ((month, until), (last.replace(day=1), same_day)))
    head = _("{y}年{m}月隐患研判（截至{d}）。").format(y=month.year, m=month.month, d=said(until))
    return head + "；".join(_line(now[i], before[i]) for i in TOLD) + "。"


def _line(now: Figure, before: Figure) -> str:
    return _("{name}{value}（上月{before}）").format(name=now.name, value=_told(now), before=_told(before))


def _told(figure: Figure) -> str:
    return figure.empty if figure.value is None else f"{figure.value.normalize():,f}{figure.unit}"


def _compared(month: date, until: date, actor: Actor, at: datetime) -> str:
    """The incidents of the month by what they met of 十逢十必."""
    rows = incidents_seen_by(actor, at).filter(opened_at__gte=datetime.combine(month, datetime.min.time(), zone()),
                                               opened_at__lte=end_of(until)).exclude(state="dismissed").order_by()
    met = [list(codes) for codes in rows.values_list("triggers", flat=True)]
    names = {row["code"]: row["name"] for row in rulebook().value("incident.triggers", until)}
    counted = Counter(code for codes in met for code in codes)
    named = "、".join(_("{name}{n}起").format(name=names.get(code, code), n=n) for code, n in counted.most_common())
    whole = _("当月登记突发事件{n}起").format(n=len(met))
    return f"{whole}：{named}。" if named else f"{whole}。"


def _where(month: date, until: date, actor: Actor, at: datetime) -> str:
    """Where most were found."""
    area: Any = Area.objects.filter(id=ground_of(actor, None, at)).first()
    rows = by_area(INDICATORS[SPREAD], period_of(at=at, on=until, since=month), area) if area else []
    most = sorted(((n, a.name) for a, n in rows if n), reverse=True)[:PLACES]
    where = "、".join(_("{name}（{n}起）").format(name=name, n=f"{n:,.0f}") for n, name in most)
    return _("发现最多的是{where}。").format(where=where) if where else ""
