"""The report to the standing committee of the Congress as the bureau wrote it: signed the evening before the meeting.

Its figures are counted, and what it promises becomes items of their own, by the follower of signed reports, as in any house.
"""

from __future__ import annotations

from anlan.kernel.door import advance_many
from anlan.kernel.refusals import Refusal
from anlan.reports.freezing import count_report
from anlan.reports.grammar import parse
from anlan.reports.models import Report, Sort
from anlan.reports.reckoning import faults_of
from anlan.reports.starts import start_of

from .chance import uid
from .days import UNTIL, moment
from .deeds import do, order
from .world import World

TITLE = "关于全区应急管理工作情况的报告"
REPORT = uid("report", "congress")
WRITTEN, CHANGED, HANDED_IN, CHANGED_AGAIN, SIGNED = (
    moment(UNTIL, clock) for clock in ("20:05", "20:15", "20:20", "20:25", "20:40"))
HEAD = {"title": TITLE, "as_of": UNTIL.isoformat(), "addressee": "区人大常委会"}
HOUSES = {"对燃气管道、既有幕墙": "区城管局", "借“应急知识传播年”": "区教育局", "计划年内开工": "区消防救援大队"}
"""Who answers where it is not the bureau itself: how the line begins → the house."""


def report(world: World) -> None:
    """Where another district's numbers make a sentence untrue, it is sent back, taken out, and the report is signed without it."""
    emergency, director = world.actors["emergency"], world.actors["director"]
    text = "\n".join(map(_answered_for, start_of(Sort.CONGRESS.value).splitlines()))
    sign = order("report", REPORT, "sign", director, SIGNED)
    do([order("report", REPORT, "begin", emergency, WRITTEN, {"sort": Sort.CONGRESS.value, **HEAD}),
        order("report", REPORT, "edit", emergency, CHANGED, {**HEAD, "text": text}),
        order("report", REPORT, "submit", emergency, HANDED_IN)], size=1)
    (told,) = advance_many([sign])
    if isinstance(told, Refusal):
        do([order("report", REPORT, "send_back", director, HANDED_IN, {"reason": "有的句子与数据不符"}),
            order("report", REPORT, "edit", emergency, CHANGED_AGAIN, {**HEAD, "text": _true(text)}),
            order("report", REPORT, "submit", emergency, CHANGED_AGAIN), sign], size=1)


def _true(text: str) -> str:
    """Without the lines in which something does not hold."""
    counted = count_report(Report.objects.select_related("area").get(uid=REPORT))
    return "\n".join(line for line in text.splitlines() if not any(
        list(faults_of(sentence, counted)) for block in parse(line) for sentence in block.sentences))


def _answered_for(line: str) -> str:
    house = next((name for words, name in HOUSES.items() if line.startswith(words)), "")
    return line.replace("{!本年}", f"{{!本年 承办={house}}}") if house else line
