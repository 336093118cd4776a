"""A unit asks for a change of its file; the community or the street confirms it or says why not (domain.md 3.5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.instance import local_day
from anlan.kernel.rules import rule
from anlan.people.answerers import answerers_of
from anlan.people.scope import sees_area
from anlan.toolkit.formfields import ReferenceField, TextField

from . import facts as load
from .flow import KEEPERS, LIVE, PERSONAL
from .forms import fields_of
from .models import Premises
from .own_models import FileChange
from .wording import change_answered, change_asked

ASKABLE = ("sign_name", "legal_person", "legal_phone", "operator", "operator_phone", "safety_manager", "safety_phone", "staff",
           "customers_peak", "seats", "beds", "dormitory_people", "floor_area_m2", "gas", "cylinders", "hazardous_goods",
           "special_equipment", "fire_permit", "fire_facilities", "exits", "safety_organ")
"""What a unit knows best itself. Name, code, place and trade are changed by the office with the papers before it."""


class State(models.TextChoices):
    OPEN = "open", _("待核实")
    CONFIRMED = "confirmed", _("已采用")
    REFUSED = "refused", _("未采用")
    WITHDRAWN = "withdrawn", _("已撤回")


_columns = {name: field for name, field in fields_of(Premises).items() if name in ASKABLE}
for _field in _columns.values():
    _field.required = False
ProposeForm = type("ProposeForm", (forms.Form,), {
    "premises": ReferenceField(label=_("单位"), choices_from="premises", widget=forms.HiddenInput), **_columns,
    "why": TextField(label=_("变更说明"), max_length=200, required=False), "field_order": ["premises", *ASKABLE, "why"],
    "__module__": __name__, "__doc__": "The file as the unit would have it; what differs is asked for."})


class RefuseForm(forms.Form):
    answer = TextField(label=_("不采用的理由"), max_length=300)


@rule(_("须由单位自己的人员提出"), reads=("unit",))
def own_unit(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    unit = facts.unit
    return actor.is_any("unit") and unit is not None and unit.owner_party is not None and unit.owner_party in actor.parties


@rule(_("须由本辖区的社区、街道或有关部门核实"))
def office_here(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.is_any(*KEEPERS) and sees_area(actor, facts.lineage(case.area_id))


@rule(_("没有要变更的内容"), reads=("unit",))
def something_differs(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return facts.unit is None or bool(wanted(facts.unit, given))


@rule(_("单位已停业，档案不再变更"), reads=("unit",))
def unit_open(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return facts.unit is None or facts.unit.state in LIVE


@rule(_("已有一份变更申请在核实，请等答复或先撤回"), reads=("waiting",))
def none_waiting(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.waiting


def wanted(unit: Premises, given: Any) -> dict[str, Any]:
    """What the form has otherwise than the file."""
    return {n: given[n] for n in ASKABLE if n in given and (given[n] or None) != (getattr(unit, n) or None)}


def waiting(subjects: list[Any]) -> list[bool]:
    uids = {s.given.premises for s in subjects} - {None}
    held = set(FileChange.objects.filter(premises__uid__in=uids, state=State.OPEN).values_list("premises__uid", flat=True))
    return [s.given.premises in held for s in subjects]


def answerers(subjects: list[Any]) -> list[Any]:
    """Of the ground where the unit stands."""
    units = load.units(subjects)
    return answerers_of([(u.area_id if u else None, local_day(s.when.at)) for u, s in zip(units, subjects, strict=True)])


def proposed(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    asked = wanted(facts.unit, given)
    yield c.Set(area_id=facts.unit.area_id, premises_id=facts.unit.id, unit_name=str(facts.unit), wanted=asked, why=given.why or "",
                before={n: getattr(facts.unit, n) for n in asked}, asked_by=actor.person_id, asker_party=facts.unit.owner_party)
    house = facts.answerers.community_id or facts.answerers.street_id
    if house:
        yield c.Owe(house, "answer")
        yield c.Tell(house, change_asked(str(facts.unit)))
    yield c.Event("asked")


proposed.reads = ("unit", "answerers")  # type: ignore[attr-defined]


def confirmed(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield c.Also(c.Ref("premises", facts.unit.uid), "edit", dict(case.wanted))
    yield from _answered(case, facts, when, "")


confirmed.reads = ("unit",)  # type: ignore[attr-defined]


def refused(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield from _answered(case, facts, when, given.answer)


refused.reads = ("unit",)  # type: ignore[attr-defined]


def _answered(case: Any, facts: Any, when: Any, answer: str) -> Any:
    yield c.Set(answer=answer, answered_at=when.at)
    if case.asker_party:
        yield c.Tell(case.asker_party, change_answered(str(facts.unit), answer))
    yield c.Release()


def released(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield c.Release()


DONE = (State.CONFIRMED, State.REFUSED, State.WITHDRAWN)
FILE_CHANGE = register(Flow(
    kind="file_change", label=_("档案变更申请"), model=FileChange, states=State, final=DONE,
    families={"live": (State.OPEN,), "done": DONE}, cell=lambda x: Cell(x.state, x.area_id, None, "", ""),
    link="/desk/file-changes/{uid}/", title=str, roles={"answer": Owed(_("核实档案变更"), decides=True)},
    load={"unit": Fact(load.units), "waiting": Fact(waiting), "answerers": Fact(answerers, queries=2)},
    moves=(
        Move("propose", _("提出变更"), NEW, State.OPEN, by=own_unit, form=ProposeForm, says=_("{who}申请变更档案：{why}"),
             needs=(unit_open, none_waiting, something_differs), does=(proposed,), secret=PERSONAL, shown=False),
        Move("confirm", _("采用"), (State.OPEN,), State.CONFIRMED, by=office_here, says=_("{who}核实后采用，档案随之更改"),
             needs=(unit_open,), does=(confirmed,), primary=True),
        Move("refuse", _("不采用"), (State.OPEN,), State.REFUSED, by=office_here, form=RefuseForm, says=_("{who}没有采用：{answer}"),
             does=(refused,)),
        Move("withdraw", _("撤回申请"), (State.OPEN,), State.WITHDRAWN, by=own_unit, says=_("{who}撤回申请"), does=(released,)),
    ),
))
