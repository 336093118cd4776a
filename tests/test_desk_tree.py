"""Desks of any tree of areas: a parent's desk holds all that its children's hold, and nothing of foreign ground."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import anlan.urls  # noqa: F401  every kind has its pages
from anlan.desk.morning import due, night
from anlan.desk.morning.views import _areas
from anlan.desk.work import Wish, page_of
from anlan.hazards.models import Hazard
from anlan.hazards.selectors import hazards_seen_by
from anlan.kernel import rulebook
from anlan.kernel.actors import Actor
from anlan.kernel.models import Area, AreaIn, Clock, Entry, Party, Seal, Stake
from anlan.matters.models import Matter
from anlan.people.models import Organisation, Post
from anlan.people.testing import NOON, small_district
from anlan.places.testing import BEGAN

pytestmark = pytest.mark.django_db
HOUR, DEPTH = timedelta(hours=1), 3
COMMON = {"version": 1, "opened_at": NOON, "changed_at": NOON}


@pytest.fixture
def place(db):
    yield small_district()
    rulebook.forget()


@dataclass
class Tree:
    """Areas by number, each with the post that answers for it; cases: hazard id → the number of its area."""

    house: Organisation
    areas: list[Area] = field(default_factory=list)
    above: list[frozenset[int]] = field(default_factory=list)
    posts: list[Actor] = field(default_factory=list)
    cases: dict[int, int] = field(default_factory=dict)
    owed: dict[int, set[int]] = field(default_factory=dict)

    def grow(self, parent: int | None) -> None:
        n = len(self.areas)
        line = (self.above[parent] if parent is not None else frozenset()) | {n}
        level = len(line) - 1
        self.areas.append(Area.objects.create(**COMMON, uid=uuid4(), state="active", level=level, code=f"T{n}", name=f"片{n}",
                                              valid_from=BEGAN))
        self.above.append(line)
        for m in line:
            AreaIn.objects.create(area=self.areas[n], ancestor=self.areas[m], depth=level - (len(self.above[m]) - 1),
                                  valid_from=BEGAN)
        party = Party.objects.create(kind="post").id
        Post.objects.create(**COMMON, id=party, uid=uuid4(), state="active", organisation=self.house, title=f"{n}",
                            area=self.areas[n], roles=["street"], valid_from=BEGAN)
        self.posts.append(Actor(name=f"{n}", person_id=1, post_id=party, roles=frozenset({"street"}), parties=(party,),
                                area_id=self.areas[n].id))

    def put(self, ground: int, owes: int, major: bool, hours: int) -> None:
        """A hazard with its entry, its running clock and one who owes it."""
        n = len(self.cases)
        matter = Matter.objects.create(**COMMON, uid=uuid4(), state="open", area=self.areas[ground], code=f"S{n}", opener="warden",
                                       channel="desk", what="x")
        hazard = Hazard.objects.create(**COMMON, uid=uuid4(), state="notified", area=self.areas[ground], code=f"H{n}", matter=matter,
                                       opener="warden", what=f"第{n}处", found_on=NOON.date(), days=3,
                                       level="major" if major else "general")
        entry = Entry.objects.create(kind="hazard", subject_id=hazard.id, n=1, verb="find_on_visit", at=NOON - hours * HOUR,
                                     told_at=NOON, recorded_at=NOON, data={}, digest=b"")
        Seal.objects.create(no=Seal.objects.count() + 1, entry=entry, link=b"")
        end = NOON + hours * HOUR
        Clock.objects.create(kind="hazard", case_id=hazard.id, name="rectify", area=hazard.area, limit_value=1,
                             limit_unit="calendar_day", started_at=NOON, due_at=end, remind_at=end, fires=[], started_by=entry)
        Stake.objects.create(party_id=self.posts[owes].post_id, kind="hazard", case_id=hazard.id, role="rectify", due_at=end)
        self.cases[hazard.id] = ground
        self.owed.setdefault(owes, set()).add(hazard.id)

    def under(self, n: int) -> set[int]:
        """The hazards on the ground of an area."""
        return {case for case, ground in self.cases.items() if n in self.above[ground]}


@st.composite
def trees(draw):
    """Parents of the areas after the first, and cases: (ground, who owes, major, hours to its end)."""
    levels, parents = [0], []
    for _area in range(draw(st.integers(1, 9))):
        parent = draw(st.sampled_from([n for n, level in enumerate(levels) if level < DEPTH]))
        parents.append(parent)
        levels.append(levels[parent] + 1)
    some = st.integers(0, len(parents))
    return parents, draw(st.lists(st.tuples(some, some, st.booleans(), st.integers(1, 17)), min_size=1, max_size=8))


def built(house, told) -> Tree:
    parents, cases = told
    tree = Tree(house)
    for parent in (None, *parents):
        tree.grow(parent)
    for case in cases:
        tree.put(*case)
    rulebook.forget()
    return tree


def desk_of(actor) -> set[int]:
    return {duty.case.id for duty in page_of(actor, NOON, Wish()).duties}


def morning_of(actor) -> tuple[set[str], set[str]]:
    """Addresses of what is due and of what happened in the night, on a post's morning."""
    rules, (_ground, below) = rulebook.rulebook(), _areas(actor.area_id, NOON.date())
    names = {a.id: a.name for a in below}
    lines = [line for section in due.sections(actor, NOON, rules, names) for line in section.lines]
    head = Seal.objects.order_by("-no").values_list("no", flat=True)[0]
    return {line.url for line in lines}, {line.url for g in night.night_of(actor, NOON, head, rules, names) for line in g.lines}


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.generate),
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=trees())
def test_a_parents_desk_holds_what_its_childrens_hold_and_nothing_foreign(place, told):
    with transaction.atomic():
        tree = built(place.houses["government"], told)
        urls = {h.id: f"/desk/hazards/{h.uid}/" for h in Hazard.objects.filter(id__in=tree.cases)}
        majors = set(Hazard.objects.filter(level="major").values_list("id", flat=True))
        for n, actor in enumerate(tree.posts):
            seen = set(hazards_seen_by(actor, NOON).values_list("id", flat=True))
            ground, owed = tree.under(n), tree.owed.get(n, set())
            below = [m for m, line in enumerate(tree.above) if n in line]
            assert desk_of(actor) == owed
            assert seen == ground | set().union(*(tree.owed.get(m, set()) for m in below))
            assert seen >= set().union(*(desk_of(tree.posts[m]) for m in below))
            due_there, at_night = morning_of(actor)
            assert due_there == {urls[case] for case in ground & majors}
            assert at_night == {urls[case] for case in seen}
        transaction.set_rollback(True)
    rulebook.forget()
