"""Sentences for notices."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored


def _month(month: date) -> str:
    return f"{month.year}年{month.month}月"


@stored
def asked(month: date) -> str:
    return _("请报送{month}的部门月报").format(month=_month(month))


@stored
def accepted(month: date, code: str) -> str:
    return _("{month}的部门月报已接收，回执{code}").format(month=_month(month), code=code)


@stored
def handed_back(month: date, why: str) -> str:
    return _("{month}的部门月报退回更正：{why}").format(month=_month(month), why=why[:100])


@stored
def amended(month: date, code: str, why: str) -> str:
    return _("{month}的部门月报（{code}）接收后又作更正：{why}").format(month=_month(month), code=code, why=why[:100])


@stored
def late(month: date) -> str:
    return _("{month}的部门月报到期没有报送").format(month=_month(month))


@stored
def named(sentence: str) -> str:
    return _("数据有矛盾，请说明或更正：{sentence}").format(sentence=sentence[:120])


@stored
def unexplained(sentence: str) -> str:
    return _("数据矛盾到期没有说明：{sentence}").format(sentence=sentence[:120])
