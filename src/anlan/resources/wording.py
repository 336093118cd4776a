"""Sentences of notices; kept as told, so in Chinese."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored


@stored
def called(team: str, task: str, place: str) -> str:
    return _("调派“{team}”：{task}。集合地点：{place}。请立即签收").format(team=team[:40], task=task[:60], place=place[:40])


@stored
def chased(team: str, task: str) -> str:
    return _("调派“{team}”还没有签收，请立即签收：{task}").format(team=team[:40], task=task[:60])


@stored
def unsigned(team: str) -> str:
    return _("“{team}”到期没有签收，已再次提醒，请打电话或改派其他队伍").format(team=team[:40])


@stored
def signed(team: str, minutes: int) -> str:
    return _("“{team}”已签收，{minutes}分钟内出发").format(team=team[:40], minutes=minutes)


@stored
def departed(team: str, people: int) -> str:
    return _("“{team}”{people}人已出发").format(team=team[:40], people=people)


@stored
def arrived(team: str) -> str:
    return _("“{team}”已到达").format(team=team[:40])


@stored
def stood_down(team: str, result: str) -> str:
    return _("“{team}”已归队：{result}").format(team=team[:40], result=result[:60])


@stored
def declined(team: str, reason: str) -> str:
    return _("“{team}”不能出动，请改派：{reason}").format(team=team[:40], reason=reason[:60])


@stored
def called_off(team: str, reason: str) -> str:
    return _("对“{team}”的调派已撤回：{reason}").format(team=team[:40], reason=reason[:60])


@stored
def late(team: str, clock: str) -> str:
    done = _("到达") if clock == "arrive" else _("出发")
    return _("“{team}”到期没有{done}").format(team=team[:40], done=done)


@stored
def tired(team: str) -> str:
    return _("“{team}”已达到连续工作的上限，请安排轮换休整").format(team=team[:40])


@stored
def certificate_ends(team: str, holder: str, sort: str, day: date) -> str:
    return _("“{team}”{holder}的{sort}{day}到期，请及时换证").format(team=team[:40], holder=holder, sort=sort[:30], day=f"{day:%Y-%m-%d}")


@stored
def certificate_over(team: str, holder: str, sort: str) -> str:
    return _("“{team}”{holder}的{sort}已过期").format(team=team[:40], holder=holder, sort=sort[:30])
