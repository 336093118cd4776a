"""Fonts for PDF: a bureau's own licensed ones if it has put them in a folder, else open stand-ins from locked packages.

Looked for, in this order: the folders in ANLAN_FONT_DIR (separated as in PATH), the packages of web/package-lock.json
(Noto Serif SC, Noto Sans SC, LXGW WenKai, all under the SIL Open Font License 1.1), the system's folders.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import typst
from django.utils.translation import gettext as _

from .geometry import FONT_NAMES
from .glyphs import characters_of, plain_font

_PACKAGED = (
    "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf",
    "@fontsource/lxgw-wenkai/files/lxgw-wenkai-latin-300-normal.woff",
    "@fontsource/lxgw-wenkai/files/lxgw-wenkai-latin-500-normal.woff",
)
_SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


class Face(NamedTuple):
    family: str
    weight: int


_SERIFS = (Face("Noto Serif SC", 400), Face("Noto Serif CJK SC", 400))
_BOLD_SERIFS = (Face("Noto Serif SC", 700), Face("Noto Serif CJK SC", 700))
_SANS = (Face("Noto Sans SC", 500), Face("Noto Sans CJK SC", 500), Face("Noto Sans CJK SC", 400))

_WANTED = {
    "fangsong": (
        *(Face(name, 400) for name in ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong")),
        Face("LXGW WenKai", 300),
        *_SERIFS,
    ),
    "kai": (
        *(Face(name, 400) for name in ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti")),
        Face("LXGW WenKai", 400),
        *_SERIFS,
    ),
    "hei": (*(Face(name, 400) for name in ("SimHei", "黑体", "STHeiti")), *_SANS),
    "song": (*(Face(name, 400) for name in ("SimSun", "宋体", "STSong")), *_SERIFS),
    "title": (
        *(Face(name, 400) for name in ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "FZXBSJW--GB1-0")),
        *_BOLD_SERIFS,
    ),
}


class FontsMissing(Exception):
    """No font on this machine can set a Chinese paper; the text says what to do."""


@dataclass(frozen=True)
class Shelf:
    """The fonts of one set of folders; the first folder that has a face for a role gives it."""

    folders: tuple[Path, ...]

    @cached_property
    def fonts(self) -> typst.Fonts:
        paths = [str(folder) for folder in self.folders]
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)

    @cached_property
    def faces(self) -> dict[str, Face]:
        """Role (fangsong, kai, hei, song, title) → face. FontsMissing where a role has none."""
        here: dict[str, set[int]] = {}
        for font in self.fonts.fonts():
            here.setdefault(font.family, set()).add(font.weight)
        return {role: _chosen(wanted, here) for role, wanted in _WANTED.items()}

    @cached_property
    def characters(self) -> frozenset[int]:
        """Code points that any of the chosen families can show."""
        families = {face.family for face in self.faces.values()}
        chosen = {(font.path, font.index) for font in self.fonts.fonts() if font.family in families and font.path}
        return frozenset().union(*(characters_of(Path(path), index) for path, index in chosen))

    def stand_ins(self) -> dict[str, str]:
        """Font that the standard names → family that was used in its stead, for the export log."""
        return {FONT_NAMES[role]: face.family for role, face in self.faces.items() if face in _OPEN}

    def families(self, role: str) -> list[str]:
        """The role's family first, then the others, for characters that it lacks."""
        first = self.faces[role].family
        return [first, *sorted({face.family for face in self.faces.values()} - {first})]


_OPEN = {Face("LXGW WenKai", 300), Face("LXGW WenKai", 400), *_SERIFS, *_BOLD_SERIFS, *_SANS}


def _chosen(wanted: Iterable[Face], here: dict[str, set[int]]) -> Face:
    for face in wanted:
        if face.family in here:
            nearest = min(here[face.family], key=lambda weight: abs(weight - face.weight))
            return Face(face.family, nearest)
    raise FontsMissing(
        _("这台机器上没有可用的中文字体，不能生成 PDF。请重新执行安装步骤，或把字体文件放进一个文件夹并设置 ANLAN_FONT_DIR。")
    )


@lru_cache(maxsize=4)
def shelf(own: str = "") -> Shelf:
    """own: the folders of ANLAN_FONT_DIR; the packages and the system come after them."""
    folders = [Path(folder) for folder in own.split(os.pathsep) if folder]
    packaged = tuple(_packaged_folders())
    return Shelf((*folders, *(packaged or _SYSTEM)))


def default_shelf() -> Shelf:
    return shelf(os.environ.get("ANLAN_FONT_DIR", ""))


def _packaged_folders() -> Iterator[Path]:
    modules = next((up / "web" / "node_modules" for up in Path(__file__).parents if (up / "web").is_dir()), None)
    for name in _PACKAGED if modules else ():
        font = modules / name
        if font.suffix == ".woff" and font.is_file():
            yield _unpacked(font)
        elif font.is_file():
            yield font.parent


def _unpacked(woff: Path) -> Path:
    """The folder of the plain form of a WOFF file, made once beside the packages, else in the user's cache."""
    for root in (woff.parents[3] / ".anlan-fonts", Path.home() / ".cache" / "anlan" / "fonts"):
        plain = root / woff.stem / f"{woff.stem}.ttf"
        if plain.is_file() and plain.stat().st_mtime >= woff.stat().st_mtime:
            return plain.parent
        try:
            plain.parent.mkdir(parents=True, exist_ok=True)
            part = plain.with_suffix(f".{os.getpid()}")
            part.write_bytes(plain_font(woff.read_bytes()))
            part.replace(plain)
            return plain.parent
        except OSError:
            continue
    raise FontsMissing(_("字体文件无处存放，不能生成 PDF。请检查磁盘空间和目录权限。"))
