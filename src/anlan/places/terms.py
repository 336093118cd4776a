"""Dated rows: what is in force on a day.

A row with valid_from and valid_to is in use from the first day up to, not including, the last (启用、停用日期).
A term with since and until includes its last day (任期至、有效期至), as Chinese papers count.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def in_use(on: date, prefix: str = "") -> Q:
    """valid_from ≤ day < valid_to."""
    return (Q(**{f"{prefix}valid_from__lte": on})
            & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})))


def in_term(on: date, prefix: str = "", since: str = "since", until: str = "until") -> Q:
    """since ≤ day ≤ until."""
    return (Q(**{f"{prefix}{since}__lte": on})
            & (Q(**{f"{prefix}{until}__isnull": True}) | Q(**{f"{prefix}{until}__gte": on})))
