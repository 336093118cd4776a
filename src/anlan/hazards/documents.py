"""The papers of a hazard, set from what its deeds froze: 隐患告知书, 责令限期整改指令书, 整改复查意见书, 销号单.

Titles and codes: domain.md 9.3 [likely]; a notice is no order: it carries no number and demands nothing by law.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.models import Paper as Frozen
from anlan.toolkit.documents import (
    BASIS_PENDING,
    Column,
    Fact,
    Facts,
    Kind,
    Mark,
    Paper,
    Receipt,
    Rows,
    Signature,
    SignLine,
    Text,
    Value,
    paper_date,
)
from anlan.toolkit.papers.contents import Content
from anlan.toolkit.papers.templates import paper_template

from .models import Control
from .rules import BLOCKS


def value(content: Content, name: str) -> Value:
    return content[name]


def fact(label: Any, content: Content, name: str) -> Fact:
    return Fact(str(label), content.text(name), content.source(name))


def day_fact(label: Any, content: Content, name: str) -> Fact:
    day = content.day(name)
    return Fact(str(label), paper_date(day) if day else "", content.source(name))


def marks_of(content: Content) -> tuple[Mark, ...]:
    pending = any(r.get("basis_pending") for r in content.rows("hazards")) or bool(content.value("basis_pending"))
    return (BASIS_PENDING,) if pending else ()


def hazard_rows(content: Content) -> Rows:
    """One line a hazard: what, where, grade, basis, by when."""
    rows = tuple((r["what"], r.get("place") or "", r["level"], _basis(r), _until(r)) for r in content.rows("hazards"))
    columns = (Column(_("隐患情况"), "finish.finds", 3), Column(_("部位"), "finish.finds", 1), Column(_("等级"), "item.level", 0.8),
               Column(_("依据"), "item.basis", 2), Column(_("整改期限"), "item.days", 1.3))
    return Rows(columns, rows)


def _basis(row: Mapping[str, Any]) -> str:
    return row.get("basis") or "—" if not row.get("basis_pending") else _("{basis}（依据待核）").format(basis=row["basis"])


def _until(row: Mapping[str, Any]) -> str:
    if row.get("fixed"):
        return _("当场整改")
    if row.get("due_on"):
        return paper_date(date.fromisoformat(row["due_on"]))
    control = f"（{Control(row['control']).label}）" if row.get("control") else ""
    return _("立即控制{control}，按要求整改").format(control=control)


@paper_template("hazard_notice", label=lazy("隐患告知书"))
def hazard_notice(content: Content, frozen: Frozen) -> Paper:
    """Tells the unit what was found; it orders nothing."""
    return Paper(
        Kind.PLAIN, _("安全隐患告知书"), issuer=value(content, "issuer"), addressee=value(content, "unit"),
        blocks=(
            Facts((fact(_("单位"), content, "unit"), fact(_("地址"), content, "address"),
                   day_fact(_("检查日期"), content, "on"), fact(_("检查人"), content, "by"))),
            Text(_("检查发现下列安全隐患，现告知你单位，请按期整改，并把整改情况拍照回传。")),
            hazard_rows(content),
            Text(_("对以上内容有异议的，可以向所在街道提出。")),
            Signature((SignLine(_("检查人"), value(content, "by").text, "person.name"),
                       SignLine(_("单位签收"), value(content, "signer").text, "finish.signer"))),
        ), date=content.day("on"), dated_by="entry.at", marks=marks_of(content), sealed=False)


@paper_template("order", label=lazy("责令限期整改指令书"))
def order(content: Content, frozen: Frozen) -> Paper:
    """责令限期整改指令书: two licensed officers, one drafts, the other signs."""
    day = content.day("due_on")
    return Paper(
        Kind.FORM, _("责令限期整改指令书"), issuer=value(content, "issuer"),
        number=Value(frozen.number, "paper.number"), addressee=value(content, "unit"),
        blocks=(
            Text((_("经查，你单位存在下列问题："), value(content, "what"), "。")),
            Facts((fact(_("部位"), content, "place"), fact(_("等级"), content, "level"), fact(_("依据"), content, "basis"))),
            Text((_("现责令你单位："), value(content, "demand"), _("。上述问题须于"),
                  Value(paper_date(day) if day else "", value(content, "due_on").source), _("前整改完毕，逾期不整改的，依法处理。"))),
            Text(_("由此造成事故的，依法追究有关人员的责任。如不服本指令，可以依法申请行政复议或者提起行政诉讼。")),
            Signature((SignLine(_("起草人"), value(content, "drafter").text, "person.name"),
                       SignLine(_("签发人"), value(content, "signer").text, "person.name"), SignLine(_("被检查单位")))),
            Receipt(Value(_("责令限期整改指令书"), "paper.kind"), Value(frozen.number, "paper.number"), value(content, "unit"),
                    value(content, "address")),
        ), date=content.day("on"), dated_by="entry.at", marks=marks_of(content))


@paper_template("review_opinion", label=lazy("整改复查意见书"))
def review_opinion(content: Content, frozen: Frozen) -> Paper:
    """整改复查意见书."""
    return Paper(
        Kind.FORM, _("整改复查意见书"), issuer=value(content, "issuer"), number=Value(frozen.number, "paper.number"),
        addressee=value(content, "unit"),
        blocks=(
            Facts((fact(_("隐患编号"), content, "code"), fact(_("隐患情况"), content, "what"),
                   fact(_("整改指令书"), content, "order_no"), fact(_("整改情况"), content, "fixed_what"))),
            Text((_("复查意见："), value(content, "opinion"))), Text((_("复查结论："), value(content, "result"), "。")),
            Signature((SignLine(_("复查人"), value(content, "reviewer").text, "person.name"), SignLine(_("被复查单位")))),
        ), date=content.day("on"), dated_by="entry.at", marks=marks_of(content))


@paper_template("closing", label=lazy("重大隐患销号单"))
def closing(content: Content, frozen: Frozen) -> Paper:
    """The closing paper of a major hazard, with its closing number."""
    held = content.value("blocks", {})
    return Paper(
        Kind.PLAIN, _("重大事故隐患销号单"), issuer=value(content, "issuer"), number=Value(frozen.number, "paper.number"),
        blocks=(
            Facts((fact(_("单位"), content, "unit"), fact(_("地址"), content, "address"), fact(_("隐患编号"), content, "code"),
                   fact(_("隐患情况"), content, "what"), day_fact(_("发现日期"), content, "found_on"),
                   fact(_("现场控制"), content, "control"), fact(_("整改指令书"), content, "order_no"))),
            Facts(tuple(Fact(str(label), str(held.get(name) or ""), "fill_blocks") for name, label in BLOCKS.items())),
            Text(_("经现场复查，隐患已消除，予以销号。")),
            Signature((SignLine(_("复查人"), value(content, "reviewer").text, "person.name"),)),
        ), date=content.day("on"), dated_by="entry.at")
