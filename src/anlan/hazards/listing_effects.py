"""What the moves of a listing change. Pure: everything they need is in the facts."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

from anlan.kernel import changes as c
from anlan.kernel.rules import reads
from anlan.kernel.worktime import Limit, Unit

from . import listing_wording as wording
from .effects import attach
from .listing_models import NOTICES, Extension, ListingLevel
from .wording import end_of


def _start(facts, name, key, party, fires=("remind_late",)):
    """A duty by a dated limit, and whoever owes it."""
    yield c.Start(name, key, fires, party)
    if party:
        yield c.Owe(party, name)


def _done(case, *names):
    """These duties are done: nobody owes them, and they are late no more."""
    yield c.Set(late=[n for n in case.late if n not in names])
    yield from (c.Release(role=n) for n in names)


def _tell(parties, text, urgent=False):
    return [c.Tell(p, text, urgent) for p in dict.fromkeys(filter(None, parties))]


def _ground(case):
    return case.unit_party, case.community_party, case.street_party


def _hazard(facts):
    return c.Ref("hazard", facts.hazard.uid)


def _office(actor):
    return str(actor.detail("organisation") or "")


@reads("hazard", "houses", "leader")
def proposed(case, facts, actor, when, given):
    """Everything is known from the hazard except reason, batch and, if it shall not be the usual one, the limit."""
    h, houses = facts.hazard, facts.houses
    what = given.what or h.what
    yield c.Set(
        hazard_id=h.id, area_id=given.area_id, premises_id=given.premises_id, what=what,
        unit_name=h.premises.name if h.premises else h.place, demand=given.demand or h.order_text,
        reason=given.reason or "", level=given.level or ListingLevel.DISTRICT, batch=given.batch,
        days=given.days or int(facts.value("listing.days_default")), office_party=actor.organisation_id,
        owner_party=given.owner_party, community_party=given.community_party, street_party=given.street_party,
        proposer_id=actor.person_id, progress=[], team=[], late=[], **_houses(facts, houses))
    leader = facts.leader.post_id if facts.leader else None
    yield from _start(facts, "approve", "listing.approve_limit", leader)
    yield from _tell([leader], wording.proposed(what))


def _houses(facts, houses):
    return {"committee_id": houses.committee.id if houses.committee else None,
            "department_id": houses.department.id if houses.department else None,
            "leader_id": facts.leader.post_id if facts.leader else None}


@reads("houses", "leader")
def completed(case, facts, actor, when, given):
    """The leader who is named now owes the approval."""
    yield c.Set(reason=given.reason, level=given.level, batch=given.batch or case.batch, days=given.days or case.days,
                what=given.what or case.what, demand=given.demand or case.demand, **_houses(facts, facts.houses))
    if facts.leader and facts.leader.post_id != case.leader_id:
        yield c.Release(role="approve")
        yield c.Owe(facts.leader.post_id, "approve", facts.clocks["approve"].due_at if "approve" in facts.clocks else None)
        yield from _tell([facts.leader.post_id], wording.proposed(given.what or case.what))


def approved(case, facts, actor, when, given):
    yield c.Set(approver_id=actor.person_id, days=given.days or case.days)
    yield from _done(case, "approve")
    yield from _start(facts, "issue", "listing.issue_limit", case.office_party)
    yield from _tell([case.office_party], wording.approved(case.what))


@reads("hazard")
def declined(case, facts, actor, when, given):
    yield c.Set(end_reason=given.reason)
    yield c.Also(_hazard(facts), "leave_list")
    yield from _tell([case.office_party], wording.declined(case.what))


@reads("hazard")
def withdrawn(case, facts, actor, when, given):
    """Also after listing: what had been counted as listed is taken back."""
    yield c.Set(end_reason=given.reason)
    for cell in ("listed", "owed"):
        yield c.TakeBack(cell)
    yield c.Also(_hazard(facts), "leave_list")
    yield from _tell([*_ground(case), case.office_party, case.department_id], wording.ended(case.what))


@reads("hazard", "houses", "leader")
def issued(case, facts, actor, when, given):
    """Day 0 is the day of listing; due at 24:00 of the last day. The number is allotted by the counter."""
    due_on = facts.day + timedelta(days=case.days)
    yield c.Set(listed_on=facts.day, due_on=due_on)
    yield c.Event("listed", facet=str(facts.day.year))
    yield from _owed(case, facts, due_on)
    yield c.Paper("listing_notice", uuid5(case.uid, "listing_notice"),
                  wording.notice_content(case, facts, due_on, _office(actor)), NOTICES,
                  wording.number("listing.number_pattern", facts), into="listing_no")
    yield from _done(case, "issue")
    yield from _start(facts, "publish", "listing.publish_limit", case.office_party)
    yield from _start(facts, "receive", "listing.receive_limit", case.unit_party)
    yield c.Also(_hazard(facts), "put_on_list", {"due_on": due_on})
    yield from _tell([*_ground(case), case.department_id], wording.listed(case.what, due_on), urgent=True)


def _owed(case, facts, due_on):
    yield c.TakeBack("owed")
    yield c.Event("owed", belongs_on=due_on)
    yield from _until(case, due_on)


def _until(case, due_on):
    yield c.Start("due", Limit(0, Unit.CALENDAR_DAY), ("go_overdue",), case.unit_party, due=end_of(due_on))
    if case.unit_party:
        yield c.Owe(case.unit_party, "due", end_of(due_on))


def received(case, facts, actor, when, given):
    """The rectification under supervision begins, and with it the monthly reports."""
    yield c.Set(received_at=when.at)
    yield from _done(case, "receive")
    yield from _start(facts, "progress", "listing.progress_every", case.unit_party)


@reads("hazard", "houses")
def published(case, facts, actor, when, given):
    yield c.Set(published_at=when.at, media=given.media)
    yield c.Paper("listing_announcement", uuid5(case.uid, "listing_announcement"),
                  wording.announcement_content(case, facts, given.media, closing=False))
    yield from _done(case, "publish")


def reported(case, facts, actor, when, given):
    row = {"on": facts.day.isoformat(), "text": given.text, "percent": given.percent, "by": _office(actor)}
    yield c.Set(progress=[*case.progress, row], progress_on=facts.day)
    yield from attach(given.photos, "progress")
    yield c.Event("progress")
    yield from _done(case, "progress")
    yield from _start(facts, "progress", "listing.progress_every", case.unit_party)


def checked_overdue(case, facts, actor, when, given):
    """The issuing office looks on site when the limit has passed without an application (domain.md 2.6 [sure])."""
    row = {"on": facts.day.isoformat(), "text": given.text, "percent": None, "by": _office(actor)}
    yield c.Set(progress=[*case.progress, row])
    yield from attach(given.photos, "progress")
    yield from _done(case, "overdue_check")


def asked_extension(case, facts, actor, when, given):
    yield c.Set(extension=Extension.ASKED, extension_days=given.days, extension_asked_on=facts.day,
                extension_reason=given.reason, extension_by=actor.person_id, extension_decided_on=None)
    yield from _start(facts, "extension_answer", "listing.extension_answer_limit", case.office_party)
    yield from _tell([case.office_party], wording.extension_asked(case.what, given.days))


@reads("hazard", "houses")
def granted(case, facts, actor, when, given):
    """The new end is the hazard's too; what was late by the old one is late no more."""
    days = given.days or case.extension_days
    due_on = case.due_on + timedelta(days=days)
    yield c.Set(due_on=due_on, extensions=case.extensions + 1, overdue_since=None)
    yield c.Event("extended")
    yield from _decided(case, facts, actor, Extension.GRANTED, days, due_on)
    yield from _done(case, "extension_answer", "due", "overdue_check", "escalate")
    yield from (c.Stop(n, "void") for n in ("overdue_check", "escalate"))
    yield from _owed(case, facts, due_on)
    yield c.Also(_hazard(facts), "put_on_list", {"due_on": due_on})


@reads("hazard", "houses")
def refused(case, facts, actor, when, given):
    yield from _decided(case, facts, actor, Extension.REFUSED, 0, case.due_on)


def _decided(case, facts, actor, how, days, due_on):
    granted_ = how == Extension.GRANTED
    yield c.Set(extension=how, extension_decided_on=facts.day)
    yield c.Paper("listing_extension", uuid5(case.uid, f"listing_extension{case.version}"),
                  wording.extension_content(case, facts, granted_, days, due_on, _office(actor)), "挂牌延期",
                  wording.number("listing.extension_pattern", facts), into="extension_no")
    yield from _done(case, "extension_answer")
    yield from _tell(_ground(case), wording.extension_answered(granted_, due_on))


def applied(case, facts, actor, when, given):
    """The hazard has been reported done: a review within ten days is owed (domain.md 2.6 [sure])."""
    yield c.Set(applied_on=facts.day, received_at=case.received_at or when.at)
    yield from attach(given.photos, "after")
    yield from _done(case, "receive", "progress", "due", "overdue_check", "escalate", "extension_answer")
    if case.extension == Extension.ASKED:
        yield c.Set(extension="")
    yield from _start(facts, "review", "listing.review_limit", case.office_party)
    yield from _tell([case.office_party, case.department_id], wording.applied(case.what))


@reads("hazard", "team")
def team_formed(case, facts, actor, when, given):
    rows = [{"id": m.id, "name": m.name, "as": "expert" if n == "expert" else "officer", "verdict": "", "opinion": "",
             "licence": m.licences["expert" if n == "expert" else "enforcement"]} for n, m in facts.team.items()]
    yield c.Set(team=rows)
    yield c.Also(_hazard(facts), "plan_review")


def signed(case, facts, actor, when, given):
    mine = {"verdict": given.verdict, "opinion": given.opinion, "on": facts.day.isoformat()}
    yield c.Set(team=[m | mine if m["id"] == actor.person_id else m for m in case.team])
    yield from attach(given.photos, "review")


def _opinion(case):
    return "；".join(f"{m['name']}：{m['opinion']}" for m in case.team if m["opinion"])


@reads("hazard", "houses")
def failed(case, facts, actor, when, given):
    """A failed review extends nothing: the limit of the listing stands."""
    yield c.Set(failed_reviews=case.failed_reviews + 1, opinion=given.reason, review_on=facts.day, applied_on=None)
    yield c.Paper("listing_review", uuid5(case.uid, f"listing_review{case.version}"),
                  wording.review_content(case, facts, False, given.reason), "应急复查",
                  wording.number("listing.review_pattern", facts), into="review_no")
    yield c.Event("failed")
    yield from _done(case, "review")
    yield from _start(facts, "progress", "listing.progress_every", case.unit_party)
    yield from _until(case, case.due_on)
    yield c.Also(_hazard(facts), "fail_review", {"reason": given.reason, "days": given.days})
    yield from _tell(_ground(case), wording.failed(case.what))


@reads("hazard", "houses")
def struck_off(case, facts, actor, when, given):
    """Review opinion and reply are drawn up from what the team signed; the hazard is closed by the same act."""
    opinion = _opinion(case)
    yield c.Set(opinion=opinion, review_on=facts.day, closed_at=when.at, overdue_since=None)
    yield c.Paper("listing_review", uuid5(case.uid, f"listing_review{case.version}"),
                  wording.review_content(case, facts, True, opinion), "应急复查",
                  wording.number("listing.review_pattern", facts), into="review_no")
    yield c.Paper("listing_closing", uuid5(case.uid, "listing_closing"),
                  wording.closing_content(case, facts, _office(actor)), "挂牌销号",
                  wording.number("listing.closing_pattern", facts), into="closing_no")
    yield c.Event("struck_off")
    yield c.Event("closed_owed", belongs_on=case.due_on)
    yield c.Event("in_time" if (case.applied_on or facts.day) <= case.due_on else "late", belongs_on=case.due_on)
    yield c.Event("days_taken", (facts.day - case.listed_on).days)
    yield from _done(case, "review")
    yield from _start(facts, "announce", "listing.announce_limit", case.office_party)
    yield c.Also(_hazard(facts), "pass_with_listing", {"reviewer_id": case.team[0]["id"]})
    yield from _tell([*_ground(case), case.department_id], wording.struck_off(case.what))


@reads("hazard", "houses")
def announced(case, facts, actor, when, given):
    """In the same media as the listing (Qingdao's rule, a usable default)."""
    yield c.Set(closed_published_at=when.at, late=[])
    yield c.Paper("listing_closing_announcement", uuid5(case.uid, "listing_closing_announcement"),
                  wording.announcement_content(case, facts, case.media, closing=True))


def went_overdue(case, facts, actor, when, given):
    """The office must look on site, and after a time think of raising it a level."""
    yield c.Set(overdue_since=facts.day, late=[*case.late, "due"])
    yield c.Event("overdue")
    yield from _start(facts, "overdue_check", "listing.overdue_check_limit", case.office_party)
    yield from _start(facts, "escalate", "listing.escalate_after", case.leader_id)
    yield from _tell([*_ground(case), case.office_party, case.department_id, case.leader_id],
                     wording.overdue(case.what), urgent=True)


def escalated(case, facts, actor, when, given):
    yield c.Set(level=given.level, escalated_on=facts.day)
    yield c.Event("escalated")
    yield c.Stop("escalate")
    yield from _done(case, "escalate")
    yield from _tell([*_ground(case), case.office_party, case.department_id],
                     wording.escalated(case.what, given.level), urgent=True)


WHO = {"approve": ("leader_id",), "issue": ("office_party",), "publish": ("office_party",), "announce": ("office_party",),
       "receive": ("unit_party", "street_party"), "progress": ("unit_party", "street_party", "department_id"),
       "extension_answer": ("office_party",), "review": ("office_party", "department_id"),
       "overdue_check": ("office_party",), "escalate": ("leader_id", "office_party")}


def reminded_late(case, facts, actor, when, given):
    """The duty goes red where its case is listed; the next monthly report is asked for again."""
    name = given.clock
    yield c.Set(late=[*(n for n in case.late if n != name), name])
    yield from _tell([getattr(case, who) for who in WHO[name]], wording.duty_late(name, case.what), urgent=True)
    if name == "progress":
        yield c.Set(missed_reports=case.missed_reports + 1)
        yield c.Start("progress", "listing.progress_every", ("remind_late",), case.unit_party)
