"""WordprocessingML pieces, each with its children in the order the schema asks for."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from . import geometry as measure


def element(tag: str, *children: BaseOxmlElement, **attributes: object) -> BaseOxmlElement:
    """element("w:ind", firstLine=640): attributes in the w namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def twips(points: float) -> int:
    return round(points * measure.TWIPS_PER_POINT)


def mm_twips(millimetres: float) -> int:
    return twips(millimetres * measure.POINTS_PER_MM)


def run(text: str, font: str, size: float, red: bool = False) -> BaseOxmlElement:
    """Text of one font; a tab in it stays a tab."""
    made = element("w:r", run_properties(font, size, red))
    for number, piece in enumerate(text.split("\t")):
        if number:
            made.append(element("w:tab"))
        if piece:
            made.append(_text(piece))
    return made


def _text(piece: str) -> BaseOxmlElement:
    made = element("w:t")
    made.text = piece
    made.set(qn("xml:space"), "preserve")
    return made


def run_properties(font: str, size: float, red: bool = False) -> BaseOxmlElement:
    latin = measure.FONT_NAMES["song"] if font == "song" else measure.LATIN_FONT
    east = measure.FONT_NAMES[font]
    made = element("w:rPr", element("w:rFonts", hint="eastAsia", ascii=latin, hAnsi=latin, eastAsia=east, cs=latin))
    if red:
        made.append(element("w:color", val="FF0000"))
    half_points = round(size * 2)
    made.extend([element("w:sz", val=half_points), element("w:szCs", val=half_points)])
    return made


def spacing(pitch: float, before: float = 0.0) -> BaseOxmlElement:
    return element("w:spacing", before=twips(before), after=0, line=twips(pitch), lineRule="exact")


def indents(first: float, left: float, right: float, size: float) -> BaseOxmlElement:
    """Counted in characters, with the same in twips for readers that do not count."""
    made = element("w:ind")
    for name, count in (("left", left), ("right", right), ("hanging" if first < 0 else "firstLine", abs(first))):
        made.set(qn(f"w:{name}Chars"), str(round(count * 100)))
        made.set(qn(f"w:{name}"), str(twips(count * size)))
    return made


def border(side: str, points: float, color: str = "000000", kind: str = "single", space: int = 0) -> BaseOxmlElement:
    return element(f"w:{side}", val=kind, sz=round(points * 8), space=space, color=color)


def page_number_runs() -> list[BaseOxmlElement]:
    """— 1 — in size 4 Song."""
    font, size = "song", measure.SIZE_4
    pieces: list[BaseOxmlElement] = [run("— ", font, size)]
    for kind in ("begin", "separate", "end"):
        made = element("w:r", run_properties(font, size), element("w:fldChar", fldCharType=kind))
        pieces.append(made)
        if kind == "begin":
            instruction = element("w:instrText")
            instruction.text = " PAGE "
            pieces.append(element("w:r", run_properties(font, size), instruction))
        if kind == "separate":
            pieces.append(run("1", font, size))
    return [*pieces, run(" —", font, size)]
