"""The map's page, its tiles, and what it asks while it is used."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Absent, Refused
from anlan.people.access import needs_post
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.layers import with_outer_tiles

from . import mvt
from .asked import area_of, day_of, layer_of, level_of, read, tile_of
from .describe import told
from .shapes import ground_tile, shape_tile
from .tiles import tile

View = Callable[..., HttpResponse]


def in_sentences(view: View) -> View:
    """What is wrong with an address is answered as sentences, what is not the reader's as absent."""

    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Absent as absent:
            return sentences([str(absent)], 404)
        except Refused as refused:
            return sentences(list(refused.refusal.sentences), 400)

    return judged


def sentences(said: list[str], status: int) -> JsonResponse:
    return JsonResponse({"error": {"sentences": said, "fields": {}}}, status=status, json_dumps_params={"ensure_ascii": False})


@require_GET
@needs_post
def page(request: HttpRequest) -> HttpResponse:
    """The one map; what it shows stands in the address and is read by the script."""
    offered = [(i.id, i.label) for i in sorted(INDICATORS.values(), key=lambda i: i.id)]
    answer = render(request, "onemap/map.html", {"told": told(request), "indicators": offered})
    return with_outer_tiles(answer)


@require_GET
@needs_post
@in_sentences
def embedded(request: HttpRequest) -> HttpResponse:
    """What a map within another page is told of the layers that it names: `?layers=incidents,crews&area=…`.

    Whoever answers for another ground than the area sees the own one first.
    """
    names = [n for n in request.GET.get("layers", "").split(",") if n]
    for name in names:
        layer_of(name)
    try:
        area = area_of(request.GET.get("area", ""), request.actor, request.at)  # type: ignore[attr-defined]
    except Absent:
        area = None
    return JsonResponse(told(request, names, area), json_dumps_params={"ensure_ascii": False})


def as_tile(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type=mvt.MEDIA_TYPE, headers={"Cache-Control": "private, no-cache"})


@require_GET
@needs_post
@in_sentences
def point_tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    asked = read(layer, request.actor, request.at, request.GET.dict())  # type: ignore[attr-defined]
    return as_tile(tile(asked, tile_of(z, x, y)))


@require_GET
@needs_post
@in_sentences
def layer_shapes(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    asked = read(layer, request.actor, request.at, request.GET.dict())  # type: ignore[attr-defined]
    return as_tile(shape_tile(asked, tile_of(z, x, y)))


@require_GET
@needs_post
@in_sentences
def areas_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Boundaries as of a day; level: only those of one level of the tree."""
    at = request.at  # type: ignore[attr-defined]
    where, on = tile_of(z, x, y), day_of(request.GET.get("on", ""), at)
    return as_tile(ground_tile(request.actor, at, where, on or local_day(at), level_of(request.GET.get("level", ""))))  # type: ignore[attr-defined]
