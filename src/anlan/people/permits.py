"""Which role may do what. Higher apps add their own rows with `grant` when they are set up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .roles import Role

MAY_ORDER = "orders.issue"  # follows from role, licence and entrustment, never from a role alone
PERMITS: dict[str, set[str]] = defaultdict(set)


def grant(permit: str, *roles: str) -> None:
    """Let these roles have a permit."""
    for role in roles:
        PERMITS[role].add(permit)


def permits_of(roles: Iterable[str]) -> frozenset[str]:
    """Everything that any of the roles may do."""
    return frozenset(p for role in roles for p in PERMITS.get(role, ()))


for _permit, _roles in (
    ("areas.edit", (Role.SYSADMIN,)),
    ("organisations.edit", (Role.SYSADMIN,)),
    ("accounts.edit", (Role.SYSADMIN,)),
    ("roles.edit", (Role.SECADMIN,)),
    ("licences.edit", (Role.SECADMIN,)),
    ("journal.read", (Role.AUDITOR,)),
    ("rules.edit", (Role.EMERGENCY,)),
    ("calendars.edit", (Role.EMERGENCY,)),
    ("entrustments.edit", (Role.EMERGENCY, Role.DEPARTMENT)),
    ("delegations.edit", (Role.COMMUNITY, Role.STREET, Role.DEPARTMENT, Role.EMERGENCY, Role.DIRECTOR)),
    ("people.see_phones", (Role.COMMUNITY, Role.STREET, Role.EMERGENCY, Role.DIRECTOR, Role.LEADER)),
):
    grant(_permit, *_roles)
