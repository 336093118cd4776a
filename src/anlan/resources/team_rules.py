"""Who may call a team, which team may go, and who answers a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.kernel.instance import zone
from anlan.kernel.rules import rule, sentences
from anlan.kernel.worktime import Limit, Unit
from anlan.people.permits import grant
from anlan.places.rules import permitted

from .rules import on_own_ground
from .team_models import Standing

grant("teams.keep", "community", "street", "department", "emergency", "teamleader", label=_("维护救援队伍和队员证书"))
grant("teams.call", "community", "street", "emergency", "duty", "director", "leader", label=_("调派救援队伍"))

MAY_KEEP_TEAMS = permitted("teams.keep", _("救援队伍由社区、街道、有关部门或队长维护")) & on_own_ground
MAY_CALL = permitted("teams.call", _("救援队伍由社区、街道、应急管理部门或区领导调派")) & on_own_ground


def minutes_of(raw: Any) -> int:
    """A parameter's limit in minutes. Raises ValueError for one in working time or days."""
    limit = Limit.of(raw)
    if limit.unit not in (Unit.MINUTE, Unit.HOUR):
        raise ValueError("这一时限须以分钟或小时计")
    return limit.value * (60 if limit.unit == Unit.HOUR else 1)


def spell_of(team: Any, at: datetime, rest_minutes: int) -> int:
    """Minutes worked without a full rest when it is called at this instant."""
    rested = team.back_at is not None and at - team.back_at >= timedelta(minutes=rest_minutes)
    return 0 if rested else int(team.spell_minutes or 0)


def _clock(at: datetime) -> str:
    return at.astimezone(zone()).strftime("%m-%d %H:%M")


@sentences(_("只能调派待命的队伍"))
def is_ready(team, facts, actor, when, given):
    """Each reason why it cannot go, in words; a team that is out is not sent twice."""
    name = team.name
    match team.standing:
        case Standing.CALLED | Standing.OUT:
            return [gettext("“%(name)s”%(standing)s，不能重复调派") % {"name": name, "standing": Standing(team.standing).label}]
        case Standing.RESTING:
            return [gettext("“%(name)s”正在休整，%(until)s以后才能出动") % {"name": name, "until": _clock(team.rest_until)}]
        case Standing.OFF:
            return [gettext("“%(name)s”已离岗，不能调派") % {"name": name}]
    return []


@sentences(_("连续工作满时限的队伍须先休整"))
def is_rested(team, facts, actor, when, given):
    if team.standing != Standing.READY:
        return []
    most, rest = minutes_of(facts.value("team.work_max")), minutes_of(facts.value("team.rest"))
    worked = spell_of(team, when.at, rest)
    if worked < most:
        return []
    until = _clock(team.back_at + timedelta(minutes=rest))
    return [gettext("“%(name)s”已连续工作%(hours)s小时，须休整到%(until)s才能出动") % {
        "name": team.name, "hours": f"{worked / 60:.1f}".removesuffix(".0"), "until": until}]


@rule(_("须到达时间不能早于现在"))
def arrives_later(team, facts, actor, when, given):
    return given.arrive_by is None or given.arrive_by > when.at


@rule(_("队伍不能改到别的区域，请停用后在新的区域登记"), reads=("named",))
def stays_on_its_ground(team, facts, actor, when, given):
    """Its members are counted where it was registered."""
    area = facts.named and facts.named["area"]
    return not team.version or not area or area.id == team.area_id


@rule(_("只能随调派一并办理"))
def within_callout(team, facts, actor, when, given):
    return facts.origin.startswith("callout.")


@rule(_("只能随调派一并办理"))
def within_team(case, facts, actor, when, given):
    return facts.origin == "rescue_team.call"


@rule(_("没有找到这个岗位，或者它不在您的范围内"), reads=("seen",))
def post_known(team, facts, actor, when, given):
    return given.leader is None or bool(facts.seen and facts.seen.post)


@rule(_("队伍待命时才能离岗或停用"))
def is_idle(team, facts, actor, when, given):
    return team.standing in (Standing.READY, Standing.RESTING, Standing.OFF)


@rule(_("队伍已经在岗"))
def is_off(team, facts, actor, when, given):
    return team.standing == Standing.OFF


@rule(_("队伍已经离岗"))
def is_not_off(team, facts, actor, when, given):
    return team.standing != Standing.OFF


@rule(_("须由受调的岗位办理，或由调派方按电话答复代办"))
def answers(case, facts, actor, when, given):
    return actor.system or case.to_party in actor.parties or _called_it(case, actor)


@rule(_("须由调派方撤回"))
def is_caller(case, facts, actor, when, given):
    return _called_it(case, actor)


def _called_it(case, actor) -> bool:
    return case.from_party is not None and case.from_party in actor.parties


@rule(_("出动人数不能多于队伍人数"), reads=("team",))
def no_more_than_it_has(case, facts, actor, when, given):
    return facts.team is None or given.people is None or given.people <= facts.team.people
