"""A paper as a list of things to set, in order: both writers set the same list, so that they cannot disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from . import geometry as measure
from .paper import (
    RECEIPT_LABELS,
    Block,
    Facts,
    Heading,
    Kind,
    NewPage,
    Paper,
    Photo,
    Photos,
    Picture,
    Receipt,
    Rows,
    Signature,
    SignLine,
    Text,
    paper_date,
    parts_of,
    say,
)

_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NUMERALS = "零一二三四五六七八九"
_TITLE_ROOM = 19
_HEAD_LINES = 3
_AROUND_TABLE = 5.0
_LABEL_MM, _COUNT_MM = 27.0, 14.0


@dataclass(frozen=True)
class Line:
    """A paragraph. Indents in characters of its size; pitch and size in points; right_text stands at the far
    side; edge: body (its end), seal (where the signature begins), note (the last)."""

    text: str
    font: str = "fangsong"
    size: float = measure.SIZE_3
    pitch: float = measure.LINE_PITCH_PT
    align: str = "justify"
    first: float = 0.0
    left: float = 0.0
    right: float = 0.0
    before: float = 0.0
    red: bool = False
    keep: bool = False
    level: int = 0
    right_text: str = ""
    edge: str = ""


@dataclass(frozen=True)
class Gap:
    points: float
    keep: bool = False


@dataclass(frozen=True)
class RedRule:
    pass


@dataclass(frozen=True)
class CutLine:
    pass


@dataclass(frozen=True)
class Cell:
    text: str
    font: str = "fangsong"
    align: str = "left"
    span: int = 1


@dataclass(frozen=True)
class Table:
    """widths and lowest (of a line) in millimetres; the first line is repeated on each page where headed;
    a whole table stands on one page."""

    widths: tuple[float, ...]
    lines: tuple[tuple[Cell, ...], ...]
    headed: bool = False
    size: float = measure.SIZE_4
    lowest: float = 8.0
    whole: bool = False


@dataclass(frozen=True)
class Gallery:
    """Pictures side by side, each with its caption, width in millimetres."""

    photos: tuple[Photo, ...]
    per_line: int
    width: float


@dataclass(frozen=True)
class Signed:
    """A place to sign, with the picture of a signature or room for a pen."""

    text: str
    image: bytes | None
    date: str


@dataclass(frozen=True)
class PageBreak:
    pass


@dataclass(frozen=True)
class BackBlock:
    """版记, at the foot of the last page."""

    copy_to: str
    printed_by: str
    printed_on: str


Item = Line | Gap | RedRule | CutLine | Table | Gallery | Signed | PageBreak | BackBlock


def clean(text: str) -> str:
    """Text without what no document may hold."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def lay_out(paper: Paper, keep_last: bool = True) -> tuple[Item, ...]:
    """Every item of the paper from top to bottom. keep_last: the last paragraph may not part from the signature."""
    return tuple(_items(paper, keep_last))


def fitted(items: tuple[Item, ...], pitch: float, gap: float) -> tuple[Item, ...]:
    """With another line pitch, and `gap` points above the signature: the standard's own way to bring text and seal
    onto one page."""
    return tuple(_fitted(item, pitch, gap) if isinstance(item, Line) else item for item in items)


def _fitted(line: Line, pitch: float, gap: float) -> Line:
    if line.pitch == measure.LINE_PITCH_PT:
        line = replace(line, pitch=pitch)
    return replace(line, before=min(line.before, gap)) if line.edge == "seal" else line


def marks_of(paper: Paper) -> str:
    """What stands on the head of each page."""
    return "".join(f"【{clean(mark.text)}】" for mark in paper.marks)


def _items(paper: Paper, keep_last: bool) -> Iterator[Item]:
    yield from _head(paper)
    if say(paper.addressee):
        yield _line(say(paper.addressee).rstrip("：:") + "：", before=measure.LINE_PITCH_PT, align="left")
    else:
        yield Gap(measure.LINE_PITCH_PT / 2)
    receipts = tuple(block for block in paper.blocks if isinstance(block, Receipt))
    yield from _ended(list(_body(tuple(block for block in paper.blocks if block not in receipts))), keep_last)
    yield from _attachment_note(paper)
    yield from _signed(paper)
    yield from _notes(paper)
    yield from _body(receipts)
    yield from _attachments(paper)
    if say(paper.printed_by) or say(paper.copy_to):
        printed_on = f"{paper_date(paper.printed_on)}印发" if paper.printed_on else ""
        yield BackBlock(clean(say(paper.copy_to)), clean(say(paper.printed_by)), printed_on)


def _line(text: str, **options: object) -> Line:
    return Line(clean(text), **options)


def _head(paper: Paper) -> Iterator[Item]:
    if paper.kind is Kind.RED_HEAD:
        yield from _red_head(paper)
    elif paper.kind is Kind.FORM and paper.series:
        yield _line(paper.series, align="center", size=measure.SIZE_4, keep=True)
        yield Gap(_AROUND_TABLE)
    gap = 2 * measure.LINE_PITCH_PT if paper.kind is Kind.RED_HEAD else 0
    for number, text in enumerate(title_lines(clean(say(paper.title)))):
        yield Line(
            text,
            font="title",
            size=measure.SIZE_2,
            pitch=measure.TITLE_PITCH_PT,
            align="center",
            before=0 if number else gap,
            keep=True,
        )
    if paper.kind is not Kind.RED_HEAD and say(paper.number):
        yield _line(say(paper.number), align="center", before=measure.LINE_PITCH_PT / 2, keep=True)


def _red_head(paper: Paper) -> Iterator[Item]:
    """Three lines for copy number, secrecy and urgency, then the mark 35 mm below the block's top."""
    told = ((paper.copy_no, "fangsong"), (paper.secrecy, "hei"), (paper.urgency, "hei"))
    above = [(say(said), font) for said, font in told if say(said)]
    for text, font in above + [("", "hei")] * (_HEAD_LINES - len(above)):
        yield _line(text, font=font, align="left")
    mark = clean(say(paper.issuer)) + "文件"
    size = measure.head_size(mark)
    down = measure.HEAD_DOWN_MM * measure.POINTS_PER_MM - _HEAD_LINES * measure.LINE_PITCH_PT
    yield Line(mark, font="title", size=size, pitch=size, align="center", before=down, red=True)
    gap = 2 * measure.LINE_PITCH_PT
    if say(paper.approved_by):
        signer = clean(f"签发人：{say(paper.approved_by)}")
        yield _line(say(paper.number), align="left", left=1, right=1, before=gap, right_text=signer)
    else:
        yield _line(say(paper.number), align="center", before=gap)
    yield RedRule()


def title_lines(title: str) -> list[str]:
    """A title in lines of about the same length, broken where its maker broke it, else after words that end a phrase."""
    lines: list[str] = []
    for piece in title.split("\n"):
        lines += _balanced(piece.strip())
    return [line for line in lines if line]


def _balanced(title: str) -> list[str]:
    count = -(-int(measure.width_in_characters(title) + 0.5) // _TITLE_ROOM)
    lines = []
    for left in range(count, 1, -1):
        ideal = round(len(title) / left)
        at = min(range(max(1, ideal - 4), min(len(title), ideal + 5)), key=lambda n: _badness(title, n, ideal))
        lines.append(title[:at])
        title = title[at:]
    return [*lines, title]


def _badness(title: str, at: int, ideal: int) -> float:
    after_phrase = title[at - 1] in "的和与及、，》）" or title.startswith(("关于", "有关"), at)
    starts_badly = title[at] in "的和与及、，》）〕号年月日" or title[at - 1] in "《（〔"
    return abs(at - ideal) - (2.5 if after_phrase else 0) + (100 if starts_badly else 0)


class _Counter:
    """Numbers of headings, starting anew below each higher one."""

    def __init__(self) -> None:
        self.counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (4 - level)
        count = self.counts[level - 1]
        return (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.", f"（{count}）")[level - 1]


def chinese(count: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(count, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


_HEADING_FONTS = ("hei", "kai", "fangsong", "fangsong")


def _body(blocks: tuple[Block, ...]) -> Iterator[Item]:
    counter = _Counter()
    for block in blocks:
        match block:
            case Heading():
                yield _heading(block, counter)
            case Text():
                yield from _paragraphs(block)
            case Facts():
                yield from _set_apart(_facts(block))
            case Rows():
                yield from _set_apart(_rows(block))
            case Photos(photos=photos, per_line=per_line):
                yield from _set_apart(Gallery(photos, per_line, measure.BLOCK_WIDTH_MM / per_line - 4))
            case Picture():
                yield from _set_apart(Gallery((Photo(block.data, block.caption),), 1, block.width_mm))
            case Signature(lines=lines):
                yield from map(_sign_line, lines)
            case Receipt():
                yield from _receipt(block)
            case NewPage():
                yield PageBreak()


def _set_apart(item: Item) -> tuple[Item, ...]:
    return Gap(_AROUND_TABLE, keep=True), item, Gap(_AROUND_TABLE)


def _heading(block: Heading, counter: _Counter) -> Line:
    number = counter.next(block.level) if block.numbered else ""
    font = _HEADING_FONTS[block.level - 1]
    return _line(number + say(block.text), font=font, first=2, keep=True, level=block.level)


def _paragraphs(block: Text) -> Iterator[Line]:
    whole = "".join(say(part) for part in parts_of(block))
    for text in clean(whole).split("\n"):
        yield Line(text, first=2 if block.indent else 0)


def _facts(block: Facts) -> Table:
    per_line = block.per_line
    value = measure.BLOCK_WIDTH_MM / per_line - _LABEL_MM
    lines = []
    for at in range(0, len(block.rows), per_line):
        cells = []
        for fact in block.rows[at : at + per_line]:
            cells += [Cell(clean(fact.label), align="center"), Cell(clean(fact.value))]
        missing = 2 * per_line - len(cells)
        if missing:
            cells[-1] = Cell(cells[-1].text, span=1 + missing)
        lines.append(tuple(cells))
    return Table((_LABEL_MM, value) * per_line, tuple(lines))


def _rows(block: Rows) -> Table:
    labels = [column.label for column in block.columns]
    shares = [column.width for column in block.columns]
    room = measure.BLOCK_WIDTH_MM - (_COUNT_MM if block.counted else 0)
    widths = [room * share / sum(shares) for share in shares]
    lines = [[Cell(clean(text)) for text in row] for row in block.rows]
    if block.counted:
        labels, widths = ["序号", *labels], [_COUNT_MM, *widths]
        lines = [[Cell(str(number), align="center"), *line] for number, line in enumerate(lines, start=1)]
    if not lines:
        lines = [[Cell(clean(block.empty), align="center", span=len(labels))]]
    head = tuple(Cell(clean(label), font="hei", align="center") for label in labels)
    return Table(tuple(widths), (head, *map(tuple, lines)), headed=True, size=measure.SIZE_SMALL_4, lowest=7.0)


def _sign_line(line: SignLine) -> Signed:
    date = paper_date(line.signed_on) if line.signed_on else "　　年　月　日"
    return Signed(clean(f"{line.label}：{line.name}"), line.image, date)


def _receipt(block: Receipt) -> Iterator[Item]:
    yield CutLine()
    yield Line("送达回证", font="title", size=measure.SIZE_2, pitch=measure.TITLE_PITCH_PT, align="center", keep=True)
    lines = tuple(
        (Cell(where, align="center"), Cell(clean(say(getattr(block, name))))) for name, where in RECEIPT_LABELS.items()
    )
    yield from (Table((_LABEL_MM, measure.BLOCK_WIDTH_MM - _LABEL_MM), lines, lowest=9.5, whole=True), Gap(_AROUND_TABLE))


def _ended(items: list[Item], keep_last: bool) -> list[Item]:
    """With its last paragraph marked; kept, it stays with the signature, so that no page holds the seal alone."""
    if items and isinstance(items[-1], Line):
        items[-1] = replace(items[-1], keep=keep_last, edge="body")
    return items


def _attachment_note(paper: Paper) -> Iterator[Line]:
    titles = [clean(say(attachment.title)) for attachment in paper.attachments]
    if len(titles) == 1:
        yield _line(f"附件：{titles[0]}", left=5, first=-3, before=measure.LINE_PITCH_PT, keep=True)
        return
    for number, title in enumerate(titles, start=1):
        if number == 1:
            yield _line(f"附件：1.{title}", left=6, first=-4, before=measure.LINE_PITCH_PT, keep=True)
        else:
            yield _line(f"{number}.{title}", left=6, first=-1, keep=True)


def _signed(paper: Paper) -> Iterator[Line]:
    for signer in paper.signers:
        licence = f"　证号：{signer.licence}" if signer.licence else ""
        yield _line(f"{signer.role}（签名）：{signer.name}{licence}", first=2, keep=True)
    issuer = clean(say(paper.issuer))
    date = paper_date(paper.date) if paper.date else ""
    if not issuer and not date:
        return
    place = measure.signed_with_seal if paper.sealed else measure.signed_without_seal
    issuer_inset, date_inset = place(issuer, date) if issuer and date else (2.0, 4.0)
    gap = 2 * measure.LINE_PITCH_PT if paper.sealed else measure.LINE_PITCH_PT
    if issuer:
        yield Line(issuer, align="right", right=issuer_inset, before=gap, keep=bool(date), edge="seal")
    if date:
        yield Line(date, align="right", right=date_inset, before=0 if issuer else gap, edge="" if issuer else "seal")


def _notes(paper: Paper) -> Iterator[Line]:
    told = [say(note) for note in paper.notes]
    told += [f"{mark.text}：{mark.why}" for mark in paper.marks if mark.why]
    for left, note in zip(reversed(range(len(told))), told, strict=True):
        yield _line(f"（{note}）", first=2, edge="" if left else "note")


def _attachments(paper: Paper) -> Iterator[Item]:
    printed = [attachment for attachment in paper.attachments if attachment.blocks]
    for attachment in printed:
        number = paper.attachments.index(attachment) + 1 if len(paper.attachments) > 1 else ""
        yield PageBreak()
        yield Line(f"附件{number}", font="hei", align="left", keep=True)
        for at, text in enumerate(title_lines(clean(say(attachment.title)))):
            yield Line(
                text,
                font="title",
                size=measure.SIZE_2,
                pitch=measure.TITLE_PITCH_PT,
                align="center",
                before=0 if at else measure.LINE_PITCH_PT,
                keep=True,
            )
        yield Gap(measure.LINE_PITCH_PT / 2)
        yield from _body(attachment.blocks)
