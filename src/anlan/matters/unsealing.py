"""Opening an informant's identity (启封): one asks with a reason, another grants, for some hours; every look is a deed.

Legal basis: the reporter's protection, Work Safety Law Arts 73, 76 [sure], domain.md 12.4 (two people and a reason).
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.door import Subject
from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.people.models import Post
from anlan.people.roles import Role
from anlan.people.scope import sees_area
from anlan.toolkit.formfields import ReferenceField, TextField

from . import wording
from .informants import has_sealed
from .models import Matter, Unsealing

ASKS = (Role.COMMUNITY, Role.STREET, Role.OFFICER, Role.EMERGENCY, Role.DIRECTOR)
GRANTS = (Role.DIRECTOR, Role.LEADER)


class Unsealed(models.TextChoices):
    ASKED = "asked", _("待批准")
    GRANTED = "granted", _("可查看")
    DECLINED = "declined", _("未同意")
    ENDED = "ended", _("已到期")


class AskForm(forms.Form):
    matter = ReferenceField(label=_("事项"), choices_from="matters")
    reason = TextField(label=_("查看理由"), max_length=500, min_length=4, widget=forms.Textarea({"rows": 3}))


class DecideForm(forms.Form):
    answer = TextField(label=_("意见"), max_length=500, widget=forms.Textarea({"rows": 3}))


class About(NamedTuple):
    """The matter; whether something of its reporters is sealed."""

    matter: Matter
    sealed: bool


def matters(subjects: list[Subject]) -> list[About | None]:
    wanted = Q(uid__in={s.given.matter for s in subjects} - {None}) | Q(id__in={s.case.matter_id for s in subjects} - {None})
    rows = list(Matter.objects.filter(wanted))
    return [next((About(m, has_sealed(m.id)) for m in rows if m.uid == s.given.matter or m.id == s.case.matter_id), None)
            for s in subjects]


def granters(subjects: list[Subject]) -> list[list[int]]:
    """Posts of those who may grant it."""
    rows = list(Post.objects.filter(roles__overlap=list(GRANTS), state="active").order_by("id").values_list("id", flat=True)[:5])
    return [rows for _s in subjects]


@rule(_("须由社区、街道、执法或应急管理部门的人员申请"))
def may_ask(case, facts, actor, when, given):
    return actor.is_any(*ASKS)


@rule(_("这件事不在您负责的区域内"), reads=("about",))
def of_own_ground(case, facts, actor, when, given):
    return facts.about is None or sees_area(actor, facts.lineage(facts.about.matter.area_id))


@rule(_("没有查到这件事"), reads=("about",))
def matter_known(case, facts, actor, when, given):
    return facts.about is not None


@rule(_("上报人没有留下姓名和电话"), reads=("about",))
def something_sealed(case, facts, actor, when, given):
    return facts.about is None or facts.about.sealed


@rule(_("须由分管负责人或区领导批准"))
def may_grant(case, facts, actor, when, given):
    return actor.is_any(*GRANTS) and sees_area(actor, facts.lineage(case.area_id))


@rule(_("申请人不能批准自己的申请"))
def another_person(case, facts, actor, when, given):
    return actor.person_id is not None and actor.person_id != case.asker_id


@rule(_("只有申请人本人可以查看"))
def who_asked(case, facts, actor, when, given):
    return actor.person_id is not None and actor.person_id == case.asker_id


@rule(_("查看期限已过，请重新申请"))
def still_open(case, facts, actor, when, given):
    return case.until is not None and when.at <= case.until


def asked(case, facts, actor, when, given):
    about = facts.about.matter
    yield c.Set(matter_id=about.id, area_id=about.area_id, reason=given.reason, asker_id=actor.person_id, asker_post=actor.post_id)
    for post in facts.granters:
        if post != actor.post_id:
            yield c.Owe(post, "decide")
            yield c.Tell(post, wording.unsealing_asked(about.code))
    yield c.Event("unsealing_asked")


asked.reads = ("about", "granters")


def granted(case, facts, actor, when, given):
    hours = int(facts.value("matter.unsealing_hours"))
    yield c.Set(granter_id=actor.person_id, answer=given.answer, decided_at=when.at, until=when.at + timedelta(hours=hours))
    yield c.Release(role="decide")
    yield c.Start("look", Limit(hours, Unit.HOUR), ("end",), remind=0)
    yield from _answered(case, wording.unsealing_granted(hours))
    yield c.Event("unsealing_granted")


def declined(case, facts, actor, when, given):
    yield c.Set(granter_id=actor.person_id, answer=given.answer, decided_at=when.at)
    yield c.Release(role="decide")
    yield from _answered(case, wording.unsealing_declined(given.answer))


def looked(case, facts, actor, when, given):
    yield c.Set(looks=case.looks + 1, looked_at=when.at)
    yield c.Event("unsealing_looked")


def ended(case, facts, actor, when, given):
    yield c.Release(role="decide")


def _answered(case, words):
    if case.asker_post:
        yield c.Tell(case.asker_post, words)


UNSEALING = register(Flow(
    kind="unsealing", label=_("启封申请"), model=Unsealing, states=Unsealed, final=(Unsealed.DECLINED, Unsealed.ENDED),
    families={"live": (Unsealed.ASKED, Unsealed.GRANTED), "done": (Unsealed.DECLINED, Unsealed.ENDED)}, last_resort="nobody_acted",
    cell=lambda u: Cell(u.state, u.area_id), link="/desk/unsealings/{uid}/", title=lambda u: str(u.reason)[:40],
    load={"about": Fact(matters, queries=2), "granters": Fact(granters)},
    clock_names={"decide": _("批准启封"), "look": _("查看期限")}, roles={"decide": Owed(_("批准启封"), decides=True)},
    moves=(
        Move("ask", _("申请查看上报人"), NEW, Unsealed.ASKED, by=may_ask, form=AskForm, says=_("{who}申请查看上报人：{reason}"),
             needs=(matter_known, of_own_ground, something_sealed), does=(asked,),
             clock=(Clock("decide", "matter.unsealing_decide", ("end",)),)),
        Move("grant", _("同意查看"), (Unsealed.ASKED,), Unsealed.GRANTED, by=may_grant & another_person, form=DecideForm,
             says=_("{who}同意查看上报人：{answer}"), does=(granted,), stops=("decide",), primary=True),
        Move("decline", _("不同意查看"), (Unsealed.ASKED,), Unsealed.DECLINED, by=may_grant & another_person, form=DecideForm,
             says=_("{who}不同意查看上报人：{answer}"), does=(declined,), stops=("decide",)),
        Move("look", pgettext_lazy("informant", "查看上报人"), (Unsealed.GRANTED,), SAME, by=who_asked, needs=(still_open,),
             says=_("{who}查看了上报人"), does=(looked,), primary=True),
        Move("end", _("到期收回"), (Unsealed.ASKED, Unsealed.GRANTED), Unsealed.ENDED, by=system_only, says=_("到期，不能再查看上报人"),
             does=(ended,), stops=("decide",), shown=False),
        last_resort((Unsealed.ASKED, Unsealed.GRANTED)),
    ),
))
