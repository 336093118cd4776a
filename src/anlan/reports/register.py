"""The registers of reports, of the office's own templates, and of what was promised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from anlan.places.rules import permitted
from anlan.returns.panels import AGAINST
from anlan.toolkit.registers import Col, Facts, Linked, Papers, Register, Trail

from .effects import of_the_house
from .flow import COMMITMENT, REPORT
from .forms import TemplateForm
from .models import Commitment, Report, ReportTemplate
from .panels import BODY, CHECK, HISTORY, LAST_PROMISES
from .rules import WRITE
from .selectors import commitments_seen_by, reports_seen_by, templates_seen_by

MAY = permitted(WRITE, lazy("报告模板由本级街道或部门维护"))


class TemplateRegister(Register):
    kind, slug, model, label = "report_template", "report-templates", ReportTemplate, lazy("报告模板")
    seen_by, form = templates_seen_by, TemplateForm
    may_create = may_edit = may_retire = MAY
    importable, small, called_by = False, True, ("name",)
    does = (of_the_house,)
    cols = (Col("name", search=True, link=True), Col("sort", filter="exact"), Col("area", edit=False), Col("text", show=False))


class ReportRegister(Register):
    kind, slug, model, label, flow = "report", "reports", Report, lazy("报告"), REPORT
    seen_by = reports_seen_by
    create, edit, importable = "begin", "edit", False
    order, called_by, small = "-opened_at", ("title",), True
    tones = {"draft": "new", "review": "waiting", "signed": "working", "frozen": "closed", "published": "closed",
             "dropped": "stopped"}
    panels = (LAST_PROMISES, BODY, CHECK, HISTORY, AGAINST, Linked("commitments", "report", lazy("承诺事项")), Papers(), Facts(), Trail())
    cols = (Col("title", search=True, link=True), Col("sort", filter="exact", edit=False), Col("as_of", filter="range"),
            Col("area", filter="within", edit=False), Col("state", badge="state", edit=False),
            Col("opened_at", sort=True, filter="range", label=lazy("起草时间"), edit=False),
            Col("addressee", show=False), Col("issuer", show=False, edit=False), Col("signer", show=False, edit=False),
            Col("signed_at", show=False, edit=False), Col("counted_at", show=False, edit=False),
            Col("head", show=False, edit=False), Col("digest", show=False, edit=False),
            Col("published_at", show=False, edit=False))


class CommitmentRegister(Register):
    kind, slug, model, label, flow = "commitment", "commitments", Commitment, lazy("承诺事项"), COMMITMENT
    seen_by = commitments_seen_by
    create, edit, importable = "promise", "", False
    order, default_state = "due_on", ""
    tones = {"open": "working", "done": "closed", "dropped": "stopped"}
    clocks = {"commitment": lazy("兑现承诺")}
    cols = (Col("text", search=False, link=True), Col("source", filter="exact"), Col("organisation"),
            Col("due_on", sort=True, filter="range"), Col("state", badge="state"), Col("report", link=True, show=False),
            Col("area", filter="within", show=False), Col("result", show=False), Col("done_on", show=False),
            Col("late", show=False))
