import io
import zipfile

import pytest

from anlan.toolkit.attachments.archives import ArchiveLimits, archive_fault
from anlan.toolkit.attachments.tests import made

GOOD = made.SPREADSHEET_PARTS


def relations(kind: str, mode: str = "External") -> bytes:
    one = f'<Relationship Type="x/{kind}" Target="http://x/" TargetMode="{mode}"/>'
    return f"<Relationships>{one}</Relationships>".encode()


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"/etc/passwd": b"x"}, "文件内有指向外部位置的路径，未接收。"),
        ({"../../x": b"x"}, "文件内有指向外部位置的路径，未接收。"),
        ({"C:/x": b"x"}, "文件内有指向外部位置的路径，未接收。"),
        ({"a/" * 11 + "x": b"x"}, "文件内的文件夹层数过多（超过 10 层），未接收。"),
        (
            {"xl/vbaProject.bin": b"x"},
            "文件带有宏或嵌入的程序，未接收。请另存为不含宏的 .xlsx 或 .docx 再传。",
        ),
        (
            {"word/embeddings/a.bin": b"MZ"},
            "文件带有宏或嵌入的程序，未接收。请另存为不含宏的 .xlsx 或 .docx 再传。",
        ),
        (
            {"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst/>'},
            "文件内有不该出现的实体声明，结构不正常，未接收。",
        ),
        (
            {"xl/a.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]>'.encode("utf-16")},
            "文件内有不该出现的实体声明，结构不正常，未接收。",
        ),
        (
            {"word/_rels/settings.xml.rels": relations("attachedTemplate")},
            "文件引用了外部的模板或对象，未接收。请把引用的内容粘贴进来再传。",
        ),
        (
            {"word/_rels/settings.xml.rels": relations("attachedTemplate", "Ext&#101;rnal")},
            "文件引用了外部的模板或对象，未接收。请把引用的内容粘贴进来再传。",
        ),
    ],
)
def test_a_part_that_does_not_belong_is_named(parts: dict[str, bytes], sentence: str) -> None:
    assert archive_fault(made.archive(GOOD)) == ""
    assert archive_fault(made.archive({**GOOD, **parts})) == sentence


def test_links_to_pages_and_other_workbooks_do_no_harm() -> None:
    parts = {
        **GOOD,
        "xl/_rels/a.rels": relations("hyperlink"),
        "xl/_rels/b.rels": relations("externalLinkPath"),
        "xl/_rels/c.rels": relations("image", "Internal"),
    }

    assert archive_fault(made.archive(parts)) == ""


def test_the_sizes_a_header_claims_are_not_believed() -> None:
    honest = made.archive({**GOOD, "xl/a.xml": b"\x00" * 5_000_000})
    lying = bytearray(honest)
    at = honest.rindex(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (100).to_bytes(4, "little")

    assert "压缩炸弹" in archive_fault(honest)
    assert archive_fault(bytes(lying)) != ""


def test_the_budget_is_for_all_parts_together() -> None:
    noise = bytes(range(256)) * 4000
    parts = {**GOOD, "a": noise, "b": noise, "c": noise}

    assert archive_fault(made.archive(parts), ArchiveLimits(ratio=10**6)) == ""
    assert "超过 2 MB" in archive_fault(made.archive(parts), ArchiveLimits(bytes=2 * 1024 * 1024, ratio=10**6))


def test_archives_inside_archives_share_the_budget_and_go_one_level_deep() -> None:
    inner = made.archive(GOOD)
    one = made.archive({**GOOD, "word/embeddings/sheet.xlsx": inner})
    two = made.archive({**GOOD, "word/embeddings/sheet.xlsx": one})
    bomb = made.archive({"a.xml": b"\x00" * 30_000_000})

    assert archive_fault(one) == ""
    assert archive_fault(two) == "文件里又套着压缩文件，层数过多，未接收。"
    assert "压缩炸弹" in archive_fault(made.archive({**GOOD, "word/embeddings/sheet.xlsx": bomb}))


def test_a_locked_a_doubled_and_a_torn_archive_are_refused() -> None:
    good = made.archive(GOOD)
    locked = bytearray(good)
    locked[good.index(b"PK\x01\x02") + 8] |= 1
    doubled = io.BytesIO()
    with pytest.warns(UserWarning), zipfile.ZipFile(doubled, "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")

    assert archive_fault(bytes(locked)) == "文件带有密码。请去掉密码后再传。"
    assert archive_fault(doubled.getvalue()) == "文件内有重名的部件，结构不正常，未接收。"
    assert archive_fault(good[:-30]) == "文件损坏或不完整，打不开。请重新导出后再传。"


def test_a_link_inside_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert archive_fault(out.getvalue()) == "文件内有链接文件，未接收。"
