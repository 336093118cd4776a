"""The life of a month's roster: drawn up by a fair proposal, edited by hand, published; and of a swap of one shift."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register

from . import facts as load
from . import forms as f
from . import rules as r
from . import turns, wording
from .models import Roster
from .sheet import opens


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已公布")


def drawn_up(case, facts, actor, when, given):
    """The body is the actor's own; its ground is where the roster stands."""
    yield c.Set(organisation_id=facts.house.id, area_id=facts.house.area_id, month=given.month)
    yield from proposed(case, facts, actor, when, given)


drawn_up.reads = ("house", "staff", "around")


def proposed(case, facts, actor, when, given):
    """Fair turns: heavy days by who had fewest, others by who had least, over the last twelve months."""
    month, who = case.month or given.month, facts.staff.who
    ids = {place: [facts.staff.by_uid[u].post_id for u in uids] for place, uids in r.pools_given(given).items()}
    pools = {place: posts for place, posts in ids.items() if posts}
    days = turns.days_of(month)
    weights = {day.isoformat(): turns.weight_of(facts.rules, day) for day in days}
    ledger = turns.Ledger(facts.value("duty.nights_between"))
    for shifts, worth in facts.around.year:
        turns.stood(ledger, shifts, worth, who)
    yield c.Set(pools=pools, weights=weights, shifts=turns.propose(days, pools, weights, who, ledger))


proposed.reads = ("staff", "around")


def shift_set(case, facts, actor, when, given):
    yield c.Set(shifts={**case.shifts, given.day.isoformat(): r.shift_given(facts, given)})
    if case.state == State.PUBLISHED:
        for post in sorted({*case.shifts[given.day.isoformat()].values(), *r.shift_given(facts, given).values()}):
            yield c.Tell(post, wording.shift_changed(given.day))


shift_set.reads = ("staff",)


def published(case, facts, actor, when, given):
    yield c.Set(published_at=when.at)
    yield c.Event("published")
    if facts.sheet_wanted:
        yield opens(facts.house, facts.rules, when.at)
    for post in sorted({p for shift in case.shifts.values() for p in shift.values()}):
        yield c.Tell(post, wording.roster_published(case.month))


published.reads = ("house", "sheet_wanted")


def exchanged(case, facts, actor, when, given):
    yield c.Set(shifts=turns.exchanged(case.shifts, given.place, given.day.isoformat(), given.giver, given.taker,
                                       given.back_day.isoformat() if given.back_day else None))


ROSTER = register(Flow(
    kind="roster", label=_("值班表"), model=Roster, states=State, link="/desk/rosters/{uid}/",
    title=lambda x: f"{x.month:%Y-%m}", cell=lambda x: Cell(x.state, x.area_id, x.organisation_id),
    load={"house": Fact(load.own_house), "staff": Fact(load.staff), "around": Fact(load.around),
          "sheet_wanted": Fact(load.sheet_wanted)},
    moves=(
        Move("draw_up", _("编排值班表"), NEW, State.DRAFT, by=r.keeps_roster, form=f.DrawUpForm, says=_("{who}编排{month}值班表"),
             needs=(r.month_begins, r.house_known, r.month_is_new, r.pools_suffice), does=(drawn_up,), shown=False),
        Move("publish", _("公布"), (State.DRAFT,), State.PUBLISHED, by=r.keeps_roster, says=_("{who}公布值班表"),
             needs=(r.roster_stands,), does=(published,), primary=True),
        Move("redraw", _("重新编排"), (State.DRAFT,), SAME, by=r.keeps_roster, form=f.PoolsForm, says=_("{who}重新编排值班表"),
             needs=(r.pools_suffice,), does=(proposed,), shown=False),
        Move("set_shift", _("改一班"), (State.DRAFT, State.PUBLISHED), SAME, by=r.keeps_roster, form=f.ShiftForm,
             says=_("{who}改{day}的值班"), needs=(r.shift_is_ahead, r.change_stands), does=(shift_set,), shown=False),
        Move("exchange", _("换班"), (State.PUBLISHED,), SAME, by=r.within_duty, form=f.SwapIn, says=_("{day}的班已按批准的换班调整"),
             needs=(r.exchange_stands,), does=(exchanged,), shown=False),
    ),
))
