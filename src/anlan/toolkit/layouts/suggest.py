"""Which of our columns one of their headers most likely means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .layout import Ask, Fill

NUMBERS = {"序号", "编号序号", "行号", "项次"}
SAME: tuple[tuple[str, ...], ...] = (
    ("隐患情况", "隐患描述", "隐患内容", "存在问题", "问题描述", "存在的问题", "主要隐患", "检查发现问题"),
    ("单位", "单位名称", "企业名称", "被检查单位", "受检单位", "场所名称", "生产经营单位"),
    ("区域", "所属网格", "所在社区", "所属社区", "辖区", "属地"), ("等级", "隐患等级", "隐患级别", "隐患类别"),
    ("状态", "整改状态", "办理状态", "是否整改"), ("整改截止", "整改期限", "整改时限", "整改完成时限", "限期整改时间"),
    ("发现时间", "排查时间", "检查时间", "检查日期", "排查日期", "发现日期"), ("部位", "隐患部位", "所在部位", "具体位置"),
    ("编号", "隐患编号", "台账编号"), ("整改情况", "整改措施", "整改结果", "整改落实情况"),
    ("整改责任人", "责任人", "整改负责人"), ("销号时间", "销号日期", "整改完成时间", "完成时间", "验收时间"),
    ("依据", "法律依据", "检查依据"), ("地址", "单位地址", "经营地址", "详细地址"),
    ("统一社会信用代码", "信用代码", "社会信用代码"), ("法定代表人", "法人", "法人代表", "负责人"),
    ("法定代表人电话", "联系电话", "联系方式", "电话"), ("指令书文号", "责令整改文号", "文书编号"),
    ("排查一般隐患", "发现隐患", "排查隐患", "查出隐患", "一般隐患"), ("整改一般隐患", "整改隐患", "完成整改隐患", "已整改隐患"),
    ("网格员上报问题隐患", "网格员上报", "网格员上报隐患"), ("排查企业家次", "检查企业", "检查单位家次", "排查单位"),
    ("检查方", "检查主体", "检查单位"), ("结果", "检查结果"), ("风险等级", "风险级别"))
LEAST = 0.5


def key(text: str) -> str:
    """Without space, marks and what stands in brackets."""
    return re.sub(r"[（(][^）)]*[）)]|[\s*＊:：、，。/]", "", text)


def likeness(theirs: str, ours: str) -> float:
    """1 the same, else by common pairs of characters; words that offices use for one another are the same."""
    one, other = key(theirs), key(ours)
    if not one or not other:
        return 0.0
    if one == other or any(one in group and other in group for group in SAME):
        return 1.0
    if one in other or other in one:
        return 0.5 + min(len(one), len(other)) / max(len(one), len(other)) / 2.5
    pairs = [{text[n:n + 2] for n in range(len(text) - 1)} for text in (one, other)]
    return 2 * len(pairs[0] & pairs[1]) / (len(pairs[0]) + len(pairs[1]) or 1)


def suggested(headers: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, Fill]:
    """Letter → what fills it, each of ours (name → label) at most once, the likest pairs first."""
    found = {letter: Fill("number") for letter, header in headers.items() if key(header) in NUMBERS}
    scores = sorted(((max(likeness(part, label) for part in (header, header.split(" ")[-1])), -n, letter, name)
                     for n, (name, label) in enumerate(labels.items()) for letter, header in headers.items()
                     if letter not in found), reverse=True)
    taken: set[str] = set()
    for score, _n, letter, name in scores:
        if score >= LEAST and letter not in found and name not in taken:
            found[letter] = Fill("column", name)
            taken.add(name)
    return dict(sorted(found.items(), key=lambda pair: (len(pair[0]), pair[0])))


def suggested_figures(headers: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Ask]:
    """Letter → the indicator (id → name) that the header most likely means."""
    found: dict[str, Ask] = {}
    for letter, header in headers.items():
        bare = re.sub(r"本月|当月|本年|全年|累计|全区|全街道?|数量|[数个处件次家]$", "", key(header))
        score, id = max(((likeness(bare, name), id) for id, name in names.items()), default=(0.0, ""))
        if score >= LEAST:
            found[letter] = Ask(id, "year" if re.search("累计|本年|全年", header) else "month")
    return found


def names_column(headers: Mapping[str, str]) -> str:
    wanted: Sequence[str] = ("街道", "单位", "社区", "区域", "地区", "属地", "名称")
    return next((letter for letter, header in headers.items() if any(word in header for word in wanted)), "")
