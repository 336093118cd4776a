"""Files for the tests, made here: nothing is taken from elsewhere.

photo.heic was encoded for this project: 64 × 48 pixels, blue with a red corner at the top left, EXIF time
2021-06-25 08:30 +08:00 and place 30.55 N 114.34 E.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image

HEIC_PHOTO = (Path(__file__).parent / "photo.heic").read_bytes()
RED, BLUE = (230, 40, 40), (20, 60, 160)
SPREADSHEET_PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b"<Relationships/>",
    "xl/workbook.xml": b"<workbook/>",
}
DOCUMENT_PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b"<Relationships/>",
    "word/document.xml": b"<document/>",
}


def image(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Blue, with a red quarter at the top left."""
    whole = Image.new("RGB", (width, height), BLUE)
    whole.paste(Image.new("RGB", (width // 2, height // 2), RED), (0, 0))
    return whole.convert(mode)


def exif(*, orientation: int = 1, taken: str = "", offset: str = "", gps: dict | None = None) -> Image.Exif:
    told = Image.Exif()
    told[0x0112] = orientation
    detail = {0x9003: taken, 0x9011: offset}
    told[0x8769] = {tag: value for tag, value in detail.items() if value}
    if gps:
        told[0x8825] = gps
    return told


def saved(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that ask for width × height pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def portable(*objects: bytes, catalog: bytes = b"") -> bytes:
    """A one-page PDF with further objects and further entries in its catalog."""
    body = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj",
        *objects,
    ]
    return b"%PDF-1.7\n" + b"\n".join(body) + b"\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def object_stream(content: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d %s >>" % (len(packed), extra)
    return b"9 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream\nendobj"


def sound(kind: str) -> bytes:
    starts = {
        "m4a": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + b"\x00" * 40,
        "mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + b"\x00" * 40,
        "ogg": b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead" + b"\x00" * 20,
        "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"\x00" * 30 + b"A_OPUS",
        "wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 40,
    }
    return starts[kind]
