"""A paper on the screen, as Word document and as PDF, for whoever may see its case."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as render_page
from django.urls import reverse
from django.views.decorators.http import require_GET

from anlan.kernel.flows import FLOWS
from anlan.kernel.models import Paper
from anlan.toolkit.attachments.access import sees_any
from anlan.toolkit.attachments.views import signed_in
from anlan.toolkit.documents import FontsMissing
from anlan.toolkit.ui.parts import FileLink

from .screen import sheet
from .templates import MIMES, Form, NoTemplate, document, file_name, label_of, render


def visible_paper(request: HttpRequest, uid: UUID) -> Paper:
    """The paper, if the actor may see its case. Raises Http404."""
    actor, at = signed_in(request)
    paper = Paper.objects.filter(uid=uid).first()
    if paper is None or not sees_any(actor, at, [(paper.subject_kind, paper.subject_id)]):
        raise Http404
    return paper


@require_GET
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """As a page that prints as the paper."""
    paper = visible_paper(request, uid)
    try:
        context = {"paper": sheet(document(paper)), "links": links_of(paper), "back_url": _subject_url(paper)}
    except NoTemplate as missing:
        raise Http404 from missing
    return render_page(request, "papers/sheet.html", context)


@require_GET
def download(request: HttpRequest, uid: UUID, form: Form) -> HttpResponse:
    paper = visible_paper(request, uid)
    try:
        data = render(paper, form)
    except NoTemplate as missing:
        raise Http404 from missing
    except FontsMissing as why:
        return render_page(request, "papers/no_fonts.html", {"why": str(why), "links": links_of(paper)}, status=503)
    answer = HttpResponse(data, content_type=MIMES[form])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name(paper, form), safe='')}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def links_of(paper: Paper) -> list[FileLink]:
    """For a case's page: the paper to read, and its two files."""
    title = f"{label_of(paper)} {paper.number or paper.their_no}".strip()
    return [FileLink(title, reverse("papers:paper", args=[paper.uid])),
            FileLink("Word", reverse("papers:docx", args=[paper.uid])),
            FileLink("PDF", reverse("papers:pdf", args=[paper.uid]))]


def _subject_url(paper: Paper) -> str:
    flow = FLOWS.get(paper.subject_kind)
    uid = flow.model._default_manager.filter(pk=paper.subject_id).values_list("uid", flat=True).first() if flow else None
    return flow.url(uid) if flow and uid else ""
