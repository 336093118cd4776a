"""值班晨报: at eight in the morning what the night was, frozen as it stood; signed by the leader on shift.

A waiting sheet owes the next morning; when it is due a follower gathers its parts and writes them into it, so that a
stop of the works costs no sheet, and the next one waits from then on.
"""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID, uuid5

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.instance import local_day, zone
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, system_only
from anlan.kernel.worktime import Limit, Unit

from . import facts as load
from . import turns, wording
from .forms import WeatherForm
from .models import MorningSheet
from .rules import OFFICES, of_house, within_duty

ONE_DAY = Limit(1, Unit.CALENDAR_DAY)


class State(models.TextChoices):
    WAITING = "waiting", _("待生成")
    DUE = "due", _("正在生成")
    DRAWN = "drawn", _("待签阅")
    SIGNED = "signed", _("已签阅")


class OpenForm(forms.Form):
    organisation_id = forms.IntegerField()
    area_id = forms.IntegerField()
    house = forms.UUIDField()
    day = forms.DateField()


class SaidForm(forms.Form):
    said = forms.JSONField()


def sheet_uid(house: UUID, day: date) -> UUID:
    """One body has one sheet a day, whoever opens it."""
    return uuid5(house, f"morning sheet {day.isoformat()}")


def due_of(rules, day: date) -> datetime:
    return datetime.combine(day, time.fromisoformat(rules.value("duty.sheet_at", day)), zone())


def next_day(rules, at: datetime) -> date:
    """The first day whose sheet is not due yet."""
    day = local_day(at)
    return day if at < due_of(rules, day) else day + turns.DAY


def opens(house, rules, at: datetime) -> c.Spawn:
    day = next_day(rules, at)
    return c.Spawn("morning_sheet", sheet_uid(house.uid, day), "open", {
        "organisation_id": house.id, "area_id": house.area_id, "house": str(house.uid), "day": day})


@rule(_("天气由本机构的值班人员填写"), reads=("rosters",))
def of_the_house(case, facts, actor, when, given):
    """By role, or of the night the sheet is about, or of the shift that has taken over."""
    if not of_house(actor, case.organisation_id) or actor.is_any(*OFFICES):
        return of_house(actor, case.organisation_id)
    shifts = [facts.rosters.get(d.isoformat(), {}) for d in (case.day - turns.DAY, case.day)]
    return actor.post_id is not None and any(actor.post_id in shift.values() for shift in shifts)


@rule(_("须由当班的带班领导签阅"), reads=("rosters",))
def leads_then(case, facts, actor, when, given):
    """Of the night the sheet is about, or of the shift that has taken over."""
    days = (case.day - turns.DAY, case.day) if facts.rosters is not None else ()
    return actor.post_id is not None and actor.post_id in [facts.rosters.get(d.isoformat(), {}).get("leader") for d in days]


def opened(case, facts, actor, when, given):
    yield c.Set(organisation_id=given.organisation_id, area_id=given.area_id, day=given.day)
    yield c.Start("draw", ONE_DAY, ("fall_due",), None, 0.0, due=due_of(facts.rules, given.day))


def fell_due(case, facts, actor, when, given):
    """The next sheet waits from now on."""
    yield opens(facts.house, facts.rules, max(when.at, due_of(facts.rules, case.day)))


fell_due.reads = ("house",)


def weather_told(case, facts, actor, when, given):
    yield c.Set(weather=given.weather)


def drawn(case, facts, actor, when, given):
    yield c.Set(said=given.said, drawn_at=when.at)
    yield c.Event("drawn")
    for day in (case.day - turns.DAY, case.day):
        if leader := facts.rosters.get(day.isoformat(), {}).get("leader"):
            yield c.Owe(leader, "sign")
            yield c.Tell(leader, wording.sheet_drawn(case.day))


drawn.reads = ("rosters",)


def signed(case, facts, actor, when, given):
    yield c.Set(signer_id=actor.person_id, signer_post_id=actor.post_id, signed_at=when.at)


SHEET = register(Flow(
    kind="morning_sheet", label=_("值班晨报"), model=MorningSheet, states=State, final=(State.SIGNED,), last_resort="nobody_acted",
    link="/desk/morning-sheets/{uid}/", title=lambda x: f"{x.day:%Y-%m-%d}",
    cell=lambda x: Cell(x.state, x.area_id, x.organisation_id), clock_names={"draw": _("生成晨报")},
    roles={"sign": Owed(_("签阅晨报"), decides=True)},
    load={"rosters": Fact(load.rosters_at), "house": Fact(load.own_house)},
    moves=(
        Move("open", _("准备晨报"), NEW, State.WAITING, by=within_duty, form=OpenForm, says=_("准备{day}的值班晨报"),
             does=(opened,), shown=False),
        Move("fall_due", _("到时生成"), (State.WAITING,), State.DUE, by=system_only, says=_("到时，生成晨报"),
             does=(fell_due,), shown=False),
        Move("tell_weather", _("填写天气"), (State.WAITING, State.DUE, State.DRAWN), SAME, by=of_the_house, form=WeatherForm,
             says=_("{who}填写天气：{weather}"), does=(weather_told,)),
        Move("draw", _("生成"), (State.DUE,), State.DRAWN, by=system_only, form=SaidForm, says=_("晨报已生成"), does=(drawn,), shown=False),
        Move("sign", _("签阅"), (State.DRAWN,), State.SIGNED, by=leads_then, says=_("{who}签阅"), does=(signed,), primary=True),
        last_resort((State.WAITING, State.DUE, State.DRAWN)),
    ),
))
