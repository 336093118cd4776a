import zlib

import pytest

from anlan.toolkit.attachments.portable import portable_fault
from anlan.toolkit.attachments.tests import made

SCRIPT = "PDF 带有脚本，未接收。请打印成新的 PDF 再传。"
ACTION = "PDF 带有打开程序或提交数据的动作，未接收。请打印成新的 PDF 再传。"
INSIDE = "PDF 里嵌有其他文件，未接收。请打印成新的 PDF，嵌入的文件另行上传。"
UNREADABLE = "PDF 的内部结构无法检查，未接收。请重新打印成 PDF 再传。"


@pytest.mark.parametrize(
    ("catalog", "sentence"),
    [
        (b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", SCRIPT),
        (b"/OpenAction << /S /Java#53cript /#4aS (app.alert(1)) >>", SCRIPT),
        (b"/OpenAction << /S /Launch /F (cmd.exe) >>", ACTION),
        (b"/AcroForm << /XFA [] >>", ACTION),
        (b"/Names << /EmbeddedFiles << >> >>", INSIDE),
        (b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>", ""),
        (b"/A << /S /URI /URI (http://x/JS) >>", ""),
    ],
)
def test_what_would_act_on_opening_is_refused(catalog: bytes, sentence: str) -> None:
    assert portable_fault(made.portable(catalog=catalog)) == sentence


def test_packed_objects_are_looked_into() -> None:
    assert portable_fault(made.portable(made.object_stream(b"5 0 << /S /GoTo >>"))) == ""
    assert portable_fault(made.portable(made.object_stream(b"5 0 << /S /JavaScript >>"))) == SCRIPT


def test_objects_hidden_behind_a_false_stream_are_found() -> None:
    hidden = b"% >> stream\n7 0 obj << /S /Launch >> endobj\n% endstream"

    assert portable_fault(made.portable(hidden)) == ACTION


@pytest.mark.parametrize(
    "hidden",
    [
        made.object_stream(b"5 0 << /S /JavaScript >>", b"/DecodeParms << /Predictor 12 >>"),
        made.object_stream(b"5 0 << /S /JavaScript >>", b"/Filter /ASCIIHexDecode"),
        made.object_stream(b"5 0 << /S /JavaScript >>")[:60] + b"endstream",
        made.object_stream(b"5 0 << /S /JavaScript >>").replace(b">>\nstream", b">> %x\nstream"),
        made.object_stream(b"\x00" * 80_000_000),
    ],
)
def test_packed_objects_that_cannot_be_looked_into_are_refused(hidden: bytes) -> None:
    assert portable_fault(made.portable(hidden)) == UNREADABLE


def test_letters_inside_a_packed_picture_are_not_mistaken_for_a_script() -> None:
    picture = zlib.compress(b"pixels") + b" /JS /JavaScript "
    stream = b"8 0 obj\n<< /Subtype /Image /Length 9 >>\nstream\n" + picture + b"\nendstream\nendobj"

    assert portable_fault(made.portable(stream)) == ""


def test_a_locked_and_a_torn_file_are_refused() -> None:
    assert portable_fault(made.portable(catalog=b"/Encrypt 9 0 R")) == "PDF 带有密码或权限限制。请去掉密码后再传。"
    assert portable_fault(made.portable()[:-40]) == "PDF 不完整，可能没有传完。请重新上传。"
