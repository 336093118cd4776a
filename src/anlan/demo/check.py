"""Everything that must hold of a demonstration as it was built, in one report: ``anlan demo --check``."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from anlan.kernel.journal import verify
from anlan.patrols.handbook_law import instruments

from . import counting, plausible, totals
from .replay import replay

PENDING = "依据待核"
CITING = """SELECT p.kind, (p.at AT TIME ZONE 'Asia/Shanghai')::date, x ->> 'basis', count(*)
FROM kernel_paper p CROSS JOIN LATERAL jsonb_path_query(p.content, '$.hazards.value[*]') AS x GROUP BY 1, 2, 3
UNION ALL
SELECT p.kind, (p.at AT TIME ZONE 'Asia/Shanghai')::date, p.content #>> '{basis,value}', count(*)
FROM kernel_paper p WHERE p.content ? 'basis' GROUP BY 1, 2, 3"""


def run(path: Path | None = None, seed: int = 1) -> dict[str, Any]:
    """The figures, and every fault found; `faults` lists them all as sentences. Right after a building only."""
    wanted = totals.read(path)
    made, verdict, again = counting.count(), verify(), replay(wanted, seed)
    papers = Counter(law_faults())
    faults = [*counting.faults(made, wanted), *plausible.faults(), *plausible.pairs(wanted), *papers,
              *(f"日志断点：{b}" for b in verdict.breaks), *again.differences]
    return {"figures": made, "faults": faults, "entries": verdict.entries, "breaks": len(verdict.breaks),
            "replayed": asdict(again)}


def law_faults() -> Iterator[str]:
    """Papers that cite an instrument on a day when it was not in force."""
    known = sorted(instruments(), key=lambda i: -len(i.cited_as))
    with connection.cursor() as cursor:
        cursor.execute(CITING)
        for kind, day, basis, count in cursor.fetchall():
            for name in cited_wrongly(basis or "", day, known):
                yield f"{count} 份 {kind}（{day}）引用了当时不在施行的“{name}”"


def cited_wrongly(basis: str, day: date, known: Any) -> Iterator[str]:
    for clause in filter(None, (c.strip().strip("《》") for c in re.split("[；;]", basis))):
        if clause.startswith(PENDING):
            continue
        found = next((i for i in known if clause.startswith(i.cited_as)), None)
        if found is None or not found.in_force(day):
            yield clause


def main(arguments: list[str]) -> int:
    """arguments: the seed, then the file of totals if it is not the demonstration's own. Prints JSON."""
    said = run(Path(arguments[1]) if len(arguments) > 1 else None, int(arguments[0]) if arguments else 1)
    print(json.dumps(said, ensure_ascii=False, indent=2, default=str))
    return 1 if said["faults"] else 0
