"""What being under listed supervision means for the hazard itself: what waits, and what follows by itself.

A hazard has at most one open listing; while it has, nothing ends the hazard but the listing's own close. Its review is
the listing's review: one act on site, with nothing typed twice.
"""

from __future__ import annotations

from uuid import uuid5

from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.rules import reads, rule

from .effects import attach, due_by, late_no_more, let_matter_go, struck_off
from .models import ClosedHow


@rule(_("只能随挂牌督办一并办理"))
def within_listing(case, facts, actor, when, given):
    return facts.origin.startswith("listing.")


@rule(_("隐患正在挂牌督办，须先在挂牌督办中销号或撤销挂牌"))
def no_open_listing(case, facts, actor, when, given):
    return case.listing_uid is None or facts.origin.startswith("listing.")


@rule(_("这起隐患已有未结的挂牌督办"))
def not_listed_yet(case, facts, actor, when, given):
    return case.listing_uid is None


@rule(_("隐患已挂牌督办，复查由督办单位在挂牌督办中组织"))
def reviewed_by_listing(case, facts, actor, when, given):
    return case.listed_on is None or facts.origin.startswith("listing.")


@rule(_("隐患已挂牌督办，延期须在挂牌督办中申请"))
def extended_by_listing(case, facts, actor, when, given):
    return case.listed_on is None


def accept_limit(case, facts, given):
    """hazard.accept_limit; the review of a listed hazard is owed by its listing."""
    return None if case.listed_on else "hazard.accept_limit"


def review_limit(case, facts, given):
    """hazard.review_limit; the review of a listed hazard is owed by its listing."""
    return None if case.listed_on else "hazard.review_limit"


def asked_listing(case, facts, actor, when, given):
    """Opens the listing; who proposed, and for whom, follows from the hazard."""
    uid = uuid5(case.uid, f"listing{case.version}")
    yield c.Set(listing_uid=uid)
    yield c.Stop("listing", "void")
    yield c.Spawn("listing", uid, "propose", {
        **given, "hazard": case.uid, "hazard_id": case.id, "area_id": case.area_id, "premises_id": case.premises_id,
        "owner_party": case.owner_party, "community_party": case.community_party, "street_party": case.street_party,
        "trade": case.department_party})


def put_on_list(case, facts, actor, when, given):
    """The limit of the listing is the hazard's limit."""
    yield c.Set(listed_on=case.listed_on or facts.day, due_on=given.due_on)
    yield from late_no_more(case)
    yield from due_by(case, given.due_on)


def left_list(case, facts, actor, when, given):
    yield c.Set(listing_uid=None, listed_on=None)


def applied_with(case, facts, actor, when, given):
    """Reporting a listed hazard done is the application to write it off."""
    if case.listed_on is not None:
        yield c.Also(c.Ref("listing", case.listing_uid), "apply", {
            "submitter_id": actor.person_id, "photos": given.photos})


@reads("matter")
def passed_with(case, facts, actor, when, given):
    """Struck off by the review of its listing, whose papers are the hazard's."""
    yield c.Set(result="passed", reviewer_id=given.reviewer_id, closed_at=when.at, closed_how=ClosedHow.REVIEWED,
                listing_uid=None)
    yield from attach(given.photos, "review")
    yield from struck_off(case, facts, case.due_on)
    yield from let_matter_go(case, facts)
