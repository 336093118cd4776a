"""`anlan bench [NAME …]`: runs scenarios, prints tables or JSON, and keeps the results where asked."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from .home import temporary_home
from .results import Report, markdown, table

SCENARIOS = {
    "intake": "上报：PUT 一件事项，与最简单的插入相比 / a durable matter over HTTP, against a minimal view with one insert",
    "worklist": "工作清单：十万与百万条隐患时的一页 / a page of a ledger and a desk at 100 k and 1 M hazards",
    "worklist-demo": "工作清单：完整演示与十倍演示里街道的一页 / the lists of the demo's street officer, once and tenfold",
    "tick": "时限：百万条运行中的时限到期处理 / due clocks among 1 M open ones, against set-based SQL and one by one",
    "tick-demo": "时限：完整演示与十倍演示里到期的时限 / the clocks of the whole demo, once and tenfold, batch by batch",
    "calls": "呼叫：百万次未签收的呼叫，五万次同时到期，二十次 kill -9 / calls that climb among 1 M open ones, and 20 kills of the worker",
    "tile": "一张图：十万至一千万处的瓦片 / map tiles at 100 k, 1 M and 10 M things, against a bare scan and GROUP BY",
    "stream": "实时：二百个打开的页面，从提交到屏幕 / 200 open screens, from commit to screen, against bare LISTEN/NOTIFY",
    "indicators": "指标：演示的全部指标；一百万、一千万条事实与 DuckDB、普通 SQL 相比；一亿条的汇总 / all figures of the demo; 1 M and 10 M"
                  " facts beside DuckDB and plain SQL; the sums of 100 M",
    "sync": "手机：五百台手机各发四十条记录、十张照片 / 500 phones tell 40 records and 10 photos each, against one request a record and a"
            " bulk insert",
    "pages": "页面：居民上报页和手机应用在慢机慢网上打开得多快 / how fast the report page and the field app open on a slow phone",
    "dispatch": "力量匹配：一千支队伍、五十处需求 / the best teams for 50 demands out of 1,000, against HiGHS on one program",
    "asof": "时点统计：二百五十万条标记 / a figure as of a day from 2.5 M marks, its rows, and its folds",
}
QUICK = 0.02


def main(arguments: Sequence[str]) -> int:
    """0: all ran and every answer was right, whether limits were kept or not; 1: an answer was wrong."""
    given = _parser().parse_args(list(arguments))
    with _aside() if given.json else nullcontext():
        results = _run(given.scenario or list(SCENARIOS), QUICK if given.quick else given.scale, given.json)
    if given.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    if given.write:
        _write(given.write, results)
    return 1 if any(report["faults"] for report in results["scenarios"].values()) else 0


@contextmanager
def _aside() -> Iterator[None]:
    """What libraries print of themselves goes where the tables go, so that nothing but JSON is on standard output."""
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _parser() -> ArgumentParser:
    said = "\n".join(f"  {name:13} {what}" for name, what in SCENARIOS.items())
    parser = ArgumentParser("anlan bench", description=(
        "性能对比：临时目录，内置数据库，写入必落盘，只用本机回环，完成后清除。\n"
        "Benchmarks in a temporary home with a durable embedded database, over loopback only, removed afterwards."),
        epilog=f"场景 / scenarios:\n{said}", formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], metavar="NAME", help="默认全部 / all by default")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="小规模，约一分钟 / small sizes, about a minute")
    size.add_argument("--scale", type=_share, default=1.0, metavar="F", help="规模乘以 F（0 到 1）/ all sizes times F")
    parser.add_argument("--json", action="store_true", help="给程序读的输出 / output for a machine")
    parser.add_argument("--write", type=Path, metavar="DIR",
                        help="把结果并入 DIR 的 results.json 和 README.md / merge the results into these files")
    return parser


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise ValueError
    return value


def _run(names: Sequence[str], scale: float, quiet: bool) -> dict[str, Any]:
    """Each scenario on a fresh copy of the ground; tables are printed as they come unless quiet."""
    with temporary_home() as server:
        import_module("django").setup()
        facts = import_module("anlan.bench.machine")
        ground = import_module("anlan.bench.ground").build(server)
        results = {"date": datetime.now().astimezone().date().isoformat(), "scale": scale,
                   "machine": facts.machine(server.home), "scenarios": {}}
        for name in names:
            report = _timed(import_module(f"anlan.bench.{name.replace('-', '_')}"), ground, scale, facts.load)
            results["scenarios"][name] = report.as_json() | {
                "date": results["date"], "scale": scale, "processor": results["machine"]["model"]}
            print(table(report), file=sys.stderr if quiet else sys.stdout, flush=True)
        ground.use("postgres")
    return results


def _timed(scenario: Any, ground: Any, scale: float, load: Any) -> Report:
    began, busy = time.monotonic(), load()
    report: Report = scenario.measure(ground, scale)
    report.seconds, report.load = round(time.monotonic() - began, 1), max(busy, load())
    return report


BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def _write(folder: Path, results: dict[str, Any]) -> None:
    """Scenarios that were not run keep what they had."""
    folder.mkdir(parents=True, exist_ok=True)
    path, page = folder / "results.json", folder / "README.md"
    held = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"scenarios": {}}
    merged = {**results, "scenarios": {**held["scenarios"], **results["scenarios"]}}
    path.write_text(json.dumps(merged, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    text = page.read_text(encoding="utf-8") if page.exists() else f"# Benchmarks\n\n{BEGIN}\n{END}\n"
    head, _begin, rest = text.partition(BEGIN)
    told = "\n".join(markdown(merged["scenarios"][name]) for name in SCENARIOS if name in merged["scenarios"])
    page.write_text(f"{head}{BEGIN}\n\n{_about(merged)}\n\n{told}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _about(results: dict[str, Any]) -> str:
    of, database = results["machine"], results["machine"]["database"]
    durable = ", ".join(f"{name} {database[name]}" for name in ("fsync", "synchronous_commit", "full_page_writes"))
    return (f"Last measured on {results['date']}: {of['processors']} processors ({of['model']}), {of['memory_gib']} GiB,"
            f" {of['file_system']}, {of['system']}, Python {of['python']}, PostgreSQL {database['server_version']}"
            f" ({durable}, shared_buffers {database['shared_buffers']}); one durable commit of one row took"
            f" {of['commit_ms']} ms.")
