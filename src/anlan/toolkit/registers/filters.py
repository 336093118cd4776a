"""The filter bar of a list: one control a filterable column, and what is chosen now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from anlan.kernel.areas import within
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.toolkit.ui import parts

from . import references
from .columns import Column
from .declare import BY_MODEL
from .listing import EVERY_STATE, Listing
from .tables import with_words

MANY_AREAS = 400
LEVELS_DOWN = 2  # of the area tree below the reader's own ground


def filter_bar(listing: Listing) -> parts.FilterBar:
    """Statements: one for each filter by area or by reference."""
    filters = [f for c in listing.register.columns if c.col.filter and c.name != "state" for f in _filters(listing, c)]
    filters += [_states(listing)] * (len(listing.register.flow.states.values) > 1)  # type: ignore[union-attr]
    chosen = list(_chosen(listing, filters))
    kept = {"order": listing.asked["order"]} if listing.asked.get("order") else {}
    return parts.FilterBar(filters, chosen, clear_url="?" if chosen else "", kept=kept,
                           search=listing.asked.get("q", "") if listing.register.searched else None)


def _filters(listing: Listing, column: Column) -> list[parts.Filter]:
    """One control, or for a range of numbers two."""
    name, label, asked = column.name, str(column.label), listing.asked
    if column.col.filter == "range":
        since, until = asked.get(f"{name}_since", ""), asked.get(f"{name}_until", "")
        if column.kind == "when":
            return [parts.Filter(name, label, "between", value=since, until=until)]
        return [parts.Filter(f"{name}_since", _("%(label)s不少于") % {"label": label}, "text", value=since),
                parts.Filter(f"{name}_until", _("%(label)s不多于") % {"label": label}, "text", value=until)]
    if choices := _choices(listing, column):
        return [parts.Filter(name, label, "choice", choices, asked.get(name, ""))]
    return [parts.Filter(name, label, "text", value=asked.get(name, ""))]


def _choices(listing: Listing, column: Column) -> list[tuple[str, str]]:
    if column.col.filter == "within":
        return _areas(listing)
    if column.is_yes_no:
        return [("1", _("是")), ("0", _("否"))]
    if column.is_reference:
        return _rows(listing, column)
    return column.options


def _rows(listing: Listing, column: Column) -> list[tuple[str, str]]:
    """Rows of the target, where they are few; a chosen one that is not among them stays chosen."""
    target = BY_MODEL.get(column.target)  # type: ignore[call-overload]
    if target is None:
        return []
    rows = references.offered(column.target, listing.actor, listing.at, most=references.PICKABLE)
    return [(str(row.uid), target.called(row)) for row in rows]


def _areas(listing: Listing) -> list[tuple[str, str]]:
    """The reader's ground and two levels below it, each under what it lies in."""
    day = local_day(listing.at)
    areas = Area.objects.filter(state="active")
    ground = listing.actor.area_id
    if ground is not None:
        areas = areas.filter(id__in=within(ground, day))
    rows: list[Any] = list(areas.order_by("code").annotate(at_level=F("level"))[:MANY_AREAS * 10])
    top = min((a.level for a in rows), default=0)
    rows = [a for a in rows if a.level <= top + LEVELS_DOWN][:MANY_AREAS]
    return [(str(a.uid), "　" * (a.level - top) + a.name) for a in rows]


def _states(listing: Listing) -> parts.Filter:
    states = listing.register.flow.states  # type: ignore[union-attr]
    choices = [(str(v), str(label)) for v, label in states.choices]
    return parts.Filter("state", _("状态"), "choice", choices, "" if listing.state == EVERY_STATE else listing.state)


def _chosen(listing: Listing, filters: list[parts.Filter]) -> Iterator[parts.Link]:
    """One link a condition, which takes it off."""
    asked = listing.asked
    for f in filters:
        names = [f"{f.name}_since", f"{f.name}_until"] if f.kind == "between" else [f.name]
        said = [asked[n] for n in names if asked.get(n)]
        if said and not (f.name == "state" and said[0] == listing.register.state_column()):
            words = dict(f.choices) | ({EVERY_STATE: _("全部")} if f.name == "state" else {})
            text = " — ".join(words.get(v, v).strip() for v in said)
            yield parts.Link(f"{f.label}：{text}", with_words(asked, **dict.fromkeys(names)))
    if asked.get("q") and listing.register.searched:
        yield parts.Link(_("含“%(q)s”") % {"q": asked["q"]}, with_words(asked, q=None))
