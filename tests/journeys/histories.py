"""Random histories through the door: whoever may do it does one of the legal moves, now, late, or as a correction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.corrections import correct
from anlan.kernel.door import advance
from anlan.kernel.flows import FLOWS
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Absent, Refused
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.premises.models import Premises

from .conftest import AFTER, BEFORE, SIGNATURE, find

CAST = ("warden", "community", "street", "street2", "warden2", "officer1", "officer2", "reviewer", "gas", "emergency", "director",
        "leader", "unit")
GIVEN: dict[tuple[str, str], dict[str, Any]] = {
    ("matter", "answer"): {"answer": "已处理"}, ("matter", "reject"): {"reason": "重复"},
    ("hazard", "cancel"): {"reason": "不是隐患"}, ("hazard", "grade"): {"level": "general", "days": 3},
    ("hazard", "report_fixed"): {"fixed_what": "已清走", "fixer_name": "陈某", "photos": [AFTER]},
    ("hazard", "pass_review"): {"opinion": "合格"}, ("hazard", "fail_review"): {"opinion": "不合格", "days": 2},
    ("hazard", "self_check"): {"fixed_what": "已移出", "fixer_name": "陈某", "photos": [AFTER]},
    ("call", "finish"): {"result": "solved", "finding": "已办", "photos": [AFTER]},
    ("call", "close"): {"response_stars": 4, "result_stars": 5, "solved": "yes"}, ("call", "call_off"): {"reason_text": "不用了"},
    ("call", "return_call"): {"reason_text": "不归我管"}, ("call", "rework"): {"reason_text": "还没好"},
    ("attendance", "come"): {"people": "两人"}, ("attendance", "leave"): {"did": "协助"},
    ("monthly_return", "submit"): {"checks": 3, "found": 2, "rectified": 1, "rate": "50"},
    ("monthly_return", "send_back"): {"why": "补明细"}, ("monthly_return", "send_again"): {"checks": 3, "found": 2, "rectified": 1},
    ("monthly_return", "amend"): {"checks": 4, "found": 2, "rectified": 1, "why": "更正"}, ("monthly_return", "excuse"): {"why": "放假"},
    ("contradiction", "explain"): {"answer": "口径不同"}, ("premises", "close"): {"reason": "歇业"},
}
TURNED = ("hazard", "call", "attendance", "matter", "monthly_return", "contradiction", "premises")
SPECIAL = {"find", "find_on_visit", "ring", "open", "ask"}


class History:
    """rng decides everything; a refused wish has not happened. made: how many deeds have."""

    def __init__(self, place: Any, rng: Random) -> None:
        self.place, self.rng, self.at, self.made = place, rng, NOON - timedelta(days=40), 0
        self.begin: tuple[Callable[[], None], ...] = (self.visit, self.visit, self.report, self.ring, self.turn, self.turn, self.turn,
                                                      self.turn, self.turn, self.ask, self.mend)

    def run(self, deeds: int) -> None:
        """Until so many deeds are done, or eight times as many wishes were made."""
        for _wish in range(8 * deeds):
            if self.made == deeds:
                break
            self.at = min(NOON, self.at + timedelta(minutes=self.rng.choice((20, 90, 700, 1500))))
            if self.rng.random() < 0.1:
                tick(at=self.at)
            try:
                self.rng.choice(self.begin)()
                self.made += 1
            except (Refused, Absent):
                pass
        seal_all()

    def do(self, kind: str, uid: Any, move: str, who: str, at: datetime | None = None, **given: Any) -> None:
        advance(Ref(kind, uid), move, actor=self.place.actor(who, at=self.at), at=at or self.at, given=given)

    def one(self, rows: Any) -> Any:
        held = list(rows.order_by("id"))
        if not held:
            raise Absent("nothing yet")
        return self.rng.choice(held)

    def visit(self) -> None:
        """Told at once or up to two days late; with hazards or without."""
        unit = self.one(Premises.objects.filter(state="active"))
        finds = [find(*self.rng.choice((("CY09",), ("", "地面湿滑"))), days=self.rng.choice((1, 3)), before=[BEFORE],
                      **({"after": [AFTER], "fixed": "已改"} if self.rng.random() < 0.4 else {}))
                 for _n in range(self.rng.choice((0, 0, 1, 2)))]
        self.do("visit", uuid4(), "drop_in", self.rng.choice(("warden", "street", "community", "gas", "street2")),
                self.at - timedelta(hours=self.rng.choice((0, 0, 5, 40))), premises=str(unit.uid),
                result="hazards" if finds else "normal", finds=finds, signature=[SIGNATURE], signer="陈某")

    def report(self) -> None:
        unit = self.one(Premises.objects.all())
        more = self.rng.choice(({}, {"channel": "phone"}, {"channel": "portal"}))
        self.do("matter", uuid4(), "open", self.rng.choice(("warden", "street", "community", "warden2")), what="楼道堆物",
                premises=str(unit.uid), **more)

    def ring(self) -> None:
        matter = self.one(FLOWS["matter"].model._default_manager.filter(state__in=("open", "answered")))
        helpers = [str(self.place.houses[h].uid) for h in ("emergency_bureau", "gas_department")[:self.rng.choice((0, 1, 2))]]
        self.do("call", uuid4(), "ring", self.rng.choice(("warden", "community")), matter=str(matter.uid), goal="请查漏",
                priority=self.rng.choice(("P1", "P3")), reason=self.rng.choice(("power", "urgent")), tried="已劝导", assistants=helpers)

    def ask(self) -> None:
        house = self.place.houses[self.rng.choice(("gas_department", "government"))]
        self.do("monthly_return", uuid4(), "ask", "emergency", organisation=str(house.uid), month=self.rng.choice(
            ("2021-03-01", "2021-04-01")))

    def turn(self) -> None:
        """A random legal move of a random case by whoever may make it."""
        kind = self.rng.choice(TURNED)
        flow = FLOWS[kind]
        case = self.one(flow.model._default_manager.all())
        moves = [m for m in flow.moves if not m.opens and m.shown and case.state in m.source and m.name not in SPECIAL
                 and (m.form is None or (kind, m.name) in GIVEN)]
        if not moves:
            raise Absent("nothing to do")
        move = self.rng.choice(moves)
        for who in self.rng.sample(CAST, len(CAST)):
            try:
                self.do(kind, case.uid, move.name, who, **GIVEN.get((kind, move.name), {}))
                return
            except (Refused, Absent):
                continue
        raise Absent("nobody may")

    def mend(self) -> None:
        """A hazard still open was graded wrongly: its marks are rewritten from there."""
        hazards = Hazard.objects.exclude(state="closed").values("id")
        entry = self.one(Entry.objects.filter(kind="hazard", verb="find_on_visit", subject_id__in=hazards))
        correct(entry, reason="定级有误", actor=self.place.actor("emergency", at=self.at), at=self.at, given={"level": "major"})
