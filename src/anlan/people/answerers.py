"""Which organisations answer for a piece of ground on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from .models import Organisation, Sort


class Answerers(NamedTuple):
    """Party ids: the community and the street office of the ground, and the department that was named."""

    community_id: int | None = None
    street_id: int | None = None
    department_id: int | None = None


def answerers_of(grounds: Sequence[tuple[int | None, date]],
                 departments: Sequence[UUID | None] = ()) -> list[Answerers]:
    """For each (area id, day) who answers there; one statement, and one more where departments are named."""
    held = _houses({area for area, _day in grounds if area is not None})
    named = _departments({uid for uid in departments if uid is not None})
    wanted = departments or [None] * len(grounds)
    return [Answerers(_first(held[area], Sort.COMMUNITY, day), _first(held[area], Sort.STREET_OFFICE, day),
                      named.get(uid)) for (area, day), uid in zip(grounds, wanted, strict=True)]


def _houses(areas: set[int]) -> dict[int | None, list[dict[str, Any]]]:
    found: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    if areas:
        rows = Organisation.objects.filter(sort__in=(Sort.COMMUNITY, Sort.STREET_OFFICE), area__holds__area_id__in=areas)
        for row in rows.order_by("id").values("id", "sort", "valid_from", "valid_to", "area__holds__area_id",
                                              "area__holds__valid_from", "area__holds__valid_to"):
            found[row["area__holds__area_id"]].append(row)
    return found


def _first(rows: list[dict[str, Any]], sort: str, day: date) -> int | None:
    return next((row["id"] for row in rows if row["sort"] == sort and _stands(row, "", day)
                 and _stands(row, "area__holds__", day)), None)


def _stands(row: dict[str, Any], prefix: str, day: date) -> bool:
    until = row[f"{prefix}valid_to"]
    return row[f"{prefix}valid_from"] <= day and (until is None or day < until)


def _departments(uids: set[UUID]) -> dict[UUID | None, int]:
    if not uids:
        return {}
    return dict(Organisation.objects.filter(uid__in=uids, sort=Sort.DEPARTMENT, state="active")
                .values_list("uid", "id"))
