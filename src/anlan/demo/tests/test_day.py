"""The morning of 2021-06-25, and how the years before led to it."""

from datetime import datetime, timedelta

import pytest

from anlan.demo import counting
from anlan.demo.cast import CAST, GRID
from anlan.demo.days import DAY
from anlan.demo.today import OPENS_AT
from anlan.hazards.listing_models import Listing
from anlan.hazards.models import Hazard, Proposal
from anlan.hazards.selectors import hazards_seen_by
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area, Attached, Clock, Entry, Parked
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.layouts.filling import ledger_in, return_in
from anlan.layouts.models import Layout
from anlan.matters.informants import informants
from anlan.matters.models import Matter
from anlan.outgoing.models import Channel, Message
from anlan.outgoing.sending import post
from anlan.patrols.models import Round, Visit
from anlan.patrols.rounds import due_units
from anlan.patrols.selectors import rounds_of_day
from anlan.patrols.walks import length
from anlan.premises.models import Premises
from anlan.returns.models import Contradiction, MonthlyReturn
from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.attachments.models import File
from anlan.toolkit.jobs.queue import run_due


def test_business_time_stands_at_half_past_eight_and_nothing_is_late_for_its_clock(demo):
    assert datetime.fromisoformat("2021-06-25T08:30+08:00") == OPENS_AT
    assert instance.instance_clock() == OPENS_AT
    assert tick(at=OPENS_AT).fired == 0
    assert Parked.objects.count() == Entry.objects.filter(verb="nobody_acted").count() == 0


def test_the_warden_of_the_cast_has_nine_units_in_walking_order_with_a_kitchen_among_them(demo):
    mine = rounds_of_day(demo.actor("warden"), DAY).get()
    units = [v.premises for v in Visit.objects.filter(round=mine).select_related("premises").order_by("turn")]
    assert (mine.state, len(units), {u.area.code for u in units}) == ("open", 9, {GRID})
    assert [(u.gas, u.colour, u.owner_party) for u in units if u.gas == "lpg"] == [
        ("lpg", "orange", demo.actor("unit").organisation_id)]
    walk = [(u.lon, u.lat) for u in units]
    assert length(walk) <= length(sorted(walk)) * 1.001


def test_whoever_has_something_due_has_a_round_and_nobody_else(demo):
    planned = set(Round.objects.filter(day=DAY).values_list("area__code", flat=True))
    district = Area.objects.get(level=0)
    assert planned == {d.premises.area.code for d in due_units(district.id, DAY) if d.premises.state == "active"}


def test_most_of_the_day_is_not_overdue(demo):
    visits = list(Visit.objects.filter(round__day=DAY).select_related("premises"))
    punctual = counting.in_time(visits)
    assert len(punctual) == len(visits) >= 9
    assert sum(punctual) / len(punctual) >= 0.8


def test_major_hazards_stand_at_every_step(demo):
    steps = set(Hazard.objects.filter(level="major").values_list("state", flat=True))
    assert steps == {"notified", "rectifying", "review_pending", "closed"}
    struck_off = Hazard.objects.filter(level="major", state="closed", listings__isnull=True)
    assert [h.code for h in struck_off if not (h.closing_no and h.order_no and h.review_no)] == []
    assert {h.order_no[:4] for h in struck_off} == {"（武昌）"}
    overdue = Hazard.objects.get(level="major", overdue_since__isnull=False)
    assert sorted(overdue.proposals.values_list("sort", flat=True)) == ["listing", "slip"]


def test_no_one_person_did_what_takes_two(demo):
    rows = Hazard.objects.filter(state="closed", closed_how="reviewed")
    assert rows.count() > 20
    assert [h.code for h in rows if h.reviewer_id in (h.fixer_id, h.submitter_id)] == []
    major = Hazard.objects.filter(level="major").exclude(confirmer_id=None)
    assert [h.code for h in major if h.confirmer_id in (h.finder_id, h.grader_id)] == []
    signed = Entry.objects.filter(kind="hazard", verb="sign_order")
    drafted = dict(Entry.objects.filter(kind="hazard", verb="draft_order").values_list("subject_id", "actor_id"))
    assert [e.id for e in signed if drafted[e.subject_id] == e.actor_id] == []


def test_a_draft_waits_for_the_second_officer_and_only_for_him(demo):
    draft = Hazard.objects.get(order_by__isnull=False, order_no="")
    at, ref = OPENS_AT + timedelta(minutes=5), Ref("hazard", draft.uid)
    with pytest.raises(Refused, match="起草人不能签发"):
        advance(ref, "sign_order", actor=demo.actor("officer1"), at=at)
    advance(ref, "sign_order", actor=demo.actor("officer2"), at=at)
    draft.refresh_from_db()
    assert draft.order_no.startswith("（武昌）应急责改〔2021〕")


def test_the_owner_waits_for_an_answer_and_has_time_left_for_the_rest(demo):
    mine = Hazard.objects.filter(owner_party=demo.actor("unit").organisation_id, closed_at=None)
    assert sorted(mine.values_list("item_code", "due_on")) == [
        ("CY06", DAY + timedelta(days=4)), ("CY09", DAY + timedelta(days=3))]
    assert list(Proposal.objects.filter(hazard__in=mine).order_by("sort").values_list("sort", "state")) == [
        ("extension", "accepted"), ("objection", "open")]


def test_a_department_reported_four_months_and_the_last_one_contradicts_itself(demo):
    """A bare sum, one corrected later, a sound one; only the last, which waits to be judged, is named, with all that is wrong."""
    told = list(MonthlyReturn.objects.order_by("month"))
    assert [(r.month.month, r.state, r.late, r.amended_at is not None) for r in told] == [
        (2, "accepted", False, False), (3, "accepted", False, True), (4, "accepted", False, False), (5, "sent", False, False)]
    assert [r.detail for r in told] == ["none", "units", "units", "units"]
    assert set(Contradiction.objects.values_list("subject_uid", "sort")) == {
        (told[-1].uid, sort) for sort in ("rate", "rows", "differs")}


def test_reports_end_in_every_way(demo):
    reports = Matter.objects.exclude(channel="visit")
    assert set(reports.values_list("state", flat=True)) == {"open", "answered", "closed", "rejected"}
    assert [m.code for m in reports.filter(channel__in=("phone", "portal")) if not list(informants(m.id))] == []
    told = {i.phone for m in reports.filter(channel="phone") for i in informants(m.id)}
    assert told and all(phone.isdecimal() for phone in told), "sealed, and opened by the key of this home"
    assert reports.filter(state="open").count() == 4
    assert {h.opener for h in Hazard.objects.filter(matter__in=reports)} <= {"officer", "warden", "resident"}


def test_every_photo_can_be_looked_at(demo):
    named = set(Attached.objects.values_list("sha256", flat=True))
    kept = {f.sha256: f for f in File.objects.filter(state="kept")}
    assert named - set(kept) == set()
    assert [f.name for f in kept.values() if f.kept_sha256 not in store()] == []
    assert {f.name.rpartition(".")[2] for f in kept.values() if not f.width} == {"xlsx"}
    spot = Hazard.objects.filter(closed_how="on_spot")
    roles = {(c, r) for c, r in Attached.objects.filter(kind="hazard").values_list("case_id", "role")}
    assert [h.code for h in spot if not {(h.id, r) for r in ("before", "after", "signature")} <= roles] == []


def test_what_was_overdue_was_noticed_the_same_night(demo):
    fired = Clock.objects.filter(kind="hazard", name="rectify", outcome="fired")
    assert fired.count() > 0
    assert [c.id for c in fired if c.stopped_at - c.due_at > timedelta(hours=1)] == []


def test_shops_that_a_warden_added_wait_for_an_office(demo):
    spotted = Premises.objects.filter(state="unconfirmed")
    assert spotted.count() > 0
    entries = Entry.objects.filter(kind="premises", verb="add_on_spot")
    assert {e.subject_id for e in entries} == {p.id for p in spotted}
    assert [p.name for p in spotted if p.colour != "ungraded"] == []


def test_what_was_listed_in_2020_is_struck_off_and_what_was_listed_in_2021_is_in_work(demo):
    rows = Listing.objects.order_by("listed_on")
    assert [(x.listed_on.year, x.state) for x in rows] == [(2019, "announced"), (2020, "announced"), (2021, "rectifying")]
    assert [x.id for x in rows if not (x.listing_no and x.published_at and x.progress)] == []
    assert [bool(x.closing_no and x.review_no and x.closed_published_at) for x in rows] == [True, True, False]
    assert {x.hazard.level for x in rows} == {"major"}


def test_the_bureau_s_sheets_are_matched_and_fill_with_its_rows(demo):
    ledger, monthly = Layout.objects.order_by("sort")
    assert (len(ledger.mapping["columns"]), sorted(monthly.mapping["columns"])) == (12, ["B", "C", "D", "E"])
    actor = demo.actor("emergency")
    sheet = ledger_in(ledger, hazards_seen_by(actor, OPENS_AT)[:30], OPENS_AT)["台账"]
    assert [sheet.cell(row, 1).value for row in (5, 34, 35)] == [1, 30, "合计"]
    book, strange = return_in(monthly, DAY.replace(day=1), actor, OPENS_AT)
    assert (strange, isinstance(book["月报"]["D5"].value, int)) == ([], True)


def test_the_cast_have_addresses_and_what_would_leave_is_shown(demo, settings):
    settings.ANLAN_SENDER = "null"
    post(OPENS_AT)
    post(OPENS_AT + timedelta(minutes=2))
    while run_due():
        pass
    assert set(Channel.objects.filter(party_id=None).values_list("holder", flat=True)) == {part.name for part in CAST}
    assert Message.objects.filter(state="unsent").exists()
    assert not Message.objects.filter(state__in=("sent", "failed", "given_up")).exists()
