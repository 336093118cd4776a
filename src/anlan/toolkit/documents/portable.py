"""Papers as PDF: set by Typst from the same list as the Word document, with fonts inside and no empty box."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path

import typst

from . import geometry as measure
from .fonts import Shelf, default_shelf
from .layout import Item, clean, fitted, lay_out, marks_of
from .paper import UNDATED, Paper, in_its_space, say

_TEMPLATE = Path(__file__).parent / "paper.typ"
_GETA = "〓"
_TWO_LINES, _ONE_LINE = 2 * measure.LINE_PITCH_PT, measure.LINE_PITCH_PT
_FITS = (
    (measure.LINE_PITCH_PT, _TWO_LINES),
    (measure.LINE_PITCH_PT, _ONE_LINE),
    (30.3, _TWO_LINES),
    (31.8, _TWO_LINES),
    (33.5, _TWO_LINES),
    (35.4, _TWO_LINES),
)


def to_pdf(paper: Paper, shelf: Shelf | None = None) -> bytes:
    """The paper as PDF/A-2b. The same paper gives the same bytes. FontsMissing where the machine has no fonts.

    A character that no font can show is printed as 〓 and named at the end, never as an empty box.
    """
    shelf, paper = shelf or default_shelf(), in_its_space(paper)
    if lacking := missing(paper, shelf):
        paper = replace(paper, notes=(*paper.notes, _named(lacking)))
    with tempfile.TemporaryDirectory(prefix="anlan-paper-") as folder:
        press = _Press(paper, shelf, Path(folder))
        return press.print_well()


class _Press:
    """Prints one paper, in a folder of its own."""

    def __init__(self, paper: Paper, shelf: Shelf, root: Path) -> None:
        self.paper, self.shelf, self.root = paper, shelf, root
        (root / "paper.typ").write_bytes(_TEMPLATE.read_bytes())
        self.compiler = typst.Compiler(
            root / "paper.typ", root=root, font_paths=shelf.fonts, ignore_system_fonts=True
        )

    def print_well(self) -> bytes:
        """As it comes; where that parts text from seal, or seal from notes, the closest setting that does not."""
        printed: dict[int, bytes] = {}
        for pitch, gap in _FITS:
            pdf = self.print(pitch, gap)
            printed.setdefault(self.partings(), pdf)
            if 0 in printed:
                break
        return printed[min(printed)]

    def print(self, pitch: float, gap: float) -> bytes:
        items = fitted(lay_out(self.paper, keep_last=False), pitch, gap)
        told = _told(self.paper, items, self.shelf, self.root)
        (self.root / "paper.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        return self.compiler.compile(pdf_standards=["a-2b"])

    def partings(self) -> int:
        """0: body's end, signature and notes on one page; 1: only the notes elsewhere; 2: the seal alone."""
        page = dict(json.loads(self.compiler.query("<edge>", field="value")))
        if page.get("body", page.get("seal")) != page.get("seal"):
            return 2
        return int(page.get("note", page.get("seal")) != page.get("seal"))


def missing(paper: Paper, shelf: Shelf | None = None) -> str:
    """The characters of a paper that no font at hand can show, each once, in order."""
    shelf = shelf or default_shelf()
    told = dict.fromkeys(_text_of(lay_out(paper)) + marks_of(paper))
    return "".join(c for c in told if not _shown(c, shelf))


def _named(lacking: str) -> str:
    codes = "、".join(f"U+{ord(c):04X}" for c in lacking)
    return f"字库缺字：文中〓处为{codes}，以电子数据为准。"


def _shown(character: str, shelf: Shelf) -> bool:
    return character.isspace() or ord(character) in shelf.characters or _is_silent(character)


def _is_silent(character: str) -> bool:
    """Joiners and variation selectors: they shape their neighbours and show nothing themselves."""
    return unicodedata.category(character) == "Cf" or 0xFE00 <= ord(character) <= 0xFE0F


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return "".join(map(_text_of, value))
    if is_dataclass(value):
        return "".join(_text_of(getattr(value, field.name)) for field in fields(value))
    return ""


def _told(paper: Paper, items: tuple[Item, ...], shelf: Shelf, root: Path) -> dict:
    pen, date = _Pen(shelf, root), paper.date or UNDATED
    return {
        "title": pen.text(clean(say(paper.title)).replace("\n", "")),
        "author": pen.text(clean(say(paper.issuer))),
        "date": (date.year, date.month, date.day),
        "marks": pen.text(marks_of(paper)),
        "faces": {role: {"font": shelf.families(role), "weight": face.weight} for role, face in shelf.faces.items()},
        "measure": {
            "page": (measure.PAGE_WIDTH_MM, measure.PAGE_HEIGHT_MM),
            "margins": (measure.TOP_MM, measure.RIGHT_MM, measure.BOTTOM_MM, measure.LEFT_MM),
            "size": measure.SIZE_3,
            "pitch": measure.LINE_PITCH_PT,
            "character": measure.CHARACTER_PITCH_PT,
            "number_size": measure.SIZE_4,
            "number_down": measure.PAGE_NUMBER_DOWN_MM,
            "red_rule": measure.RED_RULE_PT,
            "red_rule_down": measure.RED_RULE_DOWN_MM,
            "back_rules": (measure.BACK_OUTER_RULE_MM, measure.BACK_INNER_RULE_MM),
        },
        "items": [pen.item(item) for item in items],
    }


class _Pen:
    """Turns items into plain data, pictures into files."""

    def __init__(self, shelf: Shelf, root: Path) -> None:
        self.shelf, self.root = shelf, root
        self.count = 0

    def text(self, text: str) -> str:
        return "".join("" if _is_silent(c) else c if _shown(c, self.shelf) else _GETA for c in text)

    def item(self, item: Item) -> dict:
        told = {"kind": type(item).__name__, **self._plain(asdict(item))}
        if told["kind"] == "Signed":
            told["file"] = told.pop("image")
        if told["kind"] == "Gallery":
            told["photos"] = [{"file": photo["data"], "caption": photo["caption"]} for photo in told["photos"]]
        return told

    def _plain(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            return self._file(value)
        if isinstance(value, dict):
            return {key: self._plain(inner) for key, inner in value.items()}
        if isinstance(value, tuple | list):
            return [self._plain(inner) for inner in value]
        return value

    def _file(self, data: bytes) -> str:
        self.count += 1
        ending = "png" if data.startswith(b"\x89PNG") else "jpg"
        name = f"picture{self.count}.{ending}"
        (self.root / name).write_bytes(data)
        return name
