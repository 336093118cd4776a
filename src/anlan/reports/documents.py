"""A frozen report as a paper: headings and text to GB/T 9704, and the trace of every figure behind it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.models import Paper as Frozen
from anlan.toolkit.attachments.access import may_see
from anlan.toolkit.documents import Attachment, Column, Heading, Kind, Paper, Rows, Signer, Text, Value
from anlan.toolkit.papers.contents import Content
from anlan.toolkit.papers.templates import paper_template

from .selectors import reports_seen_by

may_see("report", reports_seen_by)
TRACE = (("name", lazy("数据"), 2.1), ("period", lazy("时段"), 2.5), ("value", lazy("数值"), 1.6), ("rows", lazy("明细"), 1.3),
         ("digest", lazy("明细摘要"), 2.3))


@paper_template("report", label=lazy("报告"))
def report_paper(content: Content, frozen: Frozen) -> Paper:
    """The body as signed; figures by their source; the trace as an attachment."""
    notes = (_("计数依据日志第{head}条之前的记录。").format(head=content.text("head")),
             _("报告摘要：{digest}").format(digest=content.text("digest")[:16]))
    return Paper(Kind.PLAIN, content["title"], issuer=content["issuer"], addressee=content["addressee"],
                 blocks=tuple(_block(b["level"], b["pieces"]) for b in content.rows("body")), date=content.day("on"),
                 dated_by="entry.at", sealed=False, signers=_signers(content),
                 attachments=(Attachment(_("数据来源"), (_trace(content), *map(Text, notes))),))


def _signers(content: Content) -> tuple[Signer, ...]:
    """Whoever signed it; of what was frozen without a name nobody."""
    name = content.text("signer")
    return (Signer(name, role=_("签发人"), source="person.name"),) if name else ()


def _block(level: int, pieces: list[list[str]]) -> Heading | Text:
    said = tuple(Value(text, f"indicator.{key}") if key else text for text, key in pieces)
    if level > 0:
        return Heading("".join(text for text, _key in pieces), level)
    return Text(said, indent=level == 0)


def _trace(content: Content) -> Rows:
    columns = tuple(Column(str(label), f"indicator.{name}", width) for name, label, width in TRACE)
    rows = tuple(tuple(str(row.get(name, "")) for name, _l, _w in TRACE) for row in content.rows("figures"))
    return Rows(columns, rows)
