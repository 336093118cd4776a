"""Tells a story day by day, in memory: moves, clocks that run out at midnight, and the answers that the office gives."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from anlan.calls import facts as call_facts
from anlan.calls.attendance import OPEN as ATTENDING
from anlan.calls.facts import Circle, Helper, Told
from anlan.calls.routing import Ways
from anlan.hazards.facts import Told as ToldMatter
from anlan.kernel.carry import Written
from anlan.kernel.door import Order, Subject
from anlan.kernel.flows import FLOWS, Given
from anlan.kernel.history import History, Knower
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import parameter
from anlan.matters.facts import Ground
from anlan.patrols.facts import Book, books
from anlan.patrols.handbook_law import instruments
from anlan.people.answerers import Answerers, answerers_of
from anlan.people.models import Organisation, Post

from .answers import Answers
from .calls import RINGING
from .days import BEGAN, UNTIL, each_day, midnight_after
from .deeds import refused
from .story import Story

# Moves whose inputs the story gives just as their forms would leave them: a test compares, and so does each replay.
AS_CLEANED = {("visit", "drop_in"), ("visit", "finish"), ("hazard", "self_check"), ("hazard", "pass_review"),
              ("hazard", "fail_review"), ("hazard", "find"), ("hazard", "register"), ("hazard", "grade"),
              ("proposal", "accept"), ("proposal", "decline"), ("proposal", "pass_recheck"),
              ("premises", "create"), ("risk_point", "create"), ("round", "plan"),
              ("matter", "open"), ("matter", "answer"), ("matter", "reject")}
TOUCHED_BY_CALLS = {*RINGING, "matter"}
WEEK = 7


class Ended(NamedTuple):
    """What is still asked about a hazard that has come to its end."""

    uid: UUID
    state: str
    area_id: int
    finder_id: int | None


class Memory:
    """What rules and effects ask for, from what was told: cases by their ids, the houses, the handbook of a day."""

    def __init__(self) -> None:
        self.units: dict[UUID, Any] = {}
        self.unit_ids: dict[int, Any] = {}
        self.matters: dict[int, Any] = {}
        self.hazards: dict[int, Any] = {}
        self.supervised: set[int] = set()  # hazards whose listing still asks about them
        self.visits: dict[int, list[Any]] = defaultdict(list)
        self.points: dict[int, list[Any]] = defaultdict(list)
        self.closed: dict[tuple[int, str], tuple[Any, int]] = {}
        self.calls: dict[int, Any] = {}
        self.calls_made: Counter[int] = Counter()  # by matter
        self.teams: dict[int, list[Any]] = defaultdict(list)  # attendances by call
        self._ways: Ways | None = None
        self.books: dict[int, Book | None] = {}  # by the law that it rests on
        self.changes = sorted({day for i in instruments() for day in (i.valid_from, i.valid_to) if day})
        self.areas = dict(Area.objects.filter(state="active").values_list("uid", "id"))
        self.houses = {o.uid: o for o in Organisation.objects.all()}
        self.posts = {p.uid: p for p in Post.objects.filter(roles__contains=["warden"])}
        ids = list(self.areas.values())
        self.people = dict(zip(ids, answerers_of([(i, UNTIL) for i in ids]), strict=True))
        self.recur = timedelta(days=parameter("hazard.recur_days", BEGAN))

    def knowers(self) -> dict[tuple[str, str], Knower]:
        """In place of the loaders of each flow's facts."""
        return {
            ("visit", "unit"): self.unit, ("visit", "book"): self.book, ("round", "post"): lambda s: self.posts.get(s.given.post),
            ("round", "planned"): lambda s: [v.uid for v in self.visits[s.case.id] if v.state == "planned"],
            ("matter", "ground"): self.ground, ("matter", "answerers"): lambda s: self.people[s.case.area_id],
            ("hazard", "matter"): self.matter, ("hazard", "unit"): self.unit, ("hazard", "answerers"): self.answerers,
            ("hazard", "earlier"): self.earlier,
            ("listing", "hazard"): lambda s: self.hazards.get(s.case.hazard_id or s.given.hazard_id),
            ("proposal", "hazard"): lambda s: (h := self.hazards.get(s.case.hazard_id)) and (h.uid, h.state, h.finder_id),
            ("premises", "ground"): lambda s: self.areas.get(s.given.area) or s.case.area_id,
            ("premises", "twin"): lambda s: None,
            ("premises", "organisations"): lambda s: {n: self.houses.get(s.given[n]) if s.given.get(n) else None
                                                      for n in ("owner", "department")},
            ("risk_point", "unit"): self.unit,
            ("risk_point", "others"): lambda s: [p.colour for p in self._points(s) if p.id != s.case.id],
            ("special_object", "ground"): lambda s: self.areas.get(s.given.area),
            ("call", "matter"): self.called_for, ("call", "ways"): self.ways, ("call", "circle"): self.circle,
            ("attendance", "call"): lambda s: (k := self.calls.get(s.case.call_id)) and (
                k.from_party, k.to_party, k.goal, k.rang_at),
        }

    def _points(self, s: Subject) -> list[Any]:
        unit = self.unit(s)
        return [p for p in self.points[unit.id] if p.state == "active"] if unit else []

    def unit(self, s: Subject) -> Any:
        return self.unit_ids.get(s.case.premises_id) or self.units.get(s.given.premises)

    def book(self, s: Subject) -> Book | None:
        law = bisect(self.changes, local_day(s.when.at))
        if law not in self.books:
            self.books[law] = books([s])[0]
        return self.books[law]

    def ground(self, s: Subject) -> Ground:
        if s.given.premises:
            unit = self.units.get(s.given.premises)
            return Ground(unit.area_id if unit else None, unit)
        return Ground(self.areas.get(s.given.area) if s.given.area else s.case.area_id)

    def matter(self, s: Subject) -> ToldMatter | None:
        m = self.matters.get(s.case.matter_id) if s.case.matter_id else self.matters.get(s.given.matter)
        return m and ToldMatter(m.id, m.uid, m.state, m.area_id, tuple(m.hanging), m.opener, m.place, m.lon, m.lat,
                                self.unit_ids.get(m.premises_id))

    def called_for(self, s: Subject) -> Told | None:
        """The matter of a call; those of this history are of no unit and have no hazard."""
        m = self.matters.get(s.case.matter_id) if s.case.matter_id else self.matters.get(s.given.matter)
        return m and Told(m.id, m.uid, m.state, m.area_id, m.what, m.place, m.opener, tuple(m.hanging), m.reporter_id, None,
                          None, None, self.calls_made[m.id], m.unanswered_since is not None, (m.lon, m.lat), {})

    def ways(self, s: Subject) -> Ways:
        if self._ways is None:
            self._ways = call_facts.ways([s])[0]
        return self._ways

    def circle(self, s: Subject) -> Circle:
        """No two calls of this history are about the same: none is merged."""
        return Circle([Helper(a.uid, a.party, a.why) for a in self.teams[s.case.id] if a.state in ATTENDING], [], None)

    def answerers(self, s: Subject) -> Answerers:
        matter = self.matters.get(s.given.matter)
        found = self.people.get(s.case.area_id or s.given.area_id or (matter and matter.area_id), Answerers())
        named = self.houses.get(s.given.department) if s.given.department else None
        return found._replace(department_id=named.id) if named else found

    def earlier(self, s: Subject) -> int | None:
        if not s.given.item_code:
            return None
        last = self.closed.get((self._unit_named(s), s.given.item_code))
        return last[1] if last and s.when.at - last[0] <= self.recur else None

    def _unit_named(self, s: Subject) -> int | None:
        if s.given.premises:
            return self.units[s.given.premises].id
        matter = self.matters.get(s.given.matter)
        return matter and matter.premises_id

    def hear(self, w: Written) -> None:
        """Remember what a deed has brought, and forget what has ended."""
        kind, case = w.deed.flow.kind, w.case
        if kind == "premises":
            self.units[case.uid] = self.unit_ids[case.id] = case
        elif kind == "matter":
            self._keep_matter(case)
        elif kind == "hazard":
            self._keep_hazard(case)
        elif kind == "listing":
            self.supervised.add(case.hazard_id)
        elif kind == "visit" and w.deed.move.name == "plan":
            self.visits[case.round_id].append(case)
        elif kind == "round" and case.state != "open":
            self.visits.pop(case.id, None)
        elif kind == "call":
            self._keep_call(case, w.n == 1)
        elif kind == "attendance" and w.n == 1:
            self.teams[case.call_id].append(case)
        elif kind == "risk_point" and w.n == 1:
            self.points[case.premises_id].append(case)

    def _keep_matter(self, case: Any) -> None:
        if case.state in FLOWS["matter"].final:
            self.matters.pop(case.id, None)
            self.matters.pop(case.uid, None)  # type: ignore[call-overload]
        else:
            self.matters[case.id] = self.matters[case.uid] = case  # type: ignore[index]

    def _keep_call(self, case: Any, is_new: bool) -> None:
        self.calls_made[case.matter_id] += is_new
        self.calls[case.id] = case

    def _keep_hazard(self, case: Any) -> None:
        ended = case.state in FLOWS["hazard"].final and case.id not in self.supervised
        self.hazards[case.id] = Ended(case.uid, case.state, case.area_id, case.finder_id) if ended else case
        if case.state == "closed" and case.premises_id:
            self.closed[case.premises_id, case.item_code] = (case.closed_at, case.id)


class Teller:
    """Tells one story into one history; every week is written."""

    def __init__(self, story: Story, history: History, memory: Memory, turn: Callable[[int], None]) -> None:
        self.story, self.history, self.memory, self.turn = story, history, memory, turn
        self.answers = Answers(story)
        self.heard = 0

    def tell(self, progress: Callable[[date], None], since: date = BEGAN, until: date = UNTIL) -> None:
        self.turn(0)
        for n, day in enumerate(each_day(since, until)):
            self.day(day)
            if n % WEEK == WEEK - 1 or day == until:
                self.history.flush(last=day == until)
                self.heard = 0
                self.turn(n // WEEK + 1)
                progress(day)

    def day(self, day: date) -> None:
        for wish in self.story.day(day):
            if wish.ref.kind in TOUCHED_BY_CALLS:
                self.ring(wish.at)
            self.move(wish)
        self.ring(midnight_after(day))
        self.history.tick(at=midnight_after(day))
        self.listen()

    def ring(self, at: datetime) -> None:
        """A call that nobody has taken climbs at its own minute."""
        if self.history.run_until(at, RINGING):
            self.listen()

    def move(self, wish: Order) -> None:
        given = Given(wish.given) if (wish.ref.kind, wish.move) in AS_CLEANED else wish.given
        try:
            self.history.move(wish.ref, wish.move, wish.actor, wish.at, given)
        except Refused as why:
            raise refused(wish, why) from why
        self.listen()

    def listen(self) -> None:
        written = self.history.written
        for w in written[self.heard:]:
            self.memory.hear(w)
            if w.deed.flow.kind == "listing" and w.n == 1:
                self.story.listed(w.case.uid, self.memory.hazards[w.case.hazard_id].uid)
            if w.deed.flow.kind == "proposal" and w.n == 1:
                hazard = self.memory.hazards[w.case.hazard_id]
                self.answers.to(w.case.uid, w.case.sort, hazard.uid, hazard.area_id, w.at)
        self.heard = len(written)
