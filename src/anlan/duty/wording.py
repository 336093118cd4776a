"""Sentences of notices; kept as told, so in Chinese."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored

from .turns import said


@stored
def roster_published(month: date) -> str:
    return _("{y}年{m}月值班表已公布，请看自己的班次").format(y=month.year, m=month.month)


@stored
def shift_changed(day: date) -> str:
    return _("{day}的值班有变动，请看值班表").format(day=said(day))


@stored
def asked_to_swap(name: str, day: date, back: date | None) -> str:
    if back is None:
        return _("{name}请您代值{day}的班，请答复").format(name=name, day=said(day))
    return _("{name}想用{back}换您值{day}的班，请答复").format(name=name, day=said(day), back=said(back))


@stored
def swap_agreed(day: date) -> str:
    return _("{day}的换班双方已商定，请批准").format(day=said(day))


@stored
def swap_approved(day: date) -> str:
    return _("{day}的换班已批准，值班表已改").format(day=said(day))


@stored
def swap_refused(day: date, answer: str) -> str:
    return _("{day}的换班没有办成：{answer}").format(day=said(day), answer=answer[:60])


@stored
def swap_lapsed(day: date) -> str:
    return _("{day}的换班到时没有批准，按原表值班").format(day=said(day))


@stored
def roll_called(seconds: int) -> str:
    return _("值班点名：请在{n}秒内应答").format(n=seconds)


@stored
def roll_missed(name: str) -> str:
    return _("点名无人应答：{name}").format(name=name)


@stored
def handed_over(day: date) -> str:
    return _("{day}的交班记录已签字，请核对接班").format(day=said(day))


@stored
def taken_over(day: date) -> str:
    return _("{day}的交接班双方已签字，请带班领导签字").format(day=said(day))


@stored
def handover_noted(day: date, text: str) -> str:
    return _("{day}的交接班有更正，请签字：{text}").format(day=said(day), text=text[:100])


@stored
def note_agreed(day: date) -> str:
    return _("{day}交接班的更正已由对方签字").format(day=said(day))


@stored
def note_refused(day: date, answer: str) -> str:
    return _("{day}交接班的更正对方不同意：{answer}").format(day=said(day), answer=answer[:100])


@stored
def sheet_drawn(day: date) -> str:
    return _("{day}的值班晨报已生成，请签阅").format(day=said(day))


@stored
def p1_rings(goal: str, level: str) -> str:
    return _("【值班】紧急呼叫（{level}）等待签收：{goal}").format(goal=goal[:60], level=level)
