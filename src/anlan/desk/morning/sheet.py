"""The night of the duty room's morning sheet: the same question as the desk's morning asks, kept as it was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import get_resolver

from anlan.duty.gathering import part
from anlan.duty.models import MorningSheet
from anlan.kernel.actors import SYSTEM
from anlan.kernel.areas import within
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area, Seal
from anlan.kernel.rulebook import rulebook

from .night import night_of

GROUPS, LINES = 12, 4


@part("night")
def night(sheet: MorningSheet, since: datetime, at: datetime) -> list[dict[str, Any]]:
    """What happened on the body's ground, by kind and step; the newest of each."""
    get_resolver().url_patterns  # noqa: B018  the worker reads the pages of all kinds, as a web process has them anyway
    head = Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0
    below = dict(Area.objects.filter(id__in=within(sheet.area_id, local_day(at)), level=sheet.area.level + 1).values_list("id", "name"))
    reader = replace(SYSTEM, system=False, area_id=sheet.area_id, roles=frozenset({"emergency"}), post_id=0)
    groups = night_of(reader, at, head, rulebook(), below)[:GROUPS]
    return [{"label": g.label, "n": g.n, "lines": [
        {"at": line.at.isoformat(), "sentence": line.sentence, "where": line.where, "url": line.url} for line in g.lines[:LINES]]}
        for g in groups]
