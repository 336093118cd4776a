"""What a higher app offers on a lower app's case page: the registry of openings by subject.

The lower page names no higher app; the higher app says, when it is ready, which of its own moves a case may start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anlan.kernel.actors import Actor


@dataclass(frozen=True)
class Offer:
    """url(case) → the page of the opening; may(case, actor) → whether it is shown, without a statement."""

    name: str
    label: Any
    url: Callable[[Any], str]
    may: Callable[[Any, Actor], bool]


OFFERS: dict[str, dict[str, Offer]] = defaultdict(dict)


def offer(kind: str, made: Offer) -> None:
    """Show it on the pages of this kind. A second one of the same name takes its place."""
    OFFERS[kind][made.name] = made


def offered(kind: str, case: Any, actor: Actor) -> list[Offer]:
    return [o for o in OFFERS.get(kind, {}).values() if o.may(case, actor)]
