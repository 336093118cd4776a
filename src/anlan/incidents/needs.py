"""需求与供给: what the place needs and how many, who will give how much of it, and what is still lacking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import reads, rule, sentences, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.people.models import Organisation
from anlan.toolkit.formfields import ReferenceField, TextField

from . import rules as r
from . import wording
from .crews import incident_is_live, incidents_of, of_the_place
from .duties import watches
from .effects import heard
from .forms import FEW, moment
from .models import Measured, Need


class Meeting(models.TextChoices):
    OPEN = "open", _("待满足")
    MET = "met", _("已满足")
    CANCELLED = "cancelled", pgettext_lazy("need", "已撤销")


OPEN = (Meeting.OPEN,)
LONGEST = timedelta(days=30)


class RaiseForm(forms.Form):
    incident = ReferenceField(label=_("突发事件"), choices_from="incidents")
    what = forms.CharField(label=_("需要什么"), max_length=60)
    amount = forms.IntegerField(label=_("数量"), min_value=1, max_value=1_000_000)
    measure = forms.ChoiceField(label=_("单位"), choices=Measured.choices)
    needed_by = moment(label=_("什么时候要到"))
    place = forms.CharField(label=_("送到哪里"), max_length=120, required=False)


class PledgeForm(forms.Form):
    amount = forms.IntegerField(label=_("可以供给的数量"), min_value=1, max_value=1_000_000)
    note = forms.CharField(label=_("从哪里来、何时到"), max_length=200, required=False)


class DeliverForm(forms.Form):
    name = forms.CharField(label=_("哪家送到的"), max_length=80, required=False, help_text=_("本单位送到的不用填。"))


class ReasonForm(forms.Form):
    reason = TextField(label=_("原因"), max_length=300, widget=FEW)


def own_houses(subjects: list[Any]) -> list[Organisation | None]:
    """The body in whose name each acts; one statement."""
    found = Organisation.objects.in_bulk({s.actor.organisation_id for s in subjects} - {None})
    return [found.get(s.actor.organisation_id) for s in subjects]


def counted(n: int, case: Any) -> str:
    return f"{n}{Measured(case.measure).label}"


# Who may, and what cannot be


@rule(_("须由提出的单位，或由区值班室办理"))
def of_who_asked(case, facts, actor, when, given):
    return r.at_desk(facts, actor) or r.speaks(facts, actor, case.party)


@rule(_("须由社区、街道、部门或区值班室办理"))
def an_office(case, facts, actor, when, given):
    return r.in_office(facts, actor) and actor.organisation_id is not None


@rule(_("本单位没有响应过这项需求"))
def has_pledged(case, facts, actor, when, given):
    return r.in_office(facts, actor) and any(p["party"] == actor.organisation_id and not p["delivered_at"] for p in case.pledges or ())


@rule(_("这项需求已有单位全部响应"))
def lacks_something(case, facts, actor, when, given):
    return sum(p["amount"] for p in case.pledges or ()) < (case.amount or 0)


@rule(_("没有等着送到的供给"))
def waits_for_some(case, facts, actor, when, given):
    return any(not p["delivered_at"] for p in case.pledges or ())


@sentences(_("响应的数量不能多于还缺的数量"))
def no_more_than_lacking(case, facts, actor, when, given):
    if given.amount is None or given.amount <= case.lacking:
        return []
    return [_now("还缺{n}，不能响应{m}").format(n=counted(case.lacking, case), m=counted(given.amount, case))]


@rule(_("这个单位没有响应过，或者已经送到"))
def names_a_pledge(case, facts, actor, when, given):
    return any(_is_meant(p, actor, given) for p in case.pledges)


@sentences(_("全部送到后才能办结"))
def all_is_there(case, facts, actor, when, given):
    left = case.amount - case.delivered
    return [_now("还有{n}没有送到；不再需要的请撤销").format(n=counted(left, case))] if left > 0 else []


@rule(_("需要的时间须在今后三十天之内"))
def is_ahead(case, facts, actor, when, given):
    return given.needed_by is None or when.at < given.needed_by <= when.at + LONGEST


def _is_meant(pledge, actor, given) -> bool:
    named = pledge["name"] == given.name if given.name else pledge["party"] == actor.organisation_id
    return bool(named and not pledge["delivered_at"])


# What the moves change


@reads("incident", "house", "watch")
def raised(case, facts, actor, when, given):
    x = facts.incident
    yield c.Set(area_id=x.area_id, incident_id=x.id, what=given.what, amount=given.amount, measure=given.measure,
                needed_by=given.needed_by, place=given.place or x.place[:120], party=actor.organisation_id,
                who=facts.house.name[:80] if facts.house else "")
    yield c.Event("raised")
    if given.needed_by:
        minutes = max(1, int((given.needed_by - when.at).total_seconds() // 60))
        yield c.Start("needed", Limit(minutes, Unit.MINUTE), ("fall_short",), actor.organisation_id, due=given.needed_by)
    if actor.organisation_id:
        yield c.Owe(actor.organisation_id, "needed")
    for desk in sorted(facts.watch.desks - {actor.organisation_id}):
        yield from heard(facts, when, desk, wording.is_needed(given.what, f"{given.amount}{Measured(given.measure).label}"))


@reads("house")
def pledged(case, facts, actor, when, given):
    yield c.Set(pledges=[*case.pledges, {"party": actor.organisation_id, "name": facts.house.name, "amount": given.amount,
                                         "note": given.note or "", "at": when.at.isoformat(), "delivered_at": None}])
    yield c.Event("pledged", given.amount)
    yield c.Owe(actor.organisation_id, "deliver")
    if case.party and case.party != actor.organisation_id:
        yield c.Tell(case.party, wording.is_pledged(facts.house.name, case.what, counted(given.amount, case),
                                                    counted(case.lacking - given.amount, case) if case.lacking > given.amount else ""))


def taken_back(case, facts, actor, when, given):
    left = [p for p in case.pledges if p["party"] != actor.organisation_id or p["delivered_at"]]
    yield c.Set(pledges=left)
    yield c.Event("pledged", sum(p["amount"] for p in left) - case.pledged)
    yield c.Release(actor.organisation_id, "deliver")
    if case.party:
        yield c.Tell(case.party, wording.pledge_is_off(case.what, given.reason), urgent=True)


def delivered(case, facts, actor, when, given):
    there = [p | {"delivered_at": when.at.isoformat()} if _is_meant(p, actor, given) else p for p in case.pledges]
    yield c.Set(pledges=there)
    yield c.Event("delivered", sum(p["amount"] for p in there if p["delivered_at"]) - case.delivered)
    for p in case.pledges:
        if _is_meant(p, actor, given):
            yield c.Release(p["party"], "deliver")
    if case.party:
        yield c.Tell(case.party, wording.is_there(case.what))


@reads("watch")
def fell_short(case, facts, actor, when, given):
    """On record only where something is not there."""
    missing = case.amount - case.delivered
    yield c.Set(late=missing > 0)
    if missing > 0:
        yield c.Event("short", missing)
        for desk in sorted({*facts.watch.desks, *([case.party] if case.party else [])}):
            yield from heard(facts, when, desk, wording.falls_short(case.what, counted(missing, case)))


def ended(case, facts, actor, when, given):
    yield c.Set(reason=given.reason or "")


NEED = register(Flow(
    kind="need", label=_("现场需求"), model=Need, states=Meeting, final=(Meeting.MET, Meeting.CANCELLED), last_resort="nobody_acted",
    families={"open": OPEN, "done": (Meeting.MET, Meeting.CANCELLED)}, link="/desk/needs/{uid}/",
    title=lambda x: x.what,
    cell=lambda x: Cell(x.state, x.area_id, x.party), clock_names={"needed": _("需要时间")},
    roles={"needed": Owed(_("落实需求")), "deliver": Owed(_("送到"), "needed")},
    load={"incident": Fact(incidents_of), "house": Fact(own_houses), "watch": Fact(watches)},
    moves=(
        Move("raise", _("提出需求"), NEW, Meeting.OPEN, by=of_the_place, form=RaiseForm,
             says=_("{who}提出需求：{what}，{amount}{measure}"), needs=(incident_is_live, is_ahead), does=(raised,)),
        Move("pledge", _("响应供给"), OPEN, SAME, by=an_office & lacks_something, form=PledgeForm, says=_("{who}响应供给{amount}。{note}"),
             needs=(no_more_than_lacking,), does=(pledged,), primary=True),
        Move("take_back", _("撤回供给"), OPEN, SAME, by=has_pledged, form=ReasonForm, says=_("{who}撤回供给：{reason}"),
             does=(taken_back,)),
        Move("deliver", _("登记送到"), OPEN, SAME, by=an_office & waits_for_some, form=DeliverForm, says=_("{who}登记送到"),
             needs=(names_a_pledge,), does=(delivered,)),
        Move("meet", _("需求已满足"), OPEN, Meeting.MET, by=of_who_asked, says=_("{who}确认需求已满足"), needs=(all_is_there,),
             stops=("needed",), primary=True),
        Move("cancel", _("撤销需求"), OPEN, Meeting.CANCELLED, by=of_who_asked, form=ReasonForm, says=_("{who}撤销需求：{reason}"),
             does=(ended,), stops=("needed",)),
        Move("fall_short", _("到时未齐"), OPEN, SAME, by=system_only, says=_("到了需要的时间，仍没有到齐"),
             does=(fell_short,), shown=False),
        last_resort(OPEN),
    ),
))
