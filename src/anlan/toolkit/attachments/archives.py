"""Zip-based files are walked before anything opens them; a header's word about sizes is not taken."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

_CHUNK = 64 * 1024
_SMALL = 1024 * 1024
_DRIVE = re.compile(r"^[A-Za-z]:")
_LINK_MODE = 0o120000
_FORMAT_BITS = 0o170000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DECLARATIONS = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_EXTERNAL = re.compile(r"targetmode\s*=\s*[\"']\s*external", re.IGNORECASE)
_HARMLESS = ("/hyperlink", "/externallinkpath")
_ACTIVE_PARTS = re.compile(r"(vbaproject|vbadata|macrosheets/|activex/|oleobject[^/]*\.bin$|\.(exe|dll|js|vbs)$)")


@dataclass(frozen=True)
class ArchiveLimits:
    """bytes: all parts unpacked; ratio: unpacked to packed of one part above 1 MB; depth: folders in a part's name;
    nested: archives inside archives."""

    bytes: int = 200 * 1024 * 1024
    ratio: int = 120
    count: int = 3000
    depth: int = 10
    nested: int = 1


@dataclass
class _Walk:
    limits: ArchiveLimits
    unpacked: int = 0
    count: int = 0
    faults: list[str] = field(default_factory=list)


class _Stop(Exception):
    """Carries the sentence at which the walk ends."""


def archive_fault(data: bytes, limits: ArchiveLimits | None = None) -> str:
    """The first reason not to open a zip-based document, as a sentence; empty where there is none.

    Every part is unpacked once, in pieces, against one budget for the whole file.
    """
    walk = _Walk(limits or ArchiveLimits())
    try:
        _walk_archive(io.BytesIO(data), walk, nested=0)
    except _Stop as stop:
        return str(stop)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        return _("文件损坏或不完整，打不开。请重新导出后再传。")
    return ""


def _walk_archive(stream: IO[bytes], walk: _Walk, nested: int) -> None:
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        walk.count += len(parts)
        if walk.count > walk.limits.count:
            most = {"count": walk.limits.count}
            raise _Stop(_("文件内含的部件过多（超过 %(count)s 个），像是压缩炸弹，未接收。") % most)
        if len({part.filename for part in parts}) != len(parts):
            raise _Stop(_("文件内有重名的部件，结构不正常，未接收。"))
        for part in parts:
            _check_part(part, walk)
            if not part.is_dir():
                _read_part(archive, part, walk, nested)


def _check_part(part: zipfile.ZipInfo, walk: _Walk) -> None:
    name = part.filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        raise _Stop(_("文件内有指向外部位置的路径，未接收。"))
    if name.count("/") > walk.limits.depth:
        raise _Stop(_("文件内的文件夹层数过多（超过 %(depth)s 层），未接收。") % {"depth": walk.limits.depth})
    if part.external_attr >> 16 & _FORMAT_BITS == _LINK_MODE:
        raise _Stop(_("文件内有链接文件，未接收。"))
    if part.flag_bits & 0x1:
        raise _Stop(_("文件带有密码。请去掉密码后再传。"))
    if part.compress_type not in _METHODS:
        raise _Stop(_("文件用了不常见的压缩方式，未接收。请用 Office 或 WPS 另存一份再传。"))
    if _ACTIVE_PARTS.search(name.lower()):
        raise _Stop(_holds_programs())


def _holds_programs() -> str:
    return _("文件带有宏或嵌入的程序，未接收。请另存为不含宏的 .xlsx 或 .docx 再传。")


def _read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, walk: _Walk, nested: int) -> None:
    kept = bytearray()
    name = part.filename.lower()
    keep = name.endswith((".rels", ".zip", ".xlsx", ".docx", ".pptx", ".xlsm", ".docm")) or "embeddings/" in name
    seen, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen += len(chunk)
            walk.unpacked += len(chunk)
            _check_size(part, seen, walk)
            if name.endswith((".xml", ".rels", ".vml")):
                _check_declarations(tail + chunk)
                tail = chunk[-32:]
            if keep:
                kept += chunk
    if name.endswith(".rels"):
        _check_relations(bytes(kept))
    elif kept[:4] == b"PK\x03\x04":
        _walk_inner(bytes(kept), walk, nested)
    elif "embeddings/" in name:
        raise _Stop(_holds_programs())


def _check_size(part: zipfile.ZipInfo, seen: int, walk: _Walk) -> None:
    bomb = seen > _SMALL and seen > walk.limits.ratio * max(part.compress_size, 1)
    if bomb or walk.unpacked > walk.limits.bytes:
        raise _Stop(
            _("文件解开后超过 %(size)s MB 或压缩比异常，像是压缩炸弹，未接收。")
            % {"size": walk.limits.bytes // 1024 // 1024}
        )


def _check_declarations(chunk: bytes) -> None:
    if any(mark in chunk for mark in _DECLARATIONS):
        raise _Stop(_("文件内有不该出现的实体声明，结构不正常，未接收。"))


def _check_relations(content: bytes) -> None:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    for written in _RELATION.findall(content.decode(encoding, "replace")):
        relation = html.unescape(written)
        if _EXTERNAL.search(relation) and not any(kind in relation.lower() for kind in _HARMLESS):
            raise _Stop(_("文件引用了外部的模板或对象，未接收。请把引用的内容粘贴进来再传。"))


def _walk_inner(content: bytes, walk: _Walk, nested: int) -> None:
    if nested >= walk.limits.nested:
        raise _Stop(_("文件里又套着压缩文件，层数过多，未接收。"))
    _walk_archive(io.BytesIO(content), walk, nested + 1)
