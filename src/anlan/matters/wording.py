"""What those who answer for a matter are told; kept in Chinese."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored


@stored
def unanswered(code: str) -> str:
    return _("事项{code}到期未答复").format(code=code)


@stored
def call_failed(code: str) -> str:
    return _("事项{code}的呼叫没有办成，请答复").format(code=code)


@stored
def reported(what: str) -> str:
    return _("居民上报：{what}").format(what=what[:60])


@stored
def reported_again(code: str) -> str:
    return _("又有居民反映事项{code}").format(code=code)


@stored
def asked_again(code: str) -> str:
    return _("居民对事项{code}的答复不满意，请再办理").format(code=code)


@stored
def unsealing_asked(code: str) -> str:
    return _("有人申请查看事项{code}的上报人，请批准或不同意").format(code=code)


@stored
def unsealing_granted(hours: int) -> str:
    return _("已同意您查看上报人，{hours}小时内有效，每次查看都有记录").format(hours=hours)


@stored
def unsealing_declined(answer: str) -> str:
    return _("没有同意您查看上报人：{answer}").format(answer=answer[:100])
