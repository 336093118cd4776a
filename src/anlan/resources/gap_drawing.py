"""The gap map as a drawing of the page itself: no tiles, no script, prints as it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _

from anlan.places.geometry import Frame, Polygonal, path_of, simplified

from .gap_facts import Ground
from .gaps import BEYOND, FAR, NEAR, Answers, Covered

WIDTH, HEIGHT, MARGIN = 900.0, 640.0, 10.0
COARSE_AT = 13.0
MOST_POINTS = 400


@dataclass(frozen=True)
class Drawn:
    """A path and its class of the style sheet."""

    kind: str
    path: str


@dataclass(frozen=True)
class Spot:
    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    fills: Sequence[Drawn]
    outlines: Sequence[Drawn]
    names: Sequence[Spot]
    answers: Sequence[Spot]
    legend: Sequence[tuple[str, str, int]]


KINDS = {NEAR: "near", FAR: "far", BEYOND: "beyond"}


def drawing(ground: Ground, found: Sequence[Covered], answers: Sequence[Answers], within: int) -> Drawing | None:
    """None where nothing has a boundary."""
    if not ground.shapes:
        return None
    frame = Frame.around(shapely.union_all(list(ground.shapes.values())).envelope, WIDTH, HEIGHT, MARGIN)
    coarse = simplified(ground.shapes, COARSE_AT)
    steps: dict[int, list[Polygonal]] = {step: [] for step in KINDS}
    for c in found:
        steps[c.step(within)].append(coarse[c.plot.code])
    fills = [Drawn(KINDS[step], path_of(shapely.union_all(held), frame)) for step, held in steps.items() if held]
    streets = simplified(ground.streets, COARSE_AT) if ground.streets else {}
    outlines = [Drawn("street", path_of(shape, frame)) for shape in streets.values()]
    return Drawing(int(WIDTH), int(HEIGHT), fills, outlines, _names(streets, frame), _spots(answers, frame), _legend(steps, within))


def _names(streets: dict[str, Polygonal], frame: Frame) -> list[Spot]:
    inner = {name: shape.representative_point() for name, shape in streets.items()}
    return [Spot(*frame.pixel(p.x, p.y), name) for name, p in inner.items()]


def _spots(answers: Sequence[Answers], frame: Frame) -> list[Spot]:
    """Those that stand in the picture."""
    spots = [Spot(*frame.pixel(a.lon, a.lat), a.name) for a in answers]
    return [s for s in spots if 0 <= s.x <= WIDTH and 0 <= s.y <= HEIGHT][:MOST_POINTS]


def _legend(steps: dict[int, list[Polygonal]], within: int) -> list[tuple[str, str, int]]:
    """(class, words, how many pieces)."""
    words = {NEAR: _("%(n)s分钟内到达") % {"n": within}, FAR: _("%(n)s至%(m)s分钟") % {"n": within, "m": 2 * within},
             BEYOND: _("超过%(m)s分钟，或到不了") % {"m": 2 * within}}
    return [(KINDS[step], words[step], len(held)) for step, held in steps.items()]
