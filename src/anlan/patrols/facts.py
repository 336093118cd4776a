"""What rules and effects of a visit know: its unit, the handbook of its day, who answers for the ground."""

from __future__ import annotations

from typing import NamedTuple

from anlan.kernel.door import Subject
from anlan.kernel.instance import local_day
from anlan.people.models import Post
from anlan.premises.models import Premises

from .handbook_law import basis_on
from .models import Handbook, Item


class Asked(NamedTuple):
    """An item as it reads on the day of the visit; pending: its law is not in force or not checked (依据待核)."""

    code: str
    text: str
    level: str
    days: int
    basis: str
    pending: bool


class Book(NamedTuple):
    version: int
    items: dict[str, Asked]


def units(subjects: list[Subject]) -> list[Premises | None]:
    ids = {s.case.premises_id for s in subjects} - {None}
    uids = {s.given.premises for s in subjects} - {None}
    rows = list(Premises.objects.filter(id__in=ids) | Premises.objects.filter(uid__in=uids))
    by_id, by_uid = {p.id: p for p in rows}, {p.uid: p for p in rows}
    return [by_id.get(s.case.premises_id) or by_uid.get(s.given.premises) for s in subjects]


_books: dict[int, tuple[list[Item], int]] = {}


def books(subjects: list[Subject]) -> list[Book | None]:
    """The newest handbook in force on each visit's day. Its items never change, so a process keeps them."""
    versions = list(Handbook.objects.order_by("-valid_from", "-version"))
    found: dict = {}
    out = []
    for s in subjects:
        day = local_day(s.when.at)
        book = next((h for h in versions if h.valid_from <= day), None)
        if book is None:
            out.append(None)
            continue
        key = (book.id, day)
        if key not in found:
            found[key] = book_on(book, day)
        out.append(found[key])
    return out


def book_on(book: Handbook, day) -> Book:
    if book.id not in _books:
        _books[book.id] = (list(Item.objects.filter(handbook=book)), book.version)
    items, version = _books[book.id]
    asked = {}
    for i in items:
        basis = basis_on(i.basis, day)
        asked[i.code] = Asked(i.code, i.text_zh, i.level, i.days, basis.text, basis.pending)
    return Book(version, asked)


def posts(subjects: list[Subject]) -> list[Post | None]:
    uids = {s.given.post for s in subjects} - {None}
    rows = {p.uid: p for p in Post.objects.filter(uid__in=uids)}
    return [rows.get(s.given.post) for s in subjects]
