"""What the settings page leads to: each app adds its own pages with the permits that open them."""

from __future__ import annotations

from typing import Any, NamedTuple

from anlan.kernel.actors import Actor


class Way(NamedTuple):
    """permits: any of them opens the page; empty: every post that may read the settings."""

    label: Any
    about: Any
    url: str
    icon: str
    permits: frozenset[str]


WAYS: list[Way] = []


def add(label: Any, about: Any, url: str, icon: str, *permits: str) -> None:
    WAYS.append(Way(label, about, url, icon, frozenset(permits)))


def ways_for(actor: Actor) -> list[Way]:
    return [way for way in WAYS if not way.permits or not way.permits.isdisjoint(actor.permits)]
