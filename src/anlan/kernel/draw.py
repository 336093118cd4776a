"""Diagrams of the tables of moves, for the docs."""

from __future__ import annotations

from .flows import SAME, Flow


def mermaid(flow: Flow) -> str:
    """A state diagram; moves that leave the state as it is are listed below it."""
    lines = ["stateDiagram-v2"]
    lines += [f'  {s}: {flow.states(s).label}' for s in flow.states.values]
    for m in flow.moves:
        if m.to is not SAME:
            lines += [f"  {s} --> {m.to}: {m.label}" for s in (m.source or ("[*]",))]
    lines += [f"  {s} --> [*]" for s in flow.final]
    return "\n".join(lines)


def table(flow: Flow) -> list[tuple[str, str, str, str, str, str]]:
    """move, label, from, to, who, clock — one row a move, in Chinese."""
    def names(states: tuple[str, ...]) -> str:
        return "、".join(str(flow.states(s).label) for s in states) or "（新建）"

    return [(m.name, str(m.label), names(m.source), "不变" if m.to is SAME else str(flow.states(m.to).label),
             str(m.by.says), "、".join(k.name for k in m.clock) or "—") for m in flow.moves]
