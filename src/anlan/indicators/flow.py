"""The life of a saved question, and of its being told in a rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import local_day, zone
from anlan.kernel.lastresort import last_resort
from anlan.kernel.models import Area
from anlan.kernel.rules import rule, sentences, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.places.named import id_of, named
from anlan.toolkit.dimensions import BASE, DIMENSIONS, not_by
from anlan.toolkit.indicators import INDICATORS

from .forms import QuestionForm, RhythmForm
from .models import Rhythm, SavedQuestion, Subscription

ONE_DAY = Limit(1, Unit.CALENDAR_DAY)
EIGHT = time(8)


class State(models.TextChoices):
    KEPT = "kept", _("在用")
    DELETED = "deleted", _("已删除")


class SubscriptionState(models.TextChoices):
    ON = "on", _("订阅中")
    STOPPED = "stopped", _("已停止")


# Rules


@rule(_("须以有责任区的岗位保存查询"))
def has_ground(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.post_id is not None and actor.area_id is not None


@rule(_("只有保存的人可以更改"))
def keeps_it(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.person_id is not None and case.person_id == actor.person_id


@rule(_("须以有责任区的岗位订阅"))
def may_read(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    own = case.person_id == actor.person_id or (case.shared and case.organisation_id == actor.organisation_id)
    return bool(own and actor.person_id is not None and actor.area_id is not None)


@rule(_("统计区域须在自己的责任区内"), reads=("of_where",))
def where_on_ground(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not given.where or (facts.of_where is not None and actor.area_id in facts.lineage(facts.of_where.id))


@sentences(_("指标须能按所选的部门、行业和分组来数"))
def declared(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[str]:
    """The sentence says by what the indicator can be counted."""
    found = INDICATORS.get(given.indicator)
    asked = [d for d in ("department", "industry") if getattr(given, d)]
    grouped = [given.grouping] if given.grouping in DIMENSIONS and given.grouping not in BASE else []
    for dimension in (dict.fromkeys([*asked, *grouped]) if found else ()):
        if dimension not in found.dims:
            yield not_by(found.label, found.dims, dimension)


@rule(_("已经共享"))
def stands_alone(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not case.shared


@rule(_("尚未共享"))
def stands_shared(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(case.shared)


@rule(_("您已经订阅"), reads=("on",))
def not_subscribed(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.person_id not in (facts.on or {})


@rule(_("您没有订阅"), reads=("on",))
def subscribed(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.person_id in (facts.on or {})


@rule(_("只能从常用查询里订阅"))
def within_a_question(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(facts.origin == "saved_question.subscribe")


@rule(_("只有订阅的人可以停止"))
def reads_it(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.system or (actor.person_id is not None and case.person_id == actor.person_id) or (
        facts.origin in ("saved_question.delete", "saved_question.unshare"))


def open_subscriptions(subjects: list[Any]) -> list[dict[int, Any]]:
    """Who has each question told: person → the subscription's uid."""
    rows = Subscription.objects.filter(question_id__in={s.case.id for s in subjects if s.case.version}, state=SubscriptionState.ON)
    found: dict[int, dict[int, Any]] = {}
    for question, person, uid in rows.values_list("question_id", "person_id", "uid"):
        found.setdefault(question, {})[person] = uid
    return [found.get(s.case.id, {}) for s in subjects]


# Effects


def kept(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(area_id=actor.area_id, person_id=actor.person_id, organisation_id=actor.organisation_id)


def asked(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(name=given.name, indicator=given.indicator, period=given.period, where_id=id_of(facts.of_where),
                department=given.department or "", industry=given.industry or "", grouping=given.grouping or "")


asked.reads = ("of_where",)  # type: ignore[attr-defined]


def is_shared(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(shared=True)


def is_private(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    """What the others had told to them ends with it."""
    yield c.Set(shared=False)
    for person, uid in facts.on.items():
        if person != case.person_id:
            yield c.Also(c.Ref("subscription", uid), "stop")


def all_stopped(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    for uid in facts.on.values():
        yield c.Also(c.Ref("subscription", uid), "stop")


def begun(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Spawn("subscription", uuid5(case.uid, f"{actor.person_id}/{case.version}"), "begin", {
        "question_id": case.id, "rhythm": given.rhythm})


def own_stopped(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Also(c.Ref("subscription", facts.on[actor.person_id]), "stop")


for _effect in (is_private, all_stopped, own_stopped):
    _effect.reads = ("on",)  # type: ignore[attr-defined]


def opened(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(area_id=actor.area_id, question_id=given.question_id, rhythm=given.rhythm, person_id=actor.person_id,
                post_id=actor.post_id)
    yield _next(given.rhythm, when.at)


def delivered(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    """The next one is counted from now: what was missed while the house stood still is not told after."""
    yield c.Set(sent_on=facts.day)
    yield _next(case.rhythm, when.at)


def _next(rhythm: str, at: datetime) -> c.Start:
    return c.Start("next", ONE_DAY, ("deliver",), None, 0.0, due=next_at(rhythm, at))


def next_at(rhythm: str, at: datetime) -> datetime:
    """Eight in the morning of the next day, Monday or first of a month."""
    day = local_day(at) + timedelta(days=0 if at.astimezone(zone()).time() < EIGHT else 1)
    while not _falls_on(rhythm, day):
        day += timedelta(days=1)
    return datetime.combine(day, EIGHT, zone())


def _falls_on(rhythm: str, day: date) -> bool:
    return {Rhythm.DAILY: True, Rhythm.WEEKLY: day.weekday() == 0, Rhythm.MONTHLY: day.day == 1}[Rhythm(rhythm)]


QUESTION = register(Flow(
    kind="saved_question", label=_("常用查询"), model=SavedQuestion, states=State, final=(State.DELETED,), title=str,
    cell=lambda x: Cell(None, x.area_id), link="/desk/saved-questions/{uid}/",
    load={"of_where": named(Area, "where"), "on": Fact(open_subscriptions)},
    moves=(
        Move("keep", _("保存"), NEW, State.KEPT, by=has_ground, form=QuestionForm, says=_("{who}保存查询“{name}”"),
             needs=(where_on_ground, declared), does=(kept, asked)),
        Move("edit", _("修改"), (State.KEPT,), SAME, by=keeps_it, form=QuestionForm, says=_("{who}修改查询"),
             needs=(where_on_ground, declared), does=(asked,)),
        Move("subscribe", _("订阅"), (State.KEPT,), SAME, by=may_read & not_subscribed, form=RhythmForm,
             says=_("{who}订阅，{rhythm}"), does=(begun,), primary=True),
        Move("unsubscribe", _("停止订阅"), (State.KEPT,), SAME, by=may_read & subscribed, says=_("{who}停止订阅"),
             does=(own_stopped,)),
        Move("share", _("本单位共享"), (State.KEPT,), SAME, by=keeps_it & stands_alone, says=_("{who}把查询共享给本单位"),
             does=(is_shared,)),
        Move("unshare", _("取消共享"), (State.KEPT,), SAME, by=keeps_it & stands_shared, says=_("{who}取消共享"),
             does=(is_private,), asks=_("取消共享后，本单位其他人的订阅也会停止。现在取消？")),
        Move("delete", _("删除"), (State.KEPT,), State.DELETED, by=keeps_it, says=_("{who}删除查询"), does=(all_stopped,),
             asks=_("删除后，所有人对它的订阅都会停止。现在删除？")),
    ),
))
SUBSCRIPTION = register(Flow(
    kind="subscription", label=_("订阅"), model=Subscription, states=SubscriptionState, final=(SubscriptionState.STOPPED,),
    cell=lambda x: Cell(None, x.area_id), link="/desk/subscriptions/{uid}/", last_resort="nobody_acted",
    clock_names={"next": _("下次送达")}, title=lambda x: str(x.get_rhythm_display()),
    moves=(
        Move("begin", _("订阅"), NEW, SubscriptionState.ON, by=within_a_question, says=_("{who}订阅"), does=(opened,), shown=False),
        Move("deliver", _("送达"), (SubscriptionState.ON,), SAME, by=system_only, says=_("到时送达"), does=(delivered,), shown=False),
        Move("stop", _("停止订阅"), (SubscriptionState.ON,), SubscriptionState.STOPPED, by=reads_it, says=_("{who}停止订阅"),
             primary=True),
        last_resort((SubscriptionState.ON,)),
    ),
))
