"""An assistant's part in a call: summoned → signed → present → left, or released with the call."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.instance import local_day
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, system_only
from anlan.kernel.worktime import Limit

from . import forms as f
from . import ladder, wording
from . import rules as r
from .effects import minutes
from .models import Attendance, Call


class State(models.TextChoices):
    SUMMONED = "summoned", _("待报到")
    SIGNED = "signed", _("已签收")
    PRESENT = "present", _("已到场")
    LEFT = "left", _("已离场")
    RELEASED = "released", _("已解除")


OPEN = (State.SUMMONED, State.SIGNED, State.PRESENT)
DONE = (State.LEFT, State.RELEASED)


def calls(subjects):
    """(caller, callee, goal, when it rang) of each attendance's call."""
    rows = {i: rest for i, *rest in Call.objects.filter(id__in={s.case.call_id for s in subjects} - {None}).values_list(
        "id", "from_party", "to_party", "goal", "rang_at")}
    return [rows.get(s.case.call_id) for s in subjects]


@rule(_("须由协办方办理"))
def is_assistant(case, facts, actor, when, given):
    return r.speaks_for(actor, case.party)


def summoned(case, facts, actor, when, given):
    """An assistant signs within the limit of the rung that is called."""
    yield c.Set(area_id=given.area_id, call_id=given.call, party=given.party, why=given.why,
                came_with=given.came_with)
    limit = Limit.of(ladder.limits_of(facts.rules, facts.day, given.priority, given.level)["sign"])
    yield c.Start("sign", limit, ("go_absent",), given.party, starts="told_at", rule_id=ladder.table_id(facts.rules, facts.day))
    yield c.Owe(given.party, "sign")
    yield c.Event("summoned")
    yield c.Tell(given.party, wording.summoned(given.why), rings=given.priority == "P1")


def signed(case, facts, actor, when, given):
    yield c.Set(signed_at=when.at, absent=False)
    yield c.Event("signed")
    yield c.Release(role="sign")
    yield c.Owe(case.party, "assist")


def came(case, facts, actor, when, given):
    yield c.Set(arrived_at=when.at, people=given.people, signed_at=case.signed_at or when.at)
    yield c.Event("present")
    if facts.call:
        rang_at = facts.call[3]
        yield c.Event("joined", belongs_on=local_day(rang_at))
        yield c.Event("minutes_to_join", minutes(rang_at, when.at), belongs_on=local_day(rang_at))
    yield c.Release(role="sign")
    yield c.Owe(case.party, "assist")


came.reads = ("call",)


def left(case, facts, actor, when, given):
    yield c.Set(left_at=when.at, did=given.did)
    yield c.Event("left")


def released(case, facts, actor, when, given):
    yield c.Set(left_at=when.at)


def moved_over(case, facts, actor, when, given):
    """Its call was merged into another, or taken out again: what was signed and done stands."""
    yield c.Set(call_id=given.call, came_with=given.came_with)
    yield c.Tell(case.party, wording.assists_another(case.why))


def went_absent(case, facts, actor, when, given):
    """Not signed in time: on record, told to caller and lead; it may still come."""
    yield c.Set(absent=True)
    yield c.Event("absent")
    for party in facts.call[:2] if facts.call else ():
        yield c.Tell(party, wording.absent(case.why))


went_absent.reads = ("call",)

ATTENDANCE = register(Flow(
    kind="attendance", label=_("协办报到"), model=Attendance, states=State, final=DONE, last_resort="nobody_acted",
    families={"open": OPEN, "done": DONE}, link="/desk/attendances/{uid}/", title=lambda a: a.why[:40],
    cell=lambda a: Cell(a.state, a.area_id, a.party), clock_names={"sign": _("签收报到")},
    roles={"sign": Owed(_("签收报到")), "assist": Owed(_("到场协办"))},
    load={"call": Fact(calls)},
    moves=(
        Move("summon", _("请协办"), NEW, State.SUMMONED, by=r.within_call, says=_("{who}请求报到协办：{why}"), does=(summoned,),
             shown=False),
        Move("sign", _("签收"), (State.SUMMONED,), State.SIGNED, by=is_assistant, says=_("{who}签收，准备报到"), does=(signed,),
             stops=("sign",), primary=True),
        Move("come", _("到场报到"), (State.SUMMONED, State.SIGNED), State.PRESENT, by=is_assistant, form=f.ComeForm,
             says=_("{who}到场报到：{people}"), does=(came,), stops=("sign",), primary=True, late="tell"),
        Move("leave", _("离场"), (State.PRESENT,), State.LEFT, by=is_assistant, form=f.LeaveForm, says=_("{who}离场：{did}"),
             does=(left,), primary=True),
        Move("release", _("解除协办"), OPEN, State.RELEASED, by=r.within_call, says=_("呼叫已结束，协办解除"), does=(released,),
             stops=("sign",), shown=False),
        Move("move_over", _("转到合并的呼叫"), OPEN, SAME, by=r.within_call, says=_("所协办的呼叫与另一次合并或恢复单独办理，随之转过去"),
             does=(moved_over,), shown=False),
        Move("go_absent", _("到期未报到"), (State.SUMMONED,), SAME, by=system_only, says=_("到期没有签收报到"),
             does=(went_absent,), shown=False),
        last_resort(OPEN),
    ),
))
