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
    """url(case) → the page of the opening; may(case, actor) → whether it is shown, without a statement.

    judges(view) → the same by what the page knows of the case, where roles alone do not say it.
    """

    name: str
    label: Any
    url: Callable[[Any], str]
    may: Callable[[Any, Actor], bool]
    judges: Callable[[Any], bool] | None = None


OFFERS: dict[str, dict[str, Offer]] = defaultdict(dict)


def offer(kind: str, made: Offer) -> None:
    """Show it on the pages of this kind. A second one of the same name takes its place."""
    OFFERS[kind][made.name] = made


def offered(view: Any) -> list[Offer]:
    """Of the page of one case. Its facts are asked only where the roles do not suffice."""
    return [o for o in OFFERS.get(view.flow.kind, {}).values()
            if o.may(view.case, view.actor) or (o.judges is not None and o.judges(view))]
