"""Grading of risk points by LEC and by LS into the four colours; nothing here reads the clock or a table of its own.

The tables are dated parameters (`risk.lec`, `risk.ls`, `risk.forced_red`, `risk.decided_by`) and come in as
arguments, because sources differ in their wording and bands (domain.md 3.1 [sure], 3.2 and 3.3 [likely]).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

WORST_FIRST = ("red", "orange", "yellow", "blue")
LS_SCALE = range(1, 6)
LS_PRODUCTS = tuple(sorted({one * other for one in LS_SCALE for other in LS_SCALE}))


class Score(NamedTuple):
    """One row of a factor's table."""

    value: Decimal
    reading: str


class Band(NamedTuple):
    """A level and its colour; `low` for LEC (from this D on), `products` for LS (exactly these R)."""

    level: int
    colour: str
    reading: str
    low: Decimal = Decimal(0)
    products: tuple[int, ...] = ()


@dataclass(frozen=True)
class LecTables:
    """D = L × E × C. Bands from the highest to the lowest, the last one from 0."""

    likelihood: tuple[Score, ...]
    exposure: tuple[Score, ...]
    consequence: tuple[Score, ...]
    bands: tuple[Band, ...]

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> LecTables:
        """From the parameter `risk.lec`: scores as [value, reading], bands as [low, level, colour, reading]."""
        bands = tuple(Band(level, colour, reading, low=_decimal(low)) for low, level, colour, reading in value["bands"])
        return cls(_scores(value["likelihood"]), _scores(value["exposure"]), _scores(value["consequence"]), bands)


@dataclass(frozen=True)
class LsTables:
    """R = L × S, each 1 to 5. The bands name the products that occur, each once."""

    likelihood: tuple[Score, ...]
    severity: tuple[Score, ...]
    bands: tuple[Band, ...]

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> LsTables:
        """From the parameter `risk.ls`: scores as [value, reading], bands as [products, level, colour, reading]."""
        bands = tuple(
            Band(level, colour, reading, products=tuple(products))
            for products, level, colour, reading in value["bands"]
        )
        return cls(_scores(value["likelihood"]), _scores(value["severity"]), bands)


class Grade(NamedTuple):
    """The result of one grading. `grounds`: why it was forced red, else empty."""

    method: str
    score: Decimal
    level: int
    colour: str
    reading: str
    grounds: tuple[str, ...] = ()


class PointGrade(NamedTuple):
    """A risk point before and after its controls, and the colour that stands."""

    inherent: Grade
    residual: Grade
    colour: str


def lec(likelihood: Any, exposure: Any, consequence: Any, tables: LecTables) -> Grade:
    """Grade by D = L × E × C. ValueError, as a sentence, for a value that is not in its table."""
    factors = (
        _chosen(likelihood, tables.likelihood, _("可能性 L")),
        _chosen(exposure, tables.exposure, _("暴露频次 E")),
        _chosen(consequence, tables.consequence, _("后果 C")),
    )
    score = factors[0] * factors[1] * factors[2]
    band = next(band for band in tables.bands if score >= band.low)
    return Grade("lec", score, band.level, band.colour, band.reading)


def ls(likelihood: Any, severity: Any, tables: LsTables) -> Grade:
    """Grade by R = L × S. ValueError, as a sentence, for a value that is not in its table."""
    score = _chosen(likelihood, tables.likelihood, _("可能性 L"))
    score *= _chosen(severity, tables.severity, _("严重性 S"))
    band = ls_lookup(tables)[int(score)]
    return Grade("ls", score, band.level, band.colour, band.reading)


def ls_lookup(tables: LsTables) -> dict[int, Band]:
    """Product → band, over the 14 products of 1..5 that occur and no others."""
    return {product: band for band in tables.bands for product in band.products}


def forced_red(grade: Grade, grounds: Collection[str], known: Mapping[str, str]) -> Grade:
    """The grade, red where any ground of direct judgement (直接判定) holds; the score stays as it was.

    `known` is the parameter `risk.forced_red`: ground → its sentence. ValueError for a ground not in it.
    """
    strangers = sorted(set(grounds) - set(known))
    if strangers:
        raise ValueError(_("没有这条直接判定的依据：%(grounds)s。") % {"grounds": "、".join(strangers)})
    if not grounds:
        return grade
    said = tuple(known[ground] for ground in known if ground in grounds)
    return grade._replace(level=1, colour=WORST_FIRST[0], reading="；".join(said), grounds=said)


def point_grade(inherent: Grade, residual: Grade, decided_by: str = "residual") -> PointGrade:
    """A point's grades together. Controls never make a risk worse: ValueError where the residual is worse.

    `decided_by` is the parameter `risk.decided_by` ("residual" or "inherent" [unsure]); a forced red on either
    side stands whatever it says.
    """
    faults = residual_faults(inherent, residual)
    if faults:
        raise ValueError(faults[0])
    decisive = {"inherent": inherent, "residual": residual}[decided_by]
    forced = inherent.grounds or residual.grounds
    return PointGrade(inherent, residual, WORST_FIRST[0] if forced else decisive.colour)


def residual_faults(inherent: Grade, residual: Grade) -> list[str]:
    """Why the residual grade cannot stand beside the inherent one."""
    if residual.method == inherent.method and residual.score > inherent.score:
        said = {"residual": _plain(residual.score), "inherent": _plain(inherent.score)}
        return [_("采取措施后的分值 %(residual)s 不应高于固有分值 %(inherent)s，请核对。") % said]
    if not residual.grounds and _rank(residual.colour) < _rank(inherent.colour):
        return [_("采取措施后的风险等级不应高于固有风险等级，请核对。")]
    return []


def unit_colour(colours: Iterable[str]) -> str | None:
    """The worst of the points' colours (domain.md 3.3, default); None for a unit without points."""
    return min(colours, key=_rank, default=None)


def table_faults(tables: LecTables | LsTables) -> list[str]:
    """Why an edited table cannot be used, as sentences."""
    if isinstance(tables, LecTables):
        factors = {
            _("可能性 L"): tables.likelihood,
            _("暴露频次 E"): tables.exposure,
            _("后果 C"): tables.consequence,
        }
        return [*_factor_faults(factors), *_low_faults(tables.bands), *_colour_faults(tables.bands)]
    factors = {_("可能性 L"): tables.likelihood, _("严重性 S"): tables.severity}
    return [*_scale_faults(factors), *_product_faults(tables.bands), *_colour_faults(tables.bands)]


def _factor_faults(factors: Mapping[str, Sequence[Score]]) -> Iterator[str]:
    for name, scores in factors.items():
        values = [score.value for score in scores]
        if not values or min(values) <= 0 or len(set(values)) < len(values):
            yield _("%(name)s 的分值应大于零且互不相同。") % {"name": name}


def _scale_faults(factors: Mapping[str, Sequence[Score]]) -> Iterator[str]:
    for name, scores in factors.items():
        if sorted(score.value for score in scores) != list(LS_SCALE):
            yield _("%(name)s 的分值应是 1 到 5 各一个。") % {"name": name}


def _low_faults(bands: Sequence[Band]) -> Iterator[str]:
    lows = [band.low for band in bands]
    if not lows or lows[-1] != 0 or any(after >= before for before, after in pairwise(lows)):
        yield _("分值界限应从高到低排列，最后一档从 0 开始。")


def _product_faults(bands: Sequence[Band]) -> Iterator[str]:
    said = [product for band in bands for product in band.products]
    missing = sorted(set(LS_PRODUCTS) - set(said))
    if missing:
        yield _("没有写明这些分值属于哪一档：%(products)s。") % {"products": _listed(missing)}
    twice = sorted({product for product in said if said.count(product) > 1})
    if twice:
        yield _("这些分值写进了两档：%(products)s。") % {"products": _listed(twice)}
    strangers = sorted(set(said) - set(LS_PRODUCTS))
    if strangers:
        yield _("这些分值不会出现：%(products)s。") % {"products": _listed(strangers)}
    if any(min(before.products, default=0) <= max(after.products, default=0) for before, after in pairwise(bands)):
        yield _("各档应按分值从高到低排列。")


def _colour_faults(bands: Sequence[Band]) -> Iterator[str]:
    if any(band.colour not in WORST_FIRST for band in bands):
        yield _("颜色只能是红、橙、黄、蓝。")
    elif any(_rank(after.colour) < _rank(before.colour) for before, after in pairwise(bands)):
        yield _("分值低的一档颜色不能更重。")


def _chosen(value: Any, scores: Sequence[Score], name: str) -> Decimal:
    number = _decimal(value)
    allowed = [score.value for score in scores]
    if number not in allowed:
        said = {"name": name, "value": value, "allowed": _listed(allowed)}
        raise ValueError(_("%(name)s 不能取 %(value)s，只能取 %(allowed)s。") % said)
    return number


def _scores(rows: Iterable[Sequence[Any]]) -> tuple[Score, ...]:
    return tuple(Score(_decimal(value), reading) for value, reading in rows)


def _decimal(value: Any) -> Decimal:
    """The number as written; what is no number becomes -1, which no table holds."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Decimal(-1)
    return number if number.is_finite() else Decimal(-1)


def _rank(colour: str) -> int:
    return WORST_FIRST.index(colour)


def _listed(numbers: Iterable[Any]) -> str:
    return "、".join(_plain(Decimal(number)) for number in numbers)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
