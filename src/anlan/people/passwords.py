"""Which passwords are refused, in sentences. Length, kinds of characters, common ones, one's own name."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cache
from importlib.resources import files

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext as _

from anlan.places.defaults import rule_value

MOST = 128


def password_faults(password: str, *, login_name: str, name: str, on: date) -> list[str]:
    """Why a password cannot be taken; empty when it can (GB/T 22239-2019 level 3, identity [sure in substance])."""
    least, kinds = int(rule_value("auth.password_least", on)), int(rule_value("auth.password_kinds", on))
    plain = password.casefold()
    why = []
    if len(password) < least:
        why.append(_("密码至少%(least)s个字符，可以用一句话") % {"least": least})
    if len(password) > MOST:
        why.append(_("密码最多%(most)s个字符") % {"most": MOST})
    if kinds_of(password) < kinds:
        why.append(_("密码至少要有%(kinds)s类字符：小写字母、大写字母、数字、符号、汉字") % {"kinds": kinds})
    if plain in common_passwords() or plain.strip("0123456789!@#.") in common_passwords():
        why.append(_("这个密码太常见，很容易被猜到"))
    if any(own and own.casefold() in plain for own in (login_name, name)):
        why.append(_("密码里不要有自己的登录名或姓名"))
    return why


def kinds_of(text: str) -> int:
    """How many kinds of characters: lower case, upper case, digits, others that are letters, symbols."""
    return len({_kind(character) for character in text})


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    return category if category in ("Ll", "Lu", "Nd") else category[0]


@cache
def common_passwords() -> frozenset[str]:
    """Django's list of common passwords, and those that are common in China."""
    own = (files("anlan.people") / "data" / "common_passwords.txt").read_text(encoding="utf-8").split()
    return frozenset(CommonPasswordValidator().passwords) | {word.casefold() for word in own}
