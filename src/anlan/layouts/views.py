"""The pages of layouts besides those of their register: match, choose for a list, fill, print, read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from openpyxl import Workbook

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.refusals import Refusal, Refused
from anlan.people.access import needs_post
from anlan.toolkit.attachments.media import Damaged
from anlan.toolkit.jobs.queue import address_of, enqueue
from anlan.toolkit.layouts.fill import ROWS_MOST, saved
from anlan.toolkit.layouts.layout import Ledger, Return
from anlan.toolkit.layouts.screen import grid_of, widths_of
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.books import note
from anlan.toolkit.registers.caseview import reader_of
from anlan.toolkit.registers.exporting import MIME
from anlan.toolkit.registers.importpages import KEPT_SECONDS, _shelf, _throw_old_away
from anlan.toolkit.registers.listing import Listing
from anlan.toolkit.ui import parts
from anlan.toolkit.ui.words import paper_date

from .books import mapping_of, proposal, workbook
from .comparing import Comparison, compare, take_in
from .exports import AT_ONCE, KIND, ledger_file
from .filling import file_name, ledger_in, month_of, return_in
from .matching import Matching, typed_mapping
from .models import Layout, Sort
from .selectors import layouts_seen_by

PREVIEWED, PRINTED, SHOWN = 5, 2_000, 200
SALT = "anlan.layouts.back"


def of_layout(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The layout of the address, as far as the reader may see it."""

    @needs_post
    def found(request: HttpRequest, uid: UUID) -> HttpResponse:
        actor, at = reader_of(request)
        layout = layouts_seen_by(actor, at).filter(uid=uid, state="active").first()
        if layout is None:
            raise Http404
        return view(request, layout)

    found.__name__, found.__doc__ = view.__name__, view.__doc__
    return found


def download(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=MIME["xlsx"])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def refused(request: HttpRequest, title: Any, told: Refused | Refusal, status: int = 422) -> HttpResponse:
    sentences = told.refusal.sentences if isinstance(told, Refused) else told.sentences
    return render(request, "registers/refused.html", {"title": title, "sentences": sentences}, status=status)


# Matching


@of_layout
def columns(request: HttpRequest, layout: Layout) -> HttpResponse:
    """Their columns, ours beside them, and the first rows as they will look."""
    book = workbook(layout.file)
    if isinstance(book, Refusal):
        return refused(request, layout.name, book)
    if request.method == "POST":
        return _map(request, layout, book)
    asked = request.GET
    mapping = proposal(layout.sort, layout.slug, book, asked["sheet"], _number(asked.get("header")), _number(asked.get("first"))) \
        if asked.get("sheet") else mapping_of(layout)
    return _matching_page(request, layout, book, mapping)


def _map(request: HttpRequest, layout: Layout, book: Workbook) -> HttpResponse:
    actor, at = reader_of(request)
    mapping = typed_mapping(layout.sort, request.POST)
    if "_preview" in request.POST:
        return render(request, "layouts/preview.html", _preview(request, layout, mapping))
    try:
        advance(Ref("layout", layout.uid), "map", actor=actor, at=at, given={"mapping": mapping.as_json},
                expect=_number(request.POST.get("_expect")) or None)
    except Refused as told:
        return _matching_page(request, layout, book, mapping, told.refusal.sentences, 422)
    messages.success(request, _("已保存对照。"))
    return HttpResponseRedirect(f"/desk/layouts/{layout.uid}/columns")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 0


def _matching_page(request: HttpRequest, layout: Layout, book: Workbook, mapping: Ledger | Return,
                   sentences: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    return render(request, "layouts/columns.html", {
        "layout": layout, "matching": Matching(layout, book, mapping), "sentences": sentences, "now": request.at,  # type: ignore[attr-defined]
        **_preview(request, layout, mapping)}, status=status)


def _preview(request: HttpRequest, layout: Layout, mapping: Ledger | Return) -> dict[str, Any]:
    """The first rows in their sheet, or why not."""
    actor, at = reader_of(request)
    try:
        if isinstance(mapping, Ledger):
            listing = Listing(REGISTERS[layout.slug], actor, at, {}, PREVIEWED)
            book = ledger_in(layout, listing.rows, at, mapping)
        else:
            book, _strange = return_in(layout, month_of("", at), actor, at, mapping, most=3)
    except (Refused, ValueError) as told:
        return {"why_not": told.refusal.sentences if isinstance(told, Refused) else (str(told),)}
    sheet = book[mapping.sheet]
    return {"grid": grid_of(sheet, mapping.first_row, mapping.first_row + PREVIEWED + 2), "widths": widths_of(sheet)}


# Choosing for a list


@needs_post
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """The layouts that a list may be written in; its conditions stay in the address."""
    register = REGISTERS.get(slug)
    if register is None:
        raise Http404
    actor, at = reader_of(request)
    asked = _asked(request)
    listing = Listing(register, actor, at, asked)
    rows = list(layouts_seen_by(actor, at).filter(slug=slug, state="active"))
    return render(request, "layouts/choose.html", {
        "register": register, "layouts": rows, "count": listing.count, "asked": urlencode(asked), "now": at,
        "may_bring": "layouts.edit" in actor.permits and actor.area_id is not None})


def _asked(request: HttpRequest) -> dict[str, str]:
    return {k: v for k, v in request.GET.dict().items() if k not in ("after", "open") and v}


# Filling and printing


@of_layout
def filled(request: HttpRequest, layout: Layout) -> HttpResponse:
    """The workbook with the rows of the list, or the figures of the month."""
    actor, at = reader_of(request)
    try:
        if layout.sort == Sort.RETURN:
            return _filled_return(request, layout)
        asked = _asked(request)
        count = Listing(REGISTERS[layout.slug], actor, at, asked).everything.order_by().count()
        if count > ROWS_MOST:
            return refused(request, layout.name, Refusal((
                _("超过%(most)s条，请在列表里加条件后再导出。") % {"most": f"{ROWS_MOST:,}"},)))
        if count > AT_ONCE:
            made = enqueue(KIND, {"layout": layout.id, "asked": asked, "person": actor.person_id, "post": actor.post_id,
                                  "at": at.isoformat()}, person_id=actor.person_id)
            return HttpResponseRedirect(address_of(made.key))
        file = ledger_file(layout, asked, actor, at)
        return download(file.data, file.name)
    except Refused as told:
        return refused(request, layout.name, told)


def _filled_return(request: HttpRequest, layout: Layout) -> HttpResponse:
    actor, at = reader_of(request)
    month = month_of(request.GET.get("month", ""), at)
    book, _strange = return_in(layout, month, actor, at)
    return download(saved(book), file_name(layout, actor, at, month))


@of_layout
def printed(request: HttpRequest, layout: Layout) -> HttpResponse:
    """The filled sheet as a page to print; with one glance for a return at the names that fit no area."""
    actor, at = reader_of(request)
    mapping, month = mapping_of(layout), month_of(request.GET.get("month", ""), at)
    strange: list[str] = []
    more = 0
    try:
        if isinstance(mapping, Ledger):
            listing = Listing(REGISTERS[layout.slug], actor, at, _asked(request))
            rows = list(listing.everything[: PRINTED + 1])
            more, rows = len(rows) > PRINTED, rows[:PRINTED]
            if len(rows) > listing.page:  # a page of a list is read without a record, more is not
                note(listing.register, "exported", actor=actor, at=at, data={
                    "rows": len(rows), "format": _("打印 %(name)s") % {"name": layout.name}, "asked": _asked(request)})
            book = ledger_in(layout, rows, at)
        else:
            book, strange = return_in(layout, month, actor, at)
    except Refused as told:
        return refused(request, layout.name, told)
    sheet = book[mapping.sheet]
    grid = grid_of(sheet, mapping.first_row, mapping.first_row + PRINTED + 40)
    return render(request, "layouts/print.html", {
        "layout": layout, "grid": grid, "widths": widths_of(sheet), "now": at, "strange": strange, "more": more,
        "most": PRINTED, "formulas": any(cell.open for line in grid for cell in line), "month": month,
        "page": f"{layout.paper or _paper_of(sheet)}-{layout.across or sheet.page_setup.orientation or 'portrait'}",
        "asked": urlencode(request.GET.dict()), "is_return": layout.sort == Sort.RETURN, "day": paper_date(at.date())})


def _paper_of(sheet: Any) -> str:
    return "A3" if str(sheet.page_setup.paperSize) == "8" else "A4"


# Reading back


class BackForm(forms.Form):
    file = forms.FileField(label=lazy("填好的表（.xlsx）"), help_text=lazy("按本版式导出、改过的表。先比对，不会马上改动。"),
                           error_messages={"empty": lazy("文件是空的。请重新选择文件。")})


@of_layout
def back(request: HttpRequest, layout: Layout) -> HttpResponse:
    """What a filled sheet says otherwise than the register; for registers that take sheets, the import of it."""
    if layout.sort != Sort.LEDGER:
        raise Http404
    if request.method == "POST" and "_sheet" in request.POST:
        return _take(request, layout)
    form = BackForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _back_page(request, layout, form, status=422 if form.is_bound else 200)
    actor, at = reader_of(request)
    data = form.cleaned_data["file"].read()
    found = compare(layout, data, actor, at)
    if isinstance(found, Refusal):
        form.add_error("file", list(found.sentences))
        return _back_page(request, layout, form, status=422)
    sheet = ""
    if found.told is not None and not found.faults and found.told.created + found.told.edited:
        shelf = _shelf()
        _throw_old_away(shelf)
        sheet = signing.dumps([str(layout.uid), actor.person_id, shelf.put(data)], salt=SALT)
    return _back_page(request, layout, BackForm(), found, sheet)


def _back_page(request: HttpRequest, layout: Layout, form: forms.Form, found: Comparison | None = None, sheet: str = "",
               status: int = 200) -> HttpResponse:
    commit = parts.Move(_("导入%(n)s行") % {"n": found.told.created + found.told.edited}, "", primary=True, posts=True,
                        hidden={"_sheet": sheet}) if sheet and found is not None and found.told is not None else None
    return render(request, "layouts/back.html", {
        "layout": layout, "form": form, "found": found, "commit": commit, "now": request.at,  # type: ignore[attr-defined]
        "faults": found.faults[:SHOWN] if found else (), "changes": found.changes[:SHOWN] if found else (),
        "more": max(len(found.changes) - SHOWN, 0) if found else 0}, status=status)


def _take(request: HttpRequest, layout: Layout) -> HttpResponse:
    actor, at = reader_of(request)
    try:
        uid, person, digest = signing.loads(request.POST["_sheet"], salt=SALT, max_age=KEPT_SECONDS)
        if (uid, person) != (str(layout.uid), actor.person_id):
            raise signing.BadSignature
        data = _shelf().get(digest)
    except (signing.BadSignature, FileNotFoundError, Damaged, ValueError):
        messages.warning(request, _("这份表格已经导入过，或放置太久，请重新上传。"))
        return _back_page(request, layout, BackForm(), status=409)
    found = take_in(layout, data, actor, at)
    if isinstance(found, Refusal) or found.told is None or not found.told.saved:
        messages.warning(request, _("检查之后内容有了变化，没有导入。请看下面的说明。"))
        return _back_page(request, layout, BackForm(), found if isinstance(found, Comparison) else None, status=409)
    _shelf().path(digest).unlink(missing_ok=True)
    messages.success(request, _("已导入“%(name)s”：新增%(created)s条，修改%(edited)s条。") % {
        "name": layout.name, "created": found.told.created, "edited": found.told.edited})
    return HttpResponseRedirect(f"/desk/{layout.slug}/")
