"""入场队伍: whoever works inside reports that all is well, at intervals of the response's level; silence rings.

A team that was called for the incident goes in when it reports that it has arrived, and out when it stands down
(`listens.py`); others are written down by hand.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import reads, rule, sentences, system_only
from anlan.kernel.worktime import Limit
from anlan.people.scope import sees_area
from anlan.toolkit.formfields import ReferenceField

from . import rules as r
from . import wording
from .duties import watches
from .effects import heard
from .models import Crew, Incident

CHECK = "check_in"
NEARBY = ("community", "street", "officer", "reviewer")


class Being(models.TextChoices):
    INSIDE = "inside", _("在现场")
    SILENT = "silent", _("超时未报平安")
    LEFT = "left", pgettext_lazy("crew", "已出场")


IN = (Being.INSIDE, Being.SILENT)


class EnterForm(forms.Form):
    incident = ReferenceField(label=_("突发事件"), choices_from="incidents")
    name = forms.CharField(label=_("队伍"), max_length=80)
    people = forms.IntegerField(label=_("进入人数"), min_value=1, max_value=10_000)
    place = forms.CharField(label=_("在哪里作业"), max_length=120, required=False)


class GoInForm(EnterForm):
    """As the follower of a callout knows it."""

    incident = forms.UUIDField()
    party = forms.IntegerField(required=False)
    callout = forms.UUIDField()


class CheckInForm(forms.Form):
    people = forms.IntegerField(label=_("现场人数"), min_value=1, max_value=10_000, required=False, help_text=_("没有变化就不填。"))
    note = forms.CharField(label=_("情况"), max_length=200, required=False)


class LeaveForm(forms.Form):
    people = forms.IntegerField(label=_("出来人数"), min_value=0, max_value=10_000)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


def incidents_of(subjects: list[Any]) -> list[Incident | None]:
    """The live incident that a form names, or the case's own; one statement."""
    uids = {s.given.incident for s in subjects if isinstance(s.given.incident, UUID)}
    ids = {s.case.incident_id for s in subjects} - {None}
    rows = list(Incident.objects.filter(models.Q(uid__in=uids, state__in=("open", "ended")) | models.Q(id__in=ids)))
    by_id, by_uid = {x.id: x for x in rows}, {x.uid: x for x in rows}
    return [by_id.get(s.case.incident_id) or by_uid.get(s.given.incident) for s in subjects]


@rule(_("没有找到这起突发事件，或者它已经结案"), reads=("incident",))
def incident_is_live(case, facts, actor, when, given):
    return not given.incident or facts.incident is not None


@rule(_("须由区值班室，或事发地的社区、街道登记"), reads=("incident",))
def of_the_place(case, facts, actor, when, given):
    """A page that only offers the sheet knows no incident yet."""
    if actor.system or r.at_desk(facts, actor):
        return True
    x = facts.incident
    return actor.is_any(*NEARBY) and (x is None or sees_area(actor, facts.lineage(x.area_id)))


@rule(_("须由这支队伍，或由区值班室、事发地的社区和街道按电话答复代办"))
def of_the_crew(case, facts, actor, when, given):
    if actor.system or (case.party is not None and case.party in actor.parties) or r.at_desk(facts, actor):
        return True
    return actor.is_any(*NEARBY) and r.on_ground(case, facts, actor)


@sentences(_("进出人数不一致的，须说明"))
def all_are_out(case, facts, actor, when, given):
    if given.people is None or given.people == case.people or given.note:
        return []
    return [_now("现场{n}人，出来{m}人，须说明其余人员的情况").format(n=case.people, m=given.people)]


def watched(facts, incident, party, at, fires):
    """The next word is due after the interval of the level that runs now. since: of the last word."""
    setting = facts.rules.setting("incident.check_in", facts.day)
    limit = Limit.of(setting.value[(incident.response if incident else "") or "none"])
    yield c.Start("check_in", limit, (fires,), party, rule_id=setting.id, since=at)


@reads("incident")
def entered(case, facts, actor, when, given):
    x, party = facts.incident, given.party or actor.organisation_id
    yield c.Set(area_id=x.area_id, incident_id=x.id, name=given.name[:80], people=given.people, place=(given.place or "")[:120],
                party=party, callout_uid=given.callout, entered_at=when.at, checked_at=when.at)
    yield c.Event("entered", given.people)
    yield from watched(facts, x, party, when.at, "go_silent")
    if party:
        yield c.Owe(party, CHECK)


@reads("incident")
def checked_in(case, facts, actor, when, given):
    yield c.Set(checked_at=when.at, silent_since=None, note=given.note or "", **({"people": given.people} if given.people else {}))
    yield from watched(facts, facts.incident, case.party, when.at, "go_silent")


@reads("incident", "watch")
def went_silent(case, facts, actor, when, given):
    """Both desks and the crew's own post hear it ring, and again after each further interval."""
    yield c.Set(silent_since=case.silent_since or when.at)
    yield c.Event("silent")
    for party in sorted({*facts.watch.desks, *([case.party] if case.party else [])}):
        yield from heard(facts, when, party, wording.crew_is_silent(case.name, case.people, case.place), rings=True)
    yield from watched(facts, facts.incident, case.party, when.at, "ring_again")


@reads("incident")
def retimed(case, facts, actor, when, given):
    """Another level, another interval: counted from the last word all the same."""
    yield c.Stop(CHECK, "void")
    yield from watched(facts, facts.incident, case.party, case.checked_at, "go_silent")


def left(case, facts, actor, when, given):
    yield c.Set(left_at=when.at, people_out=given.people, note=given.note or case.note)
    yield c.Event("left", given.people)


CREW = register(Flow(
    kind="field_crew", label=_("入场队伍"), model=Crew, states=Being, final=(Being.LEFT,), last_resort="nobody_acted",
    families={"inside": IN, "out": (Being.LEFT,)}, link="/desk/crews/{uid}/", title=lambda x: x.name,
    cell=lambda x: Cell(x.state, x.area_id, x.party), clock_names={CHECK: _("报平安")}, roles={CHECK: Owed(_("报平安"))},
    load={"incident": Fact(incidents_of), "watch": Fact(watches)},
    moves=(
        Move("enter", _("登记进入现场"), NEW, Being.INSIDE, by=of_the_place, form=EnterForm, says=_("{who}登记{name}进入现场，{people}人"),
             needs=(incident_is_live,), does=(entered,)),
        Move("go_in", _("到场进入"), NEW, Being.INSIDE, by=system_only, form=GoInForm, says=_("{name}到达，{people}人进入现场"),
             needs=(incident_is_live,), does=(entered,), shown=False),
        Move("check_in", _("报平安"), IN, Being.INSIDE, by=of_the_crew, form=CheckInForm, says=_("{who}报平安。{note}"),
             does=(checked_in,), stops=(CHECK,), primary=True),
        Move("leave", _("出场"), IN, Being.LEFT, by=of_the_crew, form=LeaveForm, says=_("{who}登记出场，{people}人。{note}"),
             needs=(all_are_out,), does=(left,), stops=(CHECK,)),
        Move("go_silent", _("超时未报平安"), (Being.INSIDE,), Being.SILENT, by=system_only, says=_("到时没有报平安"), does=(went_silent,),
             shown=False),
        Move("ring_again", _("再次催促"), (Being.SILENT,), SAME, by=system_only, says=_("仍没有报平安，再次提醒"), does=(went_silent,),
             shown=False),
        Move("retime", _("按新的级别计时"), (Being.INSIDE,), SAME, by=system_only, says=_("响应级别变动，报平安的间隔随之变动"),
             does=(retimed,), shown=False),
        last_resort(IN),
    ),
))
