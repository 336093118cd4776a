"""Visits, units, hazards and their listings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from anlan.hazards.models import Hazard, Listing, Proposal
from anlan.kernel.models import Entry
from anlan.patrols.models import Visit
from anlan.people.testing import NOON

from ..conftest import AFTER
from .stage import BY_A_WARDEN, BY_AN_OFFICE, DAY, HOUR, LONG_AGO, SETTLED, Change, Stage, Told, deed, summed, undoing

CHECK: Change = {"haz-units-checked": (1,), "grd-checks-per-post": (1, 0)}
TASK: Change = {**CHECK, "grd-tasks": (1,)}
GENERAL: Change = {"haz-found": (1,), "haz-rate": (0, 1), "haz-standing": (1,), "haz-in-time": (0, 1)}
MAJOR: Change = {"haz-found-major": (1,), "haz-major-rate": (0, 1), "haz-standing": (1,), "haz-standing-major": (1,)}
RECTIFIED: Change = {"haz-rectified": (1,), "haz-rate": (1, 0), "haz-in-time": (1, 0)}
RECTIFIED_MAJOR: Change = {"haz-rectified-major": (1,), "haz-major-rate": (1, 0), "haz-standing-major": (-1,)}
LATE: Change = {"haz-overdue": (1,), "haz-overdue-per-1000": (1, 0)}
UNIT: Change = {"grd-units": (1,), "haz-overdue-per-1000": (0, 1)}
AS_GENERAL = summed(undoing(MAJOR), GENERAL)
AS_MAJOR = summed(MAJOR, undoing({"haz-found": (1,), "haz-rate": (0, 1), "haz-standing": (1,)}))


def struck(days: int, extended: int = 0) -> Change:
    """A hazard that stood so many days stands no more; what hung on it is settled."""
    return summed({"haz-standing": (-1,), "haz-recurrence": (0, 1), "haz-days": (days, 1), "haz-extended": (extended, 1)}, SETTLED)


# Visits and units


@deed
def a_check_more(s: Stage) -> Told:
    unit, who = s.unit(), s.rng.choice(("warden", "community", "street", "gas"))
    s.visit(unit, who)
    return lambda: s.visit(unit, who, NOON + HOUR), TASK if who == "warden" else CHECK


@deed
def a_check_of_a_unit_that_nobody_had_looked_at(s: Stage) -> Told:
    unit = s.unit(graded=s.rng.choice((True, False)), looked_at=False)
    s.visit(s.unit(), "community")
    return lambda: s.visit(unit, "community"), {**CHECK, "grd-unchecked": (-1,), "grd-unchecked-rate": (-1, 0)}


@deed
def a_check_taken_back(s: Stage) -> Told:
    visit = Visit.objects.get(uid=s.visit(s.unit(), "warden"))
    entry = Entry.objects.get(kind="visit", verb="drop_in", subject_id=visit.id)
    return lambda: s.correct(entry, withdraw=True), undoing(TASK)


@deed
def a_level_that_had_not_acted(s: Stage) -> Told:
    """What communities looked at before is taken back first."""
    for entry in Entry.objects.filter(kind="visit", verb="drop_in", subject_id__in=Visit.objects.filter(by="community").values("id")):
        s.correct(entry, withdraw=True)
    unit = s.unit()
    return lambda: s.visit(unit, "community"), {**CHECK, "grd-levels": (1,)}


@deed
def a_unit_more(s: Stage) -> Told:
    return lambda: s.unit(graded=False, looked_at=False), {"grd-unchecked": (1,), "grd-unchecked-rate": (1, 1)}


@deed
def a_unit_graded(s: Stage) -> Told:
    unit = s.unit(graded=False)
    return lambda: s.grade(unit, NOON), UNIT


@deed
def a_unit_gone(s: Stage) -> Told:
    unit = s.unit()
    return lambda: s.do("premises", unit, "close", "community", reason="停业"), {**undoing(UNIT), "grd-unchecked-rate": (0, -1)}


@deed
def a_checking_post_more(s: Stage) -> Told:
    role = s.rng.choice(("warden", "community", "street", "department"))
    return lambda: s.open("post", title="新设岗位", organisation=s.place.houses["street1_office"].uid, area=s.area("S1"), roles=[role],
                          valid_from=NOON.date()), {"grd-checks-per-post": (0, 1)}


# Hazards


@deed
def a_general_hazard_found(s: Stage) -> Told:
    who, unit = s.rng.choice((("warden", s.unit()), ("street", s.unit()), ("gas", s.unit())))
    s.visit(unit, who)
    by = summed(TASK, BY_A_WARDEN) if who == "warden" else summed(CHECK, BY_AN_OFFICE)
    days = s.rng.choice((1, 2, 3))
    return lambda: s.hazard(who, NOON + HOUR, unit, days=days), summed(by, GENERAL)


@deed
def a_major_hazard_found(s: Stage) -> Told:
    unit = s.unit()
    return lambda: s.hazard("warden", NOON, unit, "CY02", control="stop"), summed(TASK, BY_A_WARDEN, MAJOR)


def on_the_spot(s: Stage, unit: UUID, at: datetime) -> UUID:
    return s.hazard("warden", at, unit, days=3, after=[AFTER], fixed="已更换")


@deed
def a_hazard_put_right_on_the_spot(s: Stage) -> Told:
    unit = s.unit()
    return lambda: on_the_spot(s, unit, NOON), summed(TASK, BY_A_WARDEN, GENERAL, RECTIFIED, {"haz-on-spot": (1,)}, struck(0))


@deed
def a_hazard_that_recurs(s: Stage) -> Told:
    unit = s.unit()
    on_the_spot(s, unit, NOON - s.minutes(60, 9000))
    again = {"haz-recurred": (1,), "haz-recurrence": (1, 0)}
    return lambda: s.hazard("warden", NOON, unit, days=3), summed(TASK, BY_A_WARDEN, GENERAL, again)


def mended(s: Stage, hazard: UUID, at: datetime = NOON) -> None:
    s.do("hazard", hazard, "self_check", "unit", at, fixed_what="已清走", fixer_name="陈某", photos=[AFTER])
    s.do("hazard", hazard, "plan_review", "street", at)


def passed(s: Stage, hazard: UUID) -> None:
    s.do("hazard", hazard, "pass_review", "reviewer", opinion="合格")


@deed
def a_hazard_struck_off(s: Stage) -> Told:
    ago = s.rng.randint(0, 6)
    hazard = s.general(NOON - ago * DAY)
    mended(s, hazard)
    late = {"haz-in-time": (-1, 0)} if ago > 3 else {}
    return lambda: passed(s, hazard), summed(RECTIFIED, struck(ago), late)


@deed
def a_hazard_struck_off_after_an_extension(s: Stage) -> Told:
    ago = s.rng.randint(2, 3)
    hazard = s.general(NOON - ago * DAY)
    s.do("hazard", hazard, "ask_extension", "unit", NOON - 2 * DAY, reason="排期", days=2)
    s.do("proposal", Proposal.objects.get(hazard__uid=hazard, sort="extension").uid, "accept", "street", NOON - 2 * DAY, answer="同意")
    mended(s, hazard)
    return lambda: passed(s, hazard), summed(RECTIFIED, struck(ago, extended=1))


def ordered(s: Stage, at: datetime, due: date) -> UUID:
    """A major hazard, confirmed and ordered to be put right."""
    hazard = s.hazard("warden", at, s.unit(since=at - 30 * DAY, looked_at=at > LONG_AGO), "CY02", control="stop")
    s.do("hazard", hazard, "confirm", "emergency", at)
    s.do("hazard", hazard, "fill_blocks", "unit", at, responsible="陈某", phone="13800138000", leader="李", measures="移出",
         budget_yuan="10", funds_from="own", due_on=due.isoformat(), plan="疏散")
    for move, who, given in (("draft_order", "officer1", {"demand": "停用", "due_on": due.isoformat()}), ("sign_order", "officer2", {})):
        if at.year == 2021:  # the street is entrusted from this year on
            s.do("hazard", hazard, move, who, at, **given)
    return hazard


@deed
def a_major_hazard_struck_off(s: Stage) -> Told:
    ago = s.rng.randint(0, 9)
    hazard = ordered(s, NOON - ago * DAY, NOON.date() + DAY)
    mended(s, hazard)
    return lambda: passed(s, hazard), summed(RECTIFIED_MAJOR, {"haz-in-time": (1, 0)}, struck(ago))


@deed
def a_hazard_past_its_limit(s: Stage) -> Told:
    hazard = s.general(NOON - s.rng.randint(4, 20) * DAY)
    return lambda: s.do("hazard", hazard, "go_overdue", "system"), LATE


@deed
def a_late_hazard_reported_done(s: Stage) -> Told:
    hazard = s.general(NOON - 5 * DAY)
    s.do("hazard", hazard, "go_overdue", "system", NOON - DAY)
    return lambda: s.do("hazard", hazard, "self_check", "unit", fixed_what="已清走", fixer_name="陈某", photos=[AFTER]), undoing(LATE)


@deed
def a_hazard_that_was_none(s: Stage) -> Told:
    hazard = s.general()
    return lambda: s.do("hazard", hazard, "cancel", "officer1", reason="不是隐患"), summed(undoing(GENERAL), SETTLED)


@deed
def a_hazard_graded_wrongly_and_corrected(s: Stage) -> Told:
    hazard = Hazard.objects.get(uid=s.general())
    entry = Entry.objects.get(kind="hazard", subject_id=hazard.id, verb="find_on_visit")
    return lambda: s.correct(entry, level="major"), AS_MAJOR


@deed
def a_major_hazard_regraded(s: Stage) -> Told:
    hazard = s.hazard("warden", NOON, s.unit(), "CY02", control="stop")
    days = s.rng.randint(1, 3)
    return lambda: s.do("hazard", hazard, "regrade", "emergency", level="general", days=days, reason="气瓶为空瓶"), AS_GENERAL


@deed
def a_reported_hazard_graded_major(s: Stage) -> Told:
    hazard = uuid4()
    s.do("hazard", hazard, "find", "community", matter=str(s.matter()), what="堆物")
    s.do("hazard", hazard, "register", "community")
    return lambda: s.do("hazard", hazard, "grade", "street", level="major", days=3, reason="占用消防车道"), AS_MAJOR


# Listed supervision

LISTED: Change = {"haz-listed-open": (1,)}
OF_2021: Change = {**LISTED, "haz-listed-2021-open": (1,), "haz-listed": (1,), "haz-listed-rate": (0, 1)}
OF_2020: Change = {**LISTED, "haz-listed-2020-open": (1,)}
LIMIT = 10


def approved(s: Stage, at: datetime) -> UUID:
    """A major hazard that a leader has agreed to list, for ten days."""
    hazard = ordered(s, at, at.date() + timedelta(days=5))
    s.do("hazard", hazard, "ask_listing", "emergency", at, reason="人员密集", level="district", batch=1, days=LIMIT, demand="停用")
    listing = Listing.objects.get(hazard__uid=hazard).uid
    s.do("listing", listing, "approve", "leader", at)
    return listing


def issued(s: Stage, at: datetime) -> UUID:
    listing = approved(s, at)
    s.do("listing", listing, "issue", "emergency", at)
    return listing


def in_2021(s: Stage) -> datetime:
    return NOON - s.rng.randint(LIMIT + 1, 20) * DAY


IN_2020 = datetime(2020, 12, 8, 2, tzinfo=NOON.tzinfo)


@deed
def a_hazard_listed(s: Stage) -> Told:
    at = in_2021(s)
    listing = approved(s, at)
    return lambda: s.do("listing", listing, "issue", "emergency", at), OF_2021


@deed
def a_hazard_listed_the_year_before(s: Stage) -> Told:
    listing = approved(s, IN_2020)
    return lambda: s.do("listing", listing, "issue", "emergency", IN_2020), OF_2020


@deed
def a_listing_revoked(s: Stage) -> Told:
    listing = issued(s, in_2021(s))
    return lambda: s.do("listing", listing, "revoke", "leader", reason="重复挂牌"), undoing(OF_2021)


@deed
def a_listing_of_the_year_before_revoked(s: Stage) -> Told:
    listing = issued(s, IN_2020)
    return lambda: s.do("listing", listing, "revoke", "leader", reason="重复挂牌"), undoing(OF_2020)


@deed
def a_listing_struck_off(s: Stage) -> Told:
    at = in_2021(s)
    listing, later = issued(s, at), at + 3 * DAY
    s.do("listing", listing, "publish", "emergency", at, media="区政府网站")
    s.do("hazard", Listing.objects.get(uid=listing).hazard.uid, "self_check", "unit", later, fixed_what="已移出", fixer_name="陈某",
         photos=[AFTER])
    s.do("listing", listing, "form_team", "gas", later, **{n: str(s.place.people[who].uid) for n, who in (
        ("first", "officer1"), ("second", "officer2"), ("expert", "expert"))})
    for who in ("officer1", "officer2", "expert"):
        s.do("listing", listing, "sign_review", who, later, verdict="passed", opinion="合格")
    off = {"haz-listed-open": (-1,), "haz-listed-2021-open": (-1,), "haz-listed-closed": (1,), "haz-listed-rate": (1, 0)}
    return lambda: s.do("listing", listing, "strike_off", "gas", later), summed(
        off, RECTIFIED_MAJOR, {"haz-in-time": (1, 0)}, struck(3))
