"""What a register brings along by itself: the last resort of its clocks, sight of its rows, and of their papers."""

from anlan.kernel.checks import problems
from anlan.kernel.flows import FLOWS
from anlan.toolkit.attachments.access import SELECTORS
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.flow import MAY_NOT_SEE


def test_a_clock_of_a_registers_move_brings_its_last_resort():
    flow = FLOWS["pump"]
    assert (flow.last_resort, set(flow.move("nobody_acted").source)) == ("nobody_acted", set(flow.states.values))
    assert list(problems(flow)) == []


def test_a_register_without_clocks_has_none():
    assert (FLOWS["depot"].last_resort, "nobody_acted" in FLOWS["depot"].by_name) == ("", False)


def test_a_registers_own_move_asks_for_sight_of_the_row_as_its_edit_does():
    for name in ("check", "edit", "retire"):
        assert str(MAY_NOT_SEE) in str(FLOWS["pump"].move(name).by.says)


def test_whoever_sees_a_row_sees_its_papers():
    assert SELECTORS["pump"] == REGISTERS["pumps"].seen_by
