"""A report as blocks for the screen and for print: what is printed, what is left out and why, what does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from anlan.kernel.marks import Day

from .grammar import Block, FigureRef, Sentence
from .reckoning import Counted, Said, faults_of, plain, say, unprinted


@dataclass(frozen=True)
class Bit:
    """A piece of a sentence. key: of the figure it says; url: its rows; change: against last time."""

    text: str
    key: str = ""
    url: str = ""
    title: str = ""
    change: str = ""


@dataclass(frozen=True)
class Line:
    """A sentence. out: why it is not printed; faults: what does not hold in it; promised: by when, and by whom."""

    bits: tuple[Bit, ...]
    out: str = ""
    faults: tuple[str, ...] = ()
    promised: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return "".join(b.text for b in self.bits)


@dataclass(frozen=True)
class Part:
    level: int
    lines: tuple[Line, ...] = field(default=())

    @property
    def is_heading(self) -> bool:
        return self.level > 0

    @property
    def printed(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.out)


def parts_of(blocks: Iterable[Block], counted: Mapping[str, Counted], last: Mapping[str, Decimal] | None = None) -> list[Part]:
    """Every block with its figures in place. last: the same figures of the report before."""
    return [Part(block.level, tuple(_line(s, counted, last or {}) for s in block.sentences)) for block in blocks]


def _line(sentence: Sentence, counted: Mapping[str, Counted], last: Mapping[str, Decimal]) -> Line:
    bits = tuple(_bits(sentence, counted, last))
    return Line(bits, unprinted(sentence, counted), tuple(faults_of(sentence, counted)), tuple(_promised(sentence, counted)))


def _promised(sentence: Sentence, counted: Mapping[str, Counted]) -> Iterator[tuple[str, str]]:
    """(2021-11-30, 区城管局)."""
    for promise in sentence.promises:
        yield plain(counted[promise.figure.key].value) if promise.figure else promise.due, promise.house


def _bits(sentence: Sentence, counted: Mapping[str, Counted], last: Mapping[str, Decimal]) -> Iterator[Bit]:
    for piece in sentence.pieces:
        if isinstance(piece, str):
            yield Bit(piece)
        elif isinstance(piece, FigureRef):
            yield _figure(piece, counted[piece.key], last.get(piece.key))


def _figure(ref: FigureRef, counted: Counted, before: Decimal | None) -> Bit:
    if counted.value is None:
        return Bit("—", ref.key, counted.url, _title(counted))
    said: Said = say(ref, counted.value)
    text = said.text + (counted.unit if ref.with_unit else "")
    return Bit(text, ref.key, counted.url, _title(counted), _change(counted.value, before))


def _title(counted: Counted) -> str:
    """What a pointer over the figure says: its name, period and exact value."""
    if counted.indicator is None or counted.period is None:
        return counted.ref.indicator
    value = f"{plain(counted.value)}{counted.unit}" if counted.value is not None else "—"
    return f"{counted.name}：{value}（{counted.period.since} 至 {counted.period.until}）"


def _change(value: Decimal, before: Decimal | None) -> str:
    if before is None or value == before or isinstance(value, Day):
        return ""
    return f"{'+' if value > before else '−'}{plain(abs(value - before))}"


def printed(parts: Iterable[Part]) -> list[Part]:
    """What goes on paper: no sentence that is left out, and no heading with nothing under it."""
    kept: list[Part] = []
    for part in parts:
        if part.is_heading:
            while kept and kept[-1].is_heading and kept[-1].level >= part.level:
                kept.pop()
            kept.append(part)
        elif part.printed:
            kept.append(Part(part.level, part.printed))
    while kept and kept[-1].is_heading:
        kept.pop()
    return kept
