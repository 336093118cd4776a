"""Sentences that the scripts print, translated on the server so that one catalogue holds them all."""

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """Keys as web/lib/words.ts names them; %(name)s is filled in by the script."""
    return {
        "minute": _("%(n)s 分钟"),
        "hour": _("%(n)s 小时"),
        "day": _("%(n)s 天"),
        "left": _("还剩 %(span)s"),
        "over": _("已超 %(span)s"),
        "leftBrief": _("还剩不到 1 分钟"),
        "overBrief": _("刚刚超时"),
        "close": _("关闭"),
        "undo": _("撤销"),
        "working": _("正在处理……"),
        "stillWorking": _("还在处理，可以先做别的。"),
        "offline": _("没有网络。填写的内容已留在本机，联网后请再提交一次。"),
        "refused": _("没有办成，请稍后再试。"),
        "draftFound": _("这里是 %(when)s 填写、尚未提交的内容。"),
        "draftDrop": _("不要，重新填写"),
        "photoRemove": _("去掉这张照片"),
        "photoTooBig": _("%(name)s 超过 %(limit)s 兆字节，没有加入。"),
        "photoNotImage": _("%(name)s 不是照片，没有加入。"),
        "photoCount": _("%(n)s 张照片，共 %(size)s 兆字节"),
        "signed": _("已手写签名"),
        "unsigned": _("尚未签名"),
        "chosen": _("已选 %(n)s 项"),
        "answered": _("已查 %(n)s / %(of)s 项"),
        "confirm": _("确定"),
        "cancel": _("取消"),
        "bell": _("通知，%(n)s 条未读"),
        "ringGo": _("去处理"),
        "ringHeard": _("知道了"),
        "ringSound": _("打开铃声"),
        "changed": _("%(n)s 件有变化"),
        "muchChanged": _("有许多变化"),
        "caseChanged": _("这件事有新进展"),
        "sessionOver": _("登录已结束，请重新登录"),
        "urgentNow": _("听起来很紧急：请现在就打电话，人先离开危险的地方。"),
        "locating": _("正在找您的位置……"),
        "located": _("已取到您现在的位置。"),
        "notLocated": _("没有取到位置，请在下面选所在社区。"),
        "postChanged": _("已换了岗位，点这里刷新"),
    }
