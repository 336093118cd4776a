"""The pages of an import: choose a sheet, read every fault, bring all of it in."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kernel.refusals import Refusal
from anlan.kernel.spaces import files
from anlan.toolkit.attachments.store import Damaged, Store
from anlan.toolkit.ui import parts

from .caseurls import refusals_to_open
from .caseview import CASES, reader_of
from .declare import Register
from .exporting import MIME
from .importing import FAULTS_MOST, Rehearsal, bring_in, rehearse, template

KEPT_SECONDS = 24 * 3600
SALT = "anlan.registers.import"


class SheetForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("表格文件"), help_text=gettext_lazy(".xlsx 或 .csv；先检查，全部正确才导入。"),
                           error_messages={"empty": gettext_lazy("文件是空的。请重新选择文件。")})


def may_import(register: Register, request: HttpRequest) -> list[str]:
    """Why this reader may not import; empty where she may."""
    move = register.move_to_import
    if not register.importable or move is None or move.form is None:
        raise Http404
    return refusals_to_open(CASES[register.kind], move, *reader_of(request))


def import_page(register: Register, request: HttpRequest) -> HttpResponse:
    """Choose, rehearse, and with a sheet that has no fault, bring in."""
    title = _("导入%(label)s") % {"label": register.label}
    if why := may_import(register, request):
        return render(request, "registers/refused.html", {"title": title, "sentences": why}, status=403)
    if request.method == "POST" and "_sheet" in request.POST:
        return _commit(register, request, title)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(register, request, title, form, status=422 if form.is_bound else 200)
    upload = form.cleaned_data["file"]
    actor, at = reader_of(request)
    told = rehearse(register, upload, upload.name, actor=actor, at=at)
    if isinstance(told, Refusal):
        form.add_error("file", list(told.sentences))
        return _page(register, request, title, form, status=422)
    sheet = _keep(register, request, upload) if not told.faults else ""
    return _page(register, request, title, SheetForm(), told, upload.name, sheet)


def _page(register: Register, request: HttpRequest, title: str, form: forms.Form, told: Rehearsal | None = None,
          name: str = "", sheet: str = "", status: int = 200) -> HttpResponse:
    return render(request, "registers/import.html", {
        "register": register, "title": title, "form": form, "told": told,
        "result": result_of(told, name, sheet) if told is not None else None}, status=status)


def result_of(told: Rehearsal, name: str, sheet: str) -> parts.ImportResult:
    """The rehearsal as its component takes it."""
    faults = [parts.ImportFault(f.line, f.column, f.value, f.sentence) for f in told.faults[:FAULTS_MOST]]
    count = told.created + told.edited
    commit = parts.Move(_("导入%(n)s行") % {"n": count}, "", primary=True, posts=True, hidden={
        "_sheet": sheet, "_name": name}) if sheet and count else None
    return parts.ImportResult(name, told.rows, told.good, faults, commit, again_url="#file",
                              more_faults=max(len(told.faults) - FAULTS_MOST, 0))


def _shelf() -> Store:
    return Store(files() / "imports")


def _keep(register: Register, request: HttpRequest, upload: Any) -> str:
    """Put the sheet aside for a day; the answer is good for this register and this person only."""
    shelf = _shelf()
    _throw_old_away(shelf)
    upload.seek(0)
    digest = shelf.put(upload.read())
    return signing.dumps([register.slug, reader_of(request)[0].person_id, digest], salt=SALT)


def _throw_old_away(shelf: Store) -> None:
    limit = time.time() - KEPT_SECONDS
    for path in shelf.root.rglob("*") if shelf.root.exists() else ():
        if path.is_file() and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _commit(register: Register, request: HttpRequest, title: str) -> HttpResponse:
    actor, at = reader_of(request)
    name = request.POST.get("_name", "")[:120] or _("表格")
    try:
        slug, person, digest = signing.loads(request.POST["_sheet"], salt=SALT, max_age=KEPT_SECONDS)
        if (slug, person) != (register.slug, actor.person_id):
            raise signing.BadSignature
        data = _shelf().get(digest)
    except (signing.BadSignature, FileNotFoundError, Damaged, ValueError):
        messages.warning(request, _("这份表格已经导入过，或放置太久，请重新上传。"))
        return _page(register, request, title, SheetForm(), status=409)
    told = bring_in(register, data, name, actor=actor, at=at)
    if isinstance(told, Refusal) or told.faults:
        messages.warning(request, _("检查之后内容有了变化，没有导入。请看下面的说明。"))
        return _page(register, request, title, SheetForm(), told if isinstance(told, Rehearsal) else None, name, status=409)
    _shelf().path(digest).unlink(missing_ok=True)
    messages.success(request, _("已导入“%(name)s”：新增%(created)s条，修改%(edited)s条。") % {
        "name": name, "created": told.created, "edited": told.edited})
    return HttpResponseRedirect(f"/desk/{register.slug}/")


def template_page(register: Register, request: HttpRequest) -> HttpResponse:
    """The empty sheet."""
    may_import(register, request)
    answer = HttpResponse(template(register), content_type=MIME["xlsx"])
    name = quote(_("%(label)s导入模板.xlsx") % {"label": register.label})
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
