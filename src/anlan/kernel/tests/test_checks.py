"""Each fault of a table of moves is found at start-up: broken copies of the toy table."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks

from anlan.kernel import changes as c
from anlan.kernel.checks import problems
from anlan.kernel.flows import FLOWS, SAME, Clock, Fact, Flow, Move, UnknownMove, register
from anlan.kernel.rules import anyone, rule
from anlan.kernel.tests.toy.flow import CREW, LEAK, OPEN, State
from anlan.kernel.worktime import Limit, Unit

HOUR = Limit(1, Unit.HOUR)


def without(*names: str) -> tuple[Move, ...]:
    return tuple(m for m in LEAK.moves if m.name not in names)


def changed(name: str, **values) -> Flow:
    return replace(LEAK, moves=tuple(replace(m, **values) if m.name == name else m for m in LEAK.moves))


def reading(effect, *facts):
    effect.reads = facts
    return effect


@rule("天晴", reads=("weather",))
def fair(case, facts, actor, when, given):
    return True


FAULTS = [
    (replace(LEAK, moves=without("mend")), ["leak: no move reaches mended"]),
    (replace(LEAK, final=()), [
        "leak: closed is a dead end but not declared final", "leak: its last resort is not open from every state"]),
    (replace(LEAK, final=("closed", "gone")), ["leak: final gone is not a state"]),
    (replace(LEAK, moves=(*LEAK.moves, LEAK.move("take"))), ["leak.take: is declared twice"]),
    (changed("hush", source=("gone",)), ["leak.hush: gone is not a state"]),
    (changed("hush", to="gone"), ["leak.hush: gone is not a state"]),
    (changed("spring", to=SAME), ["leak.spring: an opening move needs a state"]),
    (changed("hush", late="perhaps"), ["leak.hush: late is refuse or tell, not perhaps"]),
    (changed("hush", clock=(Clock("quiet", HOUR, ("fly",), label="静默"),)), ["leak.hush: clock quiet fires unknown move fly"]),
    (changed("hush", clock=(Clock("quiet", HOUR, ("nobody_acted",)),)), ["leak.hush: clock quiet has no name for people"]),
    (changed("accept", clock=(Clock("late", HOUR, ("nag",), label="迟"),)), [
        "leak.accept: clock late cannot run on a final state", "leak.accept: clock late cannot fire nag"]),
    (changed("mend", clock=(Clock("late", HOUR, ("give_back",), label="迟"),)), ["leak.mend: clock late cannot fire give_back"]),
    (changed("hush", clock=(Clock("quiet", HOUR, label="静默", party="owner"),)), ["leak.hush: unknown column owner"]),
    (changed("hush", clock=(Clock("quiet", HOUR, label="静默", starts="soon"),)), [
        "leak.hush: clock quiet starts at or told_at, not soon"]),
    (changed("hush", stops=("silence",)), ["leak.hush: stops a clock silence that nothing starts"]),
    (changed("hush", by=fair), ["leak.hush: rule reads undeclared fact weather"]),
    (changed("hush", needs=(fair & anyone,)), ["leak.hush: rule reads undeclared fact weather"]),
    (changed("hush", does=(reading(lambda *a: [c.Set(phone="")], "moon"),)), [
        "leak.hush: effect reads undeclared fact moon"]),
    (changed("hush", says=""), ["leak.hush: has no sentence for the journal"]),
    (changed("hush", says="{who}清除{colour}"), ["leak.hush: its sentence names unknown colour"]),
    (changed("hush", secret=frozenset({"caller"})), ["leak.hush: secret caller is not an input"]),
    (replace(LEAK, link=""), ["leak: its entries have no link"]),
    (replace(LEAK, families={"live": OPEN}), ["leak: closed belongs to no family"]),
    (replace(LEAK, families={"live": OPEN, "done": (State.CLOSED, State.OPEN)}), ["leak: open belongs to two families"]),
    (replace(LEAK, load={f"f{i}": Fact(list) for i in range(5)} | LEAK.load), [
        "leak: facts need more than 4 queries"]),
    (replace(LEAK, last_resort=""), ["leak: has clocks but no last resort"]),
    (changed("nobody_acted", source=("open",)), ["leak: its last resort is not open from every state"]),
]


def test_the_toy_tables_are_whole():
    assert [list(problems(flow)) for flow in (LEAK, CREW, FLOWS["job"])] == [[], [], []]
    assert [str(e.msg) for e in run_checks() if e.id == "kernel.E001"] == []


@pytest.mark.parametrize(("flow", "found"), FAULTS, ids=[f[0] for _flow, f in FAULTS])
def test_a_broken_table_is_named(flow, found):
    assert list(problems(flow)) == found


def test_a_state_that_nothing_leads_to_and_one_that_leads_nowhere_are_named():
    found = list(problems(replace(LEAK, moves=without("take", "assign"))))
    assert found[:2] == ["leak: no move reaches mended", "leak: no move reaches mending"]
    found = list(problems(replace(LEAK, moves=tuple(
        replace(m, source=tuple(s for s in m.source if s != "mended")) for m in LEAK.moves if m.name != "accept"))))
    assert found[0] == "leak: mended is a dead end but not declared final"


def test_a_faulty_table_fails_the_system_check(monkeypatch):
    monkeypatch.setitem(FLOWS, "leak", replace(LEAK, link=""))
    assert [e.msg for e in run_checks() if e.id == "kernel.E001"] == ["leak: its entries have no link"]


def test_a_kind_is_registered_once():
    with pytest.raises(ValueError, match="flow leak registered twice"):
        register(replace(LEAK, label="另一个"))
    assert register(LEAK) is LEAK
    with pytest.raises(UnknownMove, match="没有名为“fly”的操作"):
        LEAK.move("fly")
