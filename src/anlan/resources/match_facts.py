"""Teams and stores as the matcher knows them: ready or resting, what may leave, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter

from .matching import Force
from .nights import minutes_of_night
from .selectors import stocks_seen_by
from .store_facts import piles_of
from .store_flow import TransferState
from .store_models import Basis, Measure, Stock, Transfer
from .supplying import Source
from .team_models import RescueTeam, Standing
from .team_rules import minutes_of, spell_of


def force_of(team: RescueTeam, at: datetime, day: date) -> Force:
    """A team as the matcher knows it: who rests may go when the rest is over, who stands ready by day alone in the morning,
    who is out or off may not."""
    wait, reason = _wait(team, at, day)
    return Force(str(team.uid), team.name, frozenset({team.skill}), team.level, team.people, team.lon, team.lat, team.ready_minutes,
                 wait, reason, str(team.owner))


def _wait(team: RescueTeam, at: datetime, day: date) -> tuple[int | None, str]:
    if team.standing == Standing.RESTING and team.rest_until is not None:
        return _minutes(team.rest_until - at), ""
    if team.standing != Standing.READY:
        return None, str(Standing(team.standing).label)
    rest = minutes_of(parameter("team.rest", day))
    if team.back_at is not None and spell_of(team, at, rest) >= minutes_of(parameter("team.work_max", day)):
        return _minutes(team.back_at + timedelta(minutes=rest) - at), ""
    return (minutes_of_night(at) if team.day_only else 0), ""


def _minutes(span: timedelta) -> int:
    return max(0, -(-int(span.total_seconds()) // 60))


def stocks_of(goods: Sequence[Any], actor: Actor, at: datetime) -> list[Stock]:
    """Where these kinds of goods (uids) are kept."""
    return list(stocks_seen_by(actor, at).filter(good__uid__in=set(goods), state="kept", store__state="active"))


def sources_of(stocks: Sequence[Stock]) -> list[Source]:
    """With their lots, and what of them is approved for others. Two statements."""
    ids = [s.id for s in stocks]
    piles = piles_of(ids)
    waiting = Transfer.objects.filter(from_stock__in=ids, state=TransferState.APPROVED).order_by()
    promised = dict(waiting.values("from_stock").annotate(s=Sum("approved")).values_list("from_stock", "s"))
    return [Source(str(s.uid), s.store.name, str(s.good.uid), str(Measure(s.good.measure).label), piles.get(s.id, []), s.store.lon,
                   s.store.lat, s.reserve, promised.get(s.id) or Decimal(0), s.supplier if s.basis == Basis.AGREEMENT else "")
            for s in stocks]


def loading_on(at: datetime) -> int:
    """Minutes from the order to leaving with the goods."""
    return int(parameter("store.load_minutes", local_day(at)))
