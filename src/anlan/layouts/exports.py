"""Large exports are made in the background; whoever asked fetches them from the page of the work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refused
from anlan.people.standing import actor_for
from anlan.toolkit.jobs import Hopeless, Made, Work, job
from anlan.toolkit.layouts.fill import ROWS_MOST, saved
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.books import note
from anlan.toolkit.registers.exporting import MIME
from anlan.toolkit.registers.listing import Listing
from anlan.toolkit.registers.views import EXPORTS
from anlan.toolkit.ui import parts

from .filling import file_name, ledger_in
from .models import Layout
from .selectors import layouts_seen_by

AT_ONCE = 1_000
"""So many rows take about two seconds; more go to the background."""
KIND = "layout_export"


def ledger_file(layout: Layout, asked: Mapping[str, str], actor: Actor, at: datetime,
                step: Any = lambda percent: None) -> Made:
    """The rows of the list as asked, in the layout; the export stands in the register's book. Raises Refused."""
    register = REGISTERS[layout.slug]
    listing = Listing(register, actor, at, asked)
    rows = list(listing.everything[:ROWS_MOST])
    book = ledger_in(layout, rows, at, step=step)
    note(register, "exported", actor=actor, at=at, data={
        "rows": len(rows), "format": f"XLSX {layout.name}", "asked": {k: v for k, v in asked.items() if v}})
    return Made(saved(book), file_name(layout, actor, at), MIME["xlsx"])


def in_layout(listing: Listing, words: str) -> list[parts.Link]:
    """The way from a list to the layouts it may be written in."""
    if listing.actor.post_id is None or listing.actor.is_any("unit"):
        return []
    return [parts.Link(_("按上级版式导出"), f"/desk/layouts/for/{listing.register.slug}/{words}", "file")]


EXPORTS.append(in_layout)


@job(KIND, label=lazy("按上级版式导出"))
def export_in_layout(work: Work) -> Made:
    """For the person and post that asked, as of the instant at which they asked."""
    at = datetime.fromisoformat(work.payload["at"])
    try:
        actor = actor_for(work.payload["person"], work.payload["post"], at)
        layout = layouts_seen_by(actor, at).filter(id=work.payload["layout"]).first()
        if layout is None:
            raise Hopeless(_("这份版式已经没有了，或者不在您的范围内。"))
        return ledger_file(layout, work.payload["asked"], actor, at, work.progress)
    except Refused as refused:
        raise Hopeless(str(refused)) from refused
