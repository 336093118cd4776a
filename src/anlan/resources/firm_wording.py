"""Sentences of notices about calls on firms; kept as told, so in Chinese."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored


@stored
def called(firm: str, good: str, amount: str, destination: str) -> str:
    return _("请联系{firm}，按协议调用{good}{amount}，送往{destination}，并登记企业的答复").format(
        firm=firm[:40], good=good[:30], amount=amount, destination=destination[:40])


@stored
def unanswered(firm: str, purpose: str) -> str:
    return _("{firm}到期没有答复，请再打电话或改从别处调用：{purpose}").format(firm=firm[:40], purpose=purpose[:60])


@stored
def undelivered(firm: str, purpose: str) -> str:
    return _("{firm}到约定时间没有送达，请催问：{purpose}").format(firm=firm[:40], purpose=purpose[:60])


@stored
def refused(firm: str, purpose: str, reason: str) -> str:
    return _("{firm}不能供应，请改从别处调用：{purpose}。{reason}").format(firm=firm[:40], purpose=purpose[:40], reason=reason[:60])
