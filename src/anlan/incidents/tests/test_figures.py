"""Each figure of incidents changes by a move as it was predicted, and the other one does not."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.incidents.models import Relay
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.resources.models import Callout
from anlan.toolkit.indicators import figures
from anlan.toolkit.registers.contract import rows_fold_to_the_figure

pytestmark = pytest.mark.django_db
OWN = ("inc-handled", "stn-levels")
LATER = NOON + timedelta(hours=8)
GROUNDS = {"community": "C11", "street": "S1", "district": "D"}


def told():
    """(inc-handled, stn-levels), each the sum of its rows."""
    seal_all()
    for id in OWN:
        rows_fold_to_the_figure(id, actor=SYSTEM, at=LATER)
    return tuple(int(f.value) for f in figures(OWN, actor=SYSTEM, at=LATER).values())


def do(kind, uid, name, /, **given):
    advance(Ref(kind, uid), name, actor=SYSTEM, at=NOON, given=given)


def test_incidents_are_counted_by_the_day_they_are_reported_unless_they_were_none(place, office, happen, walk):
    assert told() == (0, 0)
    first = happen()
    happen(title="二桥积水")
    assert told() == (2, 0)
    walk(first, "note", "emergency", text="核实中")
    assert told() == (2, 0)
    walk(first, "dismiss", "emergency", reason="是演习用的烟雾弹")
    assert told() == (1, 0)
    assert figures(("inc-handled",), actor=SYSTEM, at=LATER, on=NOON.date() - timedelta(days=1))["inc-handled"].value == 0


def goods(place, there, here, n):
    """From the store of one level to that of another; received."""
    kind = open_one("good", "create", {"code": f"399990{n}", "name": f"沙{n}", "sort": "3", "measure": "m3"}, actor=SYSTEM, at=NOON)
    ends = []
    for level in (there, here):
        of = open_one("store", "create", {"name": f"{n}{level}", "level": level, "owner": place.houses["street1_office"].uid,
                                          "address": "库", "area": place.areas[GROUNDS[level]].uid}, actor=SYSTEM, at=NOON)
        ends.append(open_one("stock", "open", {"store": of, "good": kind, "basis": "own"}, actor=SYSTEM, at=NOON))
    do("stock", ends[0], "take_in", amount="9", number="A")
    uid = uuid4()
    do("transfer", uid, "ask", to_stock=str(ends[1]), from_stock=str(ends[0]), amount="9", purpose="筑堤")
    do("transfer", uid, "approve", amount="9")
    do("transfer", uid, "send")
    assert told()[1] == 0
    do("transfer", uid, "receive", amount="9")


def team(place, level):
    """Called, and at the spot."""
    uid = open_one("rescue_team", "create", {"name": level, "tier": "grassroots", "skill": "flood", "level": "2", "people": 9,
                                             "echelon": "", "owner": place.houses["street1_office"].uid, "ready_minutes": 30,
                                             "area": place.areas[GROUNDS[level]].uid}, actor=SYSTEM, at=NOON)
    do("rescue_team", uid, "call", task="封堵", place="闸口")
    called = Callout.objects.get(team__uid=uid)
    for name, given in (("sign", {}), ("depart", {"people": 5}), ("arrive", {})):
        do("callout", called.uid, name, **given)


def test_a_level_shares_that_has_reported_sent_a_team_and_lent_goods(place, office, happen, walk):
    goods(place, "district", "street", 1)
    goods(place, "street", "community", 2)
    for level in ("district", "community"):
        team(place, level)
    below = happen("community", area=str(place.areas["G111"].uid))
    beside = happen("street", area=str(place.areas["G111"].uid))
    assert told() == (2, 0)

    def tells(incident, rung, who):
        walk(Relay.objects.get(incident=incident, rung=rung), "phone", who, whom="值班员")
        return told()[1]

    assert [tells(below, "community", "community"), tells(beside, "street", "street")] == [1, 1], "no team of a street has gone"
    team(place, "street")
    assert told() == (2, 2)
    assert [tells(below, "bureau", "emergency"), tells(beside, "bureau", "emergency")] == [3, 3]
