"""The life of the first run: begun, steps left for later, over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.flows import NEW, SAME, Cell, Flow, Move, register
from anlan.kernel.rules import system_only

from .models import FirstRun

SETUP = Actor(name="初始设置", system=True, roles=frozenset({"system"}))
REF = Ref("first_run", uuid5(NAMESPACE_OID, "anlan.first_run"))


class RunState(TextChoices):
    OPEN = "open", _("进行中")
    DONE = "done", _("已完成")


class StepForm(forms.Form):
    step = forms.SlugField(label=_("步骤"), max_length=20)


class RulesForm(forms.Form):
    """rules: how many of them are provisional."""

    rules = forms.IntegerField(label=_("暂定规则"), min_value=0)


def leave(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(skipped=sorted({*case.skipped, given.step}))


FIRST_RUN = register(Flow(
    kind="first_run", label=_("初始设置"), model=FirstRun, states=RunState, final=(RunState.DONE,),
    cell=lambda case: Cell(None, 0), link="/desk/journal/",
    moves=(
        Move("begin", _("开始"), NEW, RunState.OPEN, by=system_only, says=_("{who}开始")),
        Move("skip", _("以后再办"), (RunState.OPEN,), SAME, by=system_only, says=_("{who}：{step}以后再办"), form=StepForm,
             does=(leave,)),
        Move("finish", _("完成"), (RunState.OPEN,), RunState.DONE, by=system_only, form=RulesForm,
             says=_("{who}完成，按暂定取值接受{rules}条规则")),
    ),
))
