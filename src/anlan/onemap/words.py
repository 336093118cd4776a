"""Sentences that the map's script prints."""

from __future__ import annotations

from django.utils.translation import gettext as _


def map_words() -> dict[str, str]:
    """Keys as web/map/ names them."""
    return {
        "over": _("这里超过 10,000 件，不逐件显示。可缩小范围、减少条件，或改看分区着色。"),
        "overOffer": _("改看分区着色"), "here": _("此处 {n} 件"), "none": _("没有找到"), "now": _("现在"),
        "failed": _("地图数据没有取到，请稍后再试。"), "noGl": _("这台设备不能显示地图，下面的列表内容相同。"),
        "metres": _("{n} 米"), "kilometres": _("{n} 公里"), "squareMetres": _("{n} 平方米"),
        "squareKilometres": _("{n} 平方公里"),
        "measureHint": _("在图上依次点选；回车以图中心为一点，退格撤回，退出键结束。"),
        "pickHint": _("在图上点一个位置，或按回车取图中心。"),
        "choropleth": _("{name}，{day}"), "noData": _("没有数据"), "play": _("播放"), "pause": _("停止播放"),
        "copied": _("链接已复制"), "mapLabel": _("地图，方向键移动，加减号缩放"),
        "metre": _("米"), "kilometre": _("公里"), "zoomIn": _("放大"), "zoomOut": _("缩小"),
        "compare": _("对比：{day}"), "saved": _("标绘已保存"), "points": _("已点 {n} 处"),
    }
