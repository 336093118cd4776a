"""The paper of an information report, set to GB/T 9704-2012 from what its sending froze."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.models import Paper as Frozen
from anlan.toolkit.documents import PROVISIONAL, Heading, Kind, Paper, Text, Value
from anlan.toolkit.papers.contents import Content
from anlan.toolkit.papers.templates import paper_template


@paper_template("info_report", label=lazy("突发事件信息报告"))
def info_report(content: Content, frozen: Frozen) -> Paper:
    """突发事件信息报告: each field under its heading; what is not known yet says so."""
    blocks = [block for row in content.rows("rows") for block in (
        Heading(str(row["label"])), Text(Value(str(row["text"]), content.source("rows"))))]
    blocks.append(Text((_("事件编号："), content["code"], _("。联系人："), content["reporter"], "。")))
    return Paper(
        Kind.RED_HEAD, content["title"], issuer=content["issuer"], number=Value(frozen.number, "paper.number"),
        addressee=content["to"], blocks=tuple(blocks), date=content.day("on"), dated_by="entry.at", approved_by=content["signer"],
        copy_to=content["copy"], printed_by=content["issuer"], printed_on=content.day("on"),
        marks=(PROVISIONAL,) if content.value("provisional") else ())
