"""A point in the outline of its area as a small drawing: no tiles, no network, prints as it looks."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

METRES_PER_DEGREE = 111_320.0
WIDTH, HEIGHT, MARGIN = 320, 200, 14
Lonlat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sketch:
    """SVG path data in a box of WIDTH × HEIGHT; the scale bar is `scale` units long and stands for `scale_words`."""

    outline: str
    inner: str
    x: float | None
    y: float | None
    scale: float
    scale_words: str
    label: str


def rings(geometry: dict[str, Any]) -> list[Sequence[Sequence[float]]]:
    """Every ring of a GeoJSON Polygon or MultiPolygon. Raises ValueError on any other kind."""
    if geometry["type"] == "Polygon":
        return list(geometry["coordinates"])
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["coordinates"] for ring in polygon]
    raise ValueError(f"cannot sketch a {geometry['type']}")


def _path(lines: Iterable[Sequence[Sequence[float]]], place: "_Fit") -> str:
    parts = []
    for ring in lines:
        points = [place(position[0], position[1]) for position in ring]
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(parts)


class _Fit:
    """Fits a bounding box into the drawing, east and north true to each other."""

    def __init__(self, positions: Sequence[Sequence[float]]) -> None:
        west, east = min(p[0] for p in positions), max(p[0] for p in positions)
        south, north = min(p[1] for p in positions), max(p[1] for p in positions)
        self.squeeze = math.cos(math.radians((south + north) / 2))
        across = max((east - west) * self.squeeze, 1e-9)
        up = max(north - south, 1e-9)
        self.unit = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / up)
        self.middle = ((west + east) / 2, (south + north) / 2)

    def __call__(self, lon: float, lat: float) -> Lonlat:
        x = WIDTH / 2 + (lon - self.middle[0]) * self.squeeze * self.unit
        return x, HEIGHT / 2 - (lat - self.middle[1]) * self.unit

    def scale(self) -> tuple[float, int]:
        """A round length in metres that takes at most a quarter of the width, and its length in the drawing."""
        metre = self.unit / METRES_PER_DEGREE
        room = WIDTH / 4 / metre
        power = 10 ** math.floor(math.log10(room))
        metres = next(step * power for step in (5, 2, 1) if step * power <= room)
        return metres * metre, int(metres)


def _length(metres: int) -> str:
    if metres >= 1000:
        return _("%(n)s 公里") % {"n": f"{metres / 1000:g}"}
    return _("%(n)s 米") % {"n": metres}


def sketch(
    outline: dict[str, Any], point: Lonlat | None = None, inner: dict[str, Any] | None = None, label: str = ""
) -> Sketch:
    """Draws `point` (longitude, latitude) in `outline`, with the smaller area it belongs to. WGS-84 degrees."""
    outer, within = rings(outline), rings(inner) if inner else []
    fit = _Fit([position for ring in outer for position in ring])
    x, y = fit(*point) if point else (None, None)
    length, metres = fit.scale()
    return Sketch(_path(outer, fit), _path(within, fit), x, y, round(length, 1), _length(max(metres, 1)), label)
