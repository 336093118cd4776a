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
