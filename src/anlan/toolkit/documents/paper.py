"""What a paper says, apart from how it looks: frozen, complete, each field with the record it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import NamedTuple

from anlan.kernel.spaces import in_exercise

UNDATED = date(2000, 1, 1)


class Kind(Enum):
    """RED_HEAD: with the issuer's red mark and rule; FORM: an enforcement form under a series line; PLAIN: a title."""

    RED_HEAD = "red_head"
    FORM = "form"
    PLAIN = "plain"


@dataclass(frozen=True)
class Value:
    """A piece of text that comes from a record; source is its dotted name, such as premises.name."""

    text: str
    source: str


Said = str | Value


@dataclass(frozen=True)
class Heading:
    """level 1 to 4: 一、（一）1.（1）; counted by itself unless numbered is false."""

    text: Said
    level: int = 1
    numbered: bool = True


@dataclass(frozen=True)
class Text:
    """A paragraph of fixed wording and values; a line break in it begins a new paragraph."""

    parts: Said | tuple[Said, ...]
    indent: bool = True


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class Facts:
    """Labels and values in a ruled table, one or two to a line."""

    rows: tuple[Fact, ...]
    per_line: int = 1


@dataclass(frozen=True)
class Column:
    """width: a share, against the other columns."""

    label: str
    source: str = ""
    width: float = 1.0


@dataclass(frozen=True)
class Rows:
    """A ruled table. counted adds 序号 in front; empty is said where there is no row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    counted: bool = True
    empty: str = "无"


@dataclass(frozen=True)
class Photo:
    """data: JPEG or PNG."""

    data: bytes
    caption: str
    source: str = ""


@dataclass(frozen=True)
class Photos:
    photos: tuple[Photo, ...]
    per_line: int = 2


@dataclass(frozen=True)
class Picture:
    """One picture at its own width, such as a code to scan."""

    data: bytes
    caption: str = ""
    width_mm: float = 40.0
    source: str = ""


@dataclass(frozen=True)
class SignLine:
    """One place to sign: name where it is known, image where it was signed on a screen, else room for a pen."""

    label: str
    name: str = ""
    source: str = ""
    image: bytes | None = None
    signed_on: date | None = None


@dataclass(frozen=True)
class Signature:
    lines: tuple[SignLine, ...]


@dataclass(frozen=True)
class Receipt:
    """送达回证, below a line to cut along; what is empty is filled in by pen."""

    paper: Said
    number: Said
    recipient: Said
    place: Said = ""
    method: Said = ""
    servers: Said = ""
    receiver: Said = ""
    received_on: Said = ""
    remark: Said = ""


@dataclass(frozen=True)
class NewPage:
    pass


Block = Heading | Text | Facts | Rows | Photos | Picture | Signature | Receipt | NewPage


@dataclass(frozen=True)
class Signer:
    """An officer who stands behind the paper."""

    name: str
    licence: str = ""
    role: str = "执法人员"
    source: str = ""
    licence_source: str = ""


@dataclass(frozen=True)
class Attachment:
    """Named under the body; with blocks, printed on pages of its own."""

    title: Said
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A word that stands on each page; why is said once, at the end."""

    text: str
    why: str = ""


DRILL = Mark("演练", "本件为演练所用，不作办事依据。")
PROVISIONAL = Mark("暂定")
BASIS_PENDING = Mark("依据待核")


@dataclass(frozen=True)
class Paper:
    """sealed: issuer and date stand for a seal; series: the line above the title of a form; dated_by: the date's source.

    copy_no, secrecy, urgency, approved_by (签发人), copy_to, printed_by and printed_on are for red-headed papers.
    """

    kind: Kind
    title: Said
    issuer: Said = ""
    number: Said = ""
    addressee: Said = ""
    blocks: tuple[Block, ...] = ()
    signers: tuple[Signer, ...] = ()
    date: date | None = None
    dated_by: str = ""
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[Said, ...] = ()
    marks: tuple[Mark, ...] = ()
    series: str = ""
    sealed: bool = True
    copy_no: Said = ""
    secrecy: Said = ""
    urgency: Said = ""
    approved_by: Said = ""
    copy_to: Said = ""
    printed_by: Said = ""
    printed_on: date | None = None


def in_its_space(paper: Paper) -> Paper:
    """Whatever is set in an exercise says so on each page."""
    return replace(paper, marks=(DRILL, *paper.marks)) if in_exercise() and DRILL not in paper.marks else paper


class Field(NamedTuple):
    """One thing a paper says that could differ on the next: where it stands, what it says, where that came from."""

    where: str
    text: str
    source: str


_HEADER = {
    "issuer": "发文机关",
    "number": "文号",
    "addressee": "主送",
    "copy_no": "份号",
    "secrecy": "密级",
    "urgency": "紧急程度",
    "approved_by": "签发人",
    "copy_to": "抄送",
    "printed_by": "印发机关",
}
RECEIPT_LABELS = {
    "paper": "送达文书",
    "number": "文书文号",
    "recipient": "受送达人",
    "place": "送达地点",
    "method": "送达方式",
    "servers": "送达人",
    "receiver": "收件人",
    "received_on": "收到日期",
    "remark": "备注",
}


def say(said: Said) -> str:
    return said.text if isinstance(said, Value) else said


def parts_of(text: Text) -> tuple[Said, ...]:
    return text.parts if isinstance(text.parts, tuple) else (text.parts,)


def fields(paper: Paper) -> tuple[Field, ...]:
    """Every field of a paper with its source; fixed wording is none. A field of no known source has an empty one."""
    return tuple(field for field in _fields(paper) if field.text)


def unsourced(paper: Paper) -> tuple[Field, ...]:
    """Fields that somebody would have to type: none, in a paper that fills itself."""
    return tuple(field for field in fields(paper) if not field.source)


def _fields(paper: Paper) -> Iterator[Field]:
    for name, where in _HEADER.items():
        yield _field(where, getattr(paper, name))
    if isinstance(paper.title, Value):
        yield _field("标题", paper.title)
    if paper.date:
        yield Field("成文日期", paper_date(paper.date), paper.dated_by)
    if paper.printed_on:
        yield Field("印发日期", paper_date(paper.printed_on), paper.dated_by)
    for signer in paper.signers:
        yield Field(signer.role, signer.name, signer.source)
        yield Field(f"{signer.role}证号", signer.licence, signer.licence_source)
    for note in paper.notes:
        if isinstance(note, Value):
            yield _field("附注", note)
    yield from _fields_of_blocks(paper.blocks)
    for attachment in paper.attachments:
        if isinstance(attachment.title, Value):
            yield _field("附件", attachment.title)
        yield from _fields_of_blocks(attachment.blocks)


def _field(where: str, said: Said) -> Field:
    return Field(where, said.text, said.source) if isinstance(said, Value) else Field(where, said, "")


def _fields_of_blocks(blocks: tuple[Block, ...]) -> Iterator[Field]:
    for block in blocks:
        match block:
            case Heading(text=Value() as value):
                yield _field("小标题", value)
            case Text():
                yield from (_field("正文", part) for part in parts_of(block) if isinstance(part, Value))
            case Facts(rows=rows):
                yield from (Field(fact.label, fact.value, fact.source) for fact in rows)
            case Rows():
                yield from _fields_of_rows(block)
            case Photos(photos=photos):
                yield from (Field("照片", photo.caption, photo.source) for photo in photos)
            case Picture(caption=caption, source=source):
                yield Field("图", caption, source)
            case Signature(lines=lines):
                yield from (Field(line.label, line.name, line.source) for line in lines)
            case Receipt():
                yield from (_field(where, getattr(block, name)) for name, where in RECEIPT_LABELS.items())


def _fields_of_rows(block: Rows) -> Iterator[Field]:
    for row in block.rows:
        yield from (Field(column.label, text, column.source) for column, text in zip(block.columns, row, strict=True))


def paper_date(day: date) -> str:
    """2021年6月25日: Arabic digits, whole year, nothing padded (GB/T 9704-2012, domain.md 11.2 [sure])."""
    return f"{day.year}年{day.month}月{day.day}日"


def paper_number(organ: str, code: str, year: int, count: int) -> str:
    """（武昌）应急责改〔2021〕6号: six-cornered brackets, nothing padded, no 第 (domain.md 9.3 [sure])."""
    return f"（{organ}）{code}〔{year}〕{count}号"


_NUMBER = re.compile(r".*\S〔\d{4}〕[1-9]\d*号")


def is_proper_number(number: str) -> bool:
    """Whether a number of our own is written as the standard asks; numbers that came from elsewhere need not be."""
    return _NUMBER.fullmatch(number) is not None and "第" not in number
