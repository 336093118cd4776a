"""What a file is, read from its first bytes; the ending of its name must agree, but never decides."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass

import puremagic

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_STILL_BRANDS = {b"mif1", b"msf1"}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"iso5", b"iso6", b"3gp4", b"3gp5", b"3gp6"}
_BINARY_PROGRAM_STARTS = (b"MZ", b"MSCF")
_PROGRAM_STARTS = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",
    b"dex\n",
    b"!<arch>",
)
_PROGRAM_ENDINGS = {
    *("exe", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "lnk", "pif", "cpl"),
    *("dll", "sys", "jar", "apk", "ipa", "dmg", "app", "elf", "so", "sh", "py", "php", "jsp", "asp", "aspx", "reg"),
    *("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "ppam", "ocx", "desktop", "svg", "html", "htm", "xhtml", "xml"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"^\s*<(?:!doctype|html|svg|script|\?xml|\?php|head|body|iframe)", re.IGNORECASE)
_GEO_TYPES = {
    *("FeatureCollection", "Feature", "GeometryCollection"),
    *("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
}
_NAME_LENGTH = 120


@dataclass(frozen=True)
class Kind:
    """One kind of file that may come in: its first ending is the one it is kept under."""

    name: str
    label: str
    mime: str
    endings: tuple[str, ...]
    family: str


JPEG = Kind("jpeg", "JPEG 图片", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "picture")
PNG = Kind("png", "PNG 图片", "image/png", ("png",), "picture")
WEBP = Kind("webp", "WebP 图片", "image/webp", ("webp",), "picture")
HEIC = Kind("heic", "HEIC 图片", "image/heic", ("heic", "heif", "hif"), "picture")
PDF = Kind("pdf", "PDF 文件", "application/pdf", ("pdf",), "document")
DOCX = Kind(
    "docx",
    "Word 文档",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ("docx",),
    "document",
)
XLSX = Kind(
    "xlsx", "Excel 表格", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), "table"
)
CSV = Kind("csv", "CSV 表格", "text/csv", ("csv",), "table")
GEOJSON = Kind("geojson", "GeoJSON 地图数据", "application/geo+json", ("geojson", "json"), "map")
M4A = Kind("m4a", "M4A 录音", "audio/mp4", ("m4a", "mp4", "3gp"), "sound")
MP3 = Kind("mp3", "MP3 录音", "audio/mpeg", ("mp3",), "sound")
OGG = Kind("ogg", "OGG 录音", "audio/ogg", ("ogg", "oga", "opus"), "sound")
WEBM = Kind("webm", "WebM 录音", "audio/webm", ("webm", "weba"), "sound")
WAV = Kind("wav", "WAV 录音", "audio/wav", ("wav",), "sound")

KINDS = (JPEG, PNG, WEBP, HEIC, PDF, DOCX, XLSX, CSV, GEOJSON, M4A, MP3, OGG, WEBM, WAV)


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction marks, at most 120 characters, its ending kept."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if _may_stand_in_a_name(c)).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 10:
        return kept[:_NAME_LENGTH]
    return f"{stem[: _NAME_LENGTH - len(ending) - 1]}.{ending}"


def _may_stand_in_a_name(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in ("Cc", "Cs", "Cf", "Zl", "Zp") or character == "\u200d"


def ending_of(name: str) -> str:
    """The ending in lower case without its dot; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.strip().lower() if dot and stem else ""


def is_program_ending(ending: str) -> bool:
    return ending in _PROGRAM_ENDINGS


def is_program(data: bytes) -> bool:
    """Machine code, scripts, installers, shortcuts and pages with script, whatever they are called."""
    if data.startswith(_BINARY_PROGRAM_STARTS) and b"\x00" in data[:128]:
        return True
    return data.startswith(_PROGRAM_STARTS) or _MARKUP.match(data[:512].lstrip(b"\xef\xbb\xbf")) is not None


def is_old_office(data: bytes) -> bool:
    """An OLE container: .xls and .doc of before 2007, or a document with a password."""
    return data.startswith(_OLE)


def kind_of(data: bytes, ending: str) -> Kind | None:
    """The kind by content; zip-based documents are told apart later, here they answer by their parts' names.

    Text has no signature: only there the ending chooses between CSV and GeoJSON.
    """
    return _by_signature(data) or _by_text(data, ending)


def _by_signature(data: bytes) -> Kind | None:
    for kind, matches in _SIGNATURES:
        if matches(data):
            return kind
    return None


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff")


def _is_png(data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n")


def _is_webp(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def _brands(data: bytes) -> set[bytes]:
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), 256, len(data))
    return {data[8:12]} | {data[at : at + 4] for at in range(16, end - 3, 4)}


def _is_heic(data: bytes) -> bool:
    brands = _brands(data)
    return bool(brands & _HEIC_BRANDS) or (bool(brands & _STILL_BRANDS) and b"avif" not in brands)


def _is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-")


def _has_part(data: bytes, name: bytes) -> bool:
    return data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in data and name in data


def _is_docx(data: bytes) -> bool:
    return _has_part(data, b"word/document.xml")


def _is_xlsx(data: bytes) -> bool:
    return _has_part(data, b"xl/workbook.xml")


def _is_m4a(data: bytes) -> bool:
    return bool(_brands(data) & _SOUND_BRANDS) and not _is_heic(data)


def _is_mp3(data: bytes) -> bool:
    if data.startswith(b"ID3"):
        return True
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return False
    layer, bitrate, rate = data[1] >> 1 & 3, data[2] >> 4, data[2] >> 2 & 3
    return layer == 1 and bitrate not in (0, 15) and rate != 3


def _is_ogg(data: bytes) -> bool:
    return data.startswith(b"OggS")


def _is_webm(data: bytes) -> bool:
    return data.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in data[:128]


def _is_wav(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WAVE"


_SIGNATURES = (
    (JPEG, _is_jpeg),
    (PNG, _is_png),
    (WEBP, _is_webp),
    (HEIC, _is_heic),
    (PDF, _is_pdf),
    (DOCX, _is_docx),
    (XLSX, _is_xlsx),
    (M4A, _is_m4a),
    (MP3, _is_mp3),
    (OGG, _is_ogg),
    (WEBM, _is_webm),
    (WAV, _is_wav),
)


def holds_pictures_in_motion(data: bytes, kind: Kind) -> bool:
    """A video track in a container that also carries sound."""
    if kind is M4A:
        return re.search(rb"hdlr.{8}vide", data, re.DOTALL) is not None
    if kind is OGG:
        return b"theora" in data[:4096]
    return kind is WEBM and re.search(rb"V_(?:VP|AV1|MPEG|THEORA|MS)", data[:65536]) is not None


def read_text(data: bytes) -> str | None:
    """Text in UTF-8 (with or without mark), UTF-16 with mark, or GB18030; None where it is none of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _by_text(data: bytes, ending: str) -> Kind | None:
    if ending in CSV.endings:
        return CSV if _is_plain_text(data) else None
    if ending in GEOJSON.endings:
        return GEOJSON if _is_geojson(data) else None
    return None


def _is_plain_text(data: bytes) -> bool:
    text = read_text(data)
    if not text:
        return False
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\r\n\x0b\x0c\x1a" for c in set(text))


def _is_geojson(data: bytes) -> bool:
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("type") in _GEO_TYPES


def best_guess(data: bytes) -> str:
    """The ending that the bytes look like to puremagic, for the sentence of a refusal; empty where unknown."""
    try:
        found = puremagic.magic_string(data[:65536])
    except (puremagic.PureError, ValueError):
        return ""
    return next((match.extension.lstrip(".") for match in found if match.extension), "")
