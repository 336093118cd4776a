"""Journalling what happens to a register as a whole: exports, imports, masked columns opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance, record
from anlan.kernel.flows import NEW, Cell, Flow, Move, register
from anlan.kernel.rules import system_only
from anlan.kernel.wording import words

from .declare import REGISTERS, Register
from .models import Book

NAMESPACE = UUID("b0a6f0d2-5d0f-5c0e-8a1e-3d2f6f2f7a10")
SYSTEM = Actor("系统", system=True)


class BookState(TextChoices):
    OPEN = "open", _("启用")


class BookForm(forms.Form):
    slug = forms.SlugField(label=_("登记簿"), max_length=40)


def fill(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(slug=given.slug)


def title(case: Book) -> str:
    found = REGISTERS.get(case.slug)
    return str(found.label) if found is not None else case.slug


BOOK = register(Flow(
    kind="book", label=_("登记簿"), model=Book, states=BookState, final=(BookState.OPEN,), title=title,
    cell=lambda case: Cell(None, 0), link="/desk/books/{uid}/",
    moves=(Move("open", _("启用登记簿"), NEW, BookState.OPEN, by=system_only, says=_("系统启用登记簿{title}"), form=BookForm,
                does=(fill,), shown=False),)))
words("book", "exported", _("{who}导出{register}{rows}条（{format}）"))
words("book", "opened", _("{who}导出{register}{rows}条，含{columns}，理由：{reason}"))
words("book", "imported", _("{who}从“{file}”导入{register}：新增{created}条，修改{edited}条"))
words("book", "read", _("{who}通过接口查看{register}{rows}条的{columns}，理由：{reason}"))


def note(register_: Register, verb: str, *, actor: Actor, at: datetime, data: Mapping[str, Any]) -> int:
    """One entry in the register's book, which is opened at need. Returns the entry's id."""
    book = Book.objects.filter(slug=register_.slug).first()
    if book is None:
        uid = uuid5(NAMESPACE, register_.slug)
        advance(Ref("book", uid), "open", actor=SYSTEM, at=at, given={"slug": register_.slug})
        book = Book.objects.get(uid=uid)
    return record(book, verb, actor=actor, at=at, data={"register": str(register_.label), **data})
