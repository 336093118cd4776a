"""The life of a phone: registered by its person, given back, or shut out by the office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Flow, Move, register
from anlan.kernel.rules import rule
from anlan.people.roles import Role
from anlan.people.scope import sees_area

from .keys import key_of
from .models import Device


class State(models.TextChoices):
    IN_USE = "in_use", _("使用中")
    GIVEN_BACK = "given_back", _("已退出")
    SHUT_OUT = "shut_out", _("已停用")


class KeyField(forms.CharField):
    """A public key on P-256, uncompressed, in hexadecimal."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).lower()
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if key_of(key) is None:
            raise ValidationError(_("手机的密钥不对，请更新浏览器后重试"))
        return text


class RegisterForm(forms.Form):
    name = forms.CharField(label=_("手机"), max_length=80)
    key = KeyField(label=_("密钥"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


@rule(_("请先登录并选择岗位"))
def is_somebody(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.person_id is not None and actor.post_id is not None


@rule(_("须由本人办理"))
def is_its_person(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.person_id is not None and actor.person_id == case.person_id


@rule(_("须由本人、所在社区或街道、应急管理部门，或者系统管理员办理"))
def may_shut_out(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    if actor.person_id is not None and actor.person_id == case.person_id:
        return True
    office = actor.is_any(Role.COMMUNITY, Role.STREET, Role.EMERGENCY)
    here = case.area_id is not None and sees_area(actor, facts.lineage(case.area_id))
    return actor.system or actor.is_any(Role.SYSADMIN) or (office and here)


def registered(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield c.Set(name=given.name, key=given.key, person_id=actor.person_id, area_id=actor.area_id)


def shares(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield c.Set(shares_since=when.at)


def shares_no_more(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Any:
    yield c.Set(shares_since=None)


DEVICE = register(Flow(
    kind="device", label=_("手机"), model=Device, states=State, final=(State.GIVEN_BACK, State.SHUT_OUT),
    cell=lambda device: Cell(None, 0), link="/field/phones/", title=lambda device: device.name,
    moves=(
        Move("enrol", pgettext_lazy("device", "登记手机"), NEW, State.IN_USE, by=is_somebody, form=RegisterForm,
             says=_("{who}登记手机“{name}”"), does=(registered,), shown=False),
        Move("share_place", _("同意共享位置"), (State.IN_USE,), SAME, by=is_its_person, says=_("{who}同意在岗期间共享手机位置"),
             does=(shares,), shown=False),
        Move("keep_place", _("停止共享位置"), (State.IN_USE,), SAME, by=is_its_person, says=_("{who}停止共享手机位置，已有位置删除"),
             does=(shares_no_more,), shown=False),
        Move("give_back", _("退出手机"), (State.IN_USE,), State.GIVEN_BACK, by=is_its_person, says=_("{who}在手机上退出并清除数据"),
             does=(shares_no_more,), shown=False),
        Move("shut_out", _("停用手机"), (State.IN_USE,), State.SHUT_OUT, by=may_shut_out, form=ReasonForm,
             says=_("{who}停用手机：{reason}"), does=(shares_no_more,),
             asks=_("停用后，这台手机下次联网时清除全部数据，没有发出的记录也会清除。确定停用吗？")),
    ),
))
