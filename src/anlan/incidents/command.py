"""研判 and 指令: what is judged before a level changes, and what each body is told to do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import reads, rule, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.people.models import Organisation

from . import forms as f
from . import rules as r
from . import wording
from .duties import watches
from .effects import heard
from .models import Incident, Instruction, Judgement


class Recorded(models.TextChoices):
    RECORDED = "recorded", _("已记录")


class Doing(models.TextChoices):
    ISSUED = "issued", _("待签收")
    TAKEN = "taken", pgettext_lazy("instruction", "办理中")
    DONE = "done", pgettext_lazy("instruction", "已完成")
    WITHDRAWN = "withdrawn", pgettext_lazy("instruction", "已收回")


OPEN = (Doing.ISSUED, Doing.TAKEN)


def incidents(subjects: list[Any]) -> list[Incident | None]:
    uids = {s.given.incident for s in subjects if isinstance(s.given.incident, UUID)}
    found = {x.uid: x for x in Incident.objects.filter(uid__in=uids, state__in=("open", "ended"))}
    return [found.get(s.given.incident) for s in subjects]


def bodies(subjects: list[Any]) -> list[Organisation | None]:
    uids = {s.given.organisation for s in subjects if isinstance(s.given.organisation, UUID)}
    found = {o.uid: o for o in Organisation.objects.filter(uid__in=uids, state="active")}
    return [found.get(s.given.organisation) for s in subjects]


@rule(_("没有找到这起突发事件，或者它已经结案"), reads=("incident",))
def incident_is_live(case, facts, actor, when, given):
    return not given.incident or facts.incident is not None


@rule(_("月度研判不调整响应级别；要调整级别，请选择突发事件"))
def level_needs_an_incident(case, facts, actor, when, given):
    return bool(given.incident) or not (given.level or given.grade)


@rule(_("没有找到责任单位"), reads=("body",))
def body_known(case, facts, actor, when, given):
    return facts.body is not None


@reads("incident")
def recorded(case, facts, actor, when, given):
    x = facts.incident
    told = {n: given.get(n) or "" for n in ("people", "facts", "compared", "chance", "effect", "grade", "level", "decision")}
    yield c.Set(area_id=x.area_id if x else actor.area_id, incident_id=x.id if x else None, next_at=given.next_at, **told)
    yield c.Event("judged", facet=given.decision)
    if x:
        yield c.Also(c.Ref("incident", x.uid), "judged", {"judgement": str(case.uid), "level": given.level or "",
                                                          "decision": given.decision, "grade": given.grade or ""})


@reads("incident", "body", "watch")
def issued(case, facts, actor, when, given):
    yield from begun(facts, when, facts.incident.id, facts.incident.area_id, given.what, facts.body.id, facts.body.name, given.minutes, "")


@reads("watch")
def from_plan(case, facts, actor, when, given):
    yield from begun(facts, when, given.incident, given.area_id, given.what, given.party, given.who, given.minutes, given.plan)


def begun(facts, when, incident, area_id, what, party, who, minutes, plan):
    """Signed for at once, done within its limit; both are counted from when it was told."""
    yield c.Set(incident_id=incident, area_id=area_id, what=what, party=party, who=who, minutes=minutes, plan=plan)
    yield c.Start("take", "incident.take_limit", ("go_late",), party, starts="told_at")
    yield c.Start("done", Limit(minutes, Unit.MINUTE), ("go_late",), party, starts="told_at")
    yield c.Owe(party, "take")
    yield from heard(facts, when, party, wording.do_this(what), rings=True)


def taken(case, facts, actor, when, given):
    yield c.Set(taken_at=when.at)
    yield c.Release(role="take")
    yield c.Owe(case.party, "done")


def finished(case, facts, actor, when, given):
    yield c.Set(done_at=when.at, result=given.result, taken_at=case.taken_at or when.at)
    yield c.Event("done_late" if case.late else "done_in_time")


@reads("watch")
def went_late(case, facts, actor, when, given):
    yield c.Set(late=case.late or given.clock == "done")
    yield from heard(facts, when, case.party, wording.not_done(case.who, case.what))


JUDGEMENT = register(Flow(
    kind="judgement", label=_("研判记录"), model=Judgement, states=Recorded, final=(Recorded.RECORDED,),
    link="/desk/judgements/{uid}/", title=lambda x: x.facts[:40], cell=lambda x: Cell(None, x.area_id),
    load={"incident": Fact(incidents), "watch": Fact(watches)},
    moves=(Move("record", _("研判"), NEW, Recorded.RECORDED, by=r.a_desk, form=f.JudgementForm, says=_("{who}研判：{decision}"),
                needs=(incident_is_live, level_needs_an_incident), does=(recorded,)),),
))

INSTRUCTION = register(Flow(
    kind="instruction", label=_("指令"), model=Instruction, states=Doing, final=(Doing.DONE, Doing.WITHDRAWN),
    families={"open": OPEN, "done": (Doing.DONE, Doing.WITHDRAWN)}, last_resort="nobody_acted",
    link="/desk/instructions/{uid}/", title=lambda x: x.what[:60], cell=lambda x: Cell(x.state, x.area_id, x.party),
    clock_names={"take": _("签收指令"), "done": _("完成指令")}, roles={"take": Owed(_("签收指令")), "done": Owed(_("完成指令"))},
    load={"incident": Fact(incidents), "body": Fact(bodies), "watch": Fact(watches)},
    moves=(
        Move("issue", _("下达指令"), NEW, Doing.ISSUED, by=r.a_desk, form=f.InstructionForm, says=_("{who}下达指令：{what}"),
             needs=(incident_is_live, body_known), does=(issued,)),
        Move("from_plan", _("按预案下达"), NEW, Doing.ISSUED, by=r.within_incident, says=_("按预案下达：{what}"),
             does=(from_plan,), shown=False),
        Move("take", _("签收"), (Doing.ISSUED,), Doing.TAKEN, by=r.of_the_body, says=_("{who}签收"), does=(taken,), stops=("take",),
             primary=True, late="tell"),
        Move("finish", _("报告完成"), OPEN, Doing.DONE, by=r.of_the_body, form=f.DoneForm, says=_("{who}报告完成：{result}"),
             does=(finished,), stops=("take", "done"), primary=True, late="tell"),
        Move("withdraw", _("收回指令"), OPEN, Doing.WITHDRAWN, by=r.a_desk, form=f.EndForm, says=_("{who}收回指令：{reason}"),
             stops=("take", "done")),
        Move("go_late", _("到期未办"), OPEN, SAME, by=system_only, says=_("“{clock}”到期未办"), does=(went_late,), shown=False),
        last_resort(OPEN),
    ),
))
