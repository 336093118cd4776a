"""``anlan report figures|check|rollups``: figures as of a day, frozen reports counted again, sums held against their marks."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date
from typing import Any


def main(arguments: Sequence[str]) -> int:
    """0 on success; 1 where a frozen report no longer counts the same, or with a sentence what is wrong."""
    given = parser().parse_args(list(arguments))
    try:
        return int(given.verb(given))
    except ValueError as refusal:
        print(refusal, file=sys.stderr)
        return 1


def parser() -> ArgumentParser:
    made = ArgumentParser("anlan report", description="报告里的数 / the figures of reports")
    verbs = made.add_subparsers(required=True, metavar="VERB")
    one = verbs.add_parser("figures", help="源报告的每个数，数到某天 / each figure of the source report, as of a day")
    one.add_argument("--as-of", metavar="DAY", help="例如 2021-06-24，默认今天 / by default today")
    one.add_argument("--json", action="store_true", help="给程序读 / for a machine")
    one.set_defaults(verb=_figures)
    one = verbs.add_parser("check", help="把已定稿的报告重数一遍 / count frozen reports again")
    one.add_argument("uid", nargs="?", help="报告的标识，不写就全部 / one report; all without it")
    one.add_argument("--json", action="store_true", help="给程序读 / for a machine")
    one.set_defaults(verb=_check)
    one = verbs.add_parser("rollups", help="把每日汇总逐项与明细核对 / hold the daily sums against the marks")
    one.add_argument("--rebuild", action="store_true", help="先按明细重做汇总 / make the sums anew from the marks first")
    one.add_argument("--json", action="store_true", help="给程序读 / for a machine")
    one.set_defaults(verb=_rollups)
    return made


def _figures(given: Namespace) -> int:
    from anlan.kernel.instance import instance_clock, local_day  # noqa: PLC0415  help answers before the apps load

    from .figures import as_of, printed, wanted  # noqa: PLC0415

    on: date = as_of(given.as_of) if given.as_of else local_day(instance_clock())
    told = list(printed(on))
    if given.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    labels = {w.id: (w.label_zh, w.unit) for w in wanted()}
    for one in told:
        value = "—" if one["value"] is None else one["value"] if isinstance(one["value"], str) else f"{one['value']:,}"
        print(f"{one['id']:<28}{value:>12}  {labels[one['id']][0]}")
    return 0


def _check(given: Namespace) -> int:
    from uuid import UUID  # noqa: PLC0415

    from .freezing import check  # noqa: PLC0415
    from .models import Report  # noqa: PLC0415
    from .views import told_since, verdict  # noqa: PLC0415

    rows = Report.objects.filter(state__in=("frozen", "published")).order_by("id")
    if given.uid:
        rows = rows.filter(uid=UUID(given.uid))
        if not rows:
            raise ValueError("没有这份已定稿的报告 / there is no such frozen report")
    told: list[dict[str, Any]] = []
    for report in rows:
        found = check(report)
        told.append({"uid": str(report.uid), "title": report.title, "holds": all(c.holds for c in found),
                     "verdict": verdict(found), "corrected": [
                         {"figure": c.key, "name": c.name, "then": _text(c.then), "now": _text(c.now), "entries": [
                             {"entry": s.entry_id, "kind": s.kind, "verb": s.verb, "told_at": s.told_at.isoformat(),
                              "actor": s.actor_id, "said": said} for s, said in zip(c.since, told_since(c), strict=True)]}
                         for c in found if c.since]})
    print(json.dumps(told, ensure_ascii=False, indent=1) if given.json else
          "\n".join(map(_in_words, told)) or "还没有已定稿的报告 / there is no frozen report yet")
    return 0 if all(t["holds"] for t in told) else 1


def _in_words(told: dict[str, Any]) -> str:
    """The verdict; under it each figure that is another now, and who told what since."""
    lines = [f"{told['title']}：{told['verdict']}"]
    for one in told["corrected"]:
        lines += [f"  {one['name']}：{one['then'] or '—'} → {one['now'] or '—'}", *(f"    {e['said']}" for e in one["entries"])]
    return "\n".join(lines)


def _rollups(given: Namespace) -> int:
    from anlan.kernel import folds  # noqa: PLC0415
    from anlan.kernel.models import Area  # noqa: PLC0415

    if given.rebuild:
        folds.rebuild()
    compared, found = folds.apart()
    codes = dict(Area.objects.filter(id__in={a.area_id for a in found}).values_list("id", "code"))
    told = [{"span": a.span, "kind": a.kind, "sort": a.sort, "cell": a.cell, "level": a.level, "area": codes.get(a.area_id),
             "day": a.day.isoformat(), "sum": [_text(a.came), _text(a.went)],
             "marks": [_text(a.came_by_marks), _text(a.went_by_marks)]} for a in found]
    if given.json:
        print(json.dumps({"compared": compared, "differences": told}, ensure_ascii=False, indent=1))
    else:
        for one in told:
            print(f"{one['day']} {one['kind']}.{one['cell']} {one['level']} {one['area']}：汇总 {one['sum']}，明细 {one['marks']}")
        print(f"核对{compared}项，{len(told)}项不符 / {compared} sums compared, {len(told)} differ")
    return 1 if found else 0


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:f}"
