"""The papers of a listing (domain.md 2.6), set to GB/T 9704-2012 from what its deeds froze.

Titles and forms [likely]; the notice, the replies and the announcements go out in the committee's name.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.models import Paper as Frozen
from anlan.toolkit.documents import (
    BASIS_PENDING,
    Column,
    Facts,
    Heading,
    Kind,
    Paper,
    Rows,
    Signature,
    SignLine,
    Text,
    Value,
    paper_date,
)
from anlan.toolkit.papers.contents import Content
from anlan.toolkit.papers.templates import paper_template

from .documents import day_fact, fact, value


def day(content: Content, name: str) -> Value:
    """A date as papers write it."""
    held = content.day(name)
    return Value(paper_date(held) if held else "", content.source(name))


def _red(content: Content, frozen: Frozen, title: str, blocks: tuple, **more) -> Paper:
    """A red-headed paper in the committee's name, copied to department, printed by the committee's office."""
    number = Value(frozen.number, "paper.number") if frozen.number else ""
    return Paper(Kind.RED_HEAD, title, issuer=value(content, "issuer"), number=number, blocks=blocks, date=content.day("on"),
                 dated_by="entry.at", copy_to=value(content, "department"), printed_by=value(content, "office"),
                 printed_on=content.day("on"), **more)


def _subject(content: Content) -> Text:
    """Which hazard it is about, in one paragraph: a red-headed paper has no tables."""
    return Text((_("挂牌督办隐患："), value(content, "what"), _("（隐患编号"), value(content, "code"), _("）。责任单位地址："),
                 value(content, "address"), "。"))


@paper_template("listing_notice", label=lazy("挂牌督办通知书"))
def listing_notice(content: Content, frozen: Frozen) -> Paper:
    """挂牌督办通知书: item, limit, who is responsible, who supervises, and what is demanded."""
    marks = (BASIS_PENDING,) if content.value("basis_pending") else ()
    return _red(
        content, frozen, _("重大事故隐患挂牌督办通知书"), (
            Text((_("经查，你单位存在重大事故隐患。依据"), value(content, "basis"), _("，决定对该隐患实行"), value(content, "level"),
                  _("挂牌督办。现将有关事项通知如下："))),
            Heading(_("挂牌督办的隐患")), _subject(content),
            Text((_("本项列入"), value(content, "year"), _("年度第"), value(content, "batch"), _("批。"))),
            Heading(_("整改期限")),
            Text((_("自"), day(content, "listed_on"), _("起，至"), day(content, "due_on"), _("止。"))),
            Heading(_("督办单位和督办领导")),
            Text((_("督办单位："), value(content, "issuer"), "、", value(content, "department"), _("。督办区领导："),
                  value(content, "leader"), "。")),
            Heading(_("工作要求")),
            Text((_("你单位要落实整改责任、措施、资金、期限和应急预案。整改要求："), value(content, "demand"), "。")),
            Text((_("整改期间至少每"), value(content, "every"), _("天报送一次进展；确需延期的，在期限届满"), value(content, "before"),
                  _("个工作日前提出申请。整改完成后，提出销号申请，经现场复查合格予以销号。"))),
            Text(_("整改期间要采取可靠的安全防范措施，不能保证安全的，立即停止使用、撤出人员。"))),
        addressee=value(content, "unit"), marks=marks)


@paper_template("listing_extension", label=lazy("挂牌督办延期批复"))
def listing_extension(content: Content, frozen: Frozen) -> Paper:
    """延期批复: granted with the new limit, or refused with the old one."""
    granted = bool(content.value("granted"))
    decided = (
        Text((_("同意将督办期限延长"), value(content, "days"), _("天，由"), day(content, "due_on"), _("延至"),
              day(content, "new_due_on"), _("。延长期间要继续落实安全防范措施，按期报送进展。")))
        if granted else
        Text((_("不同意延期。督办期限仍为"), day(content, "due_on"), _("，请按期完成整改。"))))
    return _red(
        content, frozen, _("关于挂牌督办隐患整改延期的批复"), (
            Text((_("你单位"), day(content, "asked_on"), _("提出的延期申请收悉。所涉挂牌督办隐患文号为"), value(content, "listing_no"),
                  _("，申请延长"), value(content, "asked_days"), _("天，理由："), value(content, "reason"), _("。现批复如下："))),
            _subject(content), decided), addressee=value(content, "unit"))


@paper_template("listing_review", label=lazy("挂牌督办复查意见书"))
def listing_review(content: Content, frozen: Frozen) -> Paper:
    """挂牌督办复查意见书: each member's own opinion, and the conclusion."""
    team = content.rows("team")
    rows = Rows((Column(_("姓名"), "person.name", 1), Column(_("身份"), "form_team", 1), Column(_("证号"), "licence.number", 1.2),
                 Column(_("结论"), "sign_review.verdict", 0.9), Column(_("意见"), "sign_review.opinion", 2.6)),
                tuple((m["name"], m["as"], m["licence"], m["verdict"], m["opinion"]) for m in team))
    return Paper(
        Kind.FORM, _("挂牌督办复查意见书"), issuer=value(content, "issuer"), number=Value(frozen.number, "paper.number"),
        addressee=value(content, "unit"),
        blocks=(
            Facts((fact(_("挂牌文号"), content, "listing_no"), fact(_("隐患情况"), content, "what"),
                   fact(_("整改情况"), content, "fixed_what"))),
            rows, Text((_("复查结论："), value(content, "result"), "。")),
            Signature((*(SignLine(m["as"], m["name"], "person.name") for m in team), SignLine(_("被复查单位")))),
        ), date=content.day("on"), dated_by="entry.at")


@paper_template("listing_closing", label=lazy("挂牌督办销号批复"))
def listing_closing(content: Content, frozen: Frozen) -> Paper:
    """销号批复: writes the hazard off and allows resumption; its number is the closing number."""
    return _red(
        content, frozen, _("关于挂牌督办隐患销号的批复"), (
            Text((_("你单位"), day(content, "applied_on"), _("提出的销号申请收悉。"), value(content, "officers"), _("名执法人员和"),
                  value(content, "experts"), _("名专家组成的复查组经现场复查，认为隐患已经消除。现批复如下："))),
            _subject(content), Text((_("同意对挂牌督办隐患（文号："), value(content, "listing_no"), _("）予以销号，销号编号："),
                  Value(frozen.number, "paper.number"), _("。因该隐患停产停业、停止使用的，可以恢复。"))),
            Text(_("请你单位举一反三，加强日常排查，防止同类隐患再次发生。"))), addressee=value(content, "unit"))


@paper_template("listing_announcement", label=lazy("挂牌督办公告"))
def listing_announcement(content: Content, frozen: Frozen) -> Paper:
    """The announcement at the beginning; it names the unit, never a person."""
    return Paper(
        Kind.PLAIN, _("重大事故隐患挂牌督办公告"), issuer=value(content, "issuer"), blocks=(
            Text((_("现将"), value(content, "level"), _("挂牌督办的重大事故隐患予以公布，请社会各界监督。"))),
            Facts((fact(_("挂牌文号"), content, "listing_no"), fact(_("责任单位"), content, "unit"),
                   fact(_("隐患情况"), content, "what"), day_fact(_("挂牌日期"), content, "listed_on"),
                   day_fact(_("整改期限至"), content, "due_on"), fact(_("督办单位"), content, "issuer"),
                   fact(_("督办部门"), content, "department"), fact(_("公布媒体"), content, "media")))),
        date=content.day("on"), dated_by="entry.at")


@paper_template("listing_closing_announcement", label=lazy("挂牌督办销号公告"))
def listing_closing_announcement(content: Content, frozen: Frozen) -> Paper:
    """The announcement at the end, in the same media."""
    return Paper(
        Kind.PLAIN, _("重大事故隐患挂牌督办销号公告"), issuer=value(content, "issuer"), blocks=(
            Text(_("下列挂牌督办的重大事故隐患经现场复查合格，已予销号，现予公布。")),
            Facts((fact(_("挂牌文号"), content, "listing_no"), fact(_("销号编号"), content, "closing_no"),
                   fact(_("责任单位"), content, "unit"), fact(_("隐患情况"), content, "what"),
                   day_fact(_("挂牌日期"), content, "listed_on"), day_fact(_("销号日期"), content, "closed_on"),
                   fact(_("督办单位"), content, "issuer"), fact(_("督办部门"), content, "department"),
                   fact(_("公布媒体"), content, "media")))),
        date=content.day("on"), dated_by="entry.at")
