import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from anlan.toolkit.documents import Kind, Paper, Text, to_docx
from anlan.toolkit.documents import geometry as measure
from anlan.toolkit.documents.tests import papers

FONTS = {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}


def part(paper: Paper, name: str = "document") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(to_docx(paper))) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def told(node: etree._Element | None) -> dict[str, str]:
    assert node is not None
    return {etree.QName(name).localname: value for name, value in node.attrib.items()}


def paragraph(root: etree._Element, text: str) -> etree._Element:
    return next(p for p in root.iter(qn("w:p")) if "".join(p.itertext(qn("w:t"))) == text)


def look(root: etree._Element, text: str) -> tuple[str, float]:
    """Chinese font and size in points."""
    properties = paragraph(root, text).find(f"{qn('w:r')}/{qn('w:rPr')}")
    font = properties.find(qn("w:rFonts")).get(qn("w:eastAsia"))
    return font, int(properties.find(qn("w:sz")).get(qn("w:val"))) / 2


@pytest.mark.parametrize("name", papers.EVERY)
def test_the_page_is_a4_with_the_margins_and_the_grid_of_the_standard(name: str) -> None:
    section = part(papers.EVERY[name]).find(f".//{qn('w:sectPr')}")

    size, margins, grid = (section.find(qn(f"w:{tag}")) for tag in ("pgSz", "pgMar", "docGrid"))
    millimetres = {side: round(int(value) / 1440 * 25.4, 1) for side, value in told(margins).items()}
    assert {tag: round(int(value) / 1440 * 25.4) for tag, value in told(size).items()} == {"w": 210, "h": 297}
    assert {side: millimetres[side] for side in ("top", "bottom", "left", "right")} == {
        "top": 37.0,
        "bottom": 35.0,
        "left": 28.0,
        "right": 26.0,
    }
    assert told(grid) == {"type": "linesAndChars", "linePitch": "579", "charSpace": "-848"}


def test_lines_are_exactly_28_95_points_apart_and_begin_two_characters_in() -> None:
    made = paragraph(part(papers.circular()), "现就有关事项通知如下。").find(qn("w:pPr"))

    assert told(made.find(qn("w:spacing"))) == {"before": "0", "after": "0", "line": "579", "lineRule": "exact"}
    assert told(made.find(qn("w:ind"))) == {
        "leftChars": "0",
        "left": "0",
        "rightChars": "0",
        "right": "0",
        "firstLineChars": "200",
        "firstLine": "640",
    }
    assert told(made.find(qn("w:jc"))) == {"val": "both"}


def test_28_characters_fill_a_line_also_where_no_program_sets_by_the_grid() -> None:
    """LibreOffice gives a character that is wider than its place in the grid two of them."""
    paper = papers.circular()
    normal = f".//{qn('w:style')}[@{qn('w:styleId')}='Normal']/{qn('w:rPr')}/{qn('w:spacing')}"
    closer = part(paper, "styles").find(normal)
    pitch = measure.SIZE_3 + int(closer.get(qn("w:val"))) / measure.TWIPS_PER_POINT

    assert measure.BLOCK_WIDTH_MM * measure.POINTS_PER_MM // pitch == measure.CHARACTERS
    spaced = [p for p in part(paper).iter(qn("w:pPr")) if p.find(qn("w:spacing")) is not None]
    assert {told(p.find(qn("w:snapToGrid")))["val"] for p in spaced} == {"0"}


def test_an_attachment_begins_its_page_itself_so_that_no_page_stays_empty() -> None:
    root = part(papers.circular())
    begun = [p for p in root.iter(qn("w:p")) if p.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None]

    assert [("".join(p.itertext(qn("w:t")))) for p in begun] == ["附件1"]
    assert [br.get(qn("w:type")) for br in root.iter(qn("w:br"))] == []


def test_each_element_has_the_font_and_size_the_standard_gives_it() -> None:
    root = part(papers.circular())

    assert {text: look(root, text) for text in ("000001", "特急", "武昌应急〔2021〕6号", "各街道办事处：")} == {
        "000001": ("仿宋_GB2312", 16),
        "特急": ("黑体", 16),
        "武昌应急〔2021〕6号": ("仿宋_GB2312", 16),
        "各街道办事处：": ("仿宋_GB2312", 16),
    }
    headings = ("一、总体要求", "（一）压实责任。", "1.责任到人。", "（1）值守。")
    assert [look(root, text) for text in headings] == [
        ("黑体", 16),
        ("楷体_GB2312", 16),
        ("仿宋_GB2312", 16),
        ("仿宋_GB2312", 16),
    ]
    assert look(root, "关于做好汛期城市内涝防范应对工作的通知") == ("方正小标宋简体", 22)
    used = {fonts.get(qn("w:eastAsia")) for fonts in root.iter(qn("w:rFonts"))}
    assert used <= FONTS


def test_a_red_headed_paper_has_a_red_mark_and_a_red_rule_and_no_other_paper_has() -> None:
    root = part(papers.circular())
    mark = paragraph(root, "武汉市武昌区应急管理局文件")

    assert [node.get(qn("w:val")) for node in mark.iter(qn("w:color"))] == ["FF0000"]
    rules = [told(node) for node in root.iter(qn("w:bottom")) if node.get(qn("w:color")) == "FF0000"]
    assert rules == [{"val": "single", "sz": "18", "space": "0", "color": "FF0000"}]
    for other in (papers.order(), papers.record()):
        assert b"FF0000" not in etree.tostring(part(other))


def test_page_numbers_stand_outside_in_dashes_on_odd_and_even_pages() -> None:
    document = Document(io.BytesIO(to_docx(papers.order())))
    odd, even = (
        footer.paragraphs[0]._p for footer in (document.sections[0].footer, document.sections[0].even_page_footer)
    )

    assert document.settings.odd_and_even_pages_header_footer
    assert [told(p.find(f"{qn('w:pPr')}/{qn('w:jc')}"))["val"] for p in (odd, even)] == ["right", "left"]
    assert told(odd.find(f"{qn('w:pPr')}/{qn('w:ind')}"))["rightChars"] == "100"
    assert told(even.find(f"{qn('w:pPr')}/{qn('w:ind')}"))["leftChars"] == "100"
    for footer in (odd, even):
        assert "".join(footer.itertext(qn("w:t"), qn("w:instrText"))) == "—  PAGE 1 —"
        assert {fonts.get(qn("w:ascii")) for fonts in footer.iter(qn("w:rFonts"))} == {"宋体"}
        assert {size.get(qn("w:val")) for size in footer.iter(qn("w:sz"))} == {"28"}


def test_marks_stand_on_the_head_of_odd_and_even_pages() -> None:
    def heads(paper: Paper) -> list[str]:
        section = Document(io.BytesIO(to_docx(paper))).sections[0]
        return [section.header.paragraphs[0].text, section.even_page_header.paragraphs[0].text]

    assert heads(papers.circular()) == ["【演练】【暂定】"] * 2
    assert heads(papers.record()) == ["", ""]


def test_the_seal_has_its_place() -> None:
    root = part(papers.order())

    issuer, date = (
        told(paragraph(root, text).find(f"{qn('w:pPr')}/{qn('w:ind')}"))["rightChars"]
        for text in ("武汉市武昌区应急管理局", "2021年6月5日")
    )
    assert (issuer, date) == ("150", "400")


def test_tables_repeat_their_head_and_photos_are_told_to_those_who_do_not_see_them() -> None:
    root = part(papers.order())

    tables = [
        [["".join(cell.itertext(qn("w:t"))) for cell in row.iter(qn("w:tc"))] for row in table.iter(qn("w:tr"))]
        for table in root.iter(qn("w:tbl"))
    ]
    assert tables[0] == [["单位名称", "武昌区老王面馆", "负责人", "𠮷䶮"], ["地址", "中南路街道百瑞景社区"]]
    assert tables[1] == [
        ["序号", "隐患", "依据"],
        ["1", "软管开裂", "《城镇燃气管理条例》"],
        ["2", "气瓶入地下室", "同上"],
    ]
    assert len(list(root.iter(qn("w:tblHeader")))) == 1
    told_pictures = [node.get("descr") for node in root.iter(qn("wp:docPr"))]
    assert told_pictures == ["软管（整改前）", "软管", "扫码查看", "现场负责人（签名）：王小明"]
    assert tables[-1][:3] == [
        ["送达文书", "责令限期整改指令书"],
        ["文书文号", "（武昌）应急责改〔2021〕6号"],
        ["受送达人", "武昌区老王面馆"],
    ]


def test_a_table_without_rows_says_so() -> None:
    table = next(part(papers.record()).iter(qn("w:tbl")))

    assert ["".join(row.itertext(qn("w:t"))) for row in table.iter(qn("w:tr"))] == ["序号隐患", "无"]


def test_the_back_block_stands_at_the_foot_of_the_last_page() -> None:
    table = list(part(papers.circular()).iter(qn("w:tbl")))[-1]

    assert told(table.find(f"{qn('w:tblPr')}/{qn('w:tblpPr')}"))["tblpYSpec"] == "bottom"
    assert ["".join(row.itertext(qn("w:t"))) for row in table.iter(qn("w:tr"))] == [
        "抄送：区委办公室。",
        "应急管理局办公室2021年6月5日印发",
    ]


@pytest.mark.parametrize("name", papers.EVERY)
def test_the_same_paper_gives_the_same_bytes(name: str) -> None:
    assert to_docx(papers.EVERY[name]) == to_docx(papers.EVERY[name])


def test_what_no_document_may_hold_does_not_break_one() -> None:
    paper = Paper(Kind.PLAIN, "标题\x00" * 200, blocks=(Text("甲\x0b\ud800乙<&>"),))

    assert "甲乙<&>" in [p.text for p in Document(io.BytesIO(to_docx(paper))).paragraphs]
