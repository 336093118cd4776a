"""The life of a road network: brought in from a file, in force from its day on, withdrawn where it was wrong."""

from __future__ import annotations

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, Cell, Fact, Flow, Move, register
from anlan.kernel.rules import rule
from anlan.people.permits import grant
from anlan.places.coordinates import Datum
from anlan.places.rules import permitted
from anlan.toolkit.formfields import TextField

from .road_models import RoadFile, RoadNetwork

grant("roads.edit", "emergency", label=_("导入和撤回道路网"))
MAY_EDIT_ROADS = permitted("roads.edit", _("道路网由应急管理部门导入和撤回"))


class State(models.TextChoices):
    ACTIVE = "active", _("在用")
    WITHDRAWN = "withdrawn", _("已撤回")


class BringForm(forms.Form):
    """file: the hash under which the packed roads were kept a moment ago."""

    name = forms.CharField(label=_("路网名称"), max_length=80)
    source = forms.CharField(label=_("来源"), max_length=200)
    datum = forms.ChoiceField(label=_("原坐标系"), choices=Datum.choices)
    valid_from = forms.DateField(label=_("启用日期"))
    road_count = forms.IntegerField(label=_("道路条数"), min_value=1)
    node_count = forms.IntegerField(label=_("路口和拐点数"), min_value=2)
    km = forms.DecimalField(label=_("总长（公里）"), min_value=0, max_digits=9, decimal_places=1)
    file = forms.RegexField(r"^[0-9a-f]{64}$", label=_("数据校验值"))


class ReasonForm(forms.Form):
    reason = TextField(label=_("原因"), max_length=300, widget=forms.Textarea({"rows": 3}))


def kept(subjects):
    """Whether the roads of each file are there."""
    held = set(RoadFile.objects.filter(sha256__in={s.given.file for s in subjects} - {None}).values_list("sha256", flat=True))
    return [s.given.file in held for s in subjects]


@rule(_("路网数据已不在，请重新导入文件"), reads=("kept",))
def file_is_there(case, facts, actor, when, given):
    return bool(facts.kept)


def brought(case, facts, actor, when, given):
    yield c.Set(**{name: getattr(given, name) for name in BringForm.base_fields})


ROADS = register(Flow(
    kind="road_network", label=_("道路网"), model=RoadNetwork, states=State, final=(State.WITHDRAWN,), title=str,
    cell=lambda case: Cell(None, 0), link="/desk/roads/{uid}/", load={"kept": Fact(kept)},
    moves=(
        Move("bring_in", _("导入道路网"), NEW, State.ACTIVE, by=MAY_EDIT_ROADS, form=BringForm, needs=(file_is_there,), does=(brought,),
             says=_("{who}导入道路网{name}，{road_count}条，自{valid_from}起使用，来源：{source}"), shown=False),
        Move("withdraw", _("撤回"), (State.ACTIVE,), State.WITHDRAWN, by=MAY_EDIT_ROADS, form=ReasonForm,
             says=_("{who}撤回：{reason}"), asks=_("撤回后，路程改按更早的路网推算；没有的，按直线折算。")),
    ),
))
