"""Trying the matcher: several demands for teams and goods, who and what serves them best, what decided and what is lacking.

It calls nobody and moves nothing; its buttons lead to the pages that do, filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day, zone
from anlan.kernel.ledger import plain
from anlan.kernel.rulebook import parameter
from anlan.people.access import needs_post
from anlan.people.roles import OUTSIDE
from anlan.people.scope import ground_of

from .match_facts import force_of, loading_on, sources_of, stocks_of
from .match_rows import MOST_ROWS, Known, Wanted, rows_of, wanted_of
from .matching import Choice, Demand, Plan, Roads, distance_km, match
from .road_facts import roads_between
from .selectors import teams_seen_by
from .store_models import Basis, Stock
from .supplying import Asked, Need, Supplies, Supply, supply, worded

KEPT = ("for_kind", "for_uid", "task")


@require_GET
@needs_post
def match_page(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    if actor.is_any(*OUTSIDE):
        raise PermissionDenied(_("应急力量由各级值班和指挥人员查看。"))
    known = Known.read(actor, at)
    rows = rows_of(request.GET, known)
    ready = rows.asked and not rows.too_many and rows.valid
    wanted = wanted_of(rows, known) if ready else None
    kept = {k: request.GET[k][:200] for k in KEPT if request.GET.get(k)}
    told = Worked.out(wanted, kept, actor, at) if wanted is not None else None
    return render(request, "resources/match.html", {
        "rows": rows, "told": told, "plan": told and told.plan, "now": at, "kept": kept, "most": MOST_ROWS,
        "roads": told.roads if told else roads_between((), (), local_day(at))}, status=422 if rows.asked and told is None else 200)


@dataclass(frozen=True)
class TeamsOf:
    """What is planned for one demand. call_url: the page of forces with these teams ticked."""

    demand: Demand
    choices: Sequence[Choice]
    lacking: int
    why: Sequence[str]
    call_url: str


@dataclass(frozen=True)
class Offer:
    """A store's part of one need, and where it is asked for: (words, url); None where nobody may ask from here."""

    supply: Supply
    amount: str
    lots: str
    step: tuple[str, str]


@dataclass(frozen=True)
class GoodsOf:
    """amount, lacking: with their measure; take_url: the form that requisitions what is lacking."""

    need: Need
    amount: str
    offers: Sequence[Offer]
    lacking: str
    why: Sequence[str]
    take_url: str


@dataclass(frozen=True)
class Worked:
    """The answer of the page."""

    plan: Plan
    supplies: Supplies
    teams: Sequence[TeamsOf]
    goods: Sequence[GoodsOf]
    roads: Roads

    @property
    def gap(self) -> float:
        """By how many minutes a better plan might be shorter."""
        return self.plan.gap + self.supplies.gap

    @classmethod
    def out(cls, wanted: Wanted, kept: Mapping[str, str], actor: Actor, at: datetime) -> Worked:
        day = local_day(at)
        forces = [force_of(t, at, day) for t in teams_seen_by(actor, at).filter(state="active")] if wanted.demands else []
        stocks = stocks_of([n.good for n in wanted.needs], actor, at) if wanted.needs else []
        sources = sources_of(stocks) if stocks else []
        roads = roads_between([*forces, *sources], [*wanted.demands, *wanted.needs], day)
        least = int(parameter("team.keep_behind", day))
        plan = match(forces, wanted.demands, roads, {f.home: least for f in forces})
        supplies = supply(Asked(sources, wanted.needs, day, roads, loading_on(at)))
        links = Links(kept, actor, at, {str(s.uid): s for s in stocks})
        return cls(plan, supplies, [_teams(d, plan, links) for d in wanted.demands],
                   [_goods(n, supplies, links) for n in wanted.needs], roads)


def _teams(demand: Demand, plan: Plan, links: Links) -> TeamsOf:
    choices = [c for c in plan.choices if c.demand.key == demand.key]
    return TeamsOf(demand, choices, plan.lacking.get(demand.key, 0), plan.why.get(demand.key, ()), links.call(demand, choices))


def _goods(need: Need, supplies: Supplies, links: Links) -> GoodsOf:
    offers = [Offer(c, worded(c.amount, need.measure), "；".join(_lots(c)), links.step(c)) for c in supplies.choices
              if c.need.key == need.key]
    lacking = supplies.lacking.get(need.key)
    return GoodsOf(need, worded(need.amount, need.measure), offers, worded(lacking, need.measure) if lacking else "",
                   supplies.why.get(need.key, ()), links.take(need, lacking) if lacking else "")


def _lots(c: Supply) -> Iterator[str]:
    """What leaves which lot, first expired first."""
    for pile, amount in c.lots:
        until = _("有效期至%(day)s") % {"day": pile.expires_on.isoformat()} if pile.expires_on else _("不过期")
        yield _("批号%(number)s %(n)s（%(until)s）") % {"number": pile.number, "n": worded(amount, c.need.measure), "until": until}


@dataclass(frozen=True)
class Links:
    """Where the plan is carried out. kept: the case that it is all for, and its task. stocks: by uid."""

    kept: Mapping[str, str]
    actor: Actor
    at: datetime
    stocks: Mapping[str, Stock]

    def call(self, demand: Demand, choices: Sequence[Choice]) -> str:
        if not choices:
            return ""
        told = [("team", c.force.key) for c in choices]
        return "/desk/resources/?" + urlencode([*told, ("place", demand.name), ("arrive_by", self._by(demand.within)), *self.kept.items()])

    def step(self, c: Supply) -> tuple[str, str]:
        """From one's own shelf goods are given out; another's are asked for; a firm's are called by the body that holds the contract."""
        if "stores.keep" not in self.actor.permits:
            return "", ""
        source = self.stocks[c.source.key]
        if self._own(source):
            told = {"amount": plain(c.amount), "purpose": self._purpose(c.need)}
            if source.basis == Basis.AGREEMENT:
                return _("向企业调用"), f"/desk/stocks/{source.uid}/call_firm?{urlencode(told | self._brought(c.need))}"
            return _("发出这些物资"), f"/desk/stocks/{source.uid}/draw?{urlencode(told)}"
        if source.basis == Basis.AGREEMENT:
            return _("看协议库存，请管理单位调用"), f"/desk/stocks/{source.uid}/"
        return _("申请调拨"), "/desk/transfers/new?" + urlencode(self._transfer(c, source))

    def _brought(self, need: Need) -> dict[str, str]:
        return {"destination": need.name, "needed_by": self._by(need.within), **self._case()}

    def _transfer(self, c: Supply, source: Stock) -> dict[str, str]:
        into = self._into(c.need, source)
        return {**({"to_stock": str(into.uid)} if into else {}), "from_stock": str(source.uid), "amount": plain(c.amount),
                "purpose": self._purpose(c.need), "needed_by": self._by(c.need.within), **self._case()}

    def take(self, need: Need, lacking: Decimal) -> str:
        """What nobody has is taken, to be returned or paid."""
        if "stores.requisition" not in self.actor.permits or self.actor.area_id is None:
            return ""
        measure = next((s.good.measure for s in self.stocks.values() if str(s.good.uid) == need.good), "")
        told = {"what": need.good_name, "amount": plain(lacking), "measure": measure, "purpose": self._purpose(need)}
        return "/desk/requisitions/new?" + urlencode({k: v for k, v in told.items() if v})

    def _into(self, need: Need, source: Stock) -> Stock | None:
        """The asker's own shelf of these goods, the one nearest to where they are needed."""
        held = [s for s in self.stocks.values() if s.good_id == source.good_id and s.basis == Basis.OWN and self._own(s)]
        return min(held, key=lambda s: (_away(s, need), s.id)) if held else None

    def _own(self, stock: Stock) -> bool:
        ground = ground_of(self.actor, self.at)
        return ground is not None and (ground.is_all or stock.area_id in ground.ids)

    def _purpose(self, need: Need) -> str:
        return self.kept.get("task") or _("送%(place)s") % {"place": need.name}

    def _by(self, minutes: int) -> str:
        """As an input of day and time reads it."""
        return (self.at + timedelta(minutes=minutes)).astimezone(zone()).strftime("%Y-%m-%dT%H:%M")

    def _case(self) -> dict[str, str]:
        return {k: self.kept[k] for k in ("for_kind", "for_uid") if k in self.kept}


def _away(stock: Stock, need: Need) -> float:
    store = stock.store
    return distance_km(store.lon, store.lat, need.lon, need.lat) if store.lon is not None and store.lat is not None else float("inf")
