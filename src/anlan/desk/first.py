"""The first minute: three sentences and one thing to do, by what the post does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kernel.actors import Actor
from anlan.people.roles import Role
from anlan.toolkit.ui import parts

LATE_FIRST = _("要办的事按时限排列，已超期的在最前；到期后会自动发生什么，写在时限下面。")
COMES = _("新事项不用刷新：页面上方会出现提示条，点一下再更新，不打断正在看的内容。")


@dataclass(frozen=True)
class First:
    sentences: Sequence[Any]
    action: parts.Link


FIRST: tuple[tuple[frozenset[str], Any, tuple[Any, str]], ...] = (
    (frozenset({Role.COMMUNITY}), _("这里是社区要办的事：登记和定级隐患、告知单位、催办整改、约请复查。"),
     (_("先看本社区的隐患台账"), "/desk/hazards/")),
    (frozenset({Role.STREET, Role.OFFICER, Role.REVIEWER}), _("这里是街道要办的事：确认重大隐患、批复申请、安排复查、签发指令书。"),
     (_("先安排明天的巡查"), "/desk/rounds/plan/")),
    (frozenset({Role.EMERGENCY}), _("这里是应急管理部门要办的事：确认重大隐患、督办逾期事项、审定待批事项。"),
     (_("先看全区数据"), "/desk/figures/")),
    (frozenset({Role.DIRECTOR, Role.LEADER}), _("这里是等您签批和过问的事。"),
     (_("先看今天的晨报"), "/desk/morning/")),
    (frozenset({Role.STOREKEEPER}), _("这里是保管员要办的事：批下来的调拨要发出，到的货要清点签收，到期的要报废。"),
     (_("先看本辖区的物资"), "/desk/resources/goods/")),
    (frozenset({Role.TEAM_LEADER}), _("这里是队长要办的事：签收调派，报告出发、到达和归队。"),
     (_("先看队伍和正在进行的调派"), "/desk/resources/")),
    (frozenset({Role.DEPARTMENT, Role.EXPERT}), _("这里是本部门要办的事：牵头的隐患、等待答复的事项、要签的文书。"),
     (_("先看本行业的隐患"), "/desk/hazards/")),
)
OTHERS = (_("这里是您这个岗位要办的事。"), (_("先看通知"), "/desk/notices/"))


def first_minute(actor: Actor) -> First:
    """What this post's desk is for, how it is ordered, how it moves; and where to begin."""
    what, (label, url) = next(((what, act) for roles, what, act in FIRST if actor.is_any(*roles)), OTHERS)
    if url == "/desk/rounds/plan/" and not actor.is_any(Role.STREET, Role.COMMUNITY):
        url = "/desk/rounds/"
    return First((what, LATE_FIRST, COMES), parts.Link(str(label), url))
