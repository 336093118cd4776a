"""Pictures are opened once, turned upright and written anew: nothing of the sender's file is kept but what is seen.

Time and place are read from EXIF first and handed out apart; the stored picture carries neither.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from django.utils.translation import gettext as _
from pi_heif import register_heif_opener
from PIL import Image, ImageCms, ImageOps

from .heic_safely import survives

register_heif_opener()

_READERS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "heic": ("HEIF",)}
_EXIF_DETAIL, _EXIF_GPS = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET, _CHANGED, _CHANGED_OFFSET = 0x9003, 0x9011, 0x0132, 0x9010
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_FIRST_CAMERA_YEAR = 1990


class Place(NamedTuple):
    """WGS-84 degrees, as the camera wrote them."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Picture:
    """A picture as it will be kept: JPEG bytes, its size in pixels, a small one beside it, and what EXIF told."""

    data: bytes
    width: int
    height: int
    preview: bytes
    taken_at: datetime | None
    place: Place | None


@dataclass(frozen=True)
class PictureLimits:
    """pixels: refused above; side and preview: longest edge of the kept and the small picture; quality: of JPEG.

    drawn_small: pixels of a JPEG that is read line by line and shrunk on the way, so that it never stands whole in memory.
    """

    pixels: int = 60_000_000
    drawn_small: int = 120_000_000
    side: int = 2560
    preview: int = 480
    quality: int = 85


def take_picture(data: bytes, kind: str, limits: PictureLimits, zone: tzinfo) -> Picture | str:
    """The picture to keep, or the sentence that says why not. zone: of a camera time that names none."""
    if kind == "heic" and not survives(data):
        return _("图片损坏或没有传完，打不开。请重新拍摄或重新上传。")
    try:
        with Image.open(io.BytesIO(data), formats=_READERS[kind]) as opened:
            if opened.width * opened.height > _most(opened, limits):
                return _too_large(limits)
            return _write_anew(opened, limits, zone)
    except Image.DecompressionBombError:
        return _too_large(limits)
    except Exception:  # a decoder raises whatever it likes on bad bytes
        return _("图片损坏或没有传完，打不开。请重新拍摄或重新上传。")


def _most(opened: Image.Image, limits: PictureLimits) -> int:
    by_lines = opened.format in ("JPEG", "MPO") and not opened.info.get("progressive")
    return max(limits.pixels, limits.drawn_small) if by_lines else limits.pixels


def _too_large(limits: PictureLimits) -> str:
    return _("图片超过 %(pixels)s 万像素，未接收。请用普通照片模式重拍或缩小后再传。") % {
        "pixels": limits.pixels // 10_000
    }


def _write_anew(opened: Image.Image, limits: PictureLimits, zone: tzinfo) -> Picture | str:
    exif = opened.getexif()
    taken_at, place = _taken_at(exif, zone), _place(exif)
    opened.draft("RGB", (limits.side, limits.side))
    opened.load()
    if opened.width * opened.height > limits.pixels:
        return _too_large(limits)
    upright = _flat(ImageOps.exif_transpose(opened))
    upright.thumbnail((limits.side, limits.side), Image.Resampling.LANCZOS)
    kept = _as_jpeg(upright, limits.quality)
    width, height = upright.size
    upright.thumbnail((limits.preview, limits.preview), Image.Resampling.LANCZOS)
    return Picture(kept, width, height, _as_jpeg(upright, 80), taken_at, place)


def _flat(image: Image.Image) -> Image.Image:
    """In sRGB, on white where it was transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        ground = Image.new("RGB", clear.size, "white")
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    if image.mode.startswith(("I", "F")):
        return _from_deep(image)
    return _in_srgb(image).convert("RGB")


def _from_deep(image: Image.Image) -> Image.Image:
    """16-bit grey to 8-bit: a plain convert would clip it to white."""
    return image.point(lambda value: value / 256).convert("L").convert("RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _as_jpeg(image: Image.Image, quality: int) -> bytes:
    """Built from the pixels alone, so that no profile, comment or EXIF follows."""
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _taken_at(exif: Image.Exif, zone: tzinfo) -> datetime | None:
    detail = exif.get_ifd(_EXIF_DETAIL)
    for written, offset in (
        (detail.get(_TAKEN), detail.get(_TAKEN_OFFSET)),
        (exif.get(_CHANGED), detail.get(_CHANGED_OFFSET)),
    ):
        if moment := _moment(written, offset, zone):
            return moment
    return None


def _moment(written: object, offset: object, zone: tzinfo) -> datetime | None:
    try:
        naive = datetime.strptime(str(written).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 the zone follows
        if naive.year < _FIRST_CAMERA_YEAR:
            return None
        return naive.replace(tzinfo=_offset(offset) or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(written: object) -> timezone | None:
    text = str(written or "").strip("\x00 ")
    if len(text) != 6 or text[0] not in "+-" or text[3] != ":" or not (text[1:3] + text[4:]).isdigit():
        return None
    minutes = int(text[1:3]) * 60 + int(text[4:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes)) if minutes <= 14 * 60 else None


def _place(exif: Image.Exif) -> Place | None:
    gps = exif.get_ifd(_EXIF_GPS)
    lat = _degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), ("N", "S"), 90)
    lon = _degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), ("E", "W"), 180)
    if lat is None or lon is None or (lat, lon) == (0, 0):
        return None
    return Place(round(lon, 6), round(lat, 6))


def _degrees(parts: object, reference: object, signs: tuple[str, str], most: float) -> float | None:
    side = str(reference or "").strip("\x00 ").upper()
    if side not in signs or not isinstance(parts, tuple) or len(parts) != 3:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= most:
        return None
    return value if side == signs[0] else -value
