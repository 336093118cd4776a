import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from anlan.toolkit.documents import (
    Column,
    Fact,
    Facts,
    Heading,
    Kind,
    Paper,
    Rows,
    Text,
    default_shelf,
    missing,
    to_docx,
    to_pdf,
)
from anlan.toolkit.documents import geometry as measure
from anlan.toolkit.documents.fonts import Face, FontsMissing, Shelf, _chosen
from anlan.toolkit.documents.glyphs import characters_of, plain_font
from anlan.toolkit.documents.layout import lay_out
from anlan.toolkit.documents.portable import _text_of
from anlan.toolkit.documents.tests import papers


def pages(paper: Paper) -> list[PageObject]:
    return PdfReader(io.BytesIO(to_pdf(paper))).pages


def text_of(paper: Paper) -> str:
    return "".join(page.extract_text() for page in pages(paper))


def placed(page: PageObject) -> list[tuple[float, float, str]]:
    """(millimetres from the left, millimetres from the top, text) of each piece."""
    found = []

    def visit(text: str, page_matrix: list, matrix: list, _font: dict, _size: float) -> None:
        if text.strip():
            (a, b, c, d, e, f), (x, y) = page_matrix, matrix[4:]
            left, up = (a * x + c * y + e) / measure.POINTS_PER_MM, (b * x + d * y + f) / measure.POINTS_PER_MM
            found.append((round(left, 1), round(measure.PAGE_HEIGHT_MM - up, 1), text.strip()))

    page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("name", papers.EVERY)
def test_pages_are_a4_and_the_same_paper_gives_the_same_bytes(name: str) -> None:
    paper = papers.EVERY[name]

    sizes = {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages(paper)}
    assert sizes == {(595, 842)}
    assert to_pdf(paper) == to_pdf(paper)


@pytest.mark.parametrize("name", papers.EVERY)
def test_every_character_of_a_paper_is_shown_by_a_font_inside_it(name: str) -> None:
    paper = papers.EVERY[name]
    said = {c for c in _text_of(lay_out(paper)) if not c.isspace()} - set("justify leftcenterright fangsong kai hei song")

    assert missing(paper) == ""
    assert {c for c in said if c >= "\u2e80"} - set(text_of(paper)) == set()


def test_a_character_no_font_has_is_named_and_never_an_empty_box() -> None:
    paper = papers.record(blocks=(Text("老王面馆🍜与👨\u200d🍳"),))

    assert missing(paper) == "🍜👨🍳"
    text = re.sub(r"\s", "", text_of(paper))
    assert "老王面馆〓与〓〓" in text
    assert "（字库缺字：文中〓处为U+1F35C、U+1F468、U+1F373，以电子数据为准。）" in text


def test_a_full_page_holds_22_lines_of_28_characters() -> None:
    paper = Paper(Kind.PLAIN, "长文", blocks=(Text("字" * 3000, indent=False),))

    second = pages(paper)[1].extract_text()
    lines = [line for line in second.split("\n") if line.startswith("字")]
    assert [len(line) for line in lines] == [28] * 22


def test_the_text_begins_and_the_page_number_stands_where_the_standard_puts_them() -> None:
    paper = Paper(Kind.PLAIN, "长文", blocks=(Text("字" * 3000, indent=False),))

    found = {}
    for number, page in enumerate(pages(paper)[:2], start=1):
        pieces = placed(page)
        found[number] = (min(left for left, _down, text in pieces if text.startswith("字")), pieces[-1])
    assert [text for _body, (_left, _down, text) in found.values()] == ["— 1 —", "— 2 —"]
    assert [body for body, _number in found.values()] == [28.0, 28.0]
    odd, even = (number for _body, number in found.values())
    one = measure.SIZE_4 / measure.POINTS_PER_MM
    assert even[0] == pytest.approx(measure.LEFT_MM + one, abs=0.3)
    assert odd[0] > measure.PAGE_WIDTH_MM - measure.RIGHT_MM - 25
    dash = measure.PAGE_HEIGHT_MM - measure.BOTTOM_MM + measure.PAGE_NUMBER_DOWN_MM
    assert [down - 0.38 * one for _left, down, _text in (odd, even)] == pytest.approx([dash, dash], abs=0.5)


def test_no_page_holds_the_seal_alone_and_none_is_left_half_empty() -> None:
    def shape(lines: int) -> list[tuple[int, bool]]:
        """(characters of text, whether signed) of each page."""
        long = papers.record(blocks=(Text("字" * 28 * lines, indent=False),), sealed=True)
        told = [page.extract_text() for page in pages(long)]
        return [(text.count("字"), "居民委员会" in text) for text in told]

    shapes = {lines: shape(lines) for lines in range(14, 24)}

    assert shapes[16] == [(16 * 28, True)] and shapes[23] == [(20 * 28, False), (3 * 28, True)]
    for lines, told in shapes.items():
        assert sum(characters for characters, _signed in told) == lines * 28
        assert [signed for _characters, signed in told] == [False] * (len(told) - 1) + [True]
        assert told[-1][0] > 0
        assert len(told) == 1 or told[0][0] >= 14 * 28


def test_notes_stay_with_the_seal_where_a_closer_setting_allows_it() -> None:
    def shape(lines: int, **changes: object) -> list[tuple[bool, bool]]:
        paper = papers.record(blocks=(Text("字" * 28 * lines, indent=False),), sealed=True, **changes)
        return [("居民委员会" in text, "注二" in text) for text in (page.extract_text() for page in pages(paper))]

    together, over, too_long = [(True, True)], [(False, False), (True, True)], [(True, False), (False, True)]
    notes = ("注一", "注二")
    assert [shape(lines, notes=notes) for lines in (15, 16, 17, 18)] == [together, too_long, over, over]


def test_the_receipt_stands_whole_on_one_page() -> None:
    for lines in range(6, 16):
        paper = papers.order(blocks=(Text("字" * 28 * lines), papers.order().blocks[-1]))
        stubs = ["".join(page.extract_text().split()) for page in pages(paper)]
        assert [("送达回证" in text, "备注" in text) for text in stubs if "送达回证" in text or "备注" in text] == [
            (True, True)
        ]


@settings(max_examples=40, deadline=None)
@given(said=st.text(max_size=60), level=st.integers(1, 4))
def test_any_text_can_be_printed(said: str, level: int) -> None:
    paper = papers.record(
        title=said,
        issuer=said,
        addressee=said,
        notes=(said,),
        blocks=(Heading(said, level), Text(said), Facts((Fact(said, said),)), Rows((Column(said),), ((said,),))),
    )

    assert to_pdf(paper).startswith(b"%PDF-") and to_docx(paper).startswith(b"PK")


def test_marks_stand_on_every_page() -> None:
    paper = papers.circular()

    assert len(pages(paper)) > 1
    assert all("【演练】【暂定】" in page.extract_text() for page in pages(paper))
    assert "【" not in text_of(papers.record())


def test_a_paper_is_archival_and_tells_its_title_date_and_language() -> None:
    reader = PdfReader(io.BytesIO(to_pdf(papers.order())))

    assert reader.metadata.title == "责令限期整改指令书"
    assert reader.metadata.author == "武汉市武昌区应急管理局"
    assert str(reader.metadata.creation_date).startswith("2021-06-05")
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert b"pdfaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()


def test_the_stand_ins_hold_all_of_gb2312_and_are_named_for_the_export_log() -> None:
    shelf = default_shelf()
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    han = {c for c in (pair.decode("gb2312", "ignore") for pair in rows) if c}

    assert len(han) == 6763
    assert {ord(c) for c in han} <= shelf.characters
    for font in shelf.fonts.fonts():
        if font.path:
            assert {ord(c) for c in han} <= characters_of(Path(font.path), font.index), font.family
    assert shelf.stand_ins() == {
        "仿宋_GB2312": "LXGW WenKai",
        "楷体_GB2312": "LXGW WenKai",
        "黑体": "Noto Sans SC",
        "宋体": "Noto Serif SC",
        "方正小标宋简体": "Noto Serif SC",
    }


def test_a_bureaus_own_font_goes_before_a_stand_in() -> None:
    wanted = (Face("FangSong_GB2312", 400), Face("LXGW WenKai", 300))

    assert _chosen(wanted, {"LXGW WenKai": {300, 400}, "FangSong_GB2312": {400}}) == Face("FangSong_GB2312", 400)
    assert _chosen(wanted, {"LXGW WenKai": {400, 700}}) == Face("LXGW WenKai", 400)


def test_a_machine_without_fonts_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="没有可用的中文字体，不能生成 PDF。请重新执行安装步骤"):
        to_pdf(papers.record(), Shelf((tmp_path,)))


def test_a_packed_font_is_unpacked_to_what_it_was() -> None:
    plain = next(Path(font.path) for font in default_shelf().fonts.fonts() if font.family == "Noto Sans SC")
    whole = plain.read_bytes()

    unpacked = plain_font(packed(whole))

    assert tables_of(unpacked) == tables_of(whole)
    assert unpacked[:12] == whole[:12]


def tables_of(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">H", font, 4)[0]
    entries = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(count))
    return {name: font[offset : offset + length] for name, _sum, offset, length in entries}


def packed(font: bytes) -> bytes:
    """A WOFF 1.0 file of a plain font."""
    tables, at, entries, body = tables_of(font), 0, b"", b""
    at = 44 + 20 * len(tables)
    for name, table in tables.items():
        small = min(table, zlib.compress(table, 1), key=len)
        entries += struct.pack(">4sIIII", name, at + len(body), len(small), len(table), 0)
        body += small + b"\x00" * (-len(small) % 4)
    head = b"wOFF" + font[:4] + struct.pack(">IHH", at + len(body), len(tables), 0)
    return head.ljust(44, b"\x00") + entries + body


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    torn = tmp_path / "a.ttf"
    torn.write_bytes(b"\x00\x01\x00\x00\x00\x05")

    with pytest.raises(ValueError, match=r"a\.ttf"):
        characters_of(torn)
    with pytest.raises(ValueError, match="not a WOFF"):
        plain_font(b"wOF2" + b"\x00" * 60)
