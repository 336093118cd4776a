"""What levels are told of an incident; kept in Chinese."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import label, stored

from .models import Rung


@stored
def known_by_system() -> str:
    return _("本系统通知")


@stored
def known_by_report(who: str) -> str:
    return _("{who}报来").format(who=who)


@stored
def known_by_phone(who: str) -> str:
    return _("{who}电话报告").format(who=who)


@stored
def known_first() -> str:
    return _("首先接报")


@stored
def report_it(title: str) -> str:
    return _("突发事件，请签收并按时限报告：{what}").format(what=title[:60])


@stored
def happened_on_your_ground(title: str) -> str:
    return _("您的责任区发生突发事件：{what}").format(what=title[:60])


@stored
def desk_is_missing(title: str) -> str:
    return _("区政府办公室总值班室没有登记为机构，系统通知不到，请立即电话报告并记录，再请系统管理员登记：{what}").format(what=title[:60])


@stored
def went_late(who: str, how: str, title: str) -> str:
    said = {"phone": _("到期没有电话报告"), "written": _("到期没有书面报告")}[how]
    return _("{who}{said}：{what}").format(who=who, said=said, what=title[:60])


@stored
def ended(title: str) -> str:
    return _("处置已结束，请报送终报：{what}").format(what=title[:60])


@stored
def name_of(rung: str) -> str:
    return label(Rung(rung))
