"""Every move of every table is refused once where it must be; the cases come from the tables themselves."""

from collections import defaultdict
from types import SimpleNamespace

import pytest

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS, Given, When
from anlan.kernel.plan import refusals
from anlan.people.testing import NOON

STRANGER = Actor(name="路人")
OWN = [kind for kind in sorted(FLOWS) if not FLOWS[kind].model.__module__.startswith(("anlan.kernel.tests", "anlan.toolkit.tests"))]
WRONG_STATE = [(kind, m.name, s) for kind in OWN for m in FLOWS[kind].moves if not m.opens
               for s in FLOWS[kind].states.values if s not in m.source]
MOVES = [(kind, m.name) for kind in OWN for m in FLOWS[kind].moves]


class Nothing:
    """Facts that say nothing: no unit, no organisation, no ground."""

    origin, clocks, fired = "", {}, {}
    hazard = (None, "closed")
    organisations = posts = people = defaultdict(lambda: None)

    def __getattr__(self, name):
        return None

    def lineage(self, area_id):
        return frozenset()

    def value(self, key):
        return 0


def blank(kind, state):
    model = FLOWS[kind].model
    values = {f.attname: None for f in model._meta.concrete_fields} | {"id": 1, "state": state, "version": 1}
    return SimpleNamespace(**{**values, "blocks": {}, "extensions": 0, "hanging": [], "from_post_id": 1,
                              "from_post": SimpleNamespace(id=-1, organisation_id=-1)})


@pytest.mark.parametrize(("kind", "move", "state"), WRONG_STATE)
def test_a_move_is_refused_in_every_state_that_its_table_does_not_name(kind, move, state):
    flow = FLOWS[kind]
    why = refusals(flow, flow.move(move), blank(kind, state), Nothing(), STRANGER, When(NOON, NOON), Given())
    assert why == [f"当前状态为“{flow.states(state).label}”，不能“{flow.move(move).label}”"]


@pytest.mark.parametrize(("kind", "move"), MOVES)
def test_a_stranger_is_refused_every_move_in_a_sentence(kind, move):
    flow = FLOWS[kind]
    state = next(iter(flow.move(move).source), "")
    why = refusals(flow, flow.move(move), blank(kind, state), Nothing(), STRANGER, When(NOON, NOON), Given())
    assert why and all(isinstance(s, str) and s for s in why)
