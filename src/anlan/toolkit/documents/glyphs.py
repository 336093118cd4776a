"""Which characters a font file can show, read from its cmap table; and the plain form of a WOFF file."""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path

_UNICODE = {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}


def characters_of(path: Path, index: int = 0) -> frozenset[int]:
    """Code points with a glyph. index: of the face within a collection. ValueError for what is no font."""
    data = path.read_bytes()
    try:
        cmap = _table(data, b"cmap", index)
        return frozenset(code for start in _subtables(cmap) for code in _codes(cmap, start))
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError(path.name) from error


def _table(data: bytes, wanted: bytes, index: int) -> bytes:
    at = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, at + 4)[0]
    for entry in range(at + 12, at + 12 + 16 * count, 16):
        name, _sum, offset, length = struct.unpack_from(">4sIII", data, entry)
        if name == wanted:
            return data[offset : offset + length]
    raise KeyError(wanted)


def _subtables(cmap: bytes) -> set[int]:
    count = struct.unpack_from(">H", cmap, 2)[0]
    entries = (struct.unpack_from(">HHI", cmap, 4 + 8 * n) for n in range(count))
    return {offset for platform, encoding, offset in entries if (platform, encoding) in _UNICODE}


def _codes(cmap: bytes, start: int) -> Iterator[int]:
    form = struct.unpack_from(">H", cmap, start)[0]
    if form == 12:
        yield from _codes_in_groups(cmap, start)
    elif form == 4:
        yield from _codes_in_segments(cmap, start)


def _codes_in_groups(cmap: bytes, start: int) -> Iterator[int]:
    count = struct.unpack_from(">I", cmap, start + 12)[0]
    for n in range(count):
        first, last, glyph = struct.unpack_from(">III", cmap, start + 16 + 12 * n)
        yield from range(first if glyph else first + 1, last + 1)


def _codes_in_segments(cmap: bytes, start: int) -> Iterator[int]:
    count = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    ends = _shorts(cmap, start + 14, count)
    starts = _shorts(cmap, start + 16 + 2 * count, count)
    deltas = _shorts(cmap, start + 16 + 4 * count, count)
    offsets_at = start + 16 + 6 * count
    offsets = _shorts(cmap, offsets_at, count)
    for n in range(count):
        for code in range(starts[n], ends[n] + 1):
            if code != 0xFFFF and _glyph_in_segment(cmap, code, starts[n], deltas[n], offsets[n], offsets_at + 2 * n):
                yield code


def _glyph_in_segment(cmap: bytes, code: int, first: int, delta: int, offset: int, offset_at: int) -> int:
    if not offset:
        return (code + delta) & 0xFFFF
    glyph = struct.unpack_from(">H", cmap, offset_at + offset + 2 * (code - first))[0]
    return (glyph + delta) & 0xFFFF if glyph else 0


def _shorts(data: bytes, at: int, count: int) -> array:
    numbers = array("H", data[at : at + 2 * count])
    numbers.byteswap()
    return numbers


def plain_font(woff: bytes) -> bytes:
    """The TrueType or OpenType font in a WOFF 1.0 file (W3C recommendation of 2012). ValueError for anything else."""
    if woff[:4] != b"wOFF":
        raise ValueError("not a WOFF 1.0 file")
    flavor, _length, count = struct.unpack_from(">4sIH", woff, 4)
    power = 1 << count.bit_length() - 1
    head = struct.pack(
        ">4sHHHH", flavor, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    entries, body, at = b"", b"", 12 + 16 * count
    for n in range(count):
        name, offset, packed, length, checksum = struct.unpack_from(">4sIIII", woff, 44 + 20 * n)
        table = woff[offset : offset + packed]
        table = zlib.decompress(table) if packed < length else table
        entries += struct.pack(">4sIII", name, checksum, at + len(body), length)
        body += table + b"\x00" * (-length % 4)
    return head + entries + body
