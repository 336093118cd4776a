"""A telephone call of the duty desk: logged, followed up, done; in one step it becomes a matter."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import zone
from anlan.kernel.rules import rule

from . import facts as load
from . import forms as f
from . import turns
from .handover import stands_on
from .models import LoggedCall
from .rules import LOG, of_house


class State(models.TextChoices):
    OPEN = "open", _("待处理")
    DONE = "done", _("已处理")
    FILED = "filed", _("已转事项")


@rule(_("通话由值班人员登记在本机构名下"), reads=("house", "rosters"))
def logs_for_house(case, facts, actor, when, given):
    """By role, or while on shift in it."""
    if facts.house is None or not of_house(actor, case.organisation_id or facts.house.id):
        return False
    return LOG in actor.permits or stands_on(facts.rosters, turns.day_at(facts.rules, when.at, zone()), actor.post_id)


@rule(_("通话时间不能晚于现在"))
def has_happened(case, facts, actor, when, given):
    return given.called_at is None or given.called_at <= when.told_at


def logged(case, facts, actor, when, given):
    yield c.Set(organisation_id=facts.house.id, area_id=facts.house.area_id, way=given.way, called_at=given.called_at or when.at,
                caller=given.caller or "", unit=given.unit or "", number=given.number or "", what=given.what,
                action=given.action or "", to_whom=given.to_whom or "", done_at=when.at if given.done else None)
    yield c.Event("logged")


logged.reads = ("house",)


def followed(case, facts, actor, when, given):
    yield c.Set(action=given.action, to_whom=given.to_whom or case.to_whom)


def finished(case, facts, actor, when, given):
    yield c.Set(done_at=when.at)


def filed(case, facts, actor, when, given):
    yield c.Set(matter_uid=given.matter, done_at=when.at)


SECRET = frozenset({"caller", "number"})
LOGGED = register(Flow(
    kind="logged_call", label=_("通话记录"), model=LoggedCall, states=State, final=(State.FILED,),
    link="/desk/phone-log/{uid}/", title=lambda x: x.what[:40], cell=lambda x: Cell(x.state, x.area_id, x.organisation_id),
    load={"house": Fact(load.own_house), "rosters": Fact(load.rosters_at)},
    moves=(
        Move("log", _("登记通话"), NEW, State.OPEN, by=logs_for_house, form=f.LogForm, says=_("{who}登记通话：{what}"),
             needs=(has_happened,), does=(logged,), secret=SECRET, shown=False),
        Move("log_done", _("登记已处理的通话"), NEW, State.DONE, by=logs_for_house, form=f.LogForm, says=_("{who}登记已处理的通话：{what}"),
             needs=(has_happened,), does=(logged,), secret=SECRET, shown=False),
        Move("follow_up", _("补记处理"), (State.OPEN,), SAME, by=logs_for_house, form=f.FollowUpForm, says=_("{who}补记处理：{action}"),
             does=(followed,)),
        Move("finish", _("处理完"), (State.OPEN,), State.DONE, by=logs_for_house, says=_("{who}处理完"), does=(finished,), primary=True),
        Move("make_matter", _("转为事项"), (State.OPEN, State.DONE), State.FILED, by=logs_for_house, form=f.MatterForm,
             says=_("{who}转为事项"), does=(filed,), shown=False),
    ),
))
