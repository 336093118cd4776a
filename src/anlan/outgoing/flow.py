"""Gateways, channels, wishes and messages as cases: each change is a sealed deed; addresses never come in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid5

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.rules import rule, system_only
from anlan.people.permits import grant
from anlan.people.roles import Role
from anlan.places.named import loader
from anlan.places.rules import permitted

from .kinds import kinds
from .models import Channel, Gateway, Kept, Message, MessageSort, Quiet, Sort, Wishes

grant("gateways.edit", Role.SYSADMIN, Role.EMERGENCY, label=_("定下外发网关和机构的外发渠道"))
bureau = permitted("gateways.edit", _("外发网关和机构渠道由系统管理员或应急管理部门维护"))


def nowhere(case: Any) -> Cell:
    return Cell(None, 0)


# Gateways


class GatewayState(models.TextChoices):
    OPEN = "open", _("可以使用")
    SHUT = "shut", _("已停用")


class GatewayForm(forms.Form):
    sort = forms.ChoiceField(label=_("途径"), choices=Sort.choices)
    name = forms.CharField(label=_("名称"), max_length=40)
    hint = forms.CharField(label=_("账号"), max_length=80, required=False)


class AccountForm(forms.Form):
    hint = forms.CharField(label=_("账号"), max_length=80, required=False)


def kept(subjects: list[Any]) -> list[bool]:
    """Whether the account or address stands apart already."""
    held = set(Kept.objects.filter(uid__in={s.case.uid for s in subjects}).values_list("uid", flat=True))
    return [s.case.uid in held for s in subjects]


@rule(_("先填写账号或地址，再登记"), reads=("kept",))
def is_kept(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(facts.kept)


GATEWAY = register(Flow(
    kind="gateway", label=_("外发网关"), model=Gateway, states=GatewayState, cell=nowhere, link="/desk/gateways/{uid}/",
    load={"kept": Fact(kept)},
    moves=(
        Move("allow", _("登记"), NEW, GatewayState.OPEN, by=bureau, form=GatewayForm, says=_("{who}登记外发网关“{name}”"),
             needs=(is_kept,), does=(lambda case, facts, actor, when, given: [c.Set(
                 sort=given.sort, name=given.name, hint=given.hint or "")],), shown=False),
        Move("renew", _("更换账号"), (GatewayState.OPEN, GatewayState.SHUT), SAME, by=bureau, form=AccountForm,
             says=_("{who}更换外发网关“{name}”的账号"), shown=False,
             does=(lambda case, facts, actor, when, given: [c.Set(hint=given.hint or "")],)),
        Move("shut", _("停用"), (GatewayState.OPEN,), GatewayState.SHUT, by=bureau, says=_("{who}停用外发网关“{name}”"),
             asks=_("停用后，经它发送的消息都不再发出。现在停用？")),
        Move("reopen", _("恢复使用"), (GatewayState.SHUT,), GatewayState.OPEN, by=bureau, says=_("{who}恢复外发网关“{name}”"),
             primary=True),
    ),
))


# Channels


class ChannelState(models.TextChoices):
    ACTIVE = "active", _("在用")
    MUTED = "muted", _("静音")
    REMOVED = "removed", _("已移除")


LIVE = (ChannelState.ACTIVE, ChannelState.MUTED)


class ChannelForm(forms.Form):
    gateway = forms.UUIDField(label=_("网关"))
    name = forms.CharField(label=_("名称"), max_length=40)
    hint = forms.CharField(label=_("地址"), max_length=80)
    holder = forms.CharField(label=_("归谁"), max_length=140)
    person_id = forms.IntegerField(required=False)
    party_id = forms.IntegerField(required=False)


@rule(_("渠道由本人维护；机构的渠道由系统管理员或应急管理部门维护"))
def holds_it(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    person = case.person_id or given.person_id
    if actor.system:
        return True
    return bool(person == actor.person_id) if person else "gateways.edit" in actor.permits


@rule(_("这个网关没有开放"), reads=("gateway",))
def gateway_is_open(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return facts.gateway is not None and facts.gateway.state == GatewayState.OPEN


def added(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(gateway_id=facts.gateway.id, name=given.name, hint=given.hint, holder=given.holder,
                person_id=given.person_id, party_id=given.party_id)


added.reads = ("gateway",)  # type: ignore[attr-defined]


def tested(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Spawn("message", uuid5(case.uid, f"trial{case.version}"), "try_out", {
        "channel_id": case.id, "way": facts.way, "to_name": case.holder, "person_id": case.person_id,
        "party_id": case.party_id})


tested.reads = ("way",)  # type: ignore[attr-defined]


def ways(subjects: list[Any]) -> list[str]:
    sorts = dict(Gateway.objects.filter(id__in={s.case.gateway_id for s in subjects} - {None}).values_list("id", "sort"))
    return [sorts.get(s.case.gateway_id, "") for s in subjects]


CHANNEL = register(Flow(
    kind="channel", label=_("外发渠道"), model=Channel, states=ChannelState, final=(ChannelState.REMOVED,), cell=nowhere,
    link="/desk/channels/{uid}/",
    load={"kept": Fact(kept), "way": Fact(ways), "gateway": Fact(loader(Gateway, lambda s: s.given.gateway))},
    moves=(
        Move("add", _("添加"), NEW, ChannelState.ACTIVE, by=holds_it, form=ChannelForm, says=_("{who}添加外发渠道“{name}”{hint}"),
             needs=(is_kept, gateway_is_open), does=(added,), shown=False),
        Move("test", _("发一条测试"), LIVE, SAME, by=holds_it, says=_("{who}向“{name}”发测试消息"), does=(tested,), primary=True),
        Move("mute", _("静音"), (ChannelState.ACTIVE,), ChannelState.MUTED, by=holds_it, says=_("{who}把“{name}”静音")),
        Move("unmute", _("取消静音"), (ChannelState.MUTED,), ChannelState.ACTIVE, by=holds_it, says=_("{who}取消“{name}”的静音")),
        Move("remove", _("移除"), LIVE, ChannelState.REMOVED, by=holds_it, says=_("{who}移除外发渠道“{name}”"),
             asks=_("移除后地址从系统里删去，通知不再发到这里。现在移除？")),
    ),
))


# Wishes


class WishesState(models.TextChoices):
    ON = "on", _("接收外发")
    OFF = "off", _("已退订")


class WishesForm(forms.Form):
    stays = forms.MultipleChoiceField(label=_("只在安澜里看"), choices=kinds, required=False,
                                      widget=forms.CheckboxSelectMultiple)
    quiet = forms.ChoiceField(label=_("免打扰"), choices=Quiet.choices)
    quiet_from = forms.TimeField(label=_("从"), required=False)
    quiet_until = forms.TimeField(label=_("到"), required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("quiet") == Quiet.OWN and not (told.get("quiet_from") and told.get("quiet_until")):
            self.add_error("quiet_from", str(_("自己定免打扰的，请填写从几点到几点")))
        return told


class BeginForm(WishesForm):
    person_id = forms.IntegerField()


@rule(_("通知设置由本人决定"))
def own(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.system or (actor.person_id is not None and actor.person_id == (case.person_id or given.person_id))


def wished(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    mine = given.quiet == Quiet.OWN
    yield c.Set(person_id=case.person_id or given.person_id, stays=given.stays or [], quiet=given.quiet,
                quiet_from=given.quiet_from if mine else None, quiet_until=given.quiet_until if mine else None)


WISHES = register(Flow(
    kind="wishes", label=_("通知设置"), model=Wishes, states=WishesState, cell=nowhere, link="/desk/my-notices/",
    moves=(
        Move("begin", _("设定"), NEW, WishesState.ON, by=own, form=BeginForm, says=_("{who}设定自己的通知"), does=(wished,), shown=False),
        Move("change", _("修改"), (WishesState.ON, WishesState.OFF), SAME, by=own, form=WishesForm, says=_("{who}修改自己的通知设置"),
             does=(wished,), shown=False),
        Move("unsubscribe", _("退订"), (WishesState.ON,), WishesState.OFF, by=own, says=_("{who}退订外发通知"), shown=False),
        Move("subscribe", _("恢复接收"), (WishesState.OFF,), WishesState.ON, by=own, says=_("{who}恢复接收外发通知"), shown=False),
    ),
))


# Messages


class MessageState(models.TextChoices):
    WAITING = "waiting", _("等待发送")
    HELD = "held", _("免打扰，等待中")
    QUEUED = "queued", _("正在发送")
    DIGESTED = "digested", _("已并入汇总")
    SENT = "sent", _("已发出")
    FAILED = "failed", _("失败，将重试")
    GIVEN_UP = "given_up", _("没有发出")
    CUT = "cut", _("发送中断，不知是否送达")
    UNSENT = "unsent", _("演示，未发出")
    DROPPED = "dropped", _("不再发送")


S = MessageState
OPEN, UNDER_WAY = (S.WAITING, S.HELD), (S.QUEUED, S.FAILED)
LOST = (S.GIVEN_UP, S.CUT)
KEPT_COLUMNS = ("channel_id", "way", "to_name", "person_id", "party_id", "notice", "rings", "text", "url", "at", "ready_at")


@rule(_("由收件人或系统管理员重发"))
def may_send_again(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    mine = case.person_id == actor.person_id if case.person_id else case.party_id in actor.parties
    return actor.system or mine or "system.watch" in actor.permits


@rule(_("测试消息由渠道的持有者发"))
def of_ones_channel(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    if actor.system:
        return True
    return bool(given.person_id == actor.person_id) if given.person_id else "gateways.edit" in actor.permits


def noted(sort: str) -> Any:
    def does(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
        known = {name: given[name] for name in KEPT_COLUMNS if name in given}
        yield c.Set(sort=sort, **known)

    return does


def trial(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(sort=MessageSort.TRIAL, channel_id=given.channel_id, way=given.way, to_name=given.to_name,
                person_id=given.person_id, party_id=given.party_id, text=str(_("测试消息：收到即说明渠道可用。")),
                url="/desk/my-notices/", at=when.at, ready_at=when.at)


def ended(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(ended_at=when.at, why=given.why or "")


def failed(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(why=given.why)


def put_off(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(ready_at=given.ready_at)


def gathered(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(digest=given.digest, ended_at=when.at)


def anew(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(ended_at=None, why="")


class WhyForm(forms.Form):
    why = forms.CharField(label=_("原因"), max_length=200)


class LaterForm(forms.Form):
    ready_at = forms.DateTimeField()


class DigestForm(forms.Form):
    digest = forms.UUIDField()


class NoteForm(forms.Form):
    channel_id = forms.IntegerField()
    way = forms.CharField(max_length=10)
    to_name = forms.CharField(max_length=140)
    person_id = forms.IntegerField(required=False)
    party_id = forms.IntegerField(required=False)
    notice = forms.UUIDField(required=False)
    rings = forms.BooleanField(required=False)
    text = forms.CharField()
    url = forms.CharField(max_length=200)
    at = forms.DateTimeField()
    ready_at = forms.DateTimeField()


class TrialForm(forms.Form):
    channel_id = forms.IntegerField()
    way = forms.CharField(max_length=10)
    to_name = forms.CharField(max_length=140)
    person_id = forms.IntegerField(required=False)
    party_id = forms.IntegerField(required=False)


def by_worker(name: str, label: Any, source: Any, to: Any, says: Any, does: Any, form: Any = None) -> Move:
    return Move(name, label, source, to, by=system_only, says=says, does=(does,) if does else (), form=form, shown=False)


MESSAGE = register(Flow(
    kind="message", label=_("发出的消息"), model=Message, states=MessageState, cell=nowhere, link="/desk/messages/{uid}/",
    final=(S.DIGESTED, S.SENT, S.UNSENT, S.DROPPED),
    moves=(
        by_worker("wait", _("备好"), NEW, S.WAITING, _("通知备好，将发给{to_name}"), noted(MessageSort.SINGLE), NoteForm),
        by_worker("compose", _("汇总"), NEW, S.QUEUED, _("汇总成一条，发给{to_name}"), noted(MessageSort.DIGEST), NoteForm),
        by_worker("carry", _("送验证码"), NEW, S.QUEUED, _("验证码发给{to_name}"), noted(MessageSort.CODE), NoteForm),
        Move("try_out", _("测试"), NEW, S.QUEUED, by=of_ones_channel, form=TrialForm, says=_("{who}发测试消息给{to_name}"),
             does=(trial,), shown=False),
        by_worker("hold", _("免打扰"), OPEN, S.HELD, _("免打扰时段内，推迟到时段结束"), put_off, LaterForm),
        by_worker("queue", _("开始发送"), OPEN, S.QUEUED, _("开始发送"), None),
        by_worker("gather", _("并入汇总"), OPEN, S.DIGESTED, _("并入一条汇总消息"), gathered, DigestForm),
        by_worker("send", _("发出"), (*UNDER_WAY, *LOST), S.SENT, _("已发出"), ended),
        by_worker("fail", _("失败"), UNDER_WAY, S.FAILED, _("没有发出，将重试：{why}"), failed, WhyForm),
        by_worker("give_up", _("放弃"), UNDER_WAY, S.GIVEN_UP, _("多次没有发出，不再重试：{why}"), ended, WhyForm),
        by_worker("lose", _("中断"), UNDER_WAY, S.CUT, _("发送中断，不知是否送达，没有重发"), ended, WhyForm),
        by_worker("show", _("只显示"), (*UNDER_WAY, *LOST), S.UNSENT, _("演示环境，没有真的发出"), ended),
        by_worker("drop", _("不再发送"), (*OPEN, *UNDER_WAY), S.DROPPED, _("不再发送：{why}"), ended, WhyForm),
        Move("again", _("重发"), LOST, S.QUEUED, by=may_send_again, says=_("{who}重发"), does=(anew,), primary=True),
    ),
))
