"""A PDF is read, never run: whatever would act on opening is a reason to refuse it.

The scan is linear and needs no parser that could be led astray: names are looked for outside streams (with #xx
escapes undone), inside object streams, and inside any stream body that itself holds objects. An object stream that
the scan cannot account for, or that is packed in an unusual way, is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

_STREAM = re.compile(rb">>[\s\x00]*stream\r?\n?(.*?)endstream", re.DOTALL)
_NAME = re.compile(rb"/([^\s\x00()<>\[\]{}/%]+)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
_BUDGET = 64 * 1024 * 1024

_SCRIPT = {b"JavaScript"}
_ACTION = {b"Launch", b"SubmitForm", b"ImportData", b"GoToE", b"Rendition", b"RichMedia", b"RichMediaExecute", b"XFA"}
_INSIDE = {b"EmbeddedFile", b"EmbeddedFiles"}
_FLATE = (b"FlateDecode", b"Fl")
_UNUSUAL = {
    *(b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL", b"Crypt"),
    b"Predictor",
}


class _Unreadable(Exception):
    """The object streams cannot be looked into."""


def portable_fault(data: bytes) -> str:
    """The reason not to keep a PDF, as a sentence; empty where there is none."""
    try:
        names = _all_names(data)
    except _Unreadable:
        return _("PDF 的内部结构无法检查，未接收。请重新打印成 PDF 再传。")
    if b"Encrypt" in names:
        return _("PDF 带有密码或权限限制。请去掉密码后再传。")
    if names & _SCRIPT:
        return _("PDF 带有脚本，未接收。请打印成新的 PDF 再传。")
    if names & _ACTION:
        return _("PDF 带有打开程序或提交数据的动作，未接收。请打印成新的 PDF 再传。")
    if names & _INSIDE:
        return _("PDF 里嵌有其他文件，未接收。请打印成新的 PDF，嵌入的文件另行上传。")
    if b"%%EOF" not in data[-2048:]:
        return _("PDF 不完整，可能没有传完。请重新上传。")
    return ""


def _all_names(data: bytes) -> set[bytes]:
    outside = _names_in(_STREAM.sub(b" ", data))
    names, opened_streams = set(outside), 0
    for part in _inner_parts(data):
        opened_streams += 1
        names.update(_names_in(part))
    for match in _STREAM.finditer(data):
        if _OBJECT.search(match.group(1)):
            names.update(_names_in(match.group(1)))
    if outside.count(b"ObjStm") > opened_streams:
        raise _Unreadable
    return names


def _inner_parts(data: bytes) -> Iterator[bytes]:
    """The content of each object stream, against one budget."""
    budget, before = _BUDGET, 0
    for match in _STREAM.finditer(data):
        described = _names_in(data[before : match.start() + 2])
        before = match.end()
        if b"ObjStm" in described:
            part = _open(match.group(1), described, budget)
            budget -= len(part)
            yield part


def _names_in(part: bytes) -> list[bytes]:
    return [_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name) for name in _NAME.findall(part)]


def _open(body: bytes, described: list[bytes], budget: int) -> bytes:
    packings = sum(described.count(name) for name in _FLATE)
    if packings > 1 or _UNUSUAL.intersection(described):
        raise _Unreadable
    if not packings:
        return body
    machine = zlib.decompressobj()
    try:
        opened = machine.decompress(body, budget + 1)
    except zlib.error as error:
        raise _Unreadable from error
    if len(opened) > budget or not machine.eof:
        raise _Unreadable
    return opened
