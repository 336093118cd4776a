"""The pages of registers: list, and what hangs on it. Each works without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anlan.kernel.flows import Move
from anlan.toolkit.search import CANDIDATES
from anlan.toolkit.ui import parts
from anlan.toolkit.ui.words import bounded_count

from . import references
from .caseurls import bound, refusals_to_open
from .caseview import CASES, CasePages, reader_of
from .columns import Column
from .declare import REGISTERS, Register
from .exporting import export, openable
from .figures import figure_urls
from .filters import filter_bar
from .importpages import import_page, may_import, template_page
from .listing import Listing
from .panels import default_panels
from .tables import table_of, with_words

EXPORTS: list[Callable[[Listing, str], list[parts.Link]]] = []
"""Further ways out of a list, added by higher apps: (listing, its conditions as ?words) → links; without a statement."""


def register_urls() -> list[Any]:
    """The addresses of every register, case page and figure, for `path("desk/", include(register_urls()))`."""
    found: list[Any] = []
    for register in REGISTERS.values():
        found += urls_of(register)
    found += figure_urls()
    return found + [url for pages in list(CASES.values()) if pages.register is None for url in pages.urls()]


def urls_of(register: Register) -> list[Any]:
    """Below one address each: whoever looks for one of a thousand passes by a hundred."""
    slug = register.slug
    return [path(f"{slug}/", include([
        path("", require_safe(bound(register, show_list)), name=f"{slug}-list"),
        path("options", require_safe(bound(register, options)), name=f"{slug}-options"),
        path("export.<slug:format>", bound(register, export), name=f"{slug}-export"),
        path("import", bound(register, import_page), name=f"{slug}-import"),
        path("template.xlsx", require_safe(bound(register, template_page)), name=f"{slug}-template"),
    ])), *pages_of(register).urls()]


def pages_of(register: Register) -> CasePages:
    """The case pages of a register's rows; those that its app has declared itself win."""
    if register.kind in CASES:
        return CASES[register.kind]
    undo = register.undo if register.has_own_flow else {"retire": "restore", **register.undo}
    return CasePages(
        flow=register.flow, slug=register.slug, seen_by=register.seen_by, facts=register.cols,  # type: ignore[arg-type]
        panels=register.panels if register.panels is not None else default_panels(), tones=register.tones, undo=undo,
        clocks=register.clocks,
        initial=lambda case, move, actor: register.initial(case) if move is register.move_to_edit else {},
        register=register)


def show_list(register: Register, request: HttpRequest) -> HttpResponse:
    """The register's list: everything that is asked stands in the address."""
    actor, at = reader_of(request)
    listing = Listing(register, actor, at, request.GET.dict())
    return render(request, [f"{register.slug}/list.html", "registers/list.html"], {
        "register": register, "table": list_table(listing), "bar": filter_bar(listing), "listing": listing, "now": at,
        "create": create_link(register, request), "imports": import_link(register, request),
        "notes": [*listing.faults, *([listing.note] * listing.overflows)]})


def list_table(listing: Listing) -> parts.Table:
    register, asked = listing.register, listing.asked
    rows = listing.rows
    bulk = (parts.Move(str(_("一起办理")), "/desk/many/"),) if register.several else ()
    return table_of(
        register, rows, listing.at, columns=[_head(listing, c) for c in register.columns if c.col.show],
        empty=_empty(listing), bulk=bulk, count=bounded_count(listing.count, CANDIDATES),
        next_url=with_words(asked, after=listing.next_key) if listing.next_key else "",
        first_url="" if listing.is_first else with_words(asked, after=None), exports=_exports(listing) if rows else ())


def _exports(listing: Listing) -> list[parts.Link]:
    """Every row asked for, as it is listed; with masked columns for who may open them."""
    asked = {k: v for k, v in listing.asked.items() if k != "order"}
    found = [(_("导出 XLSX"), "xlsx", {}), (_("导出 CSV"), "csv", {})]
    if openable(listing.register, listing.actor):
        found.append((_("导出 XLSX，含遮盖的内容"), "xlsx", {"open": "1"}))
    links = [parts.Link(label, f"export.{kind}{with_words(asked, **more)}", "export") for label, kind, more in found]
    return links + [link for more_of in EXPORTS for link in more_of(listing, with_words(asked))]


def _head(listing: Listing, column: Column) -> parts.Column:
    name, descending = listing.sort
    if not column.col.sort:
        return parts.Column(str(column.label), column.kind)  # type: ignore[arg-type]
    mine = column.name == name
    way = column.name if not mine or descending else f"-{column.name}"
    return parts.Column(str(column.label), column.kind, with_words(listing.asked, order=way),  # type: ignore[arg-type]
                        ("descending" if descending else "ascending") if mine else "")


def _empty(listing: Listing) -> parts.Empty:
    label = listing.register.label
    if any(v for k, v in listing.asked.items() if k not in ("order", "after")):
        return parts.Empty(_("没有符合条件的%(label)s") % {"label": label}, _("去掉一个条件，或换一个字词再查。"),
                           parts.Link(_("看全部"), "?"))
    return parts.Empty(_("您的范围内还没有%(label)s") % {"label": label}, _comes_from(listing.register))


def _comes_from(register: Register) -> str:
    """How rows get into the list, and nothing that its page does not offer."""
    move = register.move_to_create
    if register.importable and register.move_to_import:
        return _("登记或从表格导入之后，会列在这里。")
    if move is not None and move.form is not None and move.shown:
        return _("“%(button)s”之后，会列在这里。") % {"button": create_label(register, move)}
    return _("有了之后，会列在这里。")


def create_link(register: Register, request: HttpRequest) -> parts.Link | None:
    """Where a new row is registered; absent for who may not."""
    move, own = register.move_to_create, register.adds(*reader_of(request))
    if own is not None:
        return parts.Link(*own)
    if move is None or move.form is None or not move.shown:
        return None
    if refusals_to_open(pages_of(register), move, *reader_of(request)):
        return None
    return parts.Link(create_label(register, move), f"/desk/{register.slug}/new")


def create_label(register: Register, move: Move) -> str:
    """登记单位, and never 建立库存库存."""
    return str(move.label) if register.create_alone else _("%(move)s%(label)s") % {"move": move.label, "label": register.label}


def import_link(register: Register, request: HttpRequest) -> parts.Link | None:
    """Where a sheet comes in; absent for who may not."""
    try:
        return None if may_import(register, request) else parts.Link(_("从表格导入"), f"/desk/{register.slug}/import")
    except Http404:
        return None


def options(register: Register, request: HttpRequest) -> HttpResponse:
    """Rows to pick from, as options of the picker's list."""
    actor, at = reader_of(request)
    typed = next((v for v in request.GET.values()), "")[:60]
    rows = references.offered(register.model, actor, at, typed)
    return render(request, "registers/options.html", {"names": [references.called(r) for r in rows]})
