"""The life of a call on a firm: called, promised for an hour, delivered and signed for; or the firm cannot, or it is taken back.

It begins with `stock.call_firm`, which takes the goods from the firm's stock under its lock; what does not come goes back there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import reads, rule, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.toolkit.formfields import TextField

from . import firm_wording as wording
from .firm_models import CALLED_LEDGER, AgreementCall
from .store_facts import called_stocks
from .store_forms import FEW, ReasonForm, amount
from .store_rules import MAY_STOCK, told, within_stock


class State(models.TextChoices):
    CALLED = "called", _("待企业答复")
    PROMISED = "promised", _("企业已答应")
    DELIVERED = "delivered", _("已送达")
    REFUSED = "refused", _("企业不能供应")
    CANCELLED = "cancelled", pgettext_lazy("agreement_call", "已撤回")


UNDER_WAY = (State.CALLED, State.PROMISED)
ENDS = ("answer", "deliver")


class AcceptForm(forms.Form):
    answerer = forms.CharField(label=_("企业答复人"), max_length=80)
    promised_at = forms.DateTimeField(label=_("约定送达时间"),
                                      widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))


class RefuseForm(forms.Form):
    answerer = forms.CharField(label=_("企业答复人"), max_length=80)
    reason = TextField(label=_("不能供应的原因"), max_length=300, widget=FEW)


class DeliverForm(forms.Form):
    amount = amount(_("送达数量"))
    receiver = forms.CharField(label=_("签收人"), max_length=80)
    reason = TextField(label=_("短少原因"), max_length=300, required=False, widget=FEW)


@rule(_("约定送达时间须晚于答复的时间"))
def promised_for_later(case, facts, actor, when, given):
    return given.promised_at is None or given.promised_at > when.at


@rule(_("送达数量不能多于调用数量"))
def no_more_than_called(case, facts, actor, when, given):
    return given.amount is None or given.amount <= case.amount


@rule(_("送达的比调用的少，须写明短少原因"))
def shortage_explained(case, facts, actor, when, given):
    return given.amount is None or given.amount >= case.amount or bool(given.reason)


@reads("stock")
def opened(case, facts, actor, when, given):
    yield c.Set(stock_id=given.stock, area_id=given.area_id, party=given.party, amount=given.amount, parcels=given.parcels,
                destination=given.destination, purpose=given.purpose, needed_by=given.needed_by,
                for_kind=given.for_kind or "", for_uid=given.for_uid)
    yield c.Line(CALLED_LEDGER, case.id, given.amount)
    yield c.Event("called")
    yield c.Owe(given.party, "answer")
    yield c.Tell(given.party, wording.called(given.firm, given.good, given.told, given.destination))


def accepted(case, facts, actor, when, given):
    """The firm's word has a limit of its own: the hour that it named."""
    minutes = max(1, int((given.promised_at - when.at).total_seconds() // 60))
    yield c.Set(answerer=given.answerer, promised_at=given.promised_at, answered_at=when.at)
    yield c.Start("deliver", Limit(minutes, Unit.MINUTE), ("run_late",), case.party, due=given.promised_at)
    yield c.Release(role="answer")
    yield c.Owe(case.party, "deliver", given.promised_at)


@reads("stock")
def refused(case, facts, actor, when, given):
    yield c.Set(answerer=given.answerer, answered_at=when.at, reason=given.reason)
    yield c.Event("refused")
    yield from _ended(case, facts, case.amount)
    yield c.Tell(case.party, wording.refused(facts.stock.supplier, case.purpose, given.reason), urgent=True)


@reads("stock")
def delivered(case, facts, actor, when, given):
    yield c.Set(delivered=given.amount, delivered_at=when.at, receiver=given.receiver, reason=given.reason or "")
    yield c.Event("delivered", given.amount, facts.stock.good.measure)
    yield from _ended(case, facts, case.amount - given.amount)


@reads("stock")
def cancelled(case, facts, actor, when, given):
    yield c.Set(reason=given.reason)
    yield from _ended(case, facts, case.amount)


def _ended(case: Any, facts: Any, back: Decimal) -> Iterator[Any]:
    """Nothing is under way any more; what did not come stands in the firm's stock again."""
    yield c.Line(CALLED_LEDGER, case.id, -case.amount)
    if back > 0:
        yield c.Also(c.Ref("stock", facts.stock.uid), "take_back", {"parcels": list(left_over(case.parcels, back))})


def left_over(parcels: Sequence[dict[str, Any]], back: Decimal) -> Iterator[tuple[int, Decimal]]:
    """(lot, amount) of what stayed with the firm: the first expired are taken to have come."""
    for parcel in reversed(parcels):
        n = min(Decimal(parcel["amount"]), back)
        if n > 0:
            yield parcel["lot"], n
        back -= n


@reads("stock")
def pressed(case, facts, actor, when, given):
    yield c.Event("pressed")
    yield c.Tell(case.party, wording.unanswered(facts.stock.supplier, case.purpose), urgent=True)


@reads("stock")
def ran_late(case, facts, actor, when, given):
    yield c.Event("late")
    yield c.Tell(case.party, wording.undelivered(facts.stock.supplier, case.purpose), urgent=True)


AGREEMENT_CALL = register(Flow(
    kind="agreement_call", label=_("协议调用"), model=AgreementCall, states=State, last_resort="nobody_acted",
    final=(State.DELIVERED, State.REFUSED, State.CANCELLED), link="/desk/agreement-calls/{uid}/", title=lambda x: x.purpose[:40],
    families={"live": UNDER_WAY, "done": (State.DELIVERED, State.REFUSED, State.CANCELLED)},
    cell=lambda x: Cell(x.state, x.area_id, x.party), clock_names={"deliver": _("送达签收")},
    roles={"answer": Owed(_("登记企业答复")), "deliver": Owed(_("送达签收"))}, load={"stock": Fact(called_stocks)},
    moves=(
        Move("open", _("向企业调用"), NEW, State.CALLED, by=within_stock, says=_("{who}向企业调用{amount}，送往{destination}：{purpose}"),
             does=(opened,), shown=False,
             clock=(Clock("answer", "store.answer_limit", ("press",), "party", starts="told_at", label=_("企业答复")),)),
        Move("accept", _("登记企业答应"), (State.CALLED,), State.PROMISED, by=MAY_STOCK, form=AcceptForm, primary=True,
             says=_("{who}登记企业答应供应，答复人{answerer}"), needs=(promised_for_later,), does=(accepted,),
             stops=("answer",)),
        Move("deliver", _("送达签收"), UNDER_WAY, State.DELIVERED, by=MAY_STOCK, form=DeliverForm, primary=True,
             says=_("{who}登记送达{amount}，签收人{receiver}。{reason}"), needs=(no_more_than_called, shortage_explained),
             does=(delivered,), stops=ENDS),
        Move("refuse", _("登记企业不能供应"), UNDER_WAY, State.REFUSED, by=MAY_STOCK, form=RefuseForm,
             says=_("{who}登记企业不能供应，答复人{answerer}：{reason}"), does=(refused,), stops=ENDS),
        Move("cancel", _("撤回调用"), UNDER_WAY, State.CANCELLED, by=MAY_STOCK, form=ReasonForm, says=_("{who}撤回调用：{reason}"),
             does=(cancelled,), stops=ENDS),
        Move("press", _("催促答复"), (State.CALLED,), SAME, by=system_only, says=_("企业到期没有答复，已催促"), does=(pressed,),
             shown=False),
        Move("run_late", _("到期未送达"), (State.PROMISED,), SAME, by=system_only, says=_("企业到约定时间没有送达，已催促"),
             does=(ran_late,), shown=False),
        last_resort(UNDER_WAY),
    ),
))


def told_amount(call: AgreementCall) -> str:
    """What came, else what was called for."""
    return told(call.amount if call.delivered is None else call.delivered, call.stock.good)
