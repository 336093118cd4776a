"""Calling many teams at once: each by itself is called or refused, and each says what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance_many

from .team_models import Callout, RescueTeam


@dataclass(frozen=True)
class Called:
    """callout: the case that was opened, None where the team was refused; sentences: why."""

    team: RescueTeam
    callout: Callout | None
    sentences: Sequence[str] = ()


def call_teams(teams: Iterable[RescueTeam], given: Mapping[str, Any], *, actor: Actor, at: datetime, batch: UUID) -> list[Called]:
    """One order a team, all in one call; sent twice under the same batch it gives the first receipts."""
    held = list(teams)
    told = advance_many([Order(Ref("rescue_team", t.uid), "call", actor, at, given, uuid5(batch, str(t.uid))) for t in held])
    opened = callouts_of(held, told)
    return [Called(t, opened.get(t.id), () if isinstance(r, Receipt) else r.sentences) for t, r in zip(held, told, strict=True)]


def callouts_of(teams: Sequence[RescueTeam], told: Sequence[Any]) -> dict[int, Callout]:
    """The callout that each receipt opened: its uid follows from the team and the version that the call made."""
    uids = {uuid5(t.uid, f"callout{r.n}"): t.id for t, r in zip(teams, told, strict=True) if isinstance(r, Receipt)}
    return {uids[x.uid]: x for x in Callout.objects.filter(uid__in=uids)}
