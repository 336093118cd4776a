"""Sentences of notices about goods; kept as told, so in Chinese."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored


@stored
def ran_low(stock: str, left: str) -> str:
    return _("{stock}只剩{left}可用，低于最低库存，请补充").format(stock=stock[:60], left=left)


@stored
def expires(stock: str, number: str, day: date) -> str:
    return _("{stock}批号{number}将于{day}到期，请先用或轮换").format(stock=stock[:60], number=number[:20], day=day.isoformat())


@stored
def expired(stock: str, number: str) -> str:
    return _("{stock}批号{number}已过期，不得发出，请报废").format(stock=stock[:60], number=number[:20])


@stored
def asked(store: str, amount: str, good: str) -> str:
    return _("{store}申请调入{good}{amount}，请批准").format(store=store[:40], good=good[:30], amount=amount)


@stored
def approved(purpose: str) -> str:
    return _("物资调拨已批准：{purpose}").format(purpose=purpose[:60])


@stored
def refused(purpose: str, reason: str) -> str:
    return _("物资调拨没有批准：{purpose}。{reason}").format(purpose=purpose[:40], reason=reason[:60])


@stored
def cancelled(purpose: str, reason: str) -> str:
    return _("物资调拨申请已撤回：{purpose}。{reason}").format(purpose=purpose[:40], reason=reason[:60])


@stored
def sent(good: str, amount: str, store: str) -> str:
    return _("{store}已发出{good}{amount}，请到货后清点签收").format(store=store[:40], good=good[:30], amount=amount)


@stored
def received(good: str, amount: str, store: str) -> str:
    return _("{store}已收到{good}{amount}").format(store=store[:40], good=good[:30], amount=amount)


@stored
def pressed(purpose: str) -> str:
    return _("物资调拨到期没有批准，请立即答复：{purpose}").format(purpose=purpose[:60])


@stored
def waits(purpose: str) -> str:
    return _("物资调拨到期没有批准，已催促对方：{purpose}").format(purpose=purpose[:60])


@stored
def unsettled(what: str) -> str:
    return _("征用的财产到期没有返还或补偿：{what}").format(what=what[:60])
