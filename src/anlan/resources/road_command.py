"""`anlan import roads FILE`: the same checked import of a road network as on the page."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """0: brought in, or without fault in a rehearsal; 1: faults, nothing kept; 2: no such file."""
    given = parser().parse_args(argv)
    from anlan.kernel.actors import SYSTEM  # noqa: PLC0415  the help answers before the apps are loaded
    from anlan.kernel.instance import instance_clock, local_day  # noqa: PLC0415

    from .road_import import RoadsGiven, commit, rehearse  # noqa: PLC0415

    path, at = Path(given.file), instance_clock()
    if not path.is_file():
        print(json.dumps({"error": f"没有文件 {path}"}, ensure_ascii=False) if given.json else f"没有文件 {path}")
        return 2
    told = RoadsGiven(given.name or path.stem[:80], given.source or path.name[:200], given.datum, given.valid_from or local_day(at))
    reading = rehearse(path.read_bytes(), told)
    kept = not reading.faults and not given.dry_run
    if kept:
        commit(reading, told, actor=SYSTEM, at=at)
    counts = {"roads": len(reading.roads), "nodes": len(reading.graph), "km": round(reading.km, 1), "kept": kept,
              "faults": reading.faults, "warnings": reading.warnings}
    print(json.dumps(counts, ensure_ascii=False) if given.json else "\n".join(_lines(counts)))
    return 1 if reading.faults else 0


def _lines(told: dict) -> list[str]:
    ending = f"有{len(told['faults'])}处要改正，没有导入" if told["faults"] else "已导入" if told["kept"] else "检查通过，没有导入"
    return [*told["warnings"], *told["faults"], f"{told['roads']}条道路，{told['km']}公里；{ending}"]


def parser() -> ArgumentParser:
    made = ArgumentParser("anlan import roads", description=(
        "从 GeoJSON 导入道路网：先检查，全部正确才导入。 / Import a road network: checked first, all or nothing."))
    made.add_argument("file", help="GeoJSON 文件 / the file")
    made.add_argument("--name", default="", help="路网名称，默认文件名 / what it is called")
    made.add_argument("--source", default="", help="来源 / where it comes from")
    made.add_argument("--datum", default="wgs84", choices=("wgs84", "cgcs2000", "gcj02", "bd09"), help="坐标系 / datum of the file")
    made.add_argument("--valid-from", type=date.fromisoformat, default=None, metavar="DAY", help="启用日期，默认今天 / from when on")
    made.add_argument("--dry-run", action="store_true", help="只检查，不导入 / check only, save nothing")
    made.add_argument("--json", action="store_true", help="给程序读的输出 / output for a machine")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
