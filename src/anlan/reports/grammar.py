"""The text of a report: headings, paragraphs, and in braces what is counted and what is claimed.

    # 主要工作                          a heading; ## and ### below it
    | 主任、各位副主任、各位委员：         a line that is not indented
    排查隐患{haz-found 2019..2021-06}起。  a figure: indicator, period, and how it is said
    {haz-found 本年 部门=区城管局 @420106001}  of one department, industry (行业=住宿和餐饮业) or area
    {haz-found 本年 万 位1 约}            约9.1万; also 余 近 超, 万计 (counted in 万, the word follows), 整十 整百 整千
    事故减少{?下降 acc 2019 | acc 2020}。 a claim about the sentence; it prints nothing
    年内完成{!2021-11-30 承办=区城管局}。   a promise: the day may be a month, a year, 本年 or a figure that is a day; prints nothing
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .periods import THIS_YEAR, BadPeriod, last_day

BRACES = re.compile(r"\{([^{}]*)\}")
SENTENCE_ENDS = "。；！？"
SCALES = {"万": (Decimal(10_000), "万"), "亿": (Decimal(100_000_000), "亿"), "万计": (Decimal(10_000), ""),
          "千计": (Decimal(1_000), "")}
PLACES = {"整十": Decimal(10), "整百": Decimal(100), "整千": Decimal(1_000), "整万": Decimal(10_000)}
WORDS = ("余", "近", "约", "超")
CLAIMS = {"下降": 2, "上升": 2, "持平": 2, "不降": 2, "不升": 2, "为零": 1, "不为零": 1, "全部": 2, "其中": 2, "之和": 3,
          "高于": 2, "低于": 2}
YEARS_RUNNING = re.compile(r"连续(\d+)年$")
AREA = re.compile(r"@(\w+)$")
NARROW = re.compile(r"([^=＝]+)[=＝]([^=＝]+)$")
DOES = re.compile(r"承办[=＝](\S+)$")
DIGITS = re.compile(r"位(\d)$")
# A number before a unit of counting; years, days, clauses and ordinals are not counted.
TYPED = re.compile(r"(?<![\d.〔第])(\d[\d,]*(?:\.\d+)?)\s*(?:余|多)?(?:万|亿)?\s*"
                   r"(?:起|家|家次|项|件|处|次|人|人次|名|户|张|份|期|场|场次|支|台|套|米|公里|元|万元|%|％|个百分点|个)")


class BadText(ValueError):
    """Something in the text nobody understands. line counts from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(_("第{line}行：{sentence}").format(line=line, sentence=sentence))
        self.line = line


@dataclass(frozen=True)
class FigureRef:
    """An indicator with a period, and how it is said. place: the digit it is stated to; narrow: (dimension, value) as written."""

    indicator: str
    period: str = "本年"
    word: str = ""
    scale: Decimal = Decimal(1)
    suffix: str = ""
    place: Decimal | None = None
    decimals: int | None = None
    area: str = ""
    with_unit: bool = False
    narrow: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The same question has the same key, however it is said."""
        only = sorted(f"{dimension}={value}" for dimension, value in self.narrow)
        return " ".join(filter(None, (self.indicator, self.period, f"@{self.area}" if self.area else "", *only)))


@dataclass(frozen=True)
class Claim:
    """What a sentence says about figures. count: how many years running."""

    name: str
    figures: tuple[FigureRef, ...]
    count: int = 0


@dataclass(frozen=True)
class Promise:
    """That what the sentence says is done by a day: due as written, or the figure that tells it. house: empty for one's own."""

    due: str = ""
    figure: FigureRef | None = None
    house: str = ""


Piece = str | FigureRef | Claim | Promise


@dataclass(frozen=True)
class Sentence:
    pieces: tuple[Piece, ...]
    line: int

    def figures(self) -> Iterator[FigureRef]:
        """Those printed and those only claimed about."""
        for piece in self.pieces:
            if isinstance(piece, FigureRef):
                yield piece
            elif isinstance(piece, Claim):
                yield from piece.figures
            elif isinstance(piece, Promise) and piece.figure:
                yield piece.figure

    @property
    def promises(self) -> list[Promise]:
        return [p for p in self.pieces if isinstance(p, Promise)]

    @property
    def claims(self) -> list[Claim]:
        return [p for p in self.pieces if isinstance(p, Claim)]

    @property
    def typed(self) -> list[str]:
        """Numbers of things that somebody typed instead of counting them."""
        text = "".join(p if isinstance(p, str) else "\x00" for p in self.pieces)
        return [found.group(0) for found in TYPED.finditer(text)]


@dataclass(frozen=True)
class Block:
    """level 1 to 3: a heading; 0: a paragraph; -1: a line without indent."""

    level: int
    sentences: tuple[Sentence, ...] = field(default=())

    @property
    def is_heading(self) -> bool:
        return self.level > 0


def parse(text: str) -> list[Block]:
    """Blocks in order. Raises BadText for the first thing that is not understood."""
    return [_block(line.strip(), no) for no, line in enumerate(text.splitlines(), 1) if line.strip()]


def faults_of(text: str) -> list[str]:
    """Every line that is not understood, in sentences."""
    found = []
    for no, line in enumerate(text.splitlines(), 1):
        try:
            _block(line.strip(), no)
        except BadText as bad:
            found.append(str(bad))
    return found


def _block(line: str, no: int) -> Block:
    marks = re.match(r"(#{1,3}|\|)\s*", line)
    level = 0 if marks is None else -1 if marks.group(1) == "|" else len(marks.group(1))
    return Block(level, tuple(_sentences(line[marks.end():] if marks else line, no)))


def _sentences(text: str, no: int) -> Iterator[Sentence]:
    held: list[Piece] = []
    for piece in _pieces(text, no):
        if not isinstance(piece, str):
            held.append(piece)
            continue
        *ended, rest = re.split(f"(?<=[{SENTENCE_ENDS}])", piece)
        for part in ended:
            yield Sentence((*held, part), no)
            held = []
        held += [rest] if rest else []
    if held:
        yield Sentence(tuple(held), no)


def _pieces(text: str, no: int) -> Iterator[Piece]:
    at = 0
    for found in BRACES.finditer(text):
        yield from _plain(text[at:found.start()], no)
        body = found.group(1).strip()
        made = MARKED.get(body[:1])
        yield made(body[1:].strip(), no) if made else _figure(body, no)
        at = found.end()
    yield from _plain(text[at:], no)


def _plain(text: str, no: int) -> Iterator[str]:
    if "{" in text or "}" in text:
        raise BadText(no, _("花括号没有成对"))
    if text:
        yield text


def _figure(body: str, no: int) -> FigureRef:
    words = body.split()
    if not words:
        raise BadText(no, _("花括号里没有指标"))
    known: dict[str, Any] = {}
    narrow: dict[str, str] = {}
    for word in words[1:]:
        only = NARROW.match(word)
        told, held = ({only.group(1): only.group(2)}, narrow) if only else (_said(word), known)
        if set(told) & set(held):
            raise BadText(no, _("“{word}”与前面的写法重复").format(word=word))
        held |= told
    return FigureRef(words[0], narrow=tuple(narrow.items()), **known)


def _said(word: str) -> dict[str, Any]:
    """What one word of a figure means; anything else is its period."""
    if word in WORDS:
        return {"word": word}
    if word in SCALES:
        return {"scale": SCALES[word][0], "suffix": SCALES[word][1]}
    if word in PLACES:
        return {"place": PLACES[word]}
    if found := DIGITS.match(word):
        return {"decimals": int(found.group(1))}
    if found := AREA.match(word):
        return {"area": found.group(1)}
    return {"with_unit": True} if word == "带单位" else {"period": word}


def _claim(body: str, no: int) -> Claim:
    name, _space, rest = body.partition(" ")
    running = YEARS_RUNNING.match(name)
    if not running and name not in CLAIMS:
        raise BadText(no, _("没有“{name}”这种判断，可用：{names}、连续2年").format(name=name, names="、".join(CLAIMS)))
    figures = tuple(_figure(part.strip(), no) for part in rest.split("|"))
    least = 1 if running else CLAIMS[name]
    if len(figures) < least or (len(figures) > least and name != "之和"):
        raise BadText(no, _("“{name}”要比较{count}个数，用竖线隔开").format(name=name, count=least))
    return Claim(name, figures, int(running.group(1)) if running else 0)


def _promise(body: str, no: int) -> Promise:
    words = body.split()
    houses = [found.group(1) for word in words if (found := DOES.match(word))]
    if len(houses) > 1:
        raise BadText(no, _("一项承诺只写一个承办单位，几家办的请分成几句"))
    due, house = " ".join(w for w in words if not DOES.match(w)), "".join(houses)
    if not due:
        raise BadText(no, _("承诺要写明时限，例如 !2021-11-30、!本年"))
    if not (due[0].isdigit() or due == THIS_YEAR):
        return Promise(figure=_figure(due, no), house=house)
    try:
        last_day(due, date.max)
    except BadPeriod as bad:
        raise BadText(no, str(bad)) from bad
    return Promise(due, house=house)


MARKED: dict[str, Callable[[str, int], Piece]] = {"?": _claim, "？": _claim, "!": _promise, "！": _promise}
