"""Three hundred rows of units as an office might send them: the same in every run, with every fault known."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from anlan.places.coordinates import gcj02_from_wgs84
from anlan.premises.credit_code import make

HEADER = ("序号", "单位名称*", "统一社会信用代码", "场所类型", "所在网格", "地址", "经度", "纬度", "原坐标系", "法定代表人",
          "法定代表人电话", "执照起", "从业人数", "用气")
TITLES = ("临江区生产经营单位基本情况表", "填报单位：区应急管理局　　填报日期：2021年5月20日")
FIRST = len(TITLES) + 2  # the line of the first row
COUNT = 300
TYPES = ("餐饮", "商店商铺", "超市便利店", "旅馆宾馆")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
STEMS = ("福来", "德顺", "兴隆", "百味", "聚友", "万家", "同心", "老街", "江畔", "金穗")
WEST, SOUTH, SIDE = 121.40, 29.80, 0.01


@dataclass
class Row:
    """A row as it should be; wrong: {column: what the clerk typed}; why: what the check should say, by column."""

    no: int
    good: dict[str, Any]
    wrong: dict[str, Any] = field(default_factory=dict)
    why: tuple[str, str] | None = None

    @property
    def line(self) -> int:
        return FIRST + self.no

    def cells(self, corrected: bool = False) -> list[Any]:
        values = self.good if corrected else self.good | self.wrong
        return [values.get(label.rstrip("*"), "") for label in HEADER]


def rows(types: dict[str, str], grids: dict[str, str]) -> list[Row]:
    """types: labels that may be written; grids: code → name. Every tenth row or so is wrong in a way of its own."""
    chance = random.Random(20210520)
    made = [_row(n, chance, list(types), list(grids.items())) for n in range(COUNT)]
    for n, spoil in enumerate(_faults(made)):
        spoil(made[5 + n * 12])
    for n, muddle in enumerate(_muddles(grids)):
        muddle(made[9 + n * 12])
    return made


def _row(n: int, chance: random.Random, types: list[str], grids: list[tuple[str, str]]) -> Row:
    grid = n % len(grids)
    body = f"9133{chance.randrange(10**4):04}MA2{n:06}"
    name = f"{STEMS[n % 10]}{SURNAMES[n % 16]}记{n}号店"
    return Row(n, {
        "序号": n + 1, "单位名称": name, "统一社会信用代码": make(body), "场所类型": types[n % len(types)],
        "所在网格": grids[grid][0], "地址": f"滨江路{n + 1}号", "经度": round(WEST + (grid + 0.5) * SIDE, 6),
        "纬度": round(SOUTH + 0.5 * SIDE, 6), "原坐标系": "", "法定代表人": f"{SURNAMES[n % 16]}某",
        "法定代表人电话": f"138{n:08}", "执照起": "2019-03-01", "从业人数": 2 + n % 20, "用气": ("不用气", "瓶装液化气")[n % 2]})


def _faults(made: list[Row]) -> Iterator[Any]:
    """What has to be corrected, each with the column that is named and a piece of the sentence."""

    def wrong(label: str, typed: Any, said: str, at: str = "", **more: Any) -> Any:
        def spoil(row: Row) -> None:
            row.wrong, row.why = {label: typed, **more}, (at or label, said)
        return spoil

    def repeated(row: Row) -> None:
        first = made[row.no - 1]
        row.wrong = {k: first.good[k] for k in ("单位名称", "地址")}
        row.why = ("单位名称", f"与第{first.line}行是同一单位")

    def twice(row: Row) -> None:
        first = made[row.no - 2]
        row.wrong = {k: first.good[k] for k in ("统一社会信用代码", "地址")}
        row.why = ("统一社会信用代码", f"与第{first.line}行重复")

    def swapped(row: Row) -> None:
        row.wrong = {"经度": row.good["纬度"], "纬度": row.good["经度"]}
        row.why = ("经度", "经度和纬度好像写反了")

    yield wrong("所在网格", "G999", "没有找到“G999”")
    yield wrong("统一社会信用代码", "91330000MA2X00000I", "统一社会信用代码里不会有 I")
    yield wrong("统一社会信用代码", "12345", "应为 18 位，现为 5 位")
    yield repeated
    yield twice
    yield swapped
    yield wrong("执照起", datetime(1900, 1, 1), "1900 年的日期")  # noqa: DTZ001  a cell has no zone
    yield wrong("执照起", "去年三月", "日期写法不对")
    yield wrong("法定代表人电话", "=CONCATENATE(138,1)", "是公式")
    yield wrong("单位名称", "好再来🍜面馆", "“🍜”是表情符号")
    yield wrong("单位名称", "", "没有填写")
    yield wrong("场所类型", "小卖部", "不在可选值内")
    yield wrong("从业人数", "约二十人", "整数")
    yield wrong("经度", 5230000.0, "像是以米计的平面坐标")
    yield wrong("纬度", "", "经度和纬度要同时填写")
    yield wrong("用气", "烧煤", "不在可选值内")


def _muddles(grids: dict[str, str]) -> Iterator[Any]:
    """What a machine can read all the same."""

    def typed(**cells: Any) -> Any:
        def muddle(row: Row) -> None:
            row.wrong = row.wrong | {k: (v(row) if callable(v) else v) for k, v in cells.items()}
        return muddle

    yield typed(执照起="2021.6.5")
    yield typed(执照起="２０２１年６月５日")
    yield typed(执照起=datetime(2021, 6, 5))  # noqa: DTZ001
    yield typed(法定代表人电话=lambda row: int(row.good["法定代表人电话"]))
    yield typed(地址="滨江路１０８号Ａ座")
    yield typed(单位名称=lambda row: "　" + row.good["单位名称"] + " ")
    yield typed(所在网格=lambda row: grids[row.good["所在网格"]])
    yield typed(统一社会信用代码=lambda row: row.good["统一社会信用代码"].lower())
    yield typed(从业人数="１２")
    yield typed(经度=lambda row: str(row.good["经度"]))
    yield typed(所在网格="")
    yield typed(所在网格="", 原坐标系="GCJ-02（高德、腾讯地图）", 经度=lambda row: _shifted(row)[0], 纬度=lambda row: _shifted(row)[1])


def _shifted(row: Row) -> tuple[float, float]:
    """The same point as an internet map of China shows it."""
    lon, lat = gcj02_from_wgs84(row.good["经度"], row.good["纬度"])
    return round(lon, 6), round(lat, 6)
