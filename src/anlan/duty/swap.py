"""A swap of one shift: asked → agreed by who takes it → approved, all before the shift begins."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.instance import zone
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, sentences, system_only
from anlan.kernel.worktime import Limit, Unit

from . import facts as load
from . import forms as f
from . import rules as r
from . import turns, wording
from .models import Swap


class State(models.TextChoices):
    ASKED = "asked", _("待对方同意")
    AGREED = "agreed", _("待批准")
    APPROVED = "approved", _("已换班")
    DECLINED = "declined", _("对方未同意")
    REJECTED = "rejected", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")
    LAPSED = "lapsed", _("已过时")


OPEN = (State.ASKED, State.AGREED)
DONE = (State.APPROVED, State.DECLINED, State.REJECTED, State.WITHDRAWN, State.LAPSED)


def place_of(roster, day, post_id) -> str:
    """On which place a post stands on a day; empty for none."""
    shift = roster.shifts.get(day.isoformat(), {}) if roster is not None and day else {}
    return next((place for place, post in shift.items() if post == post_id), "")


@rule(_("值班人员只能换自己的班，请选自己值班的日子"), reads=("ground",))
def stands_there(case, facts, actor, when, given):
    roster = facts.ground.roster if facts.ground else None
    return bool(roster is not None and roster.state == "published" and place_of(roster, given.day, actor.post_id))


@rule(_("换班须在值班开始之前办完，这一班已经开始"), reads=("ground",))
def is_ahead(case, facts, actor, when, given):
    days = [d for d in (given.day or case.day, given.back_day or case.back_day) if d]
    return all(turns.begin_of(facts.rules, day, zone()) > when.at for day in days)


@sentences(_("换班后仍须有带班领导，任何人不得连值两夜"), reads=("ground", "staff"))
def swap_stands(case, facts, actor, when, given):
    """Asked with uids, agreed and approved with what the case holds."""
    roster = facts.ground.roster
    if case.version:
        wish = r.Exchange(case.place, case.day, case.giver_id, case.taker_id, case.back_day)
    else:
        taker = facts.staff.by_uid.get(given.taker)
        if taker is None:
            return [gettext("接班人须是本机构在任的人员。")]
        if taker.post_id == actor.post_id:
            return [gettext("不能和自己换班。")]
        wish = r.Exchange(place_of(roster, given.day, actor.post_id), given.day, actor.post_id, taker.post_id, given.back_day)
    return r.exchange_faults(roster, r.Beside(facts, facts.ground.near), wish)


@rule(_("须由接班人本人办理"))
def is_taker(case, facts, actor, when, given):
    return actor.post_id is not None and actor.post_id == case.taker_id


@rule(_("须由申请人本人办理"))
def is_giver(case, facts, actor, when, given):
    return actor.post_id is not None and actor.post_id == case.giver_id


@rule(_("须由本机构安排值班的人批准，申请人和接班人不能自己批准"))
def approves(case, facts, actor, when, given):
    return (r.KEEP in actor.permits and r.of_house(actor, case.organisation_id)
            and actor.person_id not in (case.asker_id, case.agreer_id) and actor.post_id not in (case.giver_id, case.taker_id))


def asked(case, facts, actor, when, given):
    roster, taker = facts.ground.roster, facts.staff.by_uid[given.taker]
    place = place_of(roster, given.day, actor.post_id)
    yield c.Set(organisation_id=roster.organisation_id, area_id=roster.area_id, roster_id=roster.id, day=given.day, place=place,
                giver_id=actor.post_id, taker_id=taker.post_id, asker_id=actor.person_id, back_day=given.back_day, why=given.why)
    due = min(turns.begin_of(facts.rules, day, zone()) for day in (given.day, given.back_day) if day)
    yield c.Start("decide", Limit(0, Unit.MINUTE), ("lapse",), taker.post_id, due=due)
    yield c.Owe(taker.post_id, "agree")
    yield c.Tell(taker.post_id, wording.asked_to_swap(actor.name, given.day, given.back_day))


asked.reads = ("ground", "staff")


def agreed(case, facts, actor, when, given):
    yield c.Set(agreer_id=actor.person_id)
    yield c.Release(role="agree")
    yield c.Owe(case.organisation_id, "approve")
    yield c.Tell(case.organisation_id, wording.swap_agreed(case.day))


def approved(case, facts, actor, when, given):
    """Both shifts change in the same deed."""
    yield c.Also(c.Ref("roster", facts.ground.roster.uid), "exchange", {
        "place": case.place, "day": case.day, "back_day": case.back_day, "giver": case.giver_id, "taker": case.taker_id})
    yield from told(case, wording.swap_approved(case.day))


approved.reads = ("ground",)


def told(case, words):
    for post in (case.giver_id, case.taker_id):
        yield c.Tell(post, words)


def answered(case, facts, actor, when, given):
    yield c.Set(answer=given.answer or "")
    yield from told(case, wording.swap_refused(case.day, given.answer or ""))


def lapsed(case, facts, actor, when, given):
    yield from told(case, wording.swap_lapsed(case.day))


SWAP = register(Flow(
    kind="swap", label=_("换班"), model=Swap, states=State, final=DONE, last_resort="nobody_acted", link="/desk/swaps/{uid}/",
    families={"open": OPEN, "done": DONE}, title=lambda x: f"{x.day:%Y-%m-%d}",
    cell=lambda x: Cell(x.state, x.area_id, x.organisation_id), clock_names={"decide": _("换班办理")},
    roles={"agree": Owed(_("答复换班"), "decide", decides=True), "approve": Owed(_("批准换班"), "decide", decides=True)},
    load={"ground": Fact(load.grounds), "staff": Fact(load.staff)},
    moves=(
        Move("ask", _("申请换班"), NEW, State.ASKED, by=stands_there, form=f.AskSwapForm, says=_("{who}申请换{day}的班：{why}"),
             needs=(is_ahead, swap_stands), does=(asked,), shown=False),
        Move("agree", _("同意接班"), (State.ASKED,), State.AGREED, by=is_taker, says=_("{who}同意接班"), needs=(is_ahead, swap_stands),
             does=(agreed,), primary=True),
        Move("decline", _("不能接班"), (State.ASKED,), State.DECLINED, by=is_taker, form=f.ReasonForm, says=_("{who}不能接班：{answer}"),
             does=(answered,), stops=("decide",)),
        Move("approve", _("批准换班"), (State.AGREED,), State.APPROVED, by=approves, says=_("{who}批准换班"),
             needs=(is_ahead, swap_stands), does=(approved,), stops=("decide",), primary=True),
        Move("reject", _("不批准"), (State.AGREED,), State.REJECTED, by=approves, form=f.ReasonForm, says=_("{who}不批准换班：{answer}"),
             does=(answered,), stops=("decide",)),
        Move("withdraw", _("撤回"), OPEN, State.WITHDRAWN, by=is_giver, says=_("{who}撤回换班申请"), stops=("decide",)),
        Move("lapse", _("过时作废"), OPEN, State.LAPSED, by=system_only, says=_("到值班开始还没有批准，换班作废，按原表值班"),
             does=(lapsed,), shown=False),
        last_resort(OPEN),
    ),
))
