"""Which role may do what. Higher apps add their own rows with `grant` when they are set up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from .roles import Role

MAY_ORDER = "orders.issue"  # follows from role, licence and entrustment, never from a role alone
PERMITS: dict[str, set[str]] = defaultdict(set)
LABELS: dict[str, Any] = {}


def grant(permit: str, *roles: str, label: Any = "") -> None:
    """Let these roles have a permit. label: what it lets them do, for the page of roles."""
    for role in roles:
        PERMITS[role].add(permit)
    if label:
        LABELS[permit] = label


def permits_of(roles: Iterable[str]) -> frozenset[str]:
    """Everything that any of the roles may do."""
    return frozenset(p for role in roles for p in PERMITS.get(role, ()))


grant("areas.edit", Role.SYSADMIN, label=_("维护区划和边界"))
grant("organisations.edit", Role.SYSADMIN, label=_("维护机构和岗位"))
grant("accounts.edit", Role.SYSADMIN, label=_("登记人员、安排任职、重置密码"))
grant("tokens.edit", Role.SYSADMIN, label=_("签发和吊销接口令牌"))
grant("system.watch", Role.SYSADMIN, label=_("查看系统故障并重试"))
grant("roles.edit", Role.SECADMIN, label=_("授予岗位的角色"))
grant("licences.edit", Role.SECADMIN, label=_("登记资格证"))
grant("journal.read", Role.AUDITOR, label=_("查看和核验日志"))
grant("rules.edit", Role.EMERGENCY, label=_("定下规则参数"))
grant("calendars.edit", Role.EMERGENCY, label=_("登记节假日"))
grant("entrustments.edit", Role.EMERGENCY, Role.DEPARTMENT, label=_("登记执法委托"))
grant("delegations.edit", Role.COMMUNITY, Role.STREET, Role.DEPARTMENT, Role.EMERGENCY, Role.DIRECTOR,
      label=_("安排本机构的代理"))
grant("people.see_phones", Role.COMMUNITY, Role.STREET, Role.EMERGENCY, Role.DIRECTOR, Role.LEADER,
      label=_("写明理由后查看手机号码"))
