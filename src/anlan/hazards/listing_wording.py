"""Sentences for notices, and what the papers of a listing say, each field with where it came from."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored

from .listing_models import Duty, Listing, ListingLevel
from .wording import _day, field

PLACES = {"{年份}": "{year}", "{序号}": "{no}", "{四位序号}": "{no:04d}"}


def number(key: str, facts) -> str:
    """The number's pattern by its parameter, as the counter fills it; the district's short name is put in."""
    pattern = str(facts.value(key)).replace("{简称}", str(facts.value("paper.short_name")))
    for place, of_counter in PLACES.items():
        pattern = pattern.replace(place, of_counter)
    return pattern


@stored
def proposed(what: str) -> str:
    return _("提请挂牌督办，请审批：{what}").format(what=what[:60])


@stored
def approved(what: str) -> str:
    return _("挂牌督办已批准，请下达通知书：{what}").format(what=what[:60])


@stored
def declined(what: str) -> str:
    return _("挂牌督办未获批准：{what}").format(what=what[:60])


@stored
def listed(what: str, due_on) -> str:
    return _("重大隐患已挂牌督办，期限至{day}：{what}").format(day=_day(due_on), what=what[:60])


@stored
def extension_asked(what: str, days: int) -> str:
    return _("挂牌督办申请延期{days}天，请批复：{what}").format(days=days, what=what[:60])


@stored
def extension_answered(granted: bool, due_on) -> str:
    return (_("延期已批准，督办期限至{day}") if granted else _("延期未获批准，督办期限仍为{day}")).format(day=_day(due_on))


@stored
def applied(what: str) -> str:
    return _("单位申请挂牌销号，请组织复查：{what}").format(what=what[:60])


@stored
def named_for_review(what: str) -> str:
    return _("请参加挂牌督办现场复查并签署意见：{what}").format(what=what[:60])


@stored
def failed(what: str) -> str:
    return _("挂牌督办复查不合格，请继续整改：{what}").format(what=what[:60])


@stored
def struck_off(what: str) -> str:
    return _("挂牌督办已销号：{what}").format(what=what[:60])


@stored
def ended(what: str) -> str:
    return _("挂牌督办已终止：{what}").format(what=what[:60])


@stored
def overdue(what: str) -> str:
    return _("挂牌督办期限届满未完成：{what}").format(what=what[:60])


@stored
def escalated(what: str, level: str) -> str:
    return _("挂牌督办提级为{level}：{what}").format(level=ListingLevel(level).label, what=what[:60])


@stored
def duty_late(name: str, what: str) -> str:
    return _("挂牌督办“{duty}”到期未办：{what}").format(duty=Duty(name).label, what=what[:60])


def _common(x: Listing, facts) -> dict:
    """Who, what and until when: the same on every paper of a listing."""
    h, houses = facts.hazard, facts.houses
    unit = h.premises
    return {
        "issuer": field(houses.committee.name if houses.committee else "", "listing.committee"),
        "department": field(houses.department.name if houses.department else "", "listing.department"),
        "unit": field(x.unit_name, "premises.name"), "address": field(unit.address if unit else "", "premises.address"),
        "what": field(x.what, "listing.what"), "code": field(h.code, "hazard.code"),
        "level": field(str(ListingLevel(x.level).label), "listing.level"),
        "year": field((x.listed_on or facts.day).year, "issue.at"), "batch": field(x.batch, "listing.batch"),
        "listing_no": field(x.listing_no, "paper.listing_notice.number"),
        "listed_on": field(_iso(x.listed_on), "issue.at"), "due_on": field(_iso(x.due_on), "listing.due_on"),
        "on": field(facts.day.isoformat(), "entry.at")}


def _iso(day) -> str:
    return day.isoformat() if day else ""


def _basis(facts) -> dict:
    setting = facts.rules.setting("listing.basis", facts.day)
    return {"basis": field(setting.value, "parameter.listing.basis"),
            "basis_pending": field(setting.provisional, "parameter.listing.basis")}


@stored
def notice_content(x: Listing, facts, due_on, office: str) -> dict:
    """挂牌督办通知书, in the committee's name."""
    h = facts.hazard
    return _common(x, facts) | _basis(facts) | {
        "listed_on": field(facts.day.isoformat(), "issue.at"), "due_on": field(_iso(due_on), "listing.days"),
        "demand": field(x.demand, "listing.demand"), "leader": field(facts.leader.called if facts.leader else "",
                                                                    "listing.leader"),
        "order_no": field(h.order_no, "paper.order.number"), "office": field(office, "organisation.name"),
        "place": field(h.place, "hazard.place"),
        "every": field(facts.rules.limit("listing.progress_every", facts.day).value, "parameter.listing.progress_every"),
        "before": field(facts.rules.limit("listing.extension_before", facts.day).value,
                        "parameter.listing.extension_before")}


@stored
def extension_content(x: Listing, facts, granted: bool, days: int, due_on, office: str) -> dict:
    """延期批复: what was asked and what was decided."""
    return _common(x, facts) | {
        "asked_on": field(_iso(x.extension_asked_on), "ask_extension.at"), "asked_days": field(x.extension_days, "ask_extension.days"),
        "reason": field(x.extension_reason, "ask_extension.reason"), "granted": field(granted, "answer_extension.granted"),
        "days": field(days, "grant_extension.days"), "due_on": field(_iso(x.due_on), "listing.due_on"),
        "new_due_on": field(_iso(due_on), "listing.due_on"), "office": field(office, "organisation.name")}


@stored
def review_content(x: Listing, facts, passed: bool, opinion: str) -> dict:
    """挂牌督办复查意见书, signed by the whole team."""
    verdicts = {"passed": _("合格"), "failed": _("不合格"), "": _("未签署")}
    rows = [{"name": m["name"], "as": _("专家") if m["as"] == "expert" else _("执法人员"), "licence": m["licence"],
             "verdict": verdicts[m["verdict"]], "opinion": m["opinion"]} for m in x.team]
    return _common(x, facts) | {
        "fixed_what": field(facts.hazard.fixed_what, "self_check.fixed_what"),
        "applied_on": field(_iso(x.applied_on), "self_check.at"), "team": field(rows, "sign_review"),
        "opinion": field(opinion, "sign_review.opinion"),
        "result": field(_("复查合格，同意销号") if passed else _("复查不合格，继续整改"), "listing.result")}


@stored
def closing_content(x: Listing, facts, office: str) -> dict:
    """销号批复: written off, may resume."""
    return _common(x, facts) | {
        "applied_on": field(_iso(x.applied_on), "self_check.at"), "office": field(office, "organisation.name"),
        "officers": field(sum(m["as"] == "officer" for m in x.team), "form_team"),
        "experts": field(sum(m["as"] == "expert" for m in x.team), "form_team")}


@stored
def announcement_content(x: Listing, facts, media: str, closing: bool) -> dict:
    """The public announcement at either end: nothing personal is in it."""
    return _common(x, facts) | {
        "media": field(media, "publish.media"), "closing_no": field(x.closing_no if closing else "", "paper.listing_closing.number"),
        "closed_on": field(_iso(x.review_on) if closing else "", "strike_off.at")}
