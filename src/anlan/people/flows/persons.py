"""Moves on people and on the entrance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Flow, Move, register
from anlan.kernel.rules import system_only
from anlan.kernel.wording import words
from anlan.places.named import taken

from .. import forms, rules
from ..models import Entrance, Person


class PersonState(TextChoices):
    ACTIVE = "active", _("在用")
    DISABLED = "disabled", _("已停用")


ACTIVE, DISABLED = PersonState.ACTIVE, PersonState.DISABLED


def fill(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(login_name=given.login_name or None)


def edit(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(name=given.name, phone=given.phone or "", language=given.language or "zh-hans")


def end_sessions(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(session_epoch=case.session_epoch + 1)


PERSON = register(Flow(
    kind="person", label=_("人员"), model=Person, states=PersonState, link="/desk/people/{uid}/",
    cell=lambda case: Cell(None, 0), load={"login_taken": taken(Person, "login_name")},
    moves=(
        Move("register", _("登记"), NEW, ACTIVE, by=rules.may_edit_accounts, says=_("{who}登记人员{name}"),
             form=forms.RegisterPersonForm, needs=(rules.login_is_free,), does=(fill, edit),
             secret=frozenset({"phone"})),
        Move("edit", _("修改"), (ACTIVE, DISABLED), SAME, by=rules.is_self_or_may_edit, says=_("{who}修改{name}的资料"),
             form=forms.EditPersonForm, does=(edit,), secret=frozenset({"phone"})),
        Move("end_sessions", _("结束全部登录"), (ACTIVE,), SAME, by=rules.is_self_or_may_edit,
             says=_("{who}结束全部登录"), does=(end_sessions,)),
        Move("disable", _("停用账号"), (ACTIVE,), DISABLED, by=rules.may_edit_accounts, says=_("{who}停用账号：{reason}"),
             form=forms.ReasonForm, does=(end_sessions,), asks=_("停用后此人立即不能登录，继续吗？")),
        Move("enable", _("恢复账号"), (DISABLED,), ACTIVE, by=rules.may_edit_accounts, says=_("{who}恢复账号：{reason}"),
             form=forms.ReasonForm),
    ),
))
words("person", "signed_in", _("{who}登录"))
words("person", "signed_out", _("{who}退出登录"))
words("person", "sign_in_failed", _("登录失败，密码不对"))
words("person", "sign_in_locked", _("登录失败{count}次，暂停登录{minutes}分钟"))
words("person", "password_set", _("{who}设置了登录密码"))
words("person", "post_chosen", _("{who}换到岗位{title}"))


class EntranceState(TextChoices):
    OPEN = "open", _("开放")


ENTRANCE = register(Flow(
    kind="entrance", label=_("登录入口"), model=Entrance, states=EntranceState, final=(EntranceState.OPEN,),
    link="/desk/journal/", cell=lambda case: Cell(None, 0),
    moves=(Move("open", _("设立"), NEW, EntranceState.OPEN, by=system_only, says=_("系统设立登录入口")),),
))
words("entrance", "sign_in_failed", _("有人用不存在或已停用的登录名登录，未成功"))
words("entrance", "sign_in_locked", _("同一登录名失败{count}次，暂停登录{minutes}分钟"))
