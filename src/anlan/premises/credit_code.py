"""The unified social credit code (统一社会信用代码) of a unit: 18 characters, the last one checks the others.

GB 32100-2015, domain.md 3.5 [sure].
"""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "Z": "2"}


def normalise(code: str) -> str:
    """Upper case, half width, without the spaces and dashes that people type between groups."""
    plain = unicodedata.normalize("NFKC", code).upper()
    return "".join(letter for letter in plain if not (letter.isspace() or letter == "-"))


def check(code: str) -> list[str]:
    """Why the code cannot be right, as sentences; empty when it can. Expects a normalised code."""
    if len(code) != LENGTH:
        return [_("统一社会信用代码应为 18 位，现为 %(length)s 位。") % {"length": len(code)}]
    strangers = sorted(set(code) - set(ALPHABET))
    if strangers:
        return [_strangers_sentence(strangers)]
    expected = check_character(code[:-1])
    if code[-1] != expected:
        said = {"expected": expected, "written": code[-1]}
        return [_("统一社会信用代码的校验位应为 %(expected)s，现为 %(written)s，请核对是否抄错。") % said]
    return []


def make(body17: str) -> str:
    """The full code for its first 17 characters. ValueError where these are not such characters."""
    if len(body17) != LENGTH - 1 or set(body17) - set(ALPHABET):
        raise ValueError(_("统一社会信用代码的前 17 位只能是数字和除 I、O、S、V、Z 外的大写字母。"))
    return body17 + check_character(body17)


def check_character(body17: str) -> str:
    """The character that checks the 17 others: 31 minus the sum weighted by powers of 3, modulo 31."""
    total = sum(ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(body17))
    return ALPHABET[-total % 31]


def _strangers_sentence(strangers: list[str]) -> str:
    said = {"letters": "、".join(strangers)}
    hints = [f"{letter}→{_LOOKALIKES[letter]}" for letter in strangers if letter in _LOOKALIKES]
    if hints:
        said["hints"] = "、".join(hints)
        return _("统一社会信用代码里不会有 %(letters)s，是否看错：%(hints)s？") % said
    return _("统一社会信用代码里不会有 %(letters)s。") % said
