"""What to do oneself in the first minutes, by kind of danger: short sentences that are read while standing up."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from anlan.people.middleware import public


class Advice(NamedTuple):
    """call: the number to ring. do, never: in the order in which one does it."""

    key: str
    icon: str
    title: Any
    call: str
    do: tuple[Any, ...]
    never: tuple[Any, ...]


ADVICE = (
    Advice("fire", "gas", _("着火了"), "119", (
        _("大声叫醒屋里所有人，往外跑，随手关上身后的门。"), _("有烟就弯腰贴墙走，用湿毛巾捂住口鼻。"),
        _("出不去就退回房间，关门堵缝，到窗口呼救。"), _("到了外面再打119：说清地址、烧的是什么、有没有人被困。")),
        (_("不要坐电梯。"), _("不要回去拿东西。"))),
    Advice("gas", "gas", _("闻到燃气味"), "119", (
        _("关上燃气总阀，打开门窗。"), _("人全部到室外去，叫上邻居。"), _("到远处再打电话：119，或者燃气公司的抢修电话。")),
        (_("不要开关任何电器和灯。"), _("不要在屋里打电话、点火。"))),
    Advice("electric", "electric", _("有人触电、电动车起火"), "120", (
        _("先断电：拉总闸，或者用干木棒把电线挑开。"), _("人没有呼吸心跳，马上做心肺复苏，一直做到急救来。"),
        _("电动车电池起火，立即离开，关上门，打119。")),
        (_("没有断电前不要用手拉人。"), _("不要把电动车和电池带进楼道和屋里充电。"))),
    Advice("lift", "building", _("困在电梯里"), "119", (
        _("按下电梯里的报警按钮，报出电梯编号。"), _("靠着轿厢壁半蹲，扶好扶手。"), _("打轿厢里贴着的救援电话或者119，等人来。")),
        (_("不要扒门，不要从天窗往外爬。"),)),
    Advice("water", "road", _("暴雨积水"), "119", (
        _("往高处走，离开地下车库、下穿通道和河边。"), _("水没过门槛，先拉总闸再走。"),
        _("车熄火了马上下车，往高处去；车门打不开就砸侧窗的四角。")),
        (_("不要蹚看不清底的水，路面下可能没有井盖。"), _("不要靠近倒下的电线。"))),
    Advice("fall", "site", _("外墙、玻璃掉落，房屋有裂缝"), "110", (
        _("马上离开墙下，走到空旷的地方。"), _("听到楼里有断裂的声音，立刻出楼。"), _("拦住要走近的人，打110，再到这里上报。")),
        (_("不要在墙下拍照。"), _("不要回楼里收拾东西。"))),
)


@require_GET
@public
def knowledge(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/knowledge.html", {"advice": ADVICE, "now": request.at})  # type: ignore[attr-defined]
