"""The life of an exercise, in the real space: it is opened, made ready by the worker, ended, and perhaps taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, Cell, Fact, Flow, Move, register
from anlan.kernel.rules import rule, sentences, system_only
from anlan.kernel.spaces import in_exercise
from anlan.people.permits import grant
from anlan.people.roles import Role
from anlan.places.rules import permitted
from anlan.toolkit.formfields import TextField

from .models import FASTEST, Exercise
from .selectors import UNDER_WAY

grant("exercises.open", Role.SYSADMIN, Role.EMERGENCY, label=_("开设和结束演练"))
MAY = permitted("exercises.open", _("演练由系统管理员或应急管理部门开设和结束"))
FAR = timedelta(days=366)


class State(models.TextChoices):
    PREPARING = "preparing", _("正在准备")
    OPEN = "open", pgettext_lazy("exercise", "进行中")
    ENDED = "ended", pgettext_lazy("exercise", "已结束")


class OpenForm(forms.Form):
    name = forms.CharField(label=_("演练名称"), max_length=60)
    why = TextField(label=_("为什么开设"), max_length=200, widget=forms.Textarea({"rows": 2}))
    begins_at = forms.DateTimeField(label=_("演练从何时开始"), required=False, help_text=_("不填就是现在。"),
                                    widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    speed = forms.FloatField(label=_("时钟快慢（倍）"), required=False, min_value=1, max_value=FASTEST, initial=1,
                             help_text=_("1就是和平时一样快。"))


class ReadyForm(forms.Form):
    rows = forms.IntegerField(min_value=0)


class Around:
    """other: an exercise besides this one is under way. newest: this one is the last that was opened. inside: asked from within one."""

    def __init__(self, other: bool, newest: bool, inside: bool) -> None:
        self.other, self.newest, self.inside = other, newest, inside


def arounds(subjects: list[Any]) -> list[Around]:
    known = list(Exercise.objects.order_by("-id").values_list("id", "state")[:50])
    return [Around(any(state in UNDER_WAY and i != s.case.id for i, state in known), bool(known) and known[0][0] == s.case.id,
                   in_exercise()) for s in subjects]


@rule(_("演练只能在实战中开设和结束，请先退出演练"), reads=("around",))
def from_what_is_real(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.around.inside


@rule(_("已有一场演练没有结束，请先结束它"), reads=("around",))
def alone(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.around.other


@sentences(_("演练的内容还在"), reads=("around",))
def still_there(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    if case.outgrown:
        return [_now("系统升级后这场演练的内容不能再用，请另开一场")]
    return [] if facts.around.newest and case.ready_at else [_now("后来又开设过演练，这一场的内容已经清除")]


@rule(_("演练的开始时间须在前后一年之内"))
def within_a_year(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return given.begins_at is None or abs(given.begins_at - when.at) <= FAR


def asked(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(name=given.name, why=given.why, begins_at=given.begins_at or when.at, speed=given.speed or 1.0, opener=actor.name)


def ready(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(rows=given.rows, ready_at=when.at)


def ended(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(ended_at=when.at)


def outgrown(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(outgrown=True, ended_at=case.ended_at or when.at)


def again(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(ended_at=None)


HERE = (from_what_is_real,)
EXERCISE = register(Flow(
    kind="exercise", label=_("演练"), model=Exercise, states=State, link="/desk/exercises/{uid}/", title=lambda x: x.name,
    cell=lambda case: Cell(None, 0), load={"around": Fact(arounds)},
    moves=(
        Move("open", _("开设"), NEW, State.PREPARING, by=MAY, form=OpenForm, says=_("{who}开设演练“{name}”：{why}"),
             needs=(*HERE, alone, within_a_year), does=(asked,)),
        Move("be_ready", _("准备好"), (State.PREPARING,), State.OPEN, by=system_only, form=ReadyForm,
             says=_("演练已经备好，复制{rows}条记录，可以登录"), does=(ready,), shown=False),
        Move("end", _("结束演练"), (State.PREPARING, State.OPEN), State.ENDED, by=MAY, needs=HERE, says=_("{who}结束演练“{title}”"),
             does=(ended,), asks=_("结束后大家都退出演练。内容留到下一次开设。现在结束？")),
        Move("outgrow", _("因升级结束"), (State.PREPARING, State.OPEN, State.ENDED), State.ENDED, by=system_only,
             says=_("系统升级，这场演练的数据不能转到新版本，演练已经结束，请另开一场"), does=(outgrown,), shown=False),
        Move("resume", _("继续演练"), (State.ENDED,), State.OPEN, by=MAY, needs=(*HERE, alone, still_there),
             says=_("{who}继续演练“{title}”"), does=(again,)),
    ),
))
