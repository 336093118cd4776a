"""Sentences for notices, and what the papers of a hazard say, each field with where it came from."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from anlan.kernel.instance import zone
from anlan.toolkit.papers.chinese import label, stored

from .models import Control, Hazard, Level


def end_of(day: date) -> datetime:
    """24:00 of the day in the district."""
    return datetime.combine(day + timedelta(days=1), time(0), zone())


@stored
def number_pattern(facts, form: str) -> str:
    """（武昌）应急责改〔2021〕6号: the district's short name is the dated parameter paper.short_name (domain.md 9.3 [likely])."""
    short = str(facts.value("paper.short_name"))
    return (f"（{short}）" if short else "") + form + "〔{year}〕{no}号"


@stored
def major_found(what: str) -> str:
    return _("发现重大隐患，请确认等级：{what}").format(what=what[:60])


@stored
def please_rectify(due_on: date) -> str:
    return _("请在{day}前完成隐患整改").format(day=_day(due_on))


@stored
def ordered(due_on: date) -> str:
    return _("已向您单位发出整改指令书，期限至{day}").format(day=_day(due_on))


@stored
def self_checked(what: str) -> str:
    return _("单位报整改完成，请安排复查：{what}").format(what=what[:60])


@stored
def overdue(what: str) -> str:
    return _("隐患整改已逾期：{what}").format(what=what[:60])


@stored
def unconfirmed(what: str) -> str:
    return _("重大隐患到期无人确认：{what}").format(what=what[:60])


@stored
def unreviewed(what: str) -> str:
    return _("隐患到期未复查：{what}").format(what=what[:60])


@stored
def transferred(what: str) -> str:
    return _("移交您部门办理的隐患：{what}").format(what=what[:60])


@stored
def answered(answer: str) -> str:
    return _("您提出的事项已答复：{answer}").format(answer=answer[:60])


@stored
def unanswered(text: str) -> str:
    return _("待批事项到期未答复：{text}").format(text=text[:60])


@stored
def found_wanting(what: str) -> str:
    return _("当场整改抽查不合格，已退回整改：{what}").format(what=what[:60])


@stored
def recheck() -> str:
    return _("当场整改抽查复核")


@stored
def slip_reason(h: Hazard) -> str:
    return _("整改逾期未完成（期限{day}），建议下达督办单").format(day=_day(h.due_on))


@stored
def listing_reason(h: Hazard) -> str:
    return _("重大隐患整改逾期（期限{day}），建议挂牌督办").format(day=_day(h.due_on))


@stored
def blocks_missing(h: Hazard) -> str:
    return _("重大隐患到期未填五落实，建议下达督办单")


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else _("未定")


def field(value: object, source: str) -> dict[str, object]:
    return {"value": value, "from": source}


def _unit(facts) -> dict:
    unit = facts.unit
    name, address = (unit.name, unit.address) if unit else ("", "")
    return {"unit": field(name, "premises.name"), "address": field(address, "premises.address"),
            "representative": field(unit.legal_person if unit else "", "premises.legal_person")}


def _hazard(h: Hazard) -> dict:
    return {"code": field(h.code, "hazard.code"), "what": field(h.what, "hazard.what"),
            "basis": field(h.basis, "hazard.basis"), "basis_pending": field(h.basis_pending, "hazard.basis_pending"),
            "level": field(label(Level(h.level)), "hazard.level"), "place": field(h.place, "hazard.place")}


@stored
def notice_content(h: Hazard, facts, actor, due_on: date | None) -> dict:
    """隐患告知书: tells, orders nothing (a warden has no power to order: domain.md 4.7 [sure])."""
    row = {k: v["value"] for k, v in _hazard(h).items()} | {"due_on": due_on and due_on.isoformat()}
    return _unit(facts) | {
        "hazards": field([row], "hazard"), "issuer": field(actor.detail("organisation") or "", "organisation.name"),
        "by": field(actor.name, "person.name"), "on": field(facts.day.isoformat(), "entry.at")}


@stored
def order_content(h: Hazard, facts, actor) -> dict:
    """责令限期整改指令书: drafted by one licensed officer, signed by another."""
    due_on = h.order_due_on or h.due_on
    return _unit(facts) | _hazard(h) | {
        "demand": field(h.order_text, "draft_order.demand"),
        "due_on": field(due_on.isoformat() if due_on else "", "draft_order.due_on"),
        "drafter": field(h.order_drafter, "person.name"), "signer": field(actor.name, "person.name"),
        "licences": field(sorted(actor.licences), "licence.number"),
        "issuer": field(actor.detail("organisation") or "", "organisation.name"),
        "on": field(facts.day.isoformat(), "entry.at"), "provisional": field(False, "parameter.order.officers")}


@stored
def review_content(h: Hazard, facts, actor, given) -> dict:
    """整改复查意见书."""
    return _unit(facts) | _hazard(h) | {
        "order_no": field(h.order_no, "paper.order.number"), "fixed_what": field(h.fixed_what, "self_check.fixed_what"),
        "opinion": field(given.opinion, "review.opinion"), "result": field(_("整改合格，予以销号"), "hazard.result"),
        "reviewer": field(actor.name, "person.name"),
        "issuer": field(actor.detail("organisation") or "", "organisation.name"),
        "on": field(facts.day.isoformat(), "entry.at")}


@stored
def closing_content(h: Hazard, facts, actor) -> dict:
    """销号单 of a major hazard."""
    control = str(Control(h.control).label) if h.control else ""
    return _unit(facts) | _hazard(h) | {
        "found_on": field(h.found_on.isoformat(), "hazard.found_on"), "control": field(control, "hazard.control"),
        "blocks": field(h.blocks, "fill_blocks"), "order_no": field(h.order_no, "paper.order.number"),
        "on": field(facts.day.isoformat(), "entry.at"), "reviewer": field(actor.name, "person.name"),
        "issuer": field(actor.detail("organisation") or "", "organisation.name")}
