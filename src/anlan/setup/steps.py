"""The steps of the first run, in their order, and which of them is next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import grounds, holidays, organisations, staff, units
from .models import FirstRun
from .tables import Run, Template


@dataclass(frozen=True)
class Step:
    """skip: what follows from leaving it for later; "" where it must be done. proposal: the button that takes the
    template as it is."""

    slug: str
    label: Any
    about: Any
    is_done: Callable[[date], bool]
    run: Run | None = None
    template: Template | None = None
    skip: Any = ""
    proposal: Any = ""
    more: Any = ""


STEPS = (
    Step("areas", _("区划代码"), _("区、街道、社区、网格的代码和名称。以后的数据都挂在这棵树上。"), lambda on: grounds.is_done(),
         grounds.run, grounds.template),
    Step("boundaries", _("边界"), _("各区域的边界：GeoJSON 文件，面的属性里写明区域代码（code）。有了边界，单位和定位自动归到网格。"),
         lambda on: grounds.drawn(), skip=_("没有边界也能开始：导入单位时须写明所在网格。边界以后可以在设置里登记。")),
    Step("organisations", _("机构"), _("部门、街道办事处、社区居委会，和专业委员会及其牵头部门。模板里已按区划列出建议。"),
         lambda on: organisations.is_done(), organisations.run, organisations.template, proposal=_("直接用建议的机构"),
         more=_("建议里的部门和专委会是通行的设置，请对照本区文件核对。")),
    Step("people", _("人员和岗位"), _("谁在哪个机构、负责哪一片、担任什么角色。系统管理员、安全管理员、审计员由三个人分别担任。"),
         lambda on: staff.is_done(), staff.run, staff.template),
    Step("units", _("单位"), _("本区要管的单位和门店，一行一家。表格乱一点没关系：每处问题都会指出行和列，改好再传。"),
         lambda on: units.is_done(), units.run, units.template,
         skip=_("可以先不导入：网格员巡查时能逐家登记，社区也可以随时从表格导入。")),
    Step("holidays", _("节假日"), _("按工作日计算的时限以此为准。模板里已填好国务院办公厅公布的放假和调休。"),
         holidays.is_done, holidays.run, holidays.template, proposal=_("直接用已填好的节假日")),
    Step("rules", _("规则"), _("时限、频次、分级标准等规则。标“暂定”的请先看过，开始以后由应急管理部门逐条核定。"), lambda on: False),
)
BY_SLUG = {step.slug: step for step in STEPS}


@dataclass(frozen=True)
class Progress:
    """Each step with its state: done, skipped, current, ahead."""

    states: dict[str, str]

    @property
    def current(self) -> Step:
        return next(step for step in STEPS if self.states[step.slug] == "current")

    @property
    def done(self) -> int:
        return sum(state in ("done", "skipped") for state in self.states.values())


def progress(on: date) -> Progress:
    """Told by what stands in the database, so that a first run goes on where it was left."""
    run = FirstRun.objects.first()
    skipped = set(run.skipped) if run is not None else set()
    states: dict[str, str] = {}
    for step in STEPS:
        if "current" in states.values():
            states[step.slug] = "done" if step.is_done(on) else "ahead"
        elif step.is_done(on):
            states[step.slug] = "done"
        else:
            states[step.slug] = "skipped" if step.slug in skipped else "current"
    return Progress(states)
