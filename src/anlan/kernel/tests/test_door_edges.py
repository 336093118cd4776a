"""What several deeds in one transaction do to each other, and what the door refuses to be talked into."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django import forms
from django.db import IntegrityError

from anlan.kernel import changes as c
from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.changes import Ref
from anlan.kernel.checks import problems
from anlan.kernel.door import ABSENT, STALE, Order, advance, advance_many, offers, record, why_not
from anlan.kernel.flows import BY_MODEL, FLOWS, Given
from anlan.kernel.journal_format import entry_digest
from anlan.kernel.models import (
    NEVER,
    Area,
    Attached,
    Clock,
    ClockPause,
    Entry,
    LedgerLine,
    Mark,
    Party,
    Secret,
    Stake,
)
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.tests.toy.flow import JOB, LEAK, job_of
from anlan.kernel.tests.toy.models import Crew, Job, Leak
from anlan.kernel.wording import words

from .conftest import ANNA, BEN, NOON, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_effects(monkeypatch):
    """The leak's table with other effects for one move."""

    def put(name, *effects, **more):
        flow = FLOWS["leak"]
        moves = tuple(replace(m, does=effects, **more) if m.name == name else m for m in flow.moves)
        monkeypatch.setitem(FLOWS, "leak", replace(flow, moves=moves))

    return put


@pytest.fixture
def crew(ground):
    """Report a crew; returns its id among the parties."""

    def do(name="甲班"):
        ref = Ref("crew", uuid4())
        advance(ref, "create", actor=ANNA, at=NOON, given={"name": name, "area": str(ground["S"].uid)})
        return Crew.objects.get(uid=ref.uid).id

    return do


def of_party(*parties: int) -> Actor:
    return replace(ANNA, parties=parties)


def test_one_deed_may_point_at_what_it_spawns_and_go_on_with_its_own_case(report, leak):
    ref = report()
    receipt = advance(ref, "assign", actor=ANNA, at=NOON, given={"reason": "换管"})
    case, job = leak(ref), Job.objects.get()
    assert (case.job_id, job.leak_id, job.what, job.uid) == (job.id, case.id, "换管", job_of(case))
    assert (case.state, case.version, case.notes) == ("mending", 3, [["派工", 1]])
    assert list(Entry.objects.order_by("id").values_list("kind", "n", "verb")) == [
        ("leak", 1, "report"), ("leak", 2, "assign"), ("job", 1, "begin"), ("leak", 3, "note")]
    assert (receipt.verb, receipt.n) == ("assign", 2)


def test_the_second_deed_of_a_root_sees_the_clocks_the_first_has_started(report, with_effects):
    seen = []

    def look(case, facts, actor, when, given):
        seen.append(sorted(facts.clocks))
        return ()

    with_effects("note", look)
    ref = report()
    advance(ref, "assign", actor=ANNA, at=NOON, given={"reason": "换管"})
    assert seen == [["mend"]]


def test_two_new_cases_may_point_at_each_other(report, leak, with_effects):
    fill = LEAK.move("report").does[0]

    def report_and_assign(case, facts, actor, when, given):
        yield from fill(case, facts, actor, when, given)
        yield c.Set(job_id=Ref("job", job_of(case)))
        yield c.Spawn("job", job_of(case), "begin", {"leak": case.uid, "area_id": facts.named_area})

    with_effects("report", report_and_assign)
    allowed = replace(JOB.move("begin"), by=LEAK.move("take").by)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FLOWS, "job", replace(JOB, moves=(allowed, JOB.move("finish"))))
        case = leak(report())
    assert (case.job.leak_id, case.job.uid) == (case.id, job_of(case))


def test_a_root_that_meets_a_case_of_another_waits_for_it(report, leak):
    ref = report()
    advance(ref, "assign", actor=ANNA, at=NOON, given={"reason": "换管"})
    job = Ref("job", job_of(leak(ref)))
    results = advance_many([Order(job, "finish", ANNA, NOON), Order(ref, "note", BEN, NOON, {"note": "2"})])
    assert [r.verb for r in results] == ["finish", "note"]
    assert list(Entry.objects.filter(kind="leak").order_by("n").values_list("verb", flat=True)) == [
        "report", "assign", "note", "note", "mend"]
    assert leak(ref).state == "mended"


def test_whoever_meets_what_a_refused_root_had_touched_finds_it_unchanged(report, leak, with_effects):
    """The first order touches its case and is refused later; the second comes to that case by two steps."""
    first, second, third = report(), report(), report()

    def along(*refs):
        return lambda case, *a: [c.Set(place=case.place + "*"), *(c.Also(r, "hush", {}) for r in refs)]

    def onward(case, *a):
        yield c.Set(place=case.place + "+")
        if case.uid == second.uid:
            yield c.Also(third, "hush", {})
        if case.uid == third.uid:
            yield c.Also(first, "hush", {})

    with_effects("note", along(Ref("leak", uuid4())))
    with_effects("regrade", along(second))
    with_effects("hush", onward)
    fourth = report()
    results = advance_many([Order(first, "note", ANNA, NOON, {"note": "1"}),
                            Order(fourth, "regrade", ANNA, NOON, {"grade": "major"})])
    assert [bool(r) for r in results] == [False, True]
    assert [leak(r).place for r in (first, second, third, fourth)] == [f"中南路1号{x}" for x in "+++*"]


def test_a_refusal_inside_a_derived_deed_undoes_the_whole_root_and_nothing_else(report, leak):
    first, second = report(), report()
    for ref in (first, second):
        advance(ref, "assign", actor=ANNA, at=NOON, given={"reason": "换管"})
    jobs = [Ref("job", job_of(leak(ref))) for ref in (first, second)]
    results = advance_many([Order(jobs[0], "finish", BEN, NOON), Order(jobs[1], "finish", ANNA, NOON)])
    assert results[0] == Refusal(("须由修理人操作",))
    assert results[1].state == "done"
    assert list(Job.objects.order_by("id").values_list("state", "version")) == [("open", 1), ("done", 2)]
    assert [leak(ref).state for ref in (first, second)] == ["mending", "mended"]


def test_a_derived_move_that_does_not_exist_undoes_its_root(report, leak, with_effects):
    def astray(case, facts, actor, when, given):
        yield c.Set(place="乙")
        yield c.Also(Ref("leak", case.uid), "fly", {})

    with_effects("take", astray)
    ref = report()
    with pytest.raises(Refused, match="没有名为“fly”的操作"):
        advance(ref, "take", actor=ANNA, at=NOON)
    assert (leak(ref).version, leak(ref).place, Entry.objects.count()) == (1, "中南路1号", 1)


def test_a_reference_to_nothing_refuses_its_root_and_leaves_the_other_orders_alone(report, leak, with_effects):
    def point(case, facts, actor, when, given):
        yield c.Set(place="乙", parent_id=Ref("leak", UUID(int=case.uid.int ^ 9)))

    first, second = report(), report()
    with_effects("take", point)
    results = advance_many([Order(first, "take", ANNA, NOON), Order(second, "cancel", ANNA, NOON)])
    assert [bool(r) for r in results] == [False, True]
    assert results[0] is ABSENT
    assert (leak(first).place, leak(first).version, leak(second).state) == ("中南路1号", 1, "closed")


def test_an_effect_cannot_set_what_is_no_column_or_the_kernels_own(report, with_effects):
    ref = report()
    for name in ("plaec", "state", "version", "uid", "marked_at"):
        with_effects("take", lambda *a, name=name: [c.Set(**{name: 1})])
        with pytest.raises(AttributeError, match=f"leak.take sets '{name}'"):
            advance(ref, "take", actor=ANNA, at=NOON)


def test_orders_on_one_case_are_judged_in_their_order(report, leak):
    ref = report()
    orders = [Order(ref, m, a, NOON) for m, a in (("take", ANNA), ("mend", ANNA), ("mend", ANNA), ("accept", BEN))]
    results = advance_many(orders)
    assert [getattr(r, "state", None) for r in results] == ["mending", "mended", None, "closed"]
    assert (leak(ref).version, Entry.objects.count()) == (4, 4)


def test_two_orders_that_open_one_uid_get_one_entry_and_two_receipts(ground):
    ref = Ref("leak", uuid4())
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    first, second = advance_many([Order(ref, "report", ANNA, NOON, given), Order(ref, "report", ANNA, NOON, given)])
    assert (first.replay, second.replay, second.entry_id) == (False, True, first.entry_id)


def test_one_request_for_two_cases_in_one_set_moves_only_the_first(report, leak):
    first, second, request = report(), report(), uuid4()
    results = advance_many([Order(ref, "take", ANNA, NOON, request=request) for ref in (first, second)])
    assert results[0].state == "mending"
    assert results[1] == Refusal(("同一请求编号已经用于另一事项",))
    assert leak(second).state == "open"


def test_a_move_on_a_case_that_is_opened_later_in_the_set_finds_nothing(ground):
    ref = Ref("leak", uuid4())
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    results = advance_many([Order(ref, "take", ANNA, NOON), Order(ref, "report", ANNA, NOON, given)])
    assert results[0] is ABSENT
    assert results[1].state == "open"


def test_a_uid_that_no_deed_has_opened_cannot_be_opened_again(ground):
    stray = Leak.objects.create(uid=uuid4(), state="open", opened_at=NOON, changed_at=NOON, area=ground["G1"])
    with pytest.raises(Refused, match="这一标识已被占用"):
        advance(Ref("leak", stray.uid), "report", actor=ANNA, at=NOON,
                given={"area": str(ground["G1"].uid), "place": "甲"})


def test_unknown_kinds_and_moves_are_named(report):
    results = advance_many([Order(Ref("comet", uuid4()), "fall", ANNA, NOON), Order(report(), "fall", ANNA, NOON)])
    assert [str(r) for r in results] == ["没有这样的操作：'comet'", "没有这样的操作：“泄漏”没有名为“fall”的操作"]


def test_a_faulty_loader_is_named(report, monkeypatch):
    monkeypatch.setitem(LEAK.load, "named_area", replace(LEAK.load["named_area"], load=lambda subjects: []))
    with pytest.raises(ValueError, match="the loader of 'named_area' must give one value a subject"):
        report()


def test_facts_are_loaded_once_for_a_set_and_only_where_they_are_read(report, monkeypatch, ground):
    calls = []
    fact = LEAK.load["named_area"]
    monkeypatch.setitem(LEAK.load, "named_area", replace(
        fact, load=lambda subjects: calls.append(len(subjects)) or fact.load(subjects)))
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    refs = [Ref("leak", uuid4()) for _ in range(3)]
    advance_many([Order(ref, "report", ANNA, NOON, given) for ref in refs])
    advance_many([Order(ref, "take", ANNA, NOON) for ref in refs])
    assert calls == [3]


def test_an_undeclared_fact_is_named_to_the_developer(report, with_effects):
    with_effects("take", lambda case, facts, *a: facts.weather)
    with pytest.raises(AttributeError, match="fact 'weather' is not declared by the flow"):
        advance(report(), "take", actor=ANNA, at=NOON)


def test_a_move_told_late_is_kept_only_from_one_who_might_have_made_it(report, leak):
    ref = report()
    for move, actor in (("take", ANNA), ("mend", ANNA)):
        advance(ref, move, actor=actor, at=NOON + minutes(20))
    late = {"at": NOON + minutes(5), "told_at": NOON + minutes(30)}
    stranger = advance_many([Order(ref, "mend", BEN, **late)])[0]
    assert str(stranger) == "当前状态为“已修好”，不能“修好”"
    fixer = advance_many([Order(ref, "mend", ANNA, **late)])[0]
    assert (fixer.applied, leak(ref).version) == (False, 4)


@pytest.mark.parametrize(("at", "told_at", "kept"), [
    (5, 30, True),  # happened before the case moved on, told half an hour later
    (9.5, 10.2, False),  # two people at once: told at once, refused
    (15, 30, False),  # happened after the case had moved on
])
def test_only_what_happened_before_the_case_moved_on_is_told_late(report, leak, at, told_at, kept):
    ref = report()
    advance(ref, "cancel", actor=BEN, at=NOON + minutes(10))
    order = Order(ref, "take", ANNA, NOON + timedelta(minutes=at), told_at=NOON + timedelta(minutes=told_at))
    result = advance_many([order])[0]
    assert (bool(result), leak(ref).version) == (kept, 3 if kept else 2)


def test_an_alarm_ends_when_somebody_acts(report, leak):
    ref = report()
    Leak.objects.filter(uid=ref.uid).update(alarm="take")
    advance(ref, "regrade", actor=ANNA, at=NOON, given={"grade": "major"})
    assert leak(ref).alarm == "take"
    advance(ref, "take", actor=ANNA, at=NOON)
    assert leak(ref).alarm == ""
    assert Entry.objects.latest("id").data["set"]["alarm"] == ["take", ""]


def test_a_personal_value_that_is_cleared_does_not_come_back_through_the_entry(report, leak):
    ref = report(phone="13800138000")
    advance(ref, "hush", actor=ANNA, at=NOON)
    data = Entry.objects.latest("id").data
    assert (leak(ref).phone, data["set"]) == ("", {"phone": None})
    assert "13800138000" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_an_input_named_like_a_personal_column_never_comes_into_the_entry(report, with_effects):
    fill = LEAK.move("report").does[0]
    with_effects("report", lambda *a: [ch for ch in fill(*a) if not isinstance(ch, c.Set)]
                 + [c.Set(area_id=a[1].named_area, place=a[4].place)])
    report(phone="13800138000")
    assert "13800138000" not in str(Entry.objects.get().data)


def test_a_secret_input_is_kept_apart(report):
    ref = report()
    advance(ref, "note", actor=ANNA, at=NOON, given={"note": '"听到水声"', "caller": "王某"})
    data = Entry.objects.latest("id").data
    assert (data["given"], list(data["secret"]), Secret.objects.get().value) == ({"note": "听到水声"}, ["caller"], "王某")


@pytest.mark.parametrize(("told", "kept"), [
    (1e22, 10000000000000000000000), (-0.0, 0.0), (1.5, 1.5), (1e-7, 1e-7), ("甲\x00乙", "甲乙"),
    ({"b": [1e16, "\\u0000"], "a": 1}, {"a": 1, "b": [10000000000000000, "\\u0000"]}),
])
def test_an_entry_holds_json_as_the_database_gives_it_back(report, leak, told, kept):
    ref = report()
    advance(ref, "note", actor=ANNA, at=NOON, given=Given({"note": told}))
    e = Entry.objects.latest("id")
    assert (e.data["given"]["note"], leak(ref).notes) == (kept, [kept])
    assert bytes(e.digest) == entry_digest(e.kind, e.subject_id, e.n, e.verb, e.actor_id, e.post_id, e.device_id,
                                           e.request, e.at, e.told_at, e.recorded_at, e.data, e.corrects_id)


def test_what_is_not_a_number_cannot_be_recorded(report):
    with pytest.raises(ValueError, match="NaN is not a number"):
        advance(report(), "note", actor=ANNA, at=NOON, given=Given({"note": float("nan")}))


def test_a_stake_named_like_a_clock_is_due_when_the_clock_is(report, crew, leak):
    party, ref = crew(), report()
    advance(ref, "take", actor=of_party(party), at=NOON)
    stake, clock = Stake.objects.get(), Clock.objects.get(name="mend", stopped_at=None)
    assert (stake.party_id, stake.role, stake.due_at) == (party, "mend", clock.due_at)
    advance(ref, "extend", actor=ANNA, at=NOON + minutes(1))
    assert Stake.objects.get().due_at == Clock.objects.get(name="mend", stopped_at=None).due_at > clock.due_at
    advance(ref, "cancel", actor=ANNA, at=NOON + minutes(2))
    assert Stake.objects.count() == 0


def test_a_stake_lies_where_its_case_lies(report, crew, leak, ground):
    party, ref = crew(), report()
    advance(ref, "take", actor=of_party(party), at=NOON)
    assert Stake.objects.get().area_id == leak(ref).area_id
    other = Area.objects.exclude(id=leak(ref).area_id).order_by("id").first()
    advance(ref, "relocate", actor=ANNA, at=NOON, given=Given({"area": other.uid}))
    assert (leak(ref).area_id, Stake.objects.get().area_id) == (other.id, other.id)


def test_the_last_word_on_a_stake_counts(report, crew, with_effects):
    one, two, ref = crew("一"), crew("二"), report()
    with_effects("note", lambda *a: [c.Owe(one, "see"), c.Owe(two, "see"), c.Owe(two, "do", NOON)])
    advance(ref, "note", actor=ANNA, at=NOON)
    with_effects("note", lambda *a: [c.Release(party_id=one), c.Owe(two, "see", NOON)])
    advance(ref, "note", actor=ANNA, at=NOON)
    assert list(Stake.objects.order_by("role").values_list("party_id", "role", "due_at")) == [
        (two, "do", NOON), (two, "see", NOON)]
    with_effects("note", lambda *a: [c.Release(role="do"), c.Owe(one, "do")])
    advance(ref, "note", actor=ANNA, at=NOON)
    assert sorted(Stake.objects.values_list("party_id", "role", "due_at")) == [(one, "do", NEVER), (two, "see", NOON)]


def test_a_final_state_owes_and_starts_nothing(report, crew, with_effects):
    party, ref = crew(), report()
    start = c.Start("after", LEAK.move("take").clock[0].limit)
    with_effects("cancel", lambda *a: [c.Owe(party, "see"), start])
    advance(ref, "cancel", actor=ANNA, at=NOON)
    assert (Stake.objects.count(), Clock.objects.filter(stopped_at=None).count()) == (0, 0)


def test_events_taken_back_in_the_same_set_leave_nothing(report, ground):
    refs = [Ref("leak", uuid4()) for _ in range(2)]
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    advance_many([*[Order(ref, "report", ANNA, NOON, given) for ref in refs],
                  *[Order(ref, "cancel", ANNA, NOON + minutes(5)) for ref in refs]])
    found = Mark.objects.filter(cell="found").order_by("id").values_list("delta", "at", "facet")
    assert list(found) == [(Decimal(d), NOON, "by_hand") for d in (1, 1, -1, -1)]


def test_an_event_of_the_same_root_is_taken_back_once(report, with_effects):
    with_effects("assign", lambda case, *a: [c.Event("seen", 2), c.Also(Ref("leak", case.uid), "note", {})])
    with_effects("note", lambda *a: [c.TakeBack("seen"), c.TakeBack("seen")])
    ref = report()
    for move, given in (("assign", {"reason": "换管"}), ("note", {})):
        advance(ref, move, actor=ANNA, at=NOON, given=given)
        assert list(Mark.objects.filter(cell="seen").order_by("id").values_list("delta", flat=True)) == [2, -2]


def test_lines_attachments_and_parties_are_written(report, crew, leak):
    party, ref = crew(), report()
    advance(ref, "note", actor=of_party(party), at=NOON, given={"sha256": "ab" * 32})
    assert list(Attached.objects.values_list("role", "sha256")) == [("photo", "ab" * 32)]
    assert Entry.objects.latest("id").data["tell"] == [[party, "有新备注", True]]
    advance(ref, "take", actor=ANNA, at=NOON)
    advance(ref, "mend", actor=ANNA, at=NOON, given={"cost": "3.50"})
    assert list(LedgerLine.objects.values_list("ledger", "item_id", "amount")) == [
        ("cash", leak(ref).id, Decimal("-3.5"))]
    assert list(Party.objects.values_list("id", "kind")) == [(party, "crew")]


def test_a_record_moves_nothing_and_takes_its_number(report, leak):
    words("leak", "read_phone", "{who}查看了电话")
    ref = report()
    entry_id = record(leak(ref), "read_phone", actor=ANNA, at=NOON, data={"why": "回访"})
    entry = Entry.objects.get(id=entry_id)
    assert (entry.n, entry.verb, entry.data, leak(ref).version, leak(ref).state) == (
        2, "read_phone", {"why": "回访"}, 2, "open")
    with pytest.raises(LookupError, match=r"leak\.sing has no sentence"):
        record(leak(ref), "sing", actor=ANNA, at=NOON, data={})


def test_a_subject_without_a_flow_keeps_no_trail(ground, monkeypatch):
    monkeypatch.delitem(BY_MODEL, Area, raising=False)
    with pytest.raises(LookupError, match="Area has no flow"):
        record(ground["D"], "export", actor=ANNA, at=NOON, data={})


def test_a_closed_case_says_why_a_move_is_not_offered(report, leak):
    ref = report()
    advance(ref, "cancel", actor=ANNA, at=NOON)
    assert offers(LEAK, [leak(ref)], ANNA, NOON) == [[]]
    assert why_not(LEAK, leak(ref), LEAK.move("take"), ANNA, NOON) == ["当前状态为“已关闭”，不能“接单”"]
    assert why_not(JOB, Job(state="open"), JOB.move("finish"), ANNA, NOON) == []


def test_a_stale_expectation_wins_over_every_other_refusal(report):
    ref = report()
    with pytest.raises(Refused) as caught:
        advance(ref, "mend", actor=BEN, at=NOON, expect=7)
    assert caught.value.refusal == STALE


def test_inputs_named_like_what_a_mapping_has_are_found_at_start_up():
    form = type("Clash", (forms.Form,), {n: forms.CharField() for n in ("items", "keys", "values", "get", "clock_id")})
    flow = replace(LEAK, moves=tuple(replace(m, form=form) if m.name == "take" else m for m in LEAK.moves))
    assert sorted(problems(flow)) == [
        f"leak.take: an input cannot be called {n}" for n in ("clock_id", "get", "items", "keys", "values")]


def test_pauses_of_a_set_are_written_together(report):
    refs = [report() for _ in range(3)]
    orders = [Order(ref, "take", ANNA, NOON) for ref in refs]
    orders += [Order(ref, "wait", ANNA, NOON + minutes(5), {"reason": "等料"}) for ref in refs]
    advance_many(orders)
    advance_many([Order(refs[0], "go_on", ANNA, NOON + minutes(65)), Order(refs[1], "mend", ANNA, NOON + minutes(65))])
    pauses = ClockPause.objects.order_by("clock_id").values_list("since", "until", "reason")
    assert list(pauses) == [(NOON + minutes(5), NOON + minutes(65), "等料")] * 2 + [(NOON + minutes(5), None, "等料")]


def test_a_pause_that_ends_in_the_same_root_is_kept_with_both_ends(report, with_effects):
    with_effects("wait", lambda case, *a: [c.Pause("mend", "等料"), c.Also(Ref("leak", case.uid), "go_on", {})])
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    advance(ref, "wait", actor=ANNA, at=NOON + minutes(5), given={"reason": "等料"})
    assert list(ClockPause.objects.values_list("since", "until")) == [(NOON + minutes(5), NOON + minutes(5))]
    assert Clock.objects.get(name="mend").paused_at is None


def test_a_fault_of_the_database_is_not_swallowed(report, monkeypatch, ground):
    monkeypatch.setattr("anlan.kernel.write.number_papers", lambda w: None)
    monkeypatch.setattr("anlan.kernel.door.is_passing", lambda e: False)
    area = ground["G1"].id
    monkeypatch.setattr("anlan.kernel.tests.toy.flow.areas_named", lambda s: [area])
    with pytest.raises(IntegrityError):
        advance_many([Order(Ref("leak", uuid4()), "spring", ANNA, NOON, Given({"area_id": 0, "place": "甲"}),
                            origin="leak.chain")])


def test_a_system_deed_is_signed_by_nobody(report):
    ref = report()
    advance(ref, "nag", actor=SYSTEM, at=NOON)
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.actor_id, entry.post_id) == ("nag", None, None)
