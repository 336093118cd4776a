"""``anlan simulate``: a scripted evening in the exercise."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

ABOUT = """\
在演练中按脚本走一个晚上：每一步由真实岗位上的人办理，写入演练，不写入实战。
Play an evening from a script in the exercise: each step is done by whoever holds the post; nothing is written to the real district.

脚本 / scripts: rainstorm（暴雨之夜 / a night of rain）, 或自己的 .toml 文件 / or a .toml file of your own
  anlan simulate rainstorm --open --speed 60     开设演练，一分钟当一小时 / open an exercise, an hour takes a minute
  anlan simulate rainstorm --speed 0 --json      不等待，输出JSON / without waiting, JSON
"""


def main(arguments: Sequence[str]) -> int:
    """0 when the evening was played to its end; 1 with a sentence where it was refused."""
    given = parser().parse_args(list(arguments))
    from .playing import Stopped  # noqa: PLC0415  help answers before the apps load
    from .script import Unreadable  # noqa: PLC0415

    try:
        return _play(given)
    except Stopped as stopped:
        if given.json:
            print(json.dumps({**stopped.played.as_json(), "refused": str(stopped)}, ensure_ascii=False, indent=1))
        print(stopped, file=sys.stderr)
    except Unreadable as why:
        print(why, file=sys.stderr)
    return 1


def parser() -> ArgumentParser:
    made = ArgumentParser("anlan simulate", description=ABOUT, formatter_class=RawDescriptionHelpFormatter)
    made.add_argument("script", metavar="SCRIPT", help="脚本名或文件 / a script's name, or a file")
    made.add_argument("--speed", type=_speed, default=60.0, metavar="N",
                      help="演练时钟是平时的多少倍，0为不等待，默认60 / times real time; 0: without waiting; by default 60")
    made.add_argument("--ground", default="", metavar="STREET", help="换一个街道 / another street than the script's")
    made.add_argument("--open", action="store_true", help="没有演练就开设一场 / open an exercise if there is none")
    made.add_argument("--json", action="store_true", help="给程序读的输出 / output for a machine")
    return made


def _speed(text: str) -> float:
    value = float(text)
    if not (value == 0 or 1 <= value <= 600):
        raise ValueError(text)
    return value


def _play(given: Namespace) -> int:
    from anlan.kernel import spaces  # noqa: PLC0415

    from .playing import Deed, Evening  # noqa: PLC0415
    from .script import Unreadable, read  # noqa: PLC0415

    script = read(given.script)
    if spaces.opened() is None:
        if not given.open:
            raise Unreadable("没有正在进行的演练；请先在“设置→演练”里开设，或加 --open。"
                             " / No exercise is open; open one on the settings page, or add --open.")
        _open(script, given.speed)
    usual = spaces.opened().speed

    def tell(deed: Deed) -> None:
        if not given.json:
            print(f"{deed.at}  {'' if deed.done else '✗ '}{deed.sentence}", flush=True)

    with spaces.within(spaces.EXERCISE):
        played = Evening(script, given.ground, given.speed, tell).play(usual)
    _print(played, given.json)
    return 0


def _open(script: Any, speed: float) -> None:
    """At the script's hour of the business day; made ready here, so that no worker is needed."""
    from anlan.kernel.actors import SYSTEM  # noqa: PLC0415
    from anlan.kernel.changes import Ref  # noqa: PLC0415
    from anlan.kernel.door import advance  # noqa: PLC0415
    from anlan.kernel.instance import instance_clock, local_day, zone  # noqa: PLC0415

    from .models import Exercise  # noqa: PLC0415
    from .opening import prepare  # noqa: PLC0415

    at, uid = instance_clock(), uuid4()
    begins = datetime.combine(local_day(at), script.begins, zone())
    advance(Ref("exercise", uid), "open", actor=SYSTEM, at=at, given={
        "name": script.name, "why": script.about, "begins_at": begins.isoformat(), "speed": speed or 1})
    prepare(Exercise.objects.get(uid=uid))


def _print(played: Any, as_json: bool) -> None:
    if as_json:
        print(json.dumps(played.as_json(), ensure_ascii=False, indent=1))
        return
    print(f"{played.began} → {played.ended}  {played.ground}  {len(played.steps)} 步 / steps")
    print("文号 / papers: " + ("、".join(played.papers) or "—"))
    for line in played.late or ["—"]:
        print(f"超时 / late: {line}")
