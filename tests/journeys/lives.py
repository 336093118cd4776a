"""The whole life of the walk's major hazard, a step a day, so that a map of any day can be asked for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from anlan.people.testing import NOON

PHOTO = "b" * 64
BLOCKS = {"responsible": "陈某", "phone": "13800138000", "leader": "李主任", "measures": "移出并改用管道气", "budget_yuan": "3000",
          "funds_from": "own", "due_on": "2021-06-08", "plan": "疏散演练"}
STEPS = (  # days after it was found, who, move, inputs
    (1, "street", "confirm", {}),
    (1, "officer1", "draft_order", {"demand": "立即停止使用并移出地下室", "due_on": "2021-06-10"}),
    (2, "officer2", "sign_order", {}),
    (3, "unit", "fill_blocks", BLOCKS),
    (4, "unit", "self_check", {"fixed_what": "气瓶已移出", "fixer_name": "陈某", "photos": [PHOTO]}),
    (5, "street", "plan_review", {}),
    (7, "reviewer", "pass_review", {"opinion": "现场复查合格"}),
)
LAST = 8


def live(hazard: UUID, walk: Callable[..., Any]) -> dict[int, str]:
    """Walk it through; day after it was found → the state that the door's receipt told last that day."""
    told = {0: "notified"}
    for days, who, move, given in STEPS:
        told[days] = walk("hazard", hazard, move, who, NOON + timedelta(days=days), **given).state
    for day in range(1, LAST + 1):
        told.setdefault(day, told[day - 1])
    return told
