"""The command ``anlan``: one verb for each thing an operator does."""

import importlib
import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from anlan.commands import demo, homes, serving
from anlan.commands.sentences import Stop
from anlan.setup import code
from anlan.toolkit.embedded import DatabaseFault

ENVIRONMENT = """\
环境变量 / environment:
  ANLAN_HOME           数据目录，默认 ~/.local/share/anlan / where everything is kept
  ANLAN_PORT           网页端口，默认 8000 / port of the web pages
  ANLAN_HOST           监听地址，默认 127.0.0.1 / address to listen on
  ANLAN_DATABASE_URL   改用别的 PostgreSQL（15 以上）/ another PostgreSQL (15 or later)
  ANLAN_DEMO_PASSWORD  演示登录口令 / password of the demo's log-ins
"""
Verb = Callable[[Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; 0 on success, 1 with a sentence on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    given = _passed_on(words) or parser().parse_args(words)
    verb: Verb = given.verb
    try:
        return verb(given)
    except (Stop, DatabaseFault) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> ArgumentParser:
    """All verbs and their options."""
    parser = ArgumentParser("anlan", description="安澜：城区应急管理 / emergency management of a city district",
                            epilog=ENVIRONMENT, formatter_class=RawDescriptionHelpFormatter)  # fmt: skip
    verbs = parser.add_subparsers(title="命令 / verbs", required=True, metavar="VERB")

    def add(name: str, verb: Verb, said: str) -> ArgumentParser:
        one = verbs.add_parser(name, help=said, description=said, epilog=ENVIRONMENT,
                               formatter_class=RawDescriptionHelpFormatter)  # fmt: skip
        one.set_defaults(verb=verb)
        return one

    machine = "给程序读的输出 / output for a machine"
    add("up", _up, "运行本辖区；空目录则打开初始设置页 / run the district; a first-run page on an empty home")
    one = add("demo", demo.run, "在空目录建好武昌区演示并运行 / build the Wuchang demo into an empty home and run it")
    one.add_argument("--totals", type=Path, metavar="F", help="演示总量表 / file of the totals to build to")
    one.add_argument("--build-only", action="store_true", help="只建立，不运行 / build, do not serve")
    one.add_argument("--first", metavar="CMD", default="",
                     help="建好之后、运行之前先执行的命令 / a command to run once it is built, before it is served")
    one.add_argument("--check", action="store_true",
                     help="只核对刚建好的演示并输出 JSON；有差错则返回 1 / only check a demo as it was built; JSON; 1 if anything is wrong")
    one.add_argument("--seed", type=int, default=1, metavar="N",
                     help="核对时抽取重走部分的种子 / seed that draws what the check tells again")
    add("stop", _stop, "停止正在运行的安澜 / stop what runs on this home").add_argument(
        "--json", action="store_true", help=machine
    )
    one = add("clocks", _clocks, "按现行日历和规则重算未停的时限，先列出差异 / reckon open clocks anew, differences first")
    one.add_argument("--apply", action="store_true", help="写入；不加则只列出 / write; without it only list")
    one.add_argument("--calendar", default="", metavar="CODE", help="只算这份日历的 / of this calendar only")
    one.add_argument("--rule", default="", metavar="KEY", help="只算这条规则的 / of this rule only")
    one.add_argument("--json", action="store_true", help=machine)
    add("verify", _verify, "校验日志链；有断点则返回 1 / check the journal; 1 if it is broken").add_argument(
        "--json", action="store_true", help=machine
    )
    for name, (verb, said) in PASSING_ON.items():
        add(name, verb, said)
    return parser


def _passed_on(words: list[str]) -> Namespace | None:
    """Verbs whose words, ``--help`` among them, are read by somebody else."""
    if words and words[0] in PASSING_ON:
        return Namespace(verb=PASSING_ON[words[0]][0], rest=words[1:])
    return None


def _up(_given: Namespace) -> int:
    home = homes.home_folder()
    serving.refuse_occupied(serving.web_host(), serving.web_port())
    district = homes.read(home)
    if not (home / "district.json").exists():
        homes.write(home, district or homes.District("district"))
        code.make(home)
    if district and not district.complete:
        raise Stop("这里的演示没有建完；请再运行 anlan demo。 / The demo here was not completed; run: anlan demo")
    serving.serve(home, lambda address: _greet(home, address))
    return 0


def _greet(home: Path, address: str) -> None:
    """Where to look; while the first run is not over, also its code."""
    print(f"安澜 / Anlan: {address}", flush=True)
    if said := code.read(home):
        print(f"初始设置 / first run: {address}setup/  一次性代码 / one-time code: {said}", flush=True)


def _stop(given: Namespace) -> int:
    ran = homes.stop(homes.home_folder())
    said = "已停止 / stopped" if ran else "没有在运行 / nothing was running"
    print(json.dumps({"stopped": ran}) if given.json else said)
    return 0


def _verify(given: Namespace) -> int:
    with serving.database(_begun()):
        _ready()
        verdict = importlib.import_module("anlan.kernel.journal").verify()
    found = asdict(verdict)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, default=str))
    else:
        _tell(found)
    return 1 if found["breaks"] else 0


def _tell(found: dict[str, Any]) -> None:
    print(f"日志 {found['entries']} 条，断点 {len(found['breaks'])} 处 / entries, breaks")
    for one in found["breaks"]:
        print(f"  第 {one['no']} 条：{one['what']}")


def _clocks(given: Namespace) -> int:
    with serving.database(_begun()):
        _ready()
        return int(importlib.import_module("anlan.commands.clocks").run(given))


def _import(given: Namespace) -> int:
    if given.rest[:1] == ["roads"]:
        return _delegate("anlan.resources.road_command", given.rest[1:])
    return _delegate("anlan.toolkit.registers.command", given.rest)


def _report(given: Namespace) -> int:
    return _delegate("anlan.reports.command", given.rest)


def _bench(given: Namespace) -> int:
    """The package anlan.bench, or bench/ of the repository."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    for name in ("anlan.bench", "bench"):
        if find_spec(name) and find_spec(f"{name}.command"):
            return _delegate(f"{name}.command", given.rest, needs_home=False)
    raise Stop("这里没有性能对比程序；请在源码目录里运行。 / There are no benchmarks here; run it in the source tree.")


def _delegate(name: str, rest: list[str], needs_home: bool = True) -> int:
    """Calls ``main(arguments) -> int`` of the named module, with Django and, unless it brings its own, the database."""
    asks_help = any(one in ("-h", "--help") for one in rest)
    if asks_help or not needs_home:
        return int(importlib.import_module(name).main(rest))
    with serving.database(_begun()):
        _ready()
        return int(importlib.import_module(name).main(rest))


def _manage(given: Namespace) -> int:
    from django.core.management import execute_from_command_line  # noqa: PLC0415  the other verbs answer without it

    with serving.database(homes.home_folder()):
        _ready()
        execute_from_command_line(["anlan manage", *given.rest])
    return 0


def _ready() -> None:
    from anlan.commands.loading import ready  # noqa: PLC0415  the other verbs answer without it

    ready()


def _begun() -> Path:
    home = homes.home_folder()
    if not homes.read(home):
        raise Stop(f"{home} 里还没有辖区；先运行 anlan up 或 anlan demo。 / No district here yet; run: anlan up")
    return home


def _simulate(given: Namespace) -> int:
    return _delegate("anlan.exercises.command", given.rest)


PASSING_ON: dict[str, tuple[Verb, str]] = {
    "import": (_import, "从表格导入登记簿 / import registers from sheets"),
    "report": (_report, "报告里的数 / figures of reports"),
    "simulate": (_simulate, "在演练中按脚本走一个晚上 / play a scripted evening in the exercise"),
    "bench": (_bench, "性能对比 / benchmarks"),
    "manage": (_manage, "Django 管理命令 / Django's management commands"),
}

if __name__ == "__main__":
    sys.exit(main())
