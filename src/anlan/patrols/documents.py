"""The record of a visit. The hazard notice of a visit is set by hazards.documents from the same frozen fields."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.hazards.documents import day_fact, fact, hazard_rows, marks_of, value
from anlan.kernel.models import Paper as Frozen
from anlan.toolkit.documents import Column, Facts, Kind, Paper, Rows, Signature, SignLine, Text
from anlan.toolkit.papers.contents import Content
from anlan.toolkit.papers.templates import paper_template

WORDS = {"ok": lazy("正常"), "na": lazy("不涉及"), "hazard": lazy("有隐患")}


@paper_template("patrol_record", label=lazy("巡查记录"))
def patrol_record(content: Content, frozen: Frozen) -> Paper:
    """巡查记录: what was looked at, with what answer, and what was found."""
    answers = content.rows("answers")
    rows = tuple((r["code"], r["text"], str(WORDS.get(r["answer"], ""))) for r in answers)
    blocks = [
        Facts((fact(_("单位"), content, "unit"), fact(_("地址"), content, "address"), fact(_("检查方"), content, "who"),
               fact(_("检查人"), content, "by"), day_fact(_("检查日期"), content, "on"), fact(_("结果"), content, "result"),
               fact(_("说明"), content, "reason")), per_line=2),
    ]
    if rows:
        blocks.append(Rows((Column(_("编号"), "item.code", 0.7), Column(_("检查内容"), "item.text", 4),
                            Column(_("结果"), "finish.answers", 0.8)), rows, counted=False))
    if content.rows("hazards"):
        blocks += [Text(_("发现的隐患：")), hazard_rows(content)]
    blocks.append(Signature((SignLine(_("检查人"), value(content, "by").text, "person.name"),
                             SignLine(_("单位签字"), value(content, "signer").text, "finish.signer"))))
    return Paper(Kind.PLAIN, _("安全巡查记录"), issuer=value(content, "issuer"), blocks=tuple(blocks),
                 date=content.day("on"), dated_by="entry.at", marks=marks_of(content), sealed=False)
