"""`anlan import <register> <file>`: the same checked import as on the page."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any


def main(argv: Sequence[str] | None = None) -> int:
    """0: brought in, or without fault in a rehearsal; 1: faults, nothing saved; 2: no such register or file."""
    given = parser().parse_args(argv)
    from anlan.kernel.actors import Actor  # noqa: PLC0415  the help answers before the apps are loaded
    from anlan.kernel.instance import instance_clock  # noqa: PLC0415
    from anlan.kernel.refusals import Refusal  # noqa: PLC0415

    from .declare import REGISTERS  # noqa: PLC0415
    from .importing import bring_in, rehearse  # noqa: PLC0415

    register = REGISTERS.get(given.register)
    if register is None or not register.importable or register.move_to_import is None:
        known = "、".join(sorted(r.slug for r in REGISTERS.values() if r.importable and r.move_to_import is not None))
        return _fail(given.json, f"没有可导入的登记簿“{given.register}”；可用：{known}")
    path = Path(given.file)
    if not path.is_file():
        return _fail(given.json, f"没有文件 {path}")
    actor = Actor("系统", system=True)
    with path.open("rb") as source:
        told = (rehearse if given.dry_run else bring_in)(register, source, path.name, actor=actor, at=instance_clock())
    if isinstance(told, Refusal):
        return _fail(given.json, str(told))
    print(_as_json(told) if given.json else _as_text(told, given.dry_run))
    return 1 if told.faults else 0


def parser() -> ArgumentParser:
    """The command's words."""
    made = ArgumentParser("anlan import", formatter_class=RawDescriptionHelpFormatter, description=(
        "把表格导入登记簿：先检查每一行，全部正确才一次导入。\nImport a sheet into a register: all lines, or none."))
    made.add_argument("register", help="登记簿，例如 premises / the register")
    made.add_argument("file", help=".xlsx 或 .csv / the sheet")
    made.add_argument("--dry-run", action="store_true", help="只检查，不导入 / check only, save nothing")
    made.add_argument("--json", action="store_true", help="给程序读的输出 / output for a machine")
    return made


def _fail(as_json: bool, sentence: str) -> int:
    print(json.dumps({"error": sentence}, ensure_ascii=False) if as_json else sentence)
    return 2


def _as_json(told: Any) -> str:
    return json.dumps(asdict(told), ensure_ascii=False)


def _as_text(told: Any, dry_run: bool) -> str:
    lines = [*told.notes, *(str(fault) for fault in told.faults)]
    counts = f"{told.rows}行：新增{told.created}，修改{told.edited}，没有变化{told.same}"
    if told.faults:
        lines.append(f"{counts}；有{len(told.faults)}处要改正，没有导入任何一行")
    else:
        lines.append(f"{counts}；{'检查通过，没有导入' if dry_run else '已导入'}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
