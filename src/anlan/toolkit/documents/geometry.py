"""Measures of GB/T 9704-2012 (domain.md 11.1, 11.2 [sure]), in millimetres and points."""

from __future__ import annotations

import unicodedata

POINTS_PER_MM = 72 / 25.4
TWIPS_PER_POINT = 20

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210, 297
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
BLOCK_WIDTH_MM = PAGE_WIDTH_MM - LEFT_MM - RIGHT_MM
BLOCK_HEIGHT_MM = PAGE_HEIGHT_MM - TOP_MM - BOTTOM_MM
LINES, CHARACTERS = 22, 28

LINE_PITCH_PT = 28.95
TITLE_PITCH_PT = 33.0
CHARACTER_PITCH_PT = BLOCK_WIDTH_MM * POINTS_PER_MM / CHARACTERS

SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4 = 22.0, 16.0, 14.0, 12.0

HEAD_DOWN_MM = 35
RED_RULE_DOWN_MM = 4
RED_RULE_PT = 2.25
PAGE_NUMBER_DOWN_MM = 7
BACK_OUTER_RULE_MM, BACK_INNER_RULE_MM = 0.35, 0.25

FONT_NAMES = {
    "fangsong": "仿宋_GB2312",
    "kai": "楷体_GB2312",
    "hei": "黑体",
    "song": "宋体",
    "title": "方正小标宋简体",
}
LATIN_FONT = "Times New Roman"


def width_in_characters(text: str) -> float:
    """A Chinese character is one, a digit or a Latin letter half of one."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def head_size(text: str) -> float:
    """Points of the issuer's mark: as large as fills the width, 22 to 44."""
    room = BLOCK_WIDTH_MM * POINTS_PER_MM / max(width_in_characters(text), 1)
    return float(max(SIZE_2, min(44, int(room))))


def signed_with_seal(issuer: str, date: str) -> tuple[float, float]:
    """Right indents in characters of issuer and date: the date 4 in, the issuer centred above it.

    An issuer too long for that stays one character in, with the date centred under it.
    """
    wide, dated = width_in_characters(issuer), width_in_characters(date)
    inset = 4 + dated / 2 - wide / 2
    if inset >= 1:
        return inset, 4.0
    return 1.0, max(1 + wide / 2 - dated / 2, 1.0)


def signed_without_seal(issuer: str, date: str) -> tuple[float, float]:
    """Right indents in characters: the issuer 2 in, the date's first character 2 right of the issuer's first.

    A date longer than that stands 2 in, and the issuer moves left of it.
    """
    wide, dated = width_in_characters(issuer), width_in_characters(date)
    if wide - dated >= 2:
        return 2.0, wide - dated
    return 4 + dated - wide, 2.0
