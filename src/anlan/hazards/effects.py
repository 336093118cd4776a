"""What the moves of a hazard change. Pure: everything they need is in the facts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

from anlan.kernel import changes as c
from anlan.kernel.rules import reads
from anlan.kernel.worktime import Limit, Unit
from anlan.people.scope import kept_to_trade
from anlan.toolkit.codes import public_code
from anlan.toolkit.tilekey import key as tile_key

from . import wording
from .models import ClosedHow, Level, Sort

LATE_NOW = "late_now"
"""Comes with the end of a limit and goes when the hazard is late no more: the sum is what stands late."""


def _stood(facts, ground, actor):
    """Who answers. What a department finds where no unit is, it leads."""
    people = facts.answerers
    finder = actor.organisation_id if kept_to_trade(actor) else None
    return {"community_party": people.community_id, "street_party": people.street_id,
            "department_party": ground.department_party if ground else finder,
            "owner_party": ground.owner_party if ground else None}


def _point(lon, lat):
    return {"lon": lon, "lat": lat, "tile_key": None if lon is None else tile_key(lon, lat)}


def found_event(level, opener):
    return c.Event("found", facet=opener)


@reads("matter", "answerers", "earlier")
def found_from_matter(case, facts, actor, when, given):
    """A hazard made of what someone reported; it hangs on the matter."""
    matter = facts.matter
    yield c.Set(
        area_id=matter.area_id, matter_id=matter.id, premises_id=matter.premises.id if matter.premises else None,
        code=public_code(case.uid, "H"), opener=matter.opener, what=given.what, item_code=given.item_code or "",
        place=given.place or matter.place, finder_id=actor.person_id, found_on=facts.day, days=0,
        recurred_from_id=facts.earlier, **_stood(facts, matter.premises, actor), **_point(matter.lon, matter.lat))
    yield c.Event("found", facet=matter.opener)
    yield from _recurred(facts)
    yield c.Also(c.Ref("matter", matter.uid), "hang", {"case": f"hazard:{case.uid}"})
    yield from attach(given.photos, "before")


def _recurred(facts):
    if facts.earlier:
        yield c.Event("recurred")


@reads("unit", "answerers", "earlier")
def found_on_visit(case, facts, actor, when, given):
    """One deed from found to notified: the visit's hazard notice is the notification."""
    unit = facts.unit
    due_on = facts.day + timedelta(days=given.days)
    major = given.level == Level.MAJOR
    yield c.Set(
        area_id=unit.area_id, matter_id=c.Ref("matter", given.matter_uid), premises_id=unit.id,
        visit_uid=given.visit, code=public_code(case.uid, "H"), opener=given.opener, what=given.what,
        item_code=given.item_code or "", basis=given.basis or "", basis_pending=bool(given.basis_pending),
        place=given.place or "", level=given.level, grade_reason=given.grade_reason or "",
        finder_id=actor.person_id, grader_id=actor.person_id, found_on=facts.day, days=given.days,
        due_on=None if major else due_on, control=given.control or "",
        controlled_at=when.at if given.control else None, recurred_from_id=facts.earlier,
        **_stood(facts, unit, actor), **_point(unit.lon, unit.lat))
    yield c.Event("found", facet=given.opener)
    yield from _recurred(facts)
    yield from attach(given.before, "before")
    yield from attach(given.voice, "voice")
    if major:
        yield c.Start("confirm", "hazard.confirm_limit", ("go_unconfirmed",),
                      facts.answerers.street_id)
        for party in filter(None, (facts.answerers.community_id, facts.answerers.street_id)):
            yield c.Owe(party, "confirm")
            yield c.Tell(party, wording.major_found(given.what), urgent=True)
    else:
        yield from rectify_by(given.days, facts, unit.owner_party, facts.answerers.community_id, due_on)
    if given.fixed:
        yield c.Also(c.Ref("hazard", case.uid), "close_on_spot", {
            "before": given.before, "after": given.after, "signature": given.signature, "fixed_what": given.fixed,
            "matter_uid": given.matter_uid})


def rectify_by(days, facts, owner, community, due_on):
    """The unit owes the rectification; without a known owner its community does (domain.md 2.5: calendar days)."""
    party = owner or community
    yield c.Start("rectify", Limit(days, Unit.CALENDAR_DAY), ("go_overdue",), party,
                  float(facts.value("hazard.remind_ratio")))
    yield c.TakeBack("owed")
    yield c.Event("owed", belongs_on=due_on)
    if party:
        yield c.Owe(party, "rectify")
        yield c.Tell(party, wording.please_rectify(due_on))


def owner_named(case, facts, actor, when, given):
    """A unit that had nobody to answer has somebody now; what its community owed in its place it owes itself too."""
    yield c.Set(owner_party=given.owner)
    if case.state in ("notified", "rectifying") and case.due_on:
        yield c.Owe(given.owner, "rectify", wording.end_of(case.due_on))
        yield c.Tell(given.owner, wording.please_rectify(case.due_on))


def closed_on_spot(case, facts, actor, when, given):
    """Found and put right in one visit: general only, both photos and the unit's signature (domain.md 2.4)."""
    yield c.Set(closed_at=when.at, closed_how=ClosedHow.ON_SPOT, result="passed", fixed_what=given.fixed_what or "")
    yield from attach(given.after, "after")
    yield from attach([given.signature], "signature")
    yield c.Event("on_spot")
    yield from struck_off(case, facts, case.due_on)
    yield c.Also(c.Ref("matter", given.matter_uid), "settle", {"case": f"hazard:{case.uid}"})
    if sampled(case.uid, float(facts.value("hazard.recheck_share"))):
        yield proposal(case, Sort.RECHECK, wording.recheck(), facts)


def sampled(uid: UUID, share: float) -> bool:
    """The same hazard is always in the sample or always out of it."""
    return uuid5(uid, "recheck").int % 10_000 < share * 10_000


def struck_off(case, facts, due_on):
    """Rectified counts for the day of finding (of those found), struck off for the day it happened."""
    yield c.Event("rectified", belongs_on=case.found_on)
    yield c.Event("struck_off")
    if case.extensions:
        yield c.Event("struck_extended")
    if due_on is not None:
        yield c.Event("in_time" if facts.day <= due_on else "late", belongs_on=due_on)
    yield c.Event("days_taken", (facts.day - case.found_on).days)


def let_matter_go(case, facts, *, void=False):
    """The hazard hangs on its matter no longer; the last to go settles it. void: it was none."""
    if facts.matter is not None and facts.matter.state in ("open", "answered"):
        me = f"hazard:{case.uid}"
        others = [h for h in facts.matter.hanging if h != me]
        yield c.Also(c.Ref("matter", facts.matter.uid), "let_go" if others else "settle", {
            "case": me, **({"void": True} if void else {})})


def registered(case, facts, actor, when, given):
    yield from attach(given.photos, "before")


@reads("answerers")
def graded(case, facts, actor, when, given):
    yield c.Set(level=given.level, days=given.days, grade_reason=given.reason or "", grader_id=actor.person_id)
    yield from found_as(case, given.level)
    if given.level == Level.MAJOR:
        yield c.Start("confirm", "hazard.confirm_limit", ("go_unconfirmed",),
                      case.street_party)
        if case.street_party:
            yield c.Owe(case.street_party, "confirm")


def found_as(case, level):
    """What was found counts under the grade it has now, as what is put right does: of those found."""
    if level != case.level:
        yield c.TakeBack("found")
        yield c.Event("found", facet=case.opener, belongs_on=case.found_on)


@reads("unit")
def notified(case, facts, actor, when, given):
    """The hazard notice: a warden's or office's paper that orders nothing."""
    due_on = None if case.level == Level.MAJOR else facts.day + timedelta(days=case.days)
    yield c.Set(due_on=due_on)
    yield c.Paper("hazard_notice", uuid5(case.uid, "hazard_notice"), wording.notice_content(case, facts, actor, due_on))
    if case.level != Level.MAJOR:
        yield from rectify_by(case.days, facts, case.owner_party, case.community_party, due_on)


def controlled(case, facts, actor, when, given):
    yield c.Set(control=given.control, controlled_at=when.at)
    yield from attach(given.photos, "control")


def confirmed(case, facts, actor, when, given):
    """A second person confirms the grade; a major hazard's rectification starts at once."""
    yield c.Set(confirmer_id=actor.person_id)
    yield c.Release(role="confirm")
    yield c.Start("five_blocks", "hazard.blocks_limit", ("go_without_blocks",),
                  case.owner_party or case.community_party)
    for party in filter(None, (case.owner_party, case.community_party)):
        yield c.Owe(party, "five_blocks")


def confirmed_general(case, facts, actor, when, given):
    due_on = facts.day + timedelta(days=given.days)
    yield c.Set(level=Level.GENERAL, days=given.days, grade_reason=given.reason, due_on=due_on,
                confirmer_id=actor.person_id)
    yield from found_as(case, Level.GENERAL)
    yield c.Release(role="confirm")
    yield from rectify_by(given.days, facts, case.owner_party, case.community_party, due_on)


def blocks_filled(case, facts, actor, when, given):
    blocks = {"duty": f"{given.responsible}（{given.leader}督办）", "measures": given.measures,
              "funds": f"{given.budget_yuan} 元，{given.funds_from}", "time": given.due_on.isoformat(),
              "plan": given.plan}
    yield c.Set(blocks=blocks, due_on=given.due_on)
    yield c.Secret("responsible_phone", given.phone)
    yield c.Release(role="five_blocks")
    yield from due_by(case, given.due_on)


def due_by(case, due_on):
    """A rectification with a fixed last day: due at its 24:00."""
    yield c.Start("rectify", Limit(0, Unit.CALENDAR_DAY), ("go_overdue",), case.owner_party or case.community_party,
                  due=wording.end_of(due_on))
    yield c.TakeBack("owed")
    yield c.Event("owed", belongs_on=due_on)
    if case.owner_party or case.community_party:
        yield c.Owe(case.owner_party or case.community_party, "rectify", wording.end_of(due_on))


def order_drafted(case, facts, actor, when, given):
    yield c.Set(order_by=actor.person_id, order_drafter=actor.name, order_drafted_at=when.at, order_text=given.demand,
                order_due_on=given.due_on)
    if actor.organisation_id:
        yield c.Owe(actor.organisation_id, "sign_order")


@reads("unit")
def order_signed(case, facts, actor, when, given):
    """The number is given at the second signature (domain.md 9.3: 应急责改)."""
    yield c.Paper("order", uuid5(case.uid, f"order{case.version}"), wording.order_content(case, facts, actor),
                  "应急责改", wording.number_pattern(facts, "应急责改"), into="order_no")
    due_on = case.order_due_on or case.due_on
    yield c.Set(order_by=None, due_on=due_on, order_due_on=None)
    yield c.Release(role="sign_order")
    yield from late_no_more(case)
    yield from due_by(case, due_on)
    if case.owner_party:
        yield c.Tell(case.owner_party, wording.ordered(due_on))


def order_withdrawn(case, facts, actor, when, given):
    yield c.Set(order_by=None, order_drafter="", order_drafted_at=None, order_text="", order_due_on=None)
    yield c.Release(role="sign_order")


def self_checked(case, facts, actor, when, given):
    yield c.Set(fixed_what=given.fixed_what, fixer_name=given.fixer_name, submitter_id=actor.person_id,
                fixer_id=actor.person_id)
    yield from late_no_more(case)
    yield from attach(given.photos, "after")
    yield c.Release(role="rectify")
    for party in filter(None, (case.community_party, case.street_party)) if case.listed_on is None else ():
        yield c.Owe(party, "accept_check")
        yield c.Tell(party, wording.self_checked(case.what))


def review_planned(case, facts, actor, when, given):
    yield c.Release(role="accept_check")
    if case.street_party and case.listed_on is None:
        yield c.Owe(case.street_party, "review")


@reads("matter", "unit")
def passed(case, facts, actor, when, given):
    """Struck off: the review opinion is numbered; a major hazard also gets its closing number."""
    yield c.Set(result="passed", reviewer_id=actor.person_id, closed_at=when.at, closed_how=ClosedHow.REVIEWED)
    yield from attach(given.photos, "review")
    yield c.Paper("review_opinion", uuid5(case.uid, "review_opinion"), wording.review_content(case, facts, actor, given),
                  "应急复查", wording.number_pattern(facts, "应急复查"), into="review_no")
    if case.level == Level.MAJOR:
        yield c.Paper("closing", uuid5(case.uid, "closing"), wording.closing_content(case, facts, actor), "销号",
                      "XH-{year}-{no:04d}", into="closing_no")
    yield from struck_off(case, facts, case.due_on)
    yield from let_matter_go(case, facts)


def failed(case, facts, actor, when, given):
    due_on = facts.day + timedelta(days=given.days)
    yield c.Set(result="failed", returns=case.returns + 1, days=given.days, due_on=due_on, submitter_id=None,
                fixer_id=None)
    yield from attach(given.photos, "review")
    yield c.Release(role="review")
    yield from rectify_by(given.days, facts, case.owner_party, case.community_party, due_on)


CLOSING = ("on_spot", "rectified", "struck_off", "struck_extended", "in_time", "late", "days_taken")


@reads("matter")
def reopened(case, facts, actor, when, given):
    """Closed on the spot and found wanting: the same hazard, still the one that was found; its closing never counted."""
    due_on = facts.day + timedelta(days=given.days)
    yield c.Set(closed_at=None, closed_how="", result="failed", returns=case.returns + 1, days=given.days, due_on=due_on)
    for cell in CLOSING:
        yield c.TakeBack(cell)
    yield from rectify_by(given.days, facts, case.owner_party, case.community_party, due_on)
    for party in filter(None, (case.community_party, case.street_party)):
        yield c.Tell(party, wording.found_wanting(case.what))
    if facts.matter is not None and facts.matter.state == "closed":
        yield c.Also(c.Ref("matter", facts.matter.uid), "take_up", {"case": f"hazard:{case.uid}"})


def extended(case, facts, actor, when, given):
    due_on = (case.due_on or facts.day) + timedelta(days=given.days)
    yield c.Set(due_on=due_on, extensions=case.extensions + 1)
    yield from late_no_more(case)
    yield c.Event("extended")
    yield from due_by(case, due_on)


@reads("answerers")
def transferred(case, facts, actor, when, given):
    to = facts.answerers.department_id
    yield c.Set(department_party=to)
    yield c.Release(role="department")
    yield c.Owe(to, "department")
    yield c.Tell(to, wording.transferred(case.what))


@reads("matter")
def cancelled(case, facts, actor, when, given):
    """Not a hazard: what was counted as found is taken back."""
    yield c.Set(closed_at=when.at)
    yield from late_no_more(case)
    for cell in ("found", "owed", "recurred"):
        yield c.TakeBack(cell)
    yield from let_matter_go(case, facts, void=True)


def enforced(case, facts, actor, when, given):
    yield from late_no_more(case)
    yield c.Event("to_enforcement")


def asked_extension(case, facts, actor, when, given):
    yield proposal(case, Sort.EXTENSION, given.reason, facts, days=given.days, actor=actor)


def objected(case, facts, actor, when, given):
    yield proposal(case, Sort.OBJECTION, given.reason, facts, actor=actor)


def went_overdue(case, facts, actor, when, given):
    """Yellow at due; a reminder and, days later, proposals: never by itself a slip or a listing."""
    yield c.Set(overdue_since=facts.day)
    yield c.Event("overdue")
    if case.overdue_since is None:
        yield c.Event(LATE_NOW)
    for party in filter(None, (case.owner_party, case.community_party, case.street_party)):
        yield c.Tell(party, wording.overdue(case.what))
    yield c.Start("slip", "hazard.slip_after", ("propose_slip",), case.street_party)


def late_no_more(case):
    """Reported done, given a new limit, or out of the unit's hands: what stood late until now does so no more."""
    if case.overdue_since is not None:
        yield c.Set(overdue_since=None)
        yield c.Event(LATE_NOW, -1)


def slip_proposed(case, facts, actor, when, given):
    yield proposal(case, Sort.SLIP, wording.slip_reason(case), facts)
    if case.level == Level.MAJOR and case.listing_uid is None:
        yield c.Start("listing", "hazard.listing_after_slip", ("propose_listing",),
                      case.street_party)


def listing_proposed(case, facts, actor, when, given):
    yield proposal(case, Sort.LISTING, wording.listing_reason(case), facts)


def told_unconfirmed(case, facts, actor, when, given):
    for party in filter(None, (case.street_party, case.department_party)):
        yield c.Tell(party, wording.unconfirmed(case.what), urgent=True)


def told_without_blocks(case, facts, actor, when, given):
    yield proposal(case, Sort.SLIP, wording.blocks_missing(case), facts)


def told_unreviewed(case, facts, actor, when, given):
    if case.street_party:
        yield c.Tell(case.street_party, wording.unreviewed(case.what), urgent=True)


def attach(hashes, role):
    for sha in hashes or ():
        if sha:
            yield c.Attach(sha, role)


def proposal(case, sort, text, facts, *, days=None, actor=None):
    """A small case for the review queue; one per sort and version of the hazard."""
    return c.Spawn("proposal", uuid5(case.uid, f"{sort}{case.version}"), "raise_up", {
        "sort": sort, "hazard_id": case.id, "area_id": case.area_id, "text": str(text), "days": days,
        "asked_by": actor.person_id if actor else None, "street_party": case.street_party,
        "asker_party": actor.parties[0] if actor and actor.parties else None})
