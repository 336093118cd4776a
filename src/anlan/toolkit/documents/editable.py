"""Papers as Word documents to GB/T 9704-2012: fonts are only named, since the offices' machines have them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from . import geometry as measure
from .layout import (
    BackBlock,
    Cell,
    CutLine,
    Gallery,
    Gap,
    Item,
    Line,
    PageBreak,
    RedRule,
    Signed,
    Table,
    clean,
    lay_out,
    marks_of,
)
from .paper import UNDATED, Paper, in_its_space, say
from .words import (
    border,
    element,
    indents,
    mm_twips,
    page_number_runs,
    run,
    run_properties,
    spacing,
    twips,
)

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_HEADER_DOWN_MM = 22
_FOOTER_UP_MM = measure.BOTTOM_MM - measure.PAGE_NUMBER_DOWN_MM - measure.SIZE_4 / 2 / measure.POINTS_PER_MM
_CELL_PITCH = 1.45
_CLOSER = -5
"""Twips between characters: 28 of size 3 fill a line where a program does not set by the grid, or gives each two places in it."""
_SIGNATURE_HEIGHT = Mm(9)


def to_docx(paper: Paper) -> bytes:
    """The paper as .docx. The same paper gives the same bytes."""
    paper = in_its_space(paper)
    document = Document()
    _clear_styles(document)
    _set_page(document, paper)
    body = document.element.body
    for made in _on_new_pages(lay_out(paper), document):
        body.insert(len(body) - 1, made)
    _describe(document, paper)
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_dates(out.getvalue())


def _on_new_pages(items: Iterable[Item], document: DocumentType) -> Iterator[BaseOxmlElement]:
    """What follows a break begins the page itself: a break that finds its page full would leave an empty one behind."""
    broken = False
    for item in items:
        broken = broken or isinstance(item, PageBreak)
        for made in _set(document, item):
            if broken:
                yield from _begin_page(made)
            broken = False
            yield made


def _begin_page(made: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    properties = made.find(qn("w:pPr"))
    if properties is None:  # a table has none
        yield _page_break()
    else:
        properties.insert(len(properties.findall(qn("w:keepNext"))), element("w:pageBreakBefore"))


def _clear_styles(document: DocumentType) -> None:
    """Normal in size 3 FangSong, no theme fonts, no space of its own, no widow control: 22 lines stay 22."""
    fonts = document.styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:rFonts"))
    fonts.attrib.clear()
    normal = document.styles["Normal"]
    normal.font.size = Pt(measure.SIZE_3)
    properties = normal.element.get_or_add_rPr()
    for made in properties.findall(qn("w:rFonts")):
        properties.remove(made)
    properties.insert(0, run_properties("fangsong", measure.SIZE_3)[0])
    properties.insert(1, element("w:spacing", val=_CLOSER))
    normal.paragraph_format.widow_control = False
    normal.paragraph_format.space_after = Pt(0)


def _set_page(document: DocumentType, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(measure.PAGE_WIDTH_MM), Mm(measure.PAGE_HEIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(measure.TOP_MM), Mm(measure.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(measure.LEFT_MM), Mm(measure.RIGHT_MM)
    section.footer_distance = Mm(_FOOTER_UP_MM)
    section.header_distance = Mm(_HEADER_DOWN_MM)
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(
        element(
            "w:docGrid",
            type="linesAndChars",
            linePitch=twips(measure.LINE_PITCH_PT),
            charSpace=round((measure.CHARACTER_PITCH_PT - measure.SIZE_3) * 4096),
        )
    )
    document.settings.odd_and_even_pages_header_footer = True
    _fill(section.footer.paragraphs[0], page_number_runs(), align="right")
    _fill(section.even_page_footer.paragraphs[0], page_number_runs(), align="left")
    marks = marks_of(paper)
    for header in (section.header, section.even_page_header):
        _fill(header.paragraphs[0], [run(marks, "hei", measure.SIZE_3)] if marks else [], align="right")


def _fill(paragraph: Paragraph, runs: Iterable[BaseOxmlElement], align: str) -> None:
    """A header or footer: outer edge, one character in."""
    inset = {"right": 1.0} if align == "right" else {"left": 1.0}
    line = Line("", size=measure.SIZE_4, pitch=measure.SIZE_4, align=align, **inset)
    made = paragraph._p
    made.clear_content()
    for old in made.findall(qn("w:pPr")):
        made.remove(old)
    made.insert(0, _paragraph_properties(line))
    made.extend(runs)


_ALIGN = {"justify": "both", "left": "left", "center": "center", "right": "right"}


def _paragraph_properties(line: Line, extra: BaseOxmlElement | None = None) -> BaseOxmlElement:
    made = element("w:pPr")
    if line.keep:
        made.append(element("w:keepNext"))
    made.append(element("w:widowControl", val=0))
    if extra is not None:
        made.append(extra)
    if line.right_text:
        far = mm_twips(measure.BLOCK_WIDTH_MM) - twips(line.right * line.size)
        made.append(element("w:tabs", element("w:tab", val="right", pos=far)))
    made.extend([element("w:autoSpaceDE", val=0), element("w:autoSpaceDN", val=0), element("w:snapToGrid", val=0)])
    made.append(spacing(line.pitch, line.before))
    made.append(indents(line.first, line.left, line.right, line.size))
    made.append(element("w:jc", val=_ALIGN[line.align]))
    if line.level:
        made.append(element("w:outlineLvl", val=line.level - 1))
    return made


def _paragraph(line: Line, extra: BaseOxmlElement | None = None) -> BaseOxmlElement:
    text = f"{line.text}\t{line.right_text}" if line.right_text else line.text
    made = element("w:p", _paragraph_properties(line, extra))
    if text:
        made.append(run(text, line.font, line.size, line.red))
    return made


def _set(document: DocumentType, item: Item) -> list[BaseOxmlElement]:
    match item:
        case Line():
            return [_paragraph(item)]
        case Gap(points=points, keep=keep):
            return [_paragraph(Line("", size=1, pitch=max(points, 1), keep=keep))]
        case RedRule():
            return [_rule("FF0000", measure.RED_RULE_PT, measure.RED_RULE_DOWN_MM * measure.POINTS_PER_MM)]
        case CutLine():
            return [_rule("000000", 0.75, measure.LINE_PITCH_PT, "dashed", keep=True)]
        case Table():
            return [_table(item)]
        case Gallery():
            return _gallery(document, item)
        case Signed():
            return [_signed(document, item)]
        case PageBreak():
            return []
        case BackBlock():
            return [_back_block(item), _paragraph(Line("", size=1, pitch=1))]


def _rule(color: str, points: float, down: float, kind: str = "single", keep: bool = False) -> BaseOxmlElement:
    """A line across the block, `down` points below what stands above it."""
    sides = element("w:pBdr", border("bottom", points, color, kind))
    return _paragraph(Line("", size=1, pitch=max(down, 1), keep=keep), sides)


def _page_break() -> BaseOxmlElement:
    line = Line("", size=1, pitch=1)
    return element("w:p", _paragraph_properties(line), element("w:r", element("w:br", type="page")))


def _table(table: Table) -> BaseOxmlElement:
    borders = element("w:tblBorders")
    borders.extend(border(side, 0.5) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    made = element(
        "w:tbl",
        element(
            "w:tblPr",
            element("w:tblW", w=sum(map(mm_twips, table.widths)), type="dxa"),
            element("w:jc", val="center"),
            borders,
            element("w:tblLayout", type="fixed"),
            element("w:tblCellMar", element("w:left", w=108, type="dxa"), element("w:right", w=108, type="dxa")),
        ),
        element("w:tblGrid", *(element("w:gridCol", w=mm_twips(width)) for width in table.widths)),
    )
    for number, line in enumerate(table.lines):
        made.append(_table_row(table, line, repeated=table.headed and number == 0))
    return made


def _table_row(table: Table, cells: tuple[Cell, ...], repeated: bool) -> BaseOxmlElement:
    height = element("w:trHeight", val=mm_twips(table.lowest), hRule="atLeast")
    properties = element("w:trPr", element("w:cantSplit"), height)
    if repeated:
        properties.append(element("w:tblHeader"))
    made, at = element("w:tr", properties), 0
    for cell in cells:
        width = sum(map(mm_twips, table.widths[at : at + cell.span]))
        made.append(_cell(cell, width, table.size, table.whole))
        at += cell.span
    return made


def _cell(cell: Cell, width: int, size: float, keep: bool) -> BaseOxmlElement:
    properties = element("w:tcPr", element("w:tcW", w=width, type="dxa"))
    if cell.span > 1:
        properties.append(element("w:gridSpan", val=cell.span))
    properties.append(element("w:vAlign", val="center"))
    made = element("w:tc", properties)
    for text in cell.text.split("\n"):
        pitch = round(size * _CELL_PITCH, 1)
        made.append(_paragraph(Line(text, font=cell.font, size=size, pitch=pitch, align=cell.align, keep=keep)))
    return made


def _picture_run(document: DocumentType, data: bytes, told: str, width: Emu | None, height: Emu | None) -> BaseOxmlElement:
    """The picture as a run of its own, with words for those who do not see it."""
    holder = document.add_paragraph()
    shape = holder.add_run().add_picture(io.BytesIO(data), width=width, height=height)
    shape._inline.docPr.set("descr", told)
    shape._inline.docPr.set("name", told or "图")
    made = holder._p.r_lst[0]
    holder._p.getparent().remove(holder._p)
    return made


def _gallery(document: DocumentType, gallery: Gallery) -> list[BaseOxmlElement]:
    cell_width = measure.BLOCK_WIDTH_MM / gallery.per_line
    made = element(
        "w:tbl",
        element(
            "w:tblPr",
            element("w:tblW", w=mm_twips(measure.BLOCK_WIDTH_MM), type="dxa"),
            element("w:jc", val="center"),
            element("w:tblLayout", type="fixed"),
        ),
        element("w:tblGrid", *(element("w:gridCol", w=mm_twips(cell_width)) for _ in range(gallery.per_line))),
    )
    for at in range(0, len(gallery.photos), gallery.per_line):
        line = element("w:tr", element("w:trPr", element("w:cantSplit")))
        photos = list(gallery.photos[at : at + gallery.per_line])
        for photo in photos + [None] * (gallery.per_line - len(photos)):
            line.append(_photo_cell(document, photo, cell_width, gallery.width))
        made.append(line)
    return [made]


def _photo_cell(document: DocumentType, photo: object, cell_width: float, width: float) -> BaseOxmlElement:
    made = element("w:tc", element("w:tcPr", element("w:tcW", w=mm_twips(cell_width), type="dxa")))
    if photo is None:
        made.append(_paragraph(Line("")))
        return made
    holder = element("w:p", element("w:pPr", element("w:keepNext"), element("w:jc", val="center")))
    holder.append(_picture_run(document, photo.data, photo.caption, Mm(width), None))
    made.append(holder)
    caption = Line(photo.caption, size=measure.SIZE_SMALL_4, pitch=measure.SIZE_SMALL_4 * _CELL_PITCH, align="center")
    made.append(_paragraph(caption))
    return made


def _signed(document: DocumentType, signed: Signed) -> BaseOxmlElement:
    """Label and name at the left, date at the far edge, the picture of the signature between."""
    line = Line(
        signed.text, size=measure.SIZE_4, first=2, right=1, align="left", right_text=signed.date, before=measure.SIZE_4 / 2
    )
    if signed.image is None:
        return _paragraph(line)
    made = element("w:p", _paragraph_properties(line))
    made.find(qn("w:pPr")).find(qn("w:spacing")).set(qn("w:lineRule"), "atLeast")
    made.append(run(signed.text, line.font, line.size))
    made.append(_picture_run(document, signed.image, signed.text, None, _SIGNATURE_HEIGHT))
    made.append(run(f"\t{signed.date}", line.font, line.size))
    return made


def _back_block(back: BackBlock) -> BaseOxmlElement:
    """At the foot of the block: thick outer rules, a thin one between, size 4, one character in at each side."""
    outer, inner = (width * measure.POINTS_PER_MM for width in (measure.BACK_OUTER_RULE_MM, measure.BACK_INNER_RULE_MM))
    width = mm_twips(measure.BLOCK_WIDTH_MM)
    made = element(
        "w:tbl",
        element(
            "w:tblPr",
            element("w:tblpPr", vertAnchor="margin", horzAnchor="margin", tblpXSpec="center", tblpYSpec="bottom"),
            element("w:tblW", w=width, type="dxa"),
            element("w:tblBorders", border("top", outer), border("bottom", outer), border("insideH", inner)),
            element("w:tblLayout", type="fixed"),
        ),
        element("w:tblGrid", element("w:gridCol", w=width)),
    )
    for line in _back_lines(back):
        cell = element("w:tc", element("w:tcPr", element("w:tcW", w=width, type="dxa")), _paragraph(line))
        made.append(element("w:tr", element("w:trPr", element("w:cantSplit")), cell))
    return made


def _back_lines(back: BackBlock) -> list[Line]:
    lines = []
    size, pitch = measure.SIZE_4, 21.0
    if back.copy_to:
        lines.append(Line(f"抄送：{back.copy_to}。", size=size, pitch=pitch, left=4, first=-3, right=1))
    if back.printed_by or back.printed_on:
        lines.append(
            Line(back.printed_by, size=size, pitch=pitch, left=1, right=1, align="left", right_text=back.printed_on)
        )
    return lines


def _describe(document: DocumentType, paper: Paper) -> None:
    told = document.core_properties
    told.title = clean(say(paper.title)).replace("\n", "")[:255]
    told.author, told.subject = clean(say(paper.issuer))[:255], clean(say(paper.number))[:255]
    told.last_modified_by, told.comments, told.language = "", "", "zh-CN"
    told.created = told.modified = datetime.combine(paper.date or UNDATED, time(), UTC)


def _with_fixed_dates(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(zipfile.ZipInfo(part.filename, _ZIP_TIME), source.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


