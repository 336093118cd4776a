import re

import pytest

from anlan.toolkit.ui.sketch import HEIGHT, WIDTH, sketch

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[114.30, 30.50], [114.32, 30.50], [114.32, 30.52], [114.30, 30.52], [114.30, 30.50]]],
}


def numbers(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_north_is_up_and_the_point_stands_where_it_belongs():
    drawn = sketch(SQUARE, (114.31, 30.51))
    points = numbers(drawn.outline)
    assert (drawn.x, drawn.y) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    assert points[0][1] > points[2][1] and points[0][0] < points[1][0]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)


def test_the_scale_bar_is_as_long_as_it_says():
    drawn = sketch(SQUARE)
    height_in_metres = 0.02 * 111_320
    units_per_metre = (
        max(y for _, y in numbers(drawn.outline)) - min(y for _, y in numbers(drawn.outline))
    ) / height_in_metres
    assert drawn.scale_words == "1 公里"
    assert drawn.scale == pytest.approx(1000 * units_per_metre, rel=0.01)


def test_a_degree_east_is_drawn_shorter_than_a_degree_north():
    points = numbers(sketch(SQUARE).outline)
    across, up = points[1][0] - points[0][0], points[0][1] - points[2][1]
    assert across / up == pytest.approx(0.8615, rel=0.01)


def test_parts_and_inner_areas_are_all_drawn_and_a_line_is_refused():
    two = {
        "type": "MultiPolygon",
        "coordinates": [SQUARE["coordinates"], [[[114.40, 30.5], [114.41, 30.5], [114.41, 30.51]]]],
    }
    drawn = sketch(two, inner=SQUARE)
    assert (drawn.outline.count("M"), drawn.inner.count("M"), drawn.x) == (2, 1, None)
    with pytest.raises(ValueError, match="cannot sketch a LineString"):
        sketch({"type": "LineString", "coordinates": []})
