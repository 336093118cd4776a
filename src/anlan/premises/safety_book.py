"""The unit's safety book (安全台账): who answers for what, and the trainings it has held. Kept by the unit's own people.

Work Safety Law 2021 Art 4 (everybody's duty, 全员安全生产责任制), Art 28 (training and its record) [sure].
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import local_day
from anlan.kernel.rules import rule
from anlan.places.forms import DayField
from anlan.toolkit.formfields import HashesField, ReferenceField
from anlan.toolkit.forms import TextLine

from . import facts as load
from .file_changes import own_unit, unit_open
from .own_models import RecordSort, UnitRecord


class State(models.TextChoices):
    KEPT = "kept", _("有效")
    ENDED = "ended", _("已到期")


class RecordForm(forms.Form):
    premises = ReferenceField(label=_("单位"), choices_from="premises", widget=forms.HiddenInput)
    sort = forms.ChoiceField(label=_("类别"), choices=RecordSort.choices)
    what = TextLine(label=_("内容"), max_length=120)
    people = TextLine(label=_("人员"), max_length=200)
    on_day = DayField(label=_("日期"))
    heads = forms.IntegerField(label=_("人数"), min_value=1, max_value=9999, required=False)
    hours = forms.DecimalField(label=_("学时"), min_value=0, max_value=999, decimal_places=1, required=False)
    photos = HashesField(label=_("照片"), required=False, most=6, role="training")


@rule(_("日期不能晚于今天"))
def not_ahead(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return given.on_day is None or given.on_day <= local_day(when.at)


@rule(_("培训请写明人数"))
def heads_counted(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return given.sort != RecordSort.TRAINING or bool(given.heads)


@rule(_("只有岗位责任才会到期"))
def is_duty(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return case.sort == RecordSort.DUTY


def noted(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield c.Set(area_id=facts.unit.area_id, premises_id=facts.unit.id, sort=given.sort, what=given.what, people=given.people,
                on_day=given.on_day, heads=given.heads, hours=given.hours)
    yield c.Event("noted", facet=given.sort)
    for sha in given.photos or ():
        yield c.Attach(sha, "training")


noted.reads = ("unit",)  # type: ignore[attr-defined]


def ended(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield c.Set(ended_on=local_day(when.at))


UNIT_RECORD = register(Flow(
    kind="unit_record", label=_("单位安全台账"), model=UnitRecord, states=State, final=(State.ENDED,),
    cell=lambda x: Cell(x.state, x.area_id, None, "", x.sort), link="/desk/unit-records/{uid}/", title=str,
    load={"unit": Fact(load.units)},
    moves=(
        Move("note", _("记一条"), NEW, State.KEPT, by=own_unit, form=RecordForm, says=_("{who}记入安全台账：{what}，{people}"),
             needs=(unit_open, not_ahead, heads_counted), does=(noted,), shown=False),
        Move("end", _("不再负责"), (State.KEPT,), State.ENDED, by=own_unit & is_duty, says=_("{who}记下不再负责：{what}，{people}"),
             does=(ended,), shown=False),
    ),
))
