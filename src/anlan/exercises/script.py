"""An evening as a file: TOML that names who does what after how many minutes. Faults are sentences.

    [script] name, about, ground (a street), begins ("18:30")
    [cast.NAME] role, at (district, street, community or grid), or of (a column of the case that names a party) and roles
    [find.NAME] kind and lookups: a case that is there already; "@NAME" then stands for it, or for nothing
    [[step]] after, who, does ("kind.move"), as or case, given; unless: a name; each: how many cases; keeps: a JSON column
             that given is added to; may_fail: go on where it is refused
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from anlan.kernel.flows import FLOWS
from anlan.kernel.refusals import Refusal

SHIPPED = Path(__file__).parent / "scripts"
KNOWN = {"after", "who", "does", "as", "case", "given", "unless", "each", "keeps", "may_fail"}


class Unreadable(ValueError):
    """The file cannot be played; the text says why."""


@dataclass(frozen=True)
class Step:
    """case: "@name", or lookups with `find`. minutes: after the beginning."""

    minutes: int
    who: str
    kind: str
    move: str
    called: str = ""
    case: Any = None
    given: Mapping[str, Any] = field(default_factory=dict)
    unless: str = ""
    each: int = 1
    keeps: str = ""
    may_fail: bool = False


@dataclass(frozen=True)
class Script:
    name: str
    about: str
    ground: str
    begins: time
    cast: Mapping[str, Mapping[str, str]]
    finds: Mapping[str, Mapping[str, Any]]
    steps: tuple[Step, ...]


def shipped() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def read(wanted: str) -> Script:
    """A script that ships, by its name, or a file. Raises Unreadable."""
    path = SHIPPED / f"{wanted}.toml" if wanted in shipped() else Path(wanted)
    if not path.is_file():
        raise Unreadable(_("没有名为“%(name)s”的脚本，也没有这个文件。现有脚本：%(known)s") % {
            "name": wanted, "known": "、".join(shipped())})
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return _script(told)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Unreadable(_("脚本写得不合TOML的规则：%(fault)s") % {"fault": fault}) from fault
    except (KeyError, TypeError, ValueError) as fault:
        raise Unreadable(_("脚本缺少或写错了：%(fault)s") % {"fault": fault}) from fault


def _script(told: Mapping[str, Any]) -> Script:
    about, cast = told["script"], told["cast"]
    steps = tuple(sorted((_step(n, s, cast) for n, s in enumerate(told["step"], 1)), key=lambda s: s.minutes))
    if vague := [who for who, one in cast.items() if not ({"role", "at"} <= set(one) or {"of", "roles"} <= set(one))]:
        raise ValueError(_("角色“%(who)s”要写role和at，或of和roles") % {"who": vague[0]})
    return Script(about["name"], about["about"], about["ground"], time.fromisoformat(about["begins"]), cast, told.get("find", {}), steps)


def _step(n: int, told: Mapping[str, Any], cast: Mapping[str, Any]) -> Step:
    kind, _dot, move = told["does"].partition(".")
    if kind not in FLOWS or move not in FLOWS[kind].by_name:
        raise ValueError(_("第%(n)s步的操作“%(does)s”不存在") % {"n": n, "does": told["does"]})
    if strange := sorted(set(told) - KNOWN):
        raise ValueError(_("第%(n)s步有不认识的项：%(names)s") % {"n": n, "names": "、".join(strange)})
    if told["who"] not in cast:
        raise ValueError(_("第%(n)s步的“%(who)s”不在角色表里") % {"n": n, "who": told["who"]})
    return Step(int(told["after"]), told["who"], kind, move, told.get("as", ""), told.get("case"), told.get("given", {}),
                told.get("unless", ""), int(told.get("each", 1)), told.get("keeps", ""), bool(told.get("may_fail")))


def refused(n: int, step: Step, why: Refusal) -> str:
    label = FLOWS[step.kind].move(step.move).label
    return _("第%(n)s步“%(what)s”没有办成：%(why)s") % {"n": n, "what": label, "why": why}
