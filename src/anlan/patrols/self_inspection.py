"""A unit's own inspection (自查): recorded by its people, mended by its people, seen by whoever answers for the ground.

It is a record of the unit, never a visit and never a matter: who looks for faults at home is not charged with them
(State Administration Order 16: the unit finds, registers and treats its own; domain.md 2.2, 3.4).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import local_day
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, sentences, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.toolkit.formfields import HashesField, ReferenceField, TextField

from . import facts as load
from . import wording
from .forms import AnswersField, JsonField
from .self_models import SelfInspection

MOST_PROBLEMS = 50


class SelfState(models.TextChoices):
    KEPT = "kept", _("已记录")


class ProblemsField(JsonField):
    """[{item, what}]: what the unit itself has found."""

    def to_python(self, value: Any) -> list[dict[str, str]]:
        held = super().to_python(value) or []
        if not isinstance(held, list) or len(held) > MOST_PROBLEMS or not all(isinstance(p, dict) for p in held):
            raise ValidationError(_("一次自查最多登记50处问题"))
        return [{"item": str(p.get("item") or "")[:12], "what": str(p.get("what") or "").strip()[:300]} for p in held]


class RecordForm(forms.Form):
    premises = ReferenceField(label=_("单位"), choices_from="premises")
    inspector_name = forms.CharField(label=_("自查人"), max_length=40)
    answers = AnswersField(label=_("检查项"), required=False)
    problems = ProblemsField(label=_("发现的问题"), required=False)
    note = forms.CharField(label=_("备注"), max_length=300, required=False)
    photos = HashesField(label=_("照片"), required=False, most=20, role="before")


class MendForm(forms.Form):
    n = forms.IntegerField(label=_("第几处"), min_value=1, max_value=MOST_PROBLEMS)
    mended = TextField(label=_("怎样改好的"), max_length=300, widget=forms.Textarea({"rows": 3}))
    photos = HashesField(label=_("改好后的照片"), least=1, most=3, role="after")


def _own(actor, party) -> bool:
    return actor.is_any("unit") and party is not None and party in actor.parties


@rule(_("须由单位自己的人员记录"), reads=("unit",))
def own_unit(case, facts, actor, when, given):
    return facts.unit is not None and _own(actor, facts.unit.owner_party)


@rule(_("这个单位已停业注销，不再自查"), reads=("unit",))
def unit_open(case, facts, actor, when, given):
    return facts.unit is None or facts.unit.state != "closed"


@sentences(_("检查项须在手册之内"), reads=("book",))
def items_known(case, facts, actor, when, given):
    known = facts.book.items if facts.book else {}
    strange = sorted(set(given.answers or {}) - set(known))
    return [str(_("检查项{code}不在手册里")).format(code=strange[0])] if strange else []


@rule(_("请至少查一项"))
def looked_at_something(case, facts, actor, when, given):
    return bool(given.answers or given.problems)


@sentences(_("每处问题须写明情况"))
def problems_said(case, facts, actor, when, given):
    said = {p["item"] for p in given.problems or ()}
    unsaid = [code for code, answer in (given.answers or {}).items() if answer == "hazard" and code not in said]
    empty = any(not p["what"] and not p["item"] for p in given.problems or ())
    return [str(_("每处问题须写明情况"))] if unsaid or empty else []


@rule(_("没有这处问题，或者它已经改好"))
def stands(case, facts, actor, when, given):
    held = case.problems or []
    return given.n is not None and given.n <= len(held) and not held[given.n - 1]["mended"]


def recorded(case, facts, actor, when, given):
    items = facts.book.items if facts.book else {}
    problems = [{"item": p["item"], "what": p["what"] or items[p["item"]].text if p["item"] in items else p["what"],
                 "mended": "", "mended_on": ""} for p in given.problems or ()]
    yield c.Set(area_id=facts.unit.area_id, premises_id=facts.unit.id, done_on=local_day(when.at),
                inspector_name=given.inspector_name, note=given.note or "", problems=problems, found=len(problems),
                standing=len(problems),
                answers={"version": facts.book.version if facts.book else 0, "items": dict(given.answers or {})})
    yield c.Event("inspected")
    for sha in given.photos or ():
        yield c.Attach(sha, "before")
    days = facts.value("patrol.self_check_days")
    told_late = facts.last is not None and facts.last.opened_at > when.at  # the next one has been made meanwhile
    yield c.Start("next", Limit(int(days.get(facts.unit.colour, days["blue"])), Unit.CALENDAR_DAY), ("go_due",), facts.unit.owner_party,
                  remind=float(facts.value("patrol.self_check_remind")))
    if facts.last is not None:
        yield c.Also(c.Ref("self_inspection", case.uid if told_late else facts.last.uid), "follow_on", {})


recorded.reads = ("unit", "book", "last")


def due(case, facts, actor, when, given):
    if facts.unit is not None and facts.unit.owner_party and facts.unit.state != "closed":
        yield c.Tell(facts.unit.owner_party, wording.self_check_due(str(facts.unit)))


due.reads = ("unit",)


def last_of(subjects):
    """The unit's newest inspection, be it before or after this one."""
    uids = {s.given.premises for s in subjects} - {None}
    rows = SelfInspection.objects.filter(premises__uid__in=uids).order_by("premises", "-opened_at", "-id").distinct("premises")
    held = {row.premises.uid: row for row in rows.select_related("premises")}
    return [held.get(s.given.premises) for s in subjects]


@rule(_("只随下一次自查一并记下"))
def within_next(case, facts, actor, when, given):
    return facts.origin == "self_inspection.record"


def mended(case, facts, actor, when, given):
    held = [dict(p) for p in case.problems]
    held[given.n - 1] |= {"mended": given.mended, "mended_on": local_day(when.at).isoformat()}
    yield c.Set(problems=held, standing=sum(1 for p in held if not p["mended"]))
    yield c.Event("mended")
    for sha in given.photos or ():
        yield c.Attach(sha, "after")


SELF_INSPECTION = register(Flow(
    kind="self_inspection", label=_("自查"), model=SelfInspection, states=SelfState, final=(),
    cell=lambda s: Cell(s.state, s.area_id, None, "", ""), link="/desk/self-inspections/{uid}/", title=str,
    load={"unit": Fact(load.units), "book": Fact(load.books, queries=2), "last": Fact(last_of)},
    last_resort="nobody_acted",
    moves=(
        Move("record", _("记录自查"), NEW, SelfState.KEPT, by=own_unit, form=RecordForm, says=_("{who}完成自查，发现问题{found}处"),
             needs=(unit_open, items_known, looked_at_something, problems_said), does=(recorded,), shown=False),
        Move("mend", _("改好一处"), (SelfState.KEPT,), SAME, by=own_unit, form=MendForm, says=_("{who}改好第{n}处：{mended}"),
             needs=(stands,), does=(mended,), shown=False),
        Move("follow_on", _("已有下一次"), (SelfState.KEPT,), SAME, by=within_next, says=_("{who}完成了下一次自查"),
             stops=("next",), shown=False),
        Move("go_due", _("自查到期"), (SelfState.KEPT,), SAME, by=system_only, says=_("下一次自查到期，已提醒单位"),
             does=(due,), shown=False),
        last_resort((SelfState.KEPT,)),
    ),
))
