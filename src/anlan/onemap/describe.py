"""What the page is told of the map: its layers with their signs and filters, its extent, its days, the outer tiles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.places.grids import shapes_on
from anlan.places.models import Boundary
from anlan.toolkit.indicators import Figure
from anlan.toolkit.registers.figurewords import Asked

from .shown import Shown, shown_to
from .words import map_words

YEARS_BACK = 3
# value → design token of its colour; a value without one takes the next free tone of its layer.
COLOURS = {"red": "risk-red", "orange": "risk-orange", "yellow": "risk-yellow", "blue": "risk-blue", "ungraded": "ink-faint",
           "major": "risk-red", "general": "accent", "done": "closed", "live": "accent", "early": "accent",
           "owed": "accent", "checked": "accent-deep", "retired": "line-control", "active": "accent",
           "silent": "late", "inside": "accent", "called": "ink-soft", "on_way": "accent-deep", "under_way": "accent-deep",
           "over": "closed", "plan": "ink-soft", "running": "accent", "P1": "late", "P2": "accent-deep", "P3": "accent", "P4": "ink-faint"}
TONES = ("accent", "ink-soft", "accent-deep", "ink-faint", "closed", "line-control")
# Layers are told apart by shape, their levels by colour and word.
OWN_SHAPES = {"premises": "circle", "hazards": "triangle", "matters": "square", "special_objects": "diamond",
              "risk_points": "pentagon", "visits": "hexagon", "wardens": "drop", "calls": "cross", "incidents": "star",
              "teams": "shield", "callouts": "arrow", "crews": "hourglass", "needs": "flag", "stores": "bar", "transfers": "slant",
              "rescue-stations": "house", "service-stations": "trapezoid", "shelters": "roof", "hydrants": "post",
              "sketches": "spark"}
SPARE_SHAPES = ("saltire", "kite", "octagon")  # for layers that have none of their own
FIRST_SHOWN = ("premises", "hazards", "calls", "incidents")


def told(request: HttpRequest, only: Collection[str] | None = None, area_id: int | None = None) -> dict[str, Any]:
    """The page's data island. For a map within another page: only these layers, within this area."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    day = local_day(at)
    return {
        "layers": [_layer(s, n) for n, s in enumerate(shown_to(actor, at)) if only is None or s.id in only],
        "bounds": bounds(area_id or actor.area_id, day), "today": day.isoformat(),
        "first": (day - timedelta(days=365 * YEARS_BACK)).isoformat(), "outer": outer(), "words": map_words(),
        "urls": {name: f"/desk/map/{name}" for name in ("tiles", "ground", "shapes", "card", "table", "areas", "find", "near",
                                                        "sketch")},
        "generated": generated()}


def coloured_url(told: Figure, asked: Asked) -> str:
    """The map with its areas coloured by a figure, as of the figure's last day; it knows no department and no industry."""
    if asked.narrow:
        return ""
    words = {"layers": "", "colour": told.id, "by": "1"} | ({"on": asked.on.isoformat()} if asked.on else {})
    return f"/desk/map/?{urlencode(words)}"


def _layer(s: Shown, n: int) -> dict[str, Any]:
    return {
        "id": s.id, "label": s.label, "slug": s.register.slug, "kind": s.flow.kind, "place": s.layer.moved_by or s.place_kind,
        "shape": OWN_SHAPES.get(s.id) or SPARE_SHAPES[n % len(SPARE_SHAPES)],
        "signs": list(_signs(s)), "families": [[f, s.family_label(f), f in s.usual] for f in s.families],
        "byState": s.sign == "state", "aside": s.layer.aside, "extent": bool(s.layer.shape), "daily": bool(s.layer.day),
        "limits": s.layer.limits, "from": s.layer.from_zoom,
        "figure": s.layer.figure, "filters": list(_filters(s)), "shown": s.id in FIRST_SHOWN}


def _signs(s: Shown) -> Iterator[list[str]]:
    """[value, word, colour token]."""
    for n, (value, label) in enumerate(s.colour_choices):
        yield [value, label, COLOURS.get(value) or TONES[n % len(TONES)]]


def _filters(s: Shown) -> Iterator[dict[str, Any]]:
    """Closed choices by which the layer's rows may be narrowed; ranges of days are the age and the slider."""
    for column in s.register.columns:
        if column.col.filter == "exact" and column.options and column.name not in ("state", s.sign):
            yield {"name": column.name, "label": str(column.label), "options": column.options}


def bounds(area_id: int | None, on: date) -> list[float]:
    """West, south, east, north of the reader's ground; of everything drawn where it has none."""
    code = Area.objects.filter(id=area_id).values_list("code", flat=True).first() if area_id else None
    found = shapes_on(on)
    chosen = [found[code]] if code in found else list(found.values())
    if not chosen:
        return [114.25, 30.47, 114.45, 30.64]  # domain.md 12.5, until a boundary is drawn
    west, south, east, north = zip(*(s.bounds for s in chosen), strict=True)
    return [min(west), min(south), max(east), max(north)]


def generated() -> bool:
    """Whether any boundary on the map is a drawn-up one that binds nobody."""
    return Boundary.objects.filter(state="active", generated=True).exists()


def outer() -> dict[str, str] | None:
    """Tiles of another source, where the settings name one: 天地图, XYZ or WMTS, in any datum of domain.md 12.5."""
    address = settings.ANLAN_MAP_TILES
    if not address:
        return None
    return {"tiles": address, "datum": settings.ANLAN_MAP_DATUM, "credit": settings.ANLAN_MAP_CREDIT or _("底图来源未注明")}
