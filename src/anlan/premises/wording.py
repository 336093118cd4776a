"""What units and offices are told of a file's changes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored


@stored
def change_asked(unit: str) -> str:
    return _("{unit}申请变更档案，请核实").format(unit=unit)


@stored
def change_answered(unit: str, answer: str) -> str:
    if answer:
        return _("{unit}的档案变更没有采用：{answer}").format(unit=unit, answer=answer)
    return _("{unit}的档案变更已采用").format(unit=unit)
