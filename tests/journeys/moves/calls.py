"""What is reported, and the calls about it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from anlan.calls.models import Attendance
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.matters.models import Matter
from anlan.matters.residents import resident
from anlan.people.testing import NOON

from ..conftest import AFTER
from .stage import BY_A_WARDEN, BY_AN_OFFICE, DAY, HOUR, MINUTE, SETTLED, Change, Stage, Told, deed, summed, undoing

BY_A_RESIDENT: Change = {"grd-residents-share": (1, 1), "mat-valid": (1, 1), "mat-missed": (1, 1), "mat-filed": (0, 1)}
ACCEPTED: Change = {"mat-filed": (0, 1)}
FILED: Change = {"mat-filed": (1, 0), "mat-filed-in-time": (1, 1), "mat-filed-rightly": (1, 1)}
CALLED: Change = {"call-made": (1,), "call-open": (1,), "call-response": (0, 1), "call-missed": (0, 1), "call-accurate": (1, 1),
                  "call-returned": (0, 1)}
SENT: Change = {"call-sent-in-time": (1, 1)}
SIGNED: Change = {"call-response": (1, 0), "call-handled": (0, 1), "call-in-time": (0, 1), "call-overdue": (0, 1)}
OWES_TO_COME: Change = {"call-arrived-in-time": (0, 1)}
DONE: Change = {"call-handled": (1, 0), "call-in-time": (1, 0), "call-reworked": (0, 1), "call-solving": (0, 1), "call-rated": (0, 1),
                "call-closed": (0, 1), "call-closed-in-time": (0, 1), "call-checked-in-time": (0, 1)}
CLOSED: Change = {"call-closed": (1, 0), "call-closed-in-time": (1, 0), "call-open": (-1,)}


# Matters


@deed
def a_wardens_report(s: Stage) -> Told:
    return lambda: s.matter(), summed(BY_A_WARDEN, ACCEPTED)


@deed
def an_offices_report(s: Stage) -> Told:
    return lambda: s.matter("community"), summed(BY_AN_OFFICE, ACCEPTED)


def from_a_resident(s: Stage) -> Ref:
    ref = Ref("matter", uuid4())
    advance_many([Order(ref, "report", resident(), NOON, {"sort": "road", "what": "井盖松动", "area": str(s.area("G111"))}, told_at=NOON)])
    return ref


@deed
def a_residents_report(s: Stage) -> Told:
    return lambda: from_a_resident(s), BY_A_RESIDENT


@deed
def a_residents_report_withdrawn(s: Stage) -> Told:
    ref = from_a_resident(s)
    she = resident(Matter.objects.get(uid=ref.uid).id)
    return lambda: advance_many([Order(ref, "withdraw", she, NOON, {}, told_at=NOON)]), undoing(BY_A_RESIDENT)


@deed
def a_report_turned_down(s: Stage) -> Told:
    matter = s.matter()
    gone = {**undoing(summed(BY_A_WARDEN, ACCEPTED)), "mat-valid": (-1, 0)}
    return lambda: s.do("matter", matter, "reject", "community", reason="不属本辖区"), gone


@deed
def a_report_answered_and_closed(s: Stage) -> Told:
    matter = s.matter()
    s.do("matter", matter, "answer", "community", answer="已派人")
    return lambda: s.do("matter", matter, "close", "street"), SETTLED


def filed(s: Stage, matter: UUID, at: datetime = NOON) -> UUID:
    uid = uuid4()
    s.do("hazard", uid, "find", "community", at, matter=str(matter), what="堆物")
    return uid


FOUND: Change = {"haz-found": (1,), "haz-rate": (0, 1), "haz-standing": (1,)}


@deed
def a_report_made_a_hazard(s: Stage) -> Told:
    matter = s.matter()
    return lambda: filed(s, matter), summed(FILED, FOUND)


@deed
def a_report_made_a_hazard_too_late(s: Stage) -> Told:
    matter = s.matter(at=NOON - 3 * DAY)
    s.do("matter", matter, "go_unanswered", "system", NOON - DAY)
    return lambda: filed(s, matter), summed(FILED, FOUND, {"mat-filed-in-time": (-1, 0)})


@deed
def a_report_wrongly_made_a_hazard(s: Stage) -> Told:
    hazard = filed(s, s.matter())
    s.do("hazard", hazard, "register", "community")
    return lambda: s.do("hazard", hazard, "cancel", "street", reason="不是隐患"), summed(
        undoing(FOUND), SETTLED, {"mat-filed-rightly": (-1, 0)})


# Calls


@deed
def a_call(s: Stage) -> Told:
    matter = s.matter()
    return lambda: s.call(matter=matter), summed(CALLED, SENT, FILED)


@deed
def a_call_about_a_report_that_lay_too_long(s: Stage) -> Told:
    matter = s.matter(at=NOON - 3 * DAY)
    s.do("matter", matter, "go_unanswered", "system", NOON - DAY)
    late = {"call-sent-in-time": (-1, 0), "mat-filed-in-time": (-1, 0)}
    return lambda: s.call(matter=matter), summed(CALLED, SENT, FILED, late)


def signed(s: Stage, who: str = "street", **more: Any) -> UUID:
    call = s.call(**more)
    s.do("call", call, "sign", who, NOON + MINUTE)
    return call


def there(s: Stage, who: str = "street", **more: Any) -> UUID:
    call = signed(s, who, **more)
    s.do("call", call, "arrive", who, NOON + 5 * MINUTE)
    return call


def finish(s: Stage, call: UUID, who: str = "street", result: str = "solved") -> None:
    s.do("call", call, "finish", who, NOON + 20 * MINUTE, result=result, finding="已处置", photos=[AFTER])


def done(s: Stage, who: str = "street", **more: Any) -> UUID:
    call = there(s, who, **more)
    finish(s, call, who)
    return call


@deed
def a_call_signed(s: Stage) -> Told:
    call = s.call()
    return lambda: s.do("call", call, "sign", "street", NOON + MINUTE), summed(SIGNED, OWES_TO_COME)


@deed
def a_call_that_nobody_signs(s: Stage) -> Told:
    call = s.call()
    return lambda: s.do("call", call, "climb", "system", NOON + HOUR), summed(CALLED, {"call-missed": (1, 0), "call-open": (-1,)})


@deed
def an_arrival(s: Stage) -> Told:
    call, after = signed(s), s.minutes(2, 29)
    told = {"call-minutes": (Decimal(after // MINUTE), 1), "call-arrived-in-time": (1, 0)}
    return lambda: s.do("call", call, "arrive", "street", NOON + after), told


@deed
def a_call_sent_back(s: Stage) -> Told:
    call = s.call()
    return lambda: s.do("call", call, "return_call", "street", NOON + MINUTE, reason_text="不归我管"), {
        "call-returned": (1, 0), "call-accurate": (-1, 0)}


@deed
def a_signed_call_sent_back(s: Stage) -> Told:
    call = signed(s)
    back = {"call-returned": (1, 0), "call-accurate": (-1, 0)}
    return lambda: s.do("call", call, "return_call", "street", NOON + 2 * MINUTE, reason_text="不归我管"), summed(
        undoing(SIGNED), undoing(OWES_TO_COME), back)


@deed
def a_call_past_its_limit(s: Stage) -> Told:
    call = there(s)
    return lambda: s.do("call", call, "go_overdue", "system", NOON + 2 * DAY), {"call-overdue": (1, 0)}


@deed
def a_call_finished(s: Stage) -> Told:
    call = there(s)
    return lambda: finish(s, call), DONE


@deed
def a_call_rated(s: Stage) -> Told:
    call, stars, solved = done(s), s.rng.randint(1, 5), s.rng.choice((True, False))
    rated = {"call-satisfied": (int(stars >= 4), 1), "call-rated": (1, 0), "call-checked-in-time": (1, 0),
             "call-solving": (int(solved), 0)}
    return lambda: s.do("call", call, "close", "community", NOON + HOUR, response_stars=5, result_stars=stars,
                        solved="yes" if solved else "no"), summed(CLOSED, rated, SETTLED if solved else {})


@deed
def a_call_solved_above_the_street(s: Stage) -> Told:
    call = done(s, "leader", to_level="leader", reason="by_law")
    rated = {"call-satisfied": (1, 1), "call-rated": (1, 0), "call-checked-in-time": (1, 0), "call-solving": (1, 0)}
    return lambda: s.do("call", call, "close", "community", NOON + HOUR, response_stars=5, result_stars=5, solved="yes"), summed(
        CLOSED, rated, {"call-street-or-below": (0, 1)})


@deed
def a_call_that_nobody_rates(s: Stage) -> Told:
    call = done(s)
    return lambda: s.do("call", call, "lapse", "system", NOON + 2 * DAY), summed(CLOSED, SETTLED)


@deed
def a_call_done_again(s: Stage) -> Told:
    call = done(s)
    return lambda: s.do("call", call, "rework", "community", NOON + HOUR, reason_text="还没好"), {
        "call-reworked": (1, 0), "call-checked-in-time": (1, 0)}


@deed
def a_call_taken_back_by_its_caller(s: Stage) -> Told:
    call = s.call()
    return lambda: s.do("call", call, "call_off", "community", NOON + MINUTE, reason_text="已自行解决"), undoing(summed(CALLED, SENT))


@deed
def two_calls_that_are_one(s: Stage) -> Told:
    lead, other = s.call(priority="P3"), s.call(priority="P3")
    one = {"grd-events": (-1,), "grd-residents-share": (0, -1), "mat-valid": (-1, 0), "mat-missed": (0, -1)}
    return lambda: s.do("call", other, "merge", "street", NOON + MINUTE, lead=str(lead)), summed(
        undoing(summed(CALLED, SENT)), {"call-merged": (1,)}, one)


@deed
def a_helper_comes(s: Stage) -> Told:
    call, after = s.call(assistants=[s.house("gas_department")]), s.minutes(3, 50)
    helper = Attendance.objects.get(call__uid=call).uid
    s.do("attendance", helper, "sign", "gas", NOON + MINUTE)
    return lambda: s.do("attendance", helper, "come", "gas", NOON + after, people="两人"), {
        "call-joint-minutes": (Decimal(after // MINUTE), 1)}
