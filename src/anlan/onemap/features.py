"""The map for other systems: GeoJSON in the shape of OGC API Features, under a token, in its scope.

/api/v1/features/, …/conformance, …/collections, …/collections/<layer>/items?bbox=&datetime=&limit=&after=
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import shapely
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from ninja import NinjaAPI, Router
from shapely.geometry import shape

from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day, zone
from anlan.toolkit import api as gate
from anlan.toolkit.intake import answers
from anlan.toolkit.intake.tokens import allows
from anlan.toolkit.layers import LAYERS
from anlan.toolkit.registers.rest import record_of
from anlan.toolkit.tilekey import lonlat

from .asked import Asked, Box, box_of, fault, layer_of, read
from .listed import cover, shapes_in
from .shown import Shown, shown
from .tiles import stood_at

LIMIT, LIMIT_MOST = 100, 1_000
BASE = "/api/v1/features"
CONFORMS = [f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "geojson")]
WORDS = ("bbox", "datetime", "limit", "after", "f")
GEO_JSON = "application/geo+json"


def expose_features(into: NinjaAPI) -> None:
    router = Router(tags=["features"])
    for address, view, name, summary, words in (
        ("", landing, "features", lazy("地图数据接口"), ()),
        ("/conformance", conformance, "features_conformance", lazy("符合的标准"), ()),
        ("/collections", collections, "features_collections", lazy("图层目录"), ()),
        ("/collections/{layer}", collection, "features_collection", lazy("一个图层"), ()),
        ("/collections/{layer}/items", items, "features_items", lazy("图层内容"), ("bbox", "datetime", "limit", "after")),
        ("/collections/{layer}/items/{uid}", item, "features_item", lazy("图层中的一件"), ()),
    ):
        extra = {"parameters": [{"name": w, "in": "query", "required": False, "schema": {"type": "string"}} for w in words]}
        answers.add(router, "GET", address, view, {200: dict}, summary=summary, operation_id=name, url_name=name,
                    openapi_extra=extra)
    into.add_router("/features", router)


def landing(request: HttpRequest) -> HttpResponse:
    _anyone(request)
    links = [_link(request, BASE, "self"), _link(request, f"{BASE}/conformance", "conformance"),
             _link(request, f"{BASE}/collections", "data"), _link(request, "/api/v1/openapi.json", "service-desc")]
    return _told({"title": _("应急管理一张图"), "description": _("各图层的对象，范围与登录人员相同。"), "links": links})


def conformance(request: HttpRequest) -> HttpResponse:
    _anyone(request)
    return _told({"conformsTo": CONFORMS})


def collections(request: HttpRequest) -> HttpResponse:
    """The layers that the token may read."""
    _anyone(request)
    open_ = [s for s in map(shown, LAYERS) if allows(request.scopes, f"{s.register.slug}:read")]  # type: ignore[attr-defined]
    return _told({"links": [_link(request, f"{BASE}/collections", "self")], "collections": [_about(request, s) for s in open_]})


def collection(request: HttpRequest, layer: str) -> HttpResponse:
    return _told(_about(request, _open(request, layer)))


def items(request: HttpRequest, layer: str) -> HttpResponse:
    """A page of the layer's things, by key: in a box, as of an instant, or registered within an interval."""
    s, told = _open(request, layer), request.GET.dict()
    on, began = _time(s, told.get("datetime", ""), request.at)  # type: ignore[attr-defined]
    words = {k: v for k, v in told.items() if k not in WORDS} | ({"on": on} if on else {})
    asked = read(layer, request.actor, request.at, words)  # type: ignore[attr-defined]
    limit, after = _number(told.get("limit", ""), LIMIT, LIMIT_MOST), _number(told.get("after", ""), 0, 2**62)
    box = box_of(told["bbox"]) if told.get("bbox") else None
    rows = _rows(asked, box, began).filter(id__gt=after).order_by("id")
    page = list(rows[: limit + 1])
    features = [f for f in _features(asked, page[:limit]) if box is None or _inside(f, box)]
    links = [_link(request, request.get_full_path(), "self", GEO_JSON)]
    if len(page) > limit:
        more = urlencode({**told, "after": page[limit - 1].id})
        links.append(_link(request, f"{BASE}/collections/{layer}/items?{more}", "next", GEO_JSON))
    return _told({"type": "FeatureCollection", "features": features, "numberReturned": len(features), "links": links,
                  "timeStamp": request.at.isoformat()}, GEO_JSON)  # type: ignore[attr-defined]


def item(request: HttpRequest, layer: str, uid: str) -> HttpResponse:
    s = _open(request, layer)
    asked = read(layer, request.actor, request.at, {"state": "all"})  # type: ignore[attr-defined]
    found = list(s.with_point(s.register.rows(request.actor, request.at)).filter(uid=uid)[:1]) if _is_uid(uid) else []  # type: ignore[attr-defined]
    features = _features(asked, found)
    return _told({**features[0], "links": [_link(request, request.path, "self", GEO_JSON)]}, GEO_JSON) if features \
        else answers.not_found()


# What is asked


def _anyone(request: HttpRequest) -> None:
    """Whoever has passed the gate may see what there is to read."""


def _open(request: HttpRequest, layer: str) -> Shown:
    s = layer_of(layer)
    gate.signed_in(request, f"{s.register.slug}:read")
    return s


def _number(told: str, usual: int, most: int) -> int:
    return min(max(int(told), 0 if usual == 0 else 1), most) if told.isdecimal() and len(told) < 19 else usual


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _time(s: Shown, told: str, at: datetime) -> tuple[str, Q]:
    """An instant means the end of its day; an interval, when things began. Raises Refused."""
    if not told:
        return "", Q()
    first, slash, last = told.partition("/")
    if not slash:
        day = _day(first)
        return ("" if day is None or day >= local_day(at) else day.isoformat()), Q()
    since, until = (_day(part) if part not in ("", "..") else None for part in (first, last))
    began = Q()
    if since is not None:
        began &= Q(**{f"{s.layer.since}__gte": datetime.combine(since, datetime.min.time(), zone())})
    if until is not None:
        began &= Q(**{f"{s.layer.since}__lte": end_of(until)})
    return "", began


def _day(told: str) -> date | None:
    try:
        found = parse_datetime(told) if "T" in told else None
        day = local_day(found) if found is not None and found.tzinfo else date.fromisoformat(told[:10])
        if not 1900 <= day.year <= 2200:
            raise ValueError
        return day
    except (ValueError, OverflowError):
        raise fault(_("时间“{told}”写法不对，应如 2021-06-25、2021-06-25T08:00:00Z 或 2021-01-01/2021-06-25。").format(
            told=told[:40])) from None


def _rows(asked: Asked, box: Box | None, began: Q) -> Any:
    s = asked.shown
    rows = s.with_point(s.register.rows(asked.actor, asked.at)).filter(asked.more, began)
    if asked.on is None:
        rows = rows.filter(state__in=asked.states)
    else:
        rows = rows.filter(**{f"{s.layer.since}__lte": asked.instant})
    if asked.levels and asked.on is None:
        rows = rows.filter(**{f"{s.layer.colour_by}__in": asked.levels})
    if box is None:
        return rows
    near = Q(id__in=list(shapes_in(s, box)))
    for low, high in cover(box):
        near |= Q(map_point__gte=low, map_point__lt=high)
    return rows.filter(near)


# What is told


def _features(asked: Asked, rows: Sequence[Any]) -> list[dict[str, Any]]:
    s = asked.shown
    stood = stood_at(s.flow.kind, [r.id for r in rows], asked.instant) if asked.on is not None else {}
    found = []
    for row in rows:
        state, level = stood.get(row.id, ("", "")) if asked.on is not None else (row.state, getattr(row, s.sign))
        if state in asked.states and (not asked.levels or level in asked.levels):
            found.append(_feature(s, row, state, str(level)))
    return found


def _feature(s: Shown, row: Any, state: str, level: str) -> dict[str, Any]:
    geometry = getattr(row, s.layer.shape) if s.layer.shape else None
    if geometry is None and row.map_point is not None:
        geometry = {"type": "Point", "coordinates": [round(v, 7) for v in lonlat(row.map_point)]}
    told = record_of(s.register, row, frozenset())
    return {"type": "Feature", "id": str(row.uid), "geometry": geometry,
            "properties": {**told, "title": str(s.register.title(row)), "state": state, "state_label": str(s.flow.states(state).label),
                           "level": level}}


def _inside(feature: dict[str, Any], box: Box) -> bool:
    where = feature["geometry"]
    if where["type"] == "Point":
        return box.holds(*where["coordinates"][:2])
    return bool(shape(where).intersects(shapely.box(*box)))


def _about(request: HttpRequest, s: Shown) -> dict[str, Any]:
    where = f"{BASE}/collections/{s.id}"
    return {"id": s.id, "title": s.label, "itemType": "feature", "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
            "links": [_link(request, where, "self"), _link(request, f"{where}/items", "items", GEO_JSON)]}


def _link(request: HttpRequest, path: str, rel: str, media: str = "application/json") -> dict[str, str]:
    return {"href": request.build_absolute_uri(path), "rel": rel, "type": media}


def _told(body: dict[str, Any], media: str = "application/json") -> HttpResponse:
    return HttpResponse(json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False), content_type=media)
