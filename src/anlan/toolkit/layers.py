"""Layers of the one map as a contract: what has a place carries a tile key from the start, so that any zoom is fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from anlan.kernel.changes import Set
from anlan.toolkit.tilekey import key as key_of


@dataclass(frozen=True)
class Layer:
    """A layer of the map: its rows are the register's, in the reader's scope.

    point: the column of the tile key, its own or that of a row it refers to (`premises__tile_key`); shape: a column with
    GeoJSON, for what is a line or an area; colour_by: a column whose value decides the sign; from_zoom: below it only
    counts are shown; title: the column or path that names a row, by default the register's first link; day: a column
    with a date, for what belongs to one day: only that day is shown; since: when a row began to exist; counted: its selector
    is the reader's ground, so that far zooms are read from counts by grid (False where a row is seen for other reasons);
    moved_by: another kind whose deeds move its rows. limits: the limit that runs stands beside each thing.
    added: what of point and title the selector adds by `alias`. figure: the indicator that counts such rows, by which the areas
    are coloured where there are too many to draw. groups: its states put together otherwise than by the flow's families.
    of: the column with the uid of the case that its rows are for, so that a map may show one incident's alone (`?of=`).
    aside: pixels to the right at which its signs stand, where they share the point of another layer's.
    """

    id: str
    label: Any = ""
    point: str = "tile_key"
    shape: str = ""
    colour_by: str = ""
    from_zoom: int = 12
    title: str = ""
    day: str = ""
    since: str = "opened_at"
    counted: bool = True
    moved_by: str = ""
    limits: bool = False
    added: tuple[str, ...] = ()
    figure: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    of: str = ""
    aside: int = 0


LAYERS: dict[str, tuple[Layer, Any]] = {}
"""Layer id → (layer, register)."""


def add_layer(layer: Layer, register: Any) -> None:
    """Make a layer known; the same id for two registers is a fault."""
    if layer.id in LAYERS and LAYERS[layer.id][1].kind != register.kind:
        raise ValueError(f"layer {layer.id} declared twice")
    LAYERS[layer.id] = (layer, register)


class Placed(models.Model):
    """A point in WGS-84 degrees, with the key that tiles, clusters and nearest are read by. Set with `place_at`."""

    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    tile_key = models.BigIntegerField(null=True, db_index=True, editable=False)

    class Meta:
        abstract = True


def with_outer_tiles(answer: HttpResponse) -> HttpResponse:
    """Lets a page with a map load pictures from the one host that the settings name, and from no other."""
    if settings.ANLAN_MAP_TILES:
        parts = urlsplit(settings.ANLAN_MAP_TILES.replace("{s}", "*"))
        answer.pictures_from = f"{parts.scheme}://{parts.netloc}"  # type: ignore[attr-defined]
    return answer


def place_at(lon: float | None, lat: float | None) -> Set:
    """The change that puts a row at a point, or takes its point away. ValueError outside the map's square."""
    if lon is None or lat is None:
        return Set(lon=None, lat=None, tile_key=None)
    return Set(lon=lon, lat=lat, tile_key=key_of(lon, lat))
