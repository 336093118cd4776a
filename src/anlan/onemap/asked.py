"""What an address of the map asks for, read once; what is wrong with it becomes a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.kernel.refusals import Absent, Refusal, Refused
from anlan.kernel.rulebook import rulebook
from anlan.people.scope import kept_to_trade
from anlan.places.models import Level
from anlan.toolkit.layers import LAYERS
from anlan.toolkit.registers.listing import Listing
from anlan.toolkit.tilekey import BITS, POLAR_LIMIT, SIDE, key, tile_bounds, tile_range

from .shown import Shown, shown

MAX_ZOOM = 22
SKIPPED = ("state", "level", "on", "area", "age", "bbox", "zoom", "layer", "layers", "limit", "offset", "v", "after", "order", "of")


def fault(sentence: str) -> Refused:
    """To be raised: a sentence for whoever asked."""
    return Refused(Refusal((sentence,)))


class Box(NamedTuple):
    """West, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def keys(self) -> tuple[int, int]:
        """A half-open range of tile keys that holds the box; rows in it still have to be compared."""
        low, high = key(self.west, min(self.north, POLAR_LIMIT)), key(self.east, max(self.south, -POLAR_LIMIT))
        return low, high + 1

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north


class TileAt(NamedTuple):
    z: int
    x: int
    y: int

    @property
    def keys(self) -> tuple[int, int]:
        return tile_range(self.z, self.x, self.y)

    @property
    def box(self) -> Box:
        return Box(*tile_bounds(self.z, self.x, self.y))


@dataclass(frozen=True)
class Asked:
    """A layer with its conditions. on: a past day, None for now; area_id: one area of the reader's ground."""

    shown: Shown
    actor: Actor
    at: datetime
    families: tuple[str, ...]
    levels: tuple[str, ...] = ()
    on: date | None = None
    area_id: int | None = None
    more: Q = field(default_factory=Q)
    words: str = ""

    @property
    def raw(self) -> bool:
        """Whether the rows themselves have to be read: the counts do not know what is asked."""
        blind = (self.actor.area_id is None and not self.actor.system) or kept_to_trade(self.actor)
        return blind or bool(self.more) or bool(self.words) or self.on is not None or not self.shown.counted

    @property
    def past(self) -> bool:
        """Whether it is asked as of a past day, and the layer does not show one day at a time anyway."""
        return self.on is not None and not self.shown.layer.day

    @property
    def states(self) -> list[str]:
        return [s for name in self.families for s in self.shown.families[name]]

    @property
    def day(self) -> date:
        return self.on or local_day(self.at)

    @property
    def instant(self) -> datetime:
        return self.at if self.on is None else min(end_of(self.on), self.at)

    @property
    def grids(self) -> list[int] | None:
        """Ids of the areas to count in; None: all there are."""
        ground = self.area_id if self.area_id is not None else self.actor.area_id
        return areas_in(ground, local_day(self.at)) if ground is not None or not self.actor.system else None


def areas_in(ground: int | None, on: date) -> list[int] | None:
    """Ids of what lies in an area on a day; None: all there are, as the area is the whole instance."""
    rules = rulebook()
    if ground is None:
        return []
    if rules.levels.get(ground) == 0:
        return None
    return sorted(a for a in rules.parents if ground in rules.lineage(a, on))


def narrowed_to_ground(asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of the one area that was asked for, if any."""
    grids = asked.grids if asked.area_id is not None else None
    return rows if grids is None else rows.filter(area_id__in=grids)


def layer_of(name: str) -> Shown:
    if name not in LAYERS:
        raise Absent(_("没有这个图层"))
    return shown(name)


def read(name: str, actor: Actor, at: datetime, told: Mapping[str, str]) -> Asked:
    """The layer and conditions of an address. Raises Absent for what is not the reader's, Refused with a sentence."""
    layer = layer_of(name)
    listing = Listing(layer.register, actor, at, {k: v for k, v in told.items() if k not in SKIPPED})
    if listing.faults:
        raise Refused(Refusal(tuple(listing.faults)))
    words = " ".join(listing.words)
    return Asked(layer, actor, at, _families(layer, told.get("state", "")), _levels(layer, told.get("level", "")),
                 day_of(told.get("on", ""), at), area_of(told.get("area", ""), actor, at),
                 listing.narrowed & _age(layer, told.get("age", ""), at) & _sign(layer, told.get("level", ""))
                 & _of(layer, told.get("of", "")), words)


def _families(layer: Shown, told: str) -> tuple[str, ...]:
    if not told:
        return layer.usual
    if told == "all":
        return tuple(layer.families)
    return tuple(_chosen(told, layer.families, _("状态")))


def _levels(layer: Shown, told: str) -> tuple[str, ...]:
    known = [value for value, _label in layer.colour_choices]
    return tuple(_chosen(told, known, _("等级"))) if told and layer.levelled else ()


def _sign(layer: Shown, told: str) -> Q:
    """A sign that the counts do not keep is asked of the rows."""
    if not told or layer.levelled:
        return Q()
    known = [value for value, _label in layer.colour_choices]
    column = layer.layer.colour_by
    if column in ("", "state"):
        return Q(state__in=[s for f in _chosen(told, layer.families, _("状态")) for s in layer.families[f]])
    return Q(**{f"{column}__in": _chosen(told, known, _("等级"))})


def _chosen(told: str, known: Iterable[str], what: str) -> list[str]:
    chosen, known = told.split(","), set(known)
    if unknown := [c for c in chosen if c not in known]:
        raise fault(_("{what}没有“{word}”这一项。").format(what=what, word=unknown[0][:20]))
    return chosen


def _of(layer: Shown, told: str) -> Q:
    """Only what is for one case."""
    if not told:
        return Q()
    if not layer.layer.of:
        raise fault(_("“{layer}”不能只看一件事的。").format(layer=layer.label))
    try:
        return Q(**{layer.layer.of: UUID(told)})
    except ValueError:
        raise fault(_("编号“{told}”写法不对。").format(told=told[:20])) from None


def _age(layer: Shown, told: str, at: datetime) -> Q:
    if not told:
        return Q()
    if not told.isdecimal() or not 0 < int(told) <= 3660:
        raise fault(_("天数应在 1 到 3660 之间。"))
    return Q(**{f"{layer.layer.since}__gte": at - timedelta(days=int(told))})


def day_of(told: str, at: datetime) -> date | None:
    """A past day; None for today and for none. Raises Refused."""
    if not told:
        return None
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise fault(_("日期“{told}”写法不对，应如 2021-06-25。").format(told=told[:20])) from None
    today = local_day(at)
    if day > today or day.year < 2000:
        raise fault(_("日期应在 2000 年到今天（{today}）之间。").format(today=today))
    return day if day < today else None


def area_of(told: str, actor: Actor, at: datetime) -> int | None:
    """The id of an area of the reader's ground, by uid or code. Raises Absent."""
    if not told:
        return None
    try:
        which = Q(uid=UUID(told))
    except ValueError:
        which = Q(code=told[:20])
    found = Area.objects.filter(which).values_list("id", flat=True).first()
    inside = found is not None and (actor.system or (
        actor.area_id is not None and actor.area_id in rulebook().lineage(found, local_day(at))))
    if not inside:
        raise Absent(_("没有这个区域，或者它不在您的范围内"))
    return found


def tile_of(z: int, x: int, y: int) -> TileAt:
    """Raises Refused for a tile that no map has."""
    if not 0 <= z <= MAX_ZOOM:
        raise fault(_("地图级别应在 0 到 {most} 之间，现为 {z}。").format(most=MAX_ZOOM, z=z))
    try:
        tile_range(z, x, y)
    except ValueError as wrong:
        raise fault(str(wrong)) from None
    return TileAt(z, x, y)


def level_of(told: str) -> int | None:
    """A level of the tree of areas. Raises Refused."""
    if not told:
        return None
    if not told.isdecimal() or int(told) not in Level.values:
        raise fault(_("区域层级只有 0 到 3：区、街道、社区、网格。"))
    return int(told)


def box_of(told: str) -> Box:
    """west,south,east,north in degrees. Raises Refused."""
    parts = told.split(",")
    try:
        numbers = [float(p) for p in parts]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise fault(_("范围应写四个数：西经度、南纬度、东经度、北纬度，以逗号分开。"))
    west, south, east, north = numbers
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise fault(_("范围不对：西须小于东、南须小于北，经度在 ±180、纬度在 ±90 之内。"))
    return Box(west, max(south, -POLAR_LIMIT), east, min(north, POLAR_LIMIT))


def point_of(lon: object, lat: object) -> tuple[float, float]:
    """A point that the map can show. Raises Refused: the map reaches to 85 degrees."""
    try:
        where = float(str(lon)), float(str(lat))
        key(*where)
    except ValueError as wrong:
        told = str(wrong) if "float" not in str(wrong) else _("坐标不是有效的数。")
        raise fault(told) from None
    return where


def shift_to(z: int) -> int:
    """How many bits of a key lie below a cell of zoom z."""
    return 2 * (BITS - z)


def pixels(code_x: float, code_y: float, at: TileAt, extent: int) -> tuple[int, int]:
    """28-bit axis numbers as tile units."""
    scale = extent / (SIDE >> at.z)
    return int((code_x - (at.x * (SIDE >> at.z))) * scale), int((code_y - (at.y * (SIDE >> at.z))) * scale)
