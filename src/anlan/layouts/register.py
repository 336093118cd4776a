"""The register of layouts: brought with their sheet, matched on a page of their own, changed through the door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as lazy
from openpyxl import Workbook

from anlan.kernel import changes as c
from anlan.kernel.flows import SAME, Fact, Move
from anlan.kernel.refusals import Refusal
from anlan.kernel.rules import rule, sentences
from anlan.people.permits import grant
from anlan.people.roles import Role
from anlan.people.scope import sees_area
from anlan.places.rules import permitted
from anlan.toolkit.attachments.access import may_see
from anlan.toolkit.layouts.layout import faults, ledger_from, return_from
from anlan.toolkit.registers import REGISTERS, Col, Facts, Files, Panel, Register, Trail

from .books import carried_over, known_of, proposal, workbook
from .forms import EditForm, FileForm, LayoutForm, MappingForm
from .models import Layout, Sort
from .selectors import layouts_seen_by

grant("layouts.edit", Role.COMMUNITY, Role.STREET, Role.DEPARTMENT, Role.EMERGENCY, label=lazy("维护上级版式"))
MAY = permitted("layouts.edit", lazy("上级版式由社区、街道或部门维护"))


@rule(lazy("版式归有责任区的岗位所在的机构"))
def has_ground(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return actor.area_id is not None


@rule(lazy("这份版式是上级机构的，只能使用，不能修改"))
def of_own_ground(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return sees_area(actor, facts.lineage(case.area_id))


def books_of(subjects: list[Any]) -> list[tuple[Workbook | Refusal, Workbook | Refusal | None]]:
    """(the sheet that was sent, else the one at hand; the one at hand)."""
    found = []
    for s in subjects:
        sent = (s.given.file or [None])[0] if s.given.file else None
        held = workbook(s.case.file) if s.case.file else None
        found.append((workbook(sent) if sent else held or Refusal(()), held))
    return found


@sentences(lazy("样表要打得开、没有保护"), reads=("book",))
def opens(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    sent, _held = facts.book
    return list(sent.sentences) if isinstance(sent, Refusal) else []


@sentences(lazy("对照要与样表和本系统的栏目相符"), reads=("book",))
def fits(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    sent, _held = facts.book
    if isinstance(sent, Refusal):
        return list(sent.sentences)
    try:
        layout = ledger_from(given.mapping) if case.sort == Sort.LEDGER else return_from(given.mapping)
    except (KeyError, TypeError, ValueError, AttributeError):
        return [str(lazy("对照的写法不对"))]
    return list(faults(layout, sent, known_of(case)))


def brought(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    book, _held = facts.book
    yield c.Set(area_id=actor.area_id, party_id=actor.organisation_id, file=given.file[0],
                sort=given.sort, slug=given.slug if given.sort == Sort.LEDGER else "",
                mapping=proposal(given.sort, given.slug or "", book).as_json)
    yield c.Attach(given.file[0], "layout")


brought.reads = ("book",)  # type: ignore[attr-defined]


def edited(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(name=given.name, pattern=given.pattern or "", paper=given.paper or "", across=given.across or "")


def mapped(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    layout = ledger_from(given.mapping) if case.sort == Sort.LEDGER else return_from(given.mapping)
    yield c.Set(mapping=layout.as_json)


def replaced(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    new, old = facts.book
    yield c.Set(file=given.file[0], mapping=carried_over(case, old or Refusal(()), new).as_json)
    yield c.Attach(given.file[0], "layout")


replaced.reads = ("book",)  # type: ignore[attr-defined]


def uses(view: Any) -> str:
    """What one does with a layout: match, fill, print, read back."""
    register = REGISTERS.get(view.case.slug)
    return render_to_string("layouts/uses.html", {
        "layout": view.case, "register": register, "ledger": view.case.sort == Sort.LEDGER,
        "columns": len(view.case.mapping.get("columns", {})) + len(view.case.mapping.get("cells", {})),
        "now": view.at}, request=view.request)


class LayoutRegister(Register):
    kind, slug, model, label = "layout", "layouts", Layout, lazy("上级版式")
    seen_by, form = layouts_seen_by, LayoutForm
    may_create = MAY & has_ground
    may_retire = MAY & of_own_ground
    edit, importable, small, called_by = "change", False, True, ("name",)
    load = {"book": Fact(books_of, queries=2)}
    needs, does = (opens,), (brought,)
    moves = (
        Move("change", lazy("修改"), ("active",), SAME, by=MAY & of_own_ground, form=EditForm, says=lazy("{who}修改版式{name}"),
             does=(edited,)),
        Move("map", lazy("改对照"), ("active",), SAME, by=MAY & of_own_ground, form=MappingForm, needs=(fits,), does=(mapped,),
             says=lazy("{who}修改{title}的对照"), shown=False),
        Move("replace", lazy("换样表"), ("active",), SAME, by=MAY & of_own_ground, form=FileForm, needs=(opens,),
             does=(replaced,), says=lazy("{who}换上新的样表")),
    )
    panels = (Panel(lazy("怎么用"), uses), Facts(), Files(), Trail())
    cols = (Col("name", search=True, link=True), Col("sort", filter="exact"),
            Col("slug", label=lazy("登记簿"), filter="exact", choices=lambda: [(s, r.label) for s, r in REGISTERS.items()]),
            Col("area", filter="within", edit=False), Col("pattern", show=False), Col("paper", show=False),
            Col("across", show=False))

    @staticmethod
    def initial(case: Layout) -> dict[str, Any]:
        return {"name": case.name, "pattern": case.pattern, "paper": case.paper, "across": case.across}


may_see("layout", layouts_seen_by)
