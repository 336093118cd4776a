"""What the papers of a visit say, each field with where it came from."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from anlan.hazards.models import Level
from anlan.hazards.wording import end_of, field
from anlan.kernel.worktime import Limit, Unit
from anlan.toolkit.papers.chinese import label, stored

from .models import By, Result

ONE_DAY = Limit(0, Unit.CALENDAR_DAY)


@stored
def spoken() -> str:
    return _("见语音说明")


@stored
def fixed_on_spot() -> str:
    return _("当场整改完毕")


@stored
def handed(name: str) -> str:
    return _("任务单“{name}”已交给您").format(name=name)


@stored
def self_check_due(unit: str) -> str:
    return _("{unit}该自查了，今天到期").format(unit=unit)


def _unit(facts) -> dict:
    u = facts.unit
    return {"unit": field(u.name, "premises.name"), "sign_name": field(u.sign_name, "premises.sign_name"),
            "credit_code": field(u.credit_code, "premises.credit_code"), "address": field(u.address, "premises.address"),
            "representative": field(u.legal_person, "premises.legal_person")}


def _visit(facts, actor, given) -> dict:
    return {"on": field(facts.day.isoformat(), "entry.at"), "by": field(actor.name, "person.name"),
            "title": field(actor.title, "post.title"),
            "issuer": field(actor.detail("organisation") or "", "organisation.name"),
            "signer": field(given.signer or "", "finish.signer"),
            "signature": field(list(given.signature or ()), "finish.signature")}


@stored
def record_content(case, facts, actor, given, finds) -> dict:
    """巡查记录."""
    answers = dict(given.answers or {})
    items = facts.book.items if facts.book else {}
    rows = [{"code": code, "text": items[code].text, "answer": answer} for code, answer in answers.items() if code in items]
    return _unit(facts) | _visit(facts, actor, given) | {
        "who": field(label(By(case.by)) if case.by else "", "visit.by"),
        "result": field(label(Result(given.result)), "finish.result"),
        "reason": field(given.reason or "", "finish.reason"), "answers": field(rows, "finish.answers"),
        "handbook": field(facts.book.version if facts.book else None, "handbook.version"),
        "hazards": field([_row(f, facts) for f in finds], "finish.finds")}


@stored
def notice_content(case, facts, actor, given, finds) -> dict:
    """隐患告知书: tells the unit what was found and by when to mend it; orders nothing."""
    return _unit(facts) | _visit(facts, actor, given) | {
        "hazards": field([_row(f, facts) for f in finds], "finish.finds")}


def _row(find, facts) -> dict:
    major = find["level"] == Level.MAJOR
    due_on = None if major else (facts.day + timedelta(days=find["days"])).isoformat()
    return {"item": find["item"], "what": find["what"], "place": find["place"], "level": label(Level(find["level"])),
            "basis": find["basis"], "basis_pending": find["basis_pending"], "due_on": due_on, "control": find["control"],
            "fixed": bool(find["fixed"] or find["after"])}


__all__ = ["ONE_DAY", "end_of", "field", "fixed_on_spot", "handed", "notice_content", "record_content"]
