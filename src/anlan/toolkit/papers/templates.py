"""Which app sets which kind of paper, and the paper as a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from anlan.kernel import models as kernel
from anlan.toolkit import documents
from anlan.toolkit.documents import Mark, Value

from .chinese import stored
from .contents import Content

Form = Literal["docx", "pdf"]
Setting = Callable[[Content, kernel.Paper], documents.Paper]
MIMES = {"pdf": "application/pdf",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@dataclass(frozen=True)
class Template:
    kind: str
    label: Any
    set: Setting


TEMPLATES: dict[str, Template] = {}


class NoTemplate(LookupError):
    """No app says how this kind of paper is set."""


def paper_template(kind: str, *, label: Any) -> Callable[[Setting], Setting]:
    """Register how a kind of paper is set: (content, stored paper) → document. Pure: no query, no clock."""

    def add(setting: Setting) -> Setting:
        if kind in TEMPLATES and TEMPLATES[kind].set.__qualname__ != setting.__qualname__:
            raise ValueError(f"paper {kind} registered twice")
        TEMPLATES[kind] = Template(kind, label, setting)
        return setting

    return add


@stored
def document(paper: kernel.Paper) -> documents.Paper:
    """The paper as it is to be set; its number comes from the row, and a voided one says so. Raises NoTemplate."""
    if paper.kind not in TEMPLATES:
        raise NoTemplate(paper.kind)
    made = TEMPLATES[paper.kind].set(Content(paper.content), paper)
    number = paper.number or paper.their_no
    if number and not made.number:
        made = replace(made, number=Value(number, "paper.number"))
    if paper.voided_at is not None:
        made = replace(made, marks=(*made.marks, Mark(_("作废"), paper.void_reason)))
    return made


def render(paper: kernel.Paper, form: Form) -> bytes:
    """The finished file. Raises NoTemplate, or FontsMissing for a PDF on a machine without fonts."""
    made = document(paper)
    return documents.to_docx(made) if form == "docx" else documents.to_pdf(made)


def label_of(paper: kernel.Paper) -> str:
    """What it is called: 隐患告知书."""
    return str(TEMPLATES[paper.kind].label) if paper.kind in TEMPLATES else _("文书")


def file_name(paper: kernel.Paper, form: Form) -> str:
    """隐患告知书（武昌）应急责改〔2021〕6号.pdf"""
    return f"{label_of(paper)}{paper.number or paper.their_no}.{form}".replace("/", "-")
