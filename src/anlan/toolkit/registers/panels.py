"""Panels of a case page, from top to bottom. A panel of your own is a title and a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kernel.models import Paper
from anlan.toolkit.ui.parts import FileLink

if TYPE_CHECKING:
    from .caseview import CaseView


FACTS, TRAIL, PAPERS, FILES = gettext_lazy("资料"), gettext_lazy("留痕"), gettext_lazy("文书"), gettext_lazy("附件")


@dataclass(frozen=True)
class Panel:
    """draw(view) → HTML, empty where there is nothing to show."""

    title: Any
    draw: Callable[[CaseView], str]

    def render(self, view: CaseView) -> str:
        return self.draw(view)


@dataclass(frozen=True)
class Facts:
    """The columns of the row, private ones masked."""

    title: Any = FACTS

    def render(self, view: CaseView) -> SafeString:
        return _html("facts", view, facts=view.facts, unseal=view.unseal_url)


@dataclass(frozen=True)
class Trail:
    """Who did what when, newest first."""

    title: Any = TRAIL

    def render(self, view: CaseView) -> SafeString:
        return _html("trail", view, entries=view.trail, more=view.trail_is_cut)


@dataclass(frozen=True)
class Papers:
    """Papers drawn up for the row; url: where one can be read, with {uid}."""

    title: Any = PAPERS
    url: str = "/papers/{uid}/"

    def render(self, view: CaseView) -> SafeString | str:
        if not any(entry.data.get("paper") for entry in view.entries):
            return ""
        rows = Paper.objects.filter(subject_kind=view.flow.kind, subject_id=view.case.id).order_by("-id")[:50]
        files = [FileLink(p.number or _("文书"), self.url.format(uid=p.uid),
                          _("已作废") if p.voided_at else "") for p in rows]
        return _html("files", view, files=files) if files else ""


@dataclass(frozen=True)
class Files:
    """Attachments named by the row's deeds; url: where one can be read, with {sha256}."""

    title: Any = FILES
    url: str = "/files/{sha256}"

    def render(self, view: CaseView) -> SafeString | str:
        from anlan.toolkit.attachments.models import File  # noqa: PLC0415  panels are declared before tables load

        named = [(sha, role) for entry in view.entries for sha, role in entry.data.get("attach", ())]
        if not named:
            return ""
        known = {f.sha256: f for f in File.objects.filter(sha256__in=[sha for sha, _role in named])}
        files = [FileLink(known[sha].name if sha in known else _("尚未收到的附件"), self.url.format(sha256=sha) if sha in known else "")
                 for sha, _role in dict(named).items()]
        return _html("files", view, files=files)


@dataclass(frozen=True)
class Linked:
    """Rows of another register that point to this one by a column, in the reader's scope."""

    slug: str
    column: str
    title: Any = ""
    most: int = 10

    def render(self, view: CaseView) -> SafeString | str:
        from .declare import REGISTERS  # noqa: PLC0415  registers name panels
        from .tables import table_of  # noqa: PLC0415

        register = REGISTERS[self.slug]
        rows = list(register.rows(view.actor, view.at).filter(**{self.column: view.case.id})
                    .order_by("-id")[: self.most + 1])
        if not rows:
            return ""
        more = f"/desk/{self.slug}/?{self.column}={view.case.uid}&state=all" if len(rows) > self.most else ""
        return _html("linked", view, table=table_of(register, rows[: self.most], view.at), more=more)


def _html(name: str, view: CaseView, **context: Any) -> SafeString:
    return render_to_string(f"registers/panels/{name}.html", {"view": view, "now": view.at, **context},
                            request=view.request)


def default_panels() -> tuple[Any, ...]:
    return (Facts(), Papers(), Files(), Trail())
