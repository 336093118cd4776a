"""What levels are told of an incident; kept in Chinese."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import label, stored
from anlan.toolkit.papers.contents import content as sourced

from .contents import FIELDS
from .models import Incident, InfoReport, Level, Rung, Seat


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
def sits_in_command(command: str, level: str, seat: str, title: str) -> str:
    return _("已启动{level}，{command}开始运转，您单位是{seat}：{what}").format(
        level=label(Level(level)), command=command[:40], seat=label(Seat(seat)), what=title[:50])


@stored
def chain_withdrawn(title: str, why: str) -> str:
    return _("不再需要报送：{what}。{why}").format(what=title[:60], why=why[:100])


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


# Reports


@stored
def report_came(title: str) -> str:
    return _("收到信息报告，请签收：{what}").format(what=title[:80])


@stored
def report_waits(title: str) -> str:
    return _("信息报告已起草，请签发：{what}").format(what=title[:80])


@stored
def report_again(title: str) -> str:
    return _("续报时间到了：{what}").format(what=title[:60])


@stored
def final_is_due(title: str) -> str:
    return _("终报到期没有报出：{what}").format(what=title[:60])


@stored
def report_number(facts, rung: str, who: str) -> str:
    """武昌应急信息〔2021〕第012期 by default [unsure]; the district's or the body's short name is put in."""
    patterns = facts.value("incident.report_patterns")
    pattern = str(patterns.get(rung) or patterns["other"])
    for place, found in {"{简称}": str(facts.value("paper.short_name")), "{单位}": who, "{年份}": "{year}", "{序号}": "{no}",
                         "{三位序号}": "{no:03d}"}.items():
        pattern = pattern.replace(place, found)
    return pattern


@stored
def report_content(x: InfoReport, incident: Incident, receipts: list, facts) -> dict:
    """What the paper freezes: every field, and where it came from."""
    lacking = set(x.missing)
    rows = [{"label": str(name), "text": x.content.get(key) or (_("（待续报）") if key in lacking else "")}
            for key, name in FIELDS.items()]
    own = [r["name"] for r in receipts if r["party"] is None]
    others = [r["name"] for r in receipts if r["party"] is not None]
    return sourced(**{"issuer": (x.who, "relay.who"), "title": (x.title, "info_report.title"), "on": (facts.day.isoformat(), "entry.at"),
            "to": ("、".join(own or others), "parameter.incident.upper_desks"),
            "copy": ("、".join(others) if own else "", "relay.who"), "signer": (x.signer, "person.name"),
            "reporter": (x.reporter, "person.name"), "rows": ([r for r in rows if r["text"]], "info_report.content"),
            "code": (incident.code, "incident.code"),
            "provisional": (facts.rules.setting("incident.report_patterns", facts.day).provisional, "parameter.incident.report_patterns")})


# Instructions


@stored
def do_this(what: str) -> str:
    return _("应急指令，请签收：{what}").format(what=what[:80])


@stored
def not_done(who: str, what: str) -> str:
    return _("{who}到期没有完成指令：{what}").format(who=who, what=what[:80])


# Crews, needs


@stored
def crew_is_silent(who: str, people: int, place: str) -> str:
    if place:
        return _("{who}（{n}人，{place}）到时没有报平安，请立即联络").format(who=who[:40], n=people, place=place[:40])
    return _("{who}（{n}人）到时没有报平安，请立即联络").format(who=who[:40], n=people)


@stored
def is_needed(what: str, amount: str) -> str:
    return _("现场需要{what}{amount}，请组织供给").format(what=what[:60], amount=amount)


@stored
def is_pledged(who: str, what: str, amount: str, lacking: str) -> str:
    if lacking:
        return _("{who}供给{what}{amount}，还缺{lacking}").format(who=who[:40], what=what[:60], amount=amount, lacking=lacking)
    return _("{who}供给{what}{amount}，数量已够").format(who=who[:40], what=what[:60], amount=amount)


@stored
def pledge_is_off(what: str, reason: str) -> str:
    return _("{what}的供给已撤回：{reason}").format(what=what[:60], reason=reason[:100])


@stored
def is_there(what: str) -> str:
    return _("{what}已送到").format(what=what[:60])


@stored
def falls_short(what: str, amount: str) -> str:
    return _("到了需要的时间，{what}还有{amount}没有送到").format(what=what[:60], amount=amount)
