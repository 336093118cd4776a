"""What the map asks while it is used: a card, the table, a search, areas by an indicator, distances."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from uuid_utils.compat import uuid7

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Absent
from anlan.people.access import needs_post
from anlan.places.models import Level
from anlan.places.selectors import areas_seen
from anlan.toolkit.indicators import INDICATORS, figure
from anlan.toolkit.registers.books import note
from anlan.toolkit.registers.caseview import CASES
from anlan.toolkit.registers.listing import Listing
from anlan.toolkit.search import CANDIDATES
from anlan.toolkit.tilekey import lonlat
from anlan.toolkit.ui.words import figures

from .asked import box_of, day_of, fault, layer_of, level_of, read
from .cells import cells
from .choropleth import choropleth
from .describe import bounds
from .drawn import MOST_BYTES, geometry_from, metres_of, too_large
from .limits import running
from .listed import Near, Within, layers_of, near, nearest, unplaced, within
from .shapes import geometry_of
from .shown import shown_to, unplaced_words
from .views import in_sentences

ROWS = 50
FACTS = 8
FOUND = 6


@require_GET
@needs_post
def card(request: HttpRequest, layer: str, uid: UUID) -> HttpResponse:
    """What one thing is, and what the reader may do with it."""
    view = CASES[layer_of(layer).flow.kind].get(request, uid)
    return render(request, "onemap/card.html", {"view": view, "head": view.head, "facts": view.facts[:FACTS],
                                                "now": view.at, "layer": layer_of(layer)})


@require_GET
@needs_post
@in_sentences
def table(request: HttpRequest) -> HttpResponse:
    """What the map shows, in words and rows."""
    told = request.GET.dict()
    box = box_of(told.get("bbox", ""))
    here = [within(asked, box) for asked in layers_of(told, request.actor, request.at)]  # type: ignore[attr-defined]
    on = day_of(told.get("on", ""), request.at)  # type: ignore[attr-defined]
    return render(request, "onemap/table.html", {"parts": [_part(w) for w in here], "on": on, "most": ROWS, "now": request.at})


def _part(w: Within) -> dict[str, Any]:
    s = w.asked.shown
    words = {} if s.sign == "state" else dict(s.colour_choices)
    limits = running(w.asked, [t for t, *_where in w.things[:ROWS]])
    rows = [{"title": t.title or str(t.uid)[:8], "url": s.url(t.uid), "sign": words.get(t.level, ""), "uid": t.uid,
             "state": str(s.flow.states(t.state).label) if t.state in s.flow.states.values else t.state,
             "due": limits.get(t.id), "lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}
            for t, lon, lat in w.things[:ROWS]]
    count = _("超过 {n}").format(n=figures(CANDIDATES)) if w.over else figures(len(w.things))
    return {"layer": s, "rows": rows, "count": count, "over": w.over, "more": len(w.things) > ROWS,
            "unplaced": unplaced_words(unplaced(w.asked))}


@require_GET
@needs_post
@in_sentences
def find(request: HttpRequest) -> HttpResponse:
    """Areas and things by name, each with where it lies."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    found: list[dict[str, Any]] = []
    if text:
        for area in areas_seen(actor, at).filter(name__icontains=text, state="active")[:FOUND]:
            found.append({"sort": str(Level(area.level).label), "title": area.name, "bounds": bounds(area.id, local_day(at))})
        for s in shown_to(actor, at):
            if s.register.searched and not s.layer.day:
                listing = Listing(s.register, actor, at, {"q": text, "state": "all"})
                rows = s.with_point(listing.everything).exclude(map_point=None)[:FOUND]
                found += [_hit(s, row) for row in rows]
    return JsonResponse({"found": found}, json_dumps_params={"ensure_ascii": False})


def _hit(s: Any, row: Any) -> dict[str, Any]:
    lon, lat = lonlat(row.map_point)
    return {"sort": s.label, "title": str(s.register.title(row))[:60], "layer": s.id, "uid": str(row.uid), "lon": lon, "lat": lat}


@require_GET
@needs_post
@in_sentences
def areas(request: HttpRequest) -> HttpResponse:
    """An indicator by area, for colouring; without one, which there are."""
    actor, at, told = request.actor, request.at, request.GET  # type: ignore[attr-defined]
    if not told.get("indicator"):
        rows = sorted((i for i in INDICATORS.values()), key=lambda i: i.id)
        return JsonResponse({"indicators": [[i.id, i.label, i.unit] for i in rows]}, json_dumps_params={"ensure_ascii": False})
    level = level_of(told.get("level", ""))
    days = {"on": day_of(told.get("on", ""), at), "since": day_of(told.get("since", ""), at)}
    drawn = choropleth(told["indicator"], actor=actor, at=at, level=Level.STREET if level is None else level, **days)
    total, found = figure(drawn.id, actor=actor, at=at, **days).value, INDICATORS[drawn.id]
    return JsonResponse({
        "id": drawn.id, "name": drawn.name, "unit": drawn.unit, "definition": drawn.definition, "belongs": str(found.belongs),
        "dims": found.dims, "day": drawn.day.isoformat(), "since": drawn.since.isoformat(), "total": _number(total),
        "level": drawn.level, "breaks": [_number(b) for b in drawn.breaks],
        "areas": [{"uid": a.uid, "name": a.name, "value": _number(a.value), "step": a.step, "url": a.url} for a in drawn.areas],
    }, json_dumps_params={"ensure_ascii": False})


def _number(value: Any) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """A JSON object within bounds. Raises Refused."""
    if len(request.body) > 2 * MOST_BYTES:
        raise too_large(len(request.body))
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise fault(_("请求不是有效的 JSON。"))
    return told


@require_POST
@needs_post
@in_sentences
def distances(request: HttpRequest) -> HttpResponse:
    """What lies within so many metres of a point, a line or an area, or the nearest so many things.

    geometry: what was drawn; around (layer:uid): a thing of the map, a sketch or a pipe with all of its shape.
    """
    told = body_of(request)
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    geometry = _of_thing(str(told["around"]), actor, at) if "around" in told else geometry_from(told.get("geometry"))
    asked = {k: v for k, v in told.items() if isinstance(v, str)}
    layers = layers_of(asked, actor, at)
    if "nearest" in told:
        count = told["nearest"] if isinstance(told["nearest"], int) else 0
        if not 1 <= count <= 100:
            raise fault(_("个数应在 1 到 100 之间。"))
        found, over = nearest(layers, geometry, count)
    else:
        found, over = near(layers, geometry, metres_of(told.get("metres")))
    said = [_("{layer}超过 10,000 件，请缩小范围或减少条件。").format(layer=name) for name in over]
    return JsonResponse({"found": [_away(n) for n in found[:500]], "count": len(found), "notes": said},
                        json_dumps_params={"ensure_ascii": False})


def _of_thing(named: str, actor: Actor, at: datetime) -> shapely.Geometry:
    """Raises Absent for what is not there, has no place or is not the reader's."""
    name, _colon, uid = named.partition(":")
    layer = layer_of(name)
    try:
        row = layer.with_point(layer.rows(actor, at)).filter(uid=UUID(uid)).exclude(map_point=None).first()
    except ValueError:
        row = None
    if row is None:
        raise Absent(_("没有找到"))
    return geometry_of(layer, row)


def _away(n: Near) -> dict[str, Any]:
    return {"layer": n.layer.id, "label": n.layer.label, "uid": str(n.thing.uid), "title": n.thing.title, "lon": n.lon, "lat": n.lat,
            "metres": round(n.metres), "url": n.layer.url(n.thing.uid)}


@require_POST
@needs_post
@in_sentences
def sketch(request: HttpRequest) -> HttpResponse:
    """Keeps what was drawn, as a case of its own."""
    told = body_of(request)
    given = {name: told.get(name) for name in ("name", "note", "shared", "geometry")}
    uid = uuid7()
    advance(Ref("sketch", uid), "draw", actor=request.actor, at=request.at, given=given)  # type: ignore[attr-defined]
    return JsonResponse({"uid": str(uid), "url": f"/desk/sketches/{uid}/"}, status=201)


@require_GET
@needs_post
@in_sentences
def public_cells(request: HttpRequest, layer: str) -> HttpResponse:
    """For the public: counts in squares of at least 500 m. That somebody took them is journalled."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    asked = read(layer, actor, at, request.GET.dict())
    _west, south, _east, north = bounds(actor.area_id, local_day(at))
    body = cells(asked, (south + north) / 2)
    note(asked.shown.register, "exported", actor=actor, at=at, data={
        "rows": sum(f["properties"]["n"] for f in body["features"]), "format": "geojson"})
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False}, content_type="application/geo+json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{layer}-500m.geojson"'
    return answer
