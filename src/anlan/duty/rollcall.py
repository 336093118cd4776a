"""点名: bodies on duty are drawn at random and answer within a minute; who does not stands in red."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.instance import zone
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.people.models import Organisation
from anlan.places.named import named
from anlan.toolkit.formfields import ReferenceField

from . import facts as load
from . import turns, wording
from .models import RollCall
from .rules import DRAW


class State(models.TextChoices):
    CALLED = "called", _("等待应答")
    ANSWERED = "answered", _("已应答")
    MISSED = "missed", _("无人应答")


class CallRollForm(forms.Form):
    organisation = ReferenceField(label=_("机构"), choices_from="organisations")
    draw = forms.UUIDField()
    drawn_from = forms.IntegerField(min_value=1)


@rule(_("点名由区应急管理部门、总值班室或区领导发起"))
def may_draw(case, facts, actor, when, given):
    return actor.system or DRAW in actor.permits


@rule(_("这个机构现在没有公布的值班表，不能点名"), reads=("organisation", "rosters"))
def is_on_duty(case, facts, actor, when, given):
    return facts.organisation is None or bool(shift_now(facts, when))


@rule(_("没有找到这个机构"), reads=("organisation",))
def house_known(case, facts, actor, when, given):
    return facts.organisation is not None


@rule(_("须由这个机构正在值班的人员应答"), reads=("rosters",))
def stands_now(case, facts, actor, when, given):
    return facts.rosters is not None and actor.post_id is not None and actor.post_id in shift_now(facts, when).values()


def shift_now(facts, when):
    return facts.rosters.get(turns.day_at(facts.rules, when.at, zone()).isoformat(), {})


def called(case, facts, actor, when, given):
    """It rings for whoever is on shift; the clock is in seconds."""
    seconds = facts.value("duty.roll_call_seconds")
    yield c.Set(organisation_id=facts.organisation.id, area_id=facts.organisation.area_id, name=facts.organisation.name,
                draw=given.draw, drawn_from=given.drawn_from,
                drawer_id=actor.person_id, called_at=when.at, seconds=seconds)
    yield c.Start("answer", Limit(1, Unit.MINUTE), ("miss",), facts.organisation.id, 0.0, due=when.at + timedelta(seconds=seconds))
    yield c.Event("called")
    for post in shift_now(facts, when).values():
        yield c.Owe(post, "answer")
        yield c.Tell(post, wording.roll_called(seconds), rings=True)


called.reads = ("organisation", "rosters")


def answered(case, facts, actor, when, given):
    yield c.Set(answered_at=when.at, answerer_id=actor.post_id, took=max(0, round((when.at - case.called_at).total_seconds())))
    yield c.Event("answered")


def missed(case, facts, actor, when, given):
    yield c.Event("missed")
    yield c.Tell(case.organisation_id, wording.roll_missed(case.name), urgent=True)


ROLL_CALL = register(Flow(
    kind="roll_call", label=_("点名"), model=RollCall, states=State, final=(State.ANSWERED, State.MISSED), last_resort="nobody_acted",
    link="/desk/roll-calls/{uid}/", title=lambda x: x.name, cell=lambda x: Cell(x.state, x.area_id, x.organisation_id),
    clock_names={"answer": _("应答点名")}, roles={"answer": Owed(_("应答点名"))},
    load={"organisation": named(Organisation, "organisation"), "rosters": Fact(load.rosters_of_called)},
    moves=(
        Move("call_roll", _("点名"), NEW, State.CALLED, by=may_draw, form=CallRollForm, says=_("{who}点名"),
             needs=(house_known, is_on_duty), does=(called,), shown=False),
        Move("answer", _("应答"), (State.CALLED,), State.ANSWERED, by=stands_now, says=_("{who}应答点名"), does=(answered,),
             stops=("answer",), primary=True),
        Move("miss", _("无人应答"), (State.CALLED,), State.MISSED, by=system_only, says=_("到时无人应答"), does=(missed,), shown=False),
        last_resort((State.CALLED,)),
    ),
))
