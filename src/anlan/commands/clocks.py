"""`anlan clocks`: what the present calendar and rules would do to open clocks; with --apply they do it."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from anlan.commands.sentences import Stop
from anlan.kernel.actors import SYSTEM
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import instance_clock, zone
from anlan.kernel.models import Calendar, Parameter
from anlan.kernel.reckoning import Moved, Scope, apply, differences

SHOWN = 50
WHY = "系统管理员重算"


def run(given: Namespace) -> int:
    """Lists the first differences and counts all; 0 also where there is none."""
    scope, at = _scope(given), instance_clock()
    first, count = [], 0
    for moved in differences(scope, at):
        count += 1
        if count <= SHOWN:
            first.append(moved)
    done = apply(scope, why=WHY, actor=SYSTEM, at=at).clocks if given.apply else 0
    shown = [_row(moved) for moved in first]
    if given.json:
        print(json.dumps({"differences": count, "applied": done, "first": shown}, ensure_ascii=False))
        return 0
    for row in shown:
        print("  {case}  {clock}  {old} → {new}".format_map(row))
    if count > SHOWN:
        print(f"  …另有 {count - SHOWN} 个 / and {count - SHOWN} more")
    print(f"会变动的时限 {count} 个，已重算 {done} 个 / clocks that differ, recomputed")
    if count and not given.apply:
        print("加 --apply 才写入 / nothing written; add --apply")
    return 0


def _scope(given: Namespace) -> Scope:
    if given.calendar and not Calendar.objects.filter(code=given.calendar).exists():
        raise Stop(f"没有日历“{given.calendar}” / no such calendar")
    if given.rule and not Parameter.objects.filter(key=given.rule).exists():
        raise Stop(f"没有规则“{given.rule}” / no such rule")
    return Scope(given.calendar, given.rule)


def _row(moved: Moved) -> dict[str, Any]:
    clock = moved.clock
    flow = FLOWS[clock.kind]
    uid = flow.model._default_manager.values_list("uid", flat=True).get(id=clock.case_id)
    old, new = (t.astimezone(zone()).strftime("%Y-%m-%d %H:%M") for t in (clock.due_at, moved.due_at))
    return {"case": flow.url(uid), "clock": str(flow.clock_label(clock.name)), "old": old, "new": new}
