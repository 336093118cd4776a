"""The departments and special committees that a district may start from: `data/departments.csv`, `data/committees.csv`."""

from __future__ import annotations

import csv
from datetime import date, datetime
from importlib.resources import files
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.places.actions import open_many

from .models import Organisation, Sort


def load_organisations(area: UUID, valid_from: date, *, actor: Actor, at: datetime) -> dict[str, UUID]:
    """Create the departments, then the committees they lead; those that stand are left alone. Returns code → uid."""
    uids = dict(Organisation.objects.values_list("code", "uid"))
    departments = [{"code": row["code"], "name": row["name"], "sort": Sort.DEPARTMENT, "area": area,
                    "covers": row["role"], "valid_from": valid_from} for row in _rows("departments.csv")]
    uids |= _create([row for row in departments if row["code"] not in uids], actor, at)
    committees = [{"code": f"committee-{int(row['number']):02}", "name": row["name"], "sort": Sort.COMMITTEE,
                   "area": area, "lead": uids[row["lead_department"]], "covers": row["objects"],
                   "chair": row["chair"], "valid_from": valid_from} for row in _rows("committees.csv")]
    return uids | _create([row for row in committees if row["code"] not in uids], actor, at)


def _create(rows: list[dict], actor: Actor, at: datetime) -> dict[str, UUID]:
    made = open_many("organisation", "create", rows, actor=actor, at=at)
    return {row["code"]: uid for row, uid in zip(rows, made, strict=True)}


def _rows(name: str) -> list[dict[str, str]]:
    with (files("anlan.people") / "data" / name).open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))
