"""What a person sends becomes Media, or a Refusal that says what to do (scale.md 6.2; ASVS 5.0 V5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from anlan.kernel.refusals import Refusal

from . import kinds
from .archives import ArchiveLimits, archive_fault
from .kinds import Kind
from .pictures import Picture, PictureLimits, Place, take_picture
from .portable import portable_fault
from .store import Damaged, Store

__all__ = ["Damaged", "Limits", "Media", "Place", "Store", "take_in"]

_MEGABYTE = 1024 * 1024
PHOTO_BYTES = 40 * _MEGABYTE
"""A phone's photo as it may come; it is kept no larger than 2560 pixels a side."""
SOUND_BYTES = 5 * _MEGABYTE
"""Speech as phones record it takes about 0.25 megabytes a minute."""
_CAMERA_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Limits:
    """bytes, photo_bytes, sound_bytes: of the file as sent; kinds: names of what may come in here; zone: of camera times that name none."""

    bytes: int = 20 * _MEGABYTE
    photo_bytes: int = PHOTO_BYTES
    sound_bytes: int = SOUND_BYTES
    kinds: frozenset[str] = frozenset(kind.name for kind in kinds.KINDS)
    pictures: PictureLimits = field(default_factory=PictureLimits)
    archives: ArchiveLimits = field(default_factory=ArchiveLimits)
    zone: tzinfo = _CAMERA_ZONE

    def of(self, kind: Kind | None) -> int:
        """Bytes that a file of this kind may have."""
        own = {"picture": self.photo_bytes, "sound": self.sound_bytes}
        return own.get(kind.family, self.bytes) if kind is not None else self.bytes


@dataclass(frozen=True)
class Media:
    """A file fit to be kept. sha256 is of `data`, sent_sha256 of what came in; pixels and preview for pictures only."""

    name: str
    kind: str
    mime: str
    data: bytes
    sha256: str
    sent_sha256: str
    width: int | None = None
    height: int | None = None
    preview: bytes | None = None
    taken_at: datetime | None = None
    place: Place | None = None

    @property
    def size(self) -> int:
        return len(self.data)


def take_in(data: bytes, name: str, limits: Limits | None = None) -> Media | Refusal:
    """Looks at content, not at the name. Pictures come back as new JPEG; taken_at is in UTC, place in WGS-84."""
    limits = limits or Limits()
    name = kinds.clean_name(name)
    ending = kinds.ending_of(name)
    if fault := _fault_at_the_door(data, ending, max(limits.bytes, limits.photo_bytes)):
        return _refuse(name, fault)
    kind = kinds.kind_of(data, ending)
    most = limits.of(kind)
    if len(data) > most:
        return _refuse(name, _too_long(data, most))
    if kind is None or kind.name not in limits.kinds:
        return _refuse(name, _unknown(data, kind, limits))
    if fault := _disagreement(kind, ending) or _fault_of_content(data, kind, limits):
        return _refuse(name, fault)
    if kind.family == "picture":
        return _picture(data, name, kind, limits)
    digest = _digest(data)
    return Media(_named(name, kind), kind.name, kind.mime, data, digest, digest)


def _refuse(name: str, fault: str) -> Refusal:
    return Refusal((_("“%(name)s”：%(fault)s") % {"name": name or _("未命名文件"), "fault": fault},))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _too_long(data: bytes, most: int) -> str:
    return _("文件有 %(size)s MB，超过 %(most)s MB，未接收。") % {"size": -(-len(data) // _MEGABYTE), "most": most // _MEGABYTE}


def _fault_at_the_door(data: bytes, ending: str, most: int) -> str:
    if not data:
        return _("文件是空的。请重新选择文件。")
    if len(data) > most:
        return _too_long(data, most)
    if kinds.is_program(data):
        return _("内容是程序、脚本或网页，不是照片或文档，未接收。")
    if kinds.is_program_ending(ending):
        return _("不接收 .%(ending)s 文件。请换成照片、PDF、Word 或 Excel。") % {"ending": ending}
    if kinds.is_old_office(data):
        return _("是旧版 Office 文件（.xls、.doc）或带密码的文件。请去掉密码，另存为 .xlsx 或 .docx 再传。")
    return ""


def _unknown(data: bytes, kind: Kind | None, limits: Limits) -> str:
    allowed = "、".join(one.label for one in kinds.KINDS if one.name in limits.kinds)
    if kind is not None:
        return _("是%(kind)s，这里只接收%(allowed)s。") % {"kind": kind.label, "allowed": allowed}
    if data.startswith(b"PK"):
        return _("是压缩包，未接收。请解压后逐个上传其中的照片或文档。")
    guess = kinds.best_guess(data)
    looks = _("（看起来是 .%(guess)s）") % {"guess": guess} if guess else ""
    return _("认不出这是什么文件%(looks)s。这里接收%(allowed)s。") % {"looks": looks, "allowed": allowed}


def _disagreement(kind: Kind, ending: str) -> str:
    if not ending or ending in kind.endings:
        return ""
    return _("后缀是 .%(ending)s，内容却是%(kind)s。请用原来的文件，不要改后缀。") % {
        "ending": ending,
        "kind": kind.label,
    }


def _fault_of_content(data: bytes, kind: Kind, limits: Limits) -> str:
    if kind in (kinds.DOCX, kinds.XLSX):
        return archive_fault(data, limits.archives)
    if kind is kinds.PDF:
        return portable_fault(data)
    if kind.family == "sound" and kinds.holds_pictures_in_motion(data, kind):
        return _("是视频，这里只接收录音。")
    return ""


def _named(name: str, kind: Kind) -> str:
    if kinds.ending_of(name) in kind.endings:
        return name
    stem = name.rpartition(".")[0] if kinds.ending_of(name) else name
    return f"{stem or _('未命名文件')}.{kind.endings[0]}"


def _picture(data: bytes, name: str, kind: Kind, limits: Limits) -> Media | Refusal:
    picture = take_picture(data, kind.name, limits.pictures, limits.zone)
    if not isinstance(picture, Picture):
        return _refuse(name, picture)
    return Media(
        name=_named(name.rpartition(".")[0] or name, kinds.JPEG),
        kind=kinds.JPEG.name,
        mime=kinds.JPEG.mime,
        data=picture.data,
        sha256=_digest(picture.data),
        sent_sha256=_digest(data),
        width=picture.width,
        height=picture.height,
        preview=picture.preview,
        taken_at=picture.taken_at,
        place=picture.place,
    )
