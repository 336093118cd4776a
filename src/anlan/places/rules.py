"""Who may change areas, calendars and parameters, and what a change must keep."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import Rule, rule, sentences

from .models import Level


def permitted(permit: str, says: Any) -> Rule:
    """The actor's post carries a permit; the system may always."""
    return Rule(says, lambda case, facts, actor, when, given:
                [] if actor.system or permit in actor.permits else [str(says)])


may_edit_areas = permitted("areas.edit", _("区划只能由系统管理员维护"))
may_edit_rules = permitted("rules.edit", _("规则参数只能由应急管理部门维护"))
may_edit_calendars = permitted("calendars.edit", _("节假日安排只能由应急管理部门维护"))


@sentences(_("上级区域须存在并高一级"), reads=("parent", "root"))
def parent_fits(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    level = case.level if given.level is None else given.level
    if level == Level.DISTRICT:
        return _root_faults(case, facts, given)
    if facts.parent is None:
        return [str(_("没有找到上级区域"))]
    if facts.parent.level != level - 1:
        told = {"parent": facts.parent.name, "above": Level(facts.parent.level).label, "level": Level(level).label}
        return [str(_("“%(parent)s”是%(above)s，不能直接下辖%(level)s")) % told]
    if facts.parent.valid_to and facts.parent.valid_to <= (given.valid_from or given.since):
        return [str(_("“%(name)s”已于%(day)s停用，不能再作上级")) % {
            "name": facts.parent.name, "day": facts.parent.valid_to}]
    return []


def _root_faults(case: Any, facts: Any, given: Any) -> list[str]:
    if given.parent:
        return [str(_("最上一级区域没有上级"))]
    if facts.root not in (None, case.id):
        return [str(_("最上一级区域已经建立，一个实例只管一个"))]
    return []


@rule(_("这个代码已经用于另一区域，停用的代码也不再给别人"), reads=("code_taken",))
def code_is_free(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.code_taken


@rule(_("最上一级区域不能移动"))
def is_below_the_top(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(case.level != Level.DISTRICT)


@rule(_("停用日期不能早于启用日期"))
def ends_after_it_begins(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(given.valid_to > case.valid_from)


@sentences(_("下级区域须先停用或移走"), reads=("children",))
def nothing_below(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    still = [name for name, until in facts.children if until is None or until > given.valid_to]
    if not still:
        return []
    told = {"count": len(still), "names": "、".join(still[:3])}
    return [str(_("还有%(count)s个下级区域在用（%(names)s），请先停用或移到别处")) % told]


@rule(_("没有找到这个区域"), reads=("of_area",))
def area_is_known(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return facts.of_area is not None


@rule(_("这一天已有一份生效的边界，请先撤回它"), reads=("drawn_before",))
def one_boundary_a_day(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.drawn_before


@rule(_("这条规则在这一天已有取值，请改用另一个生效日期，或先撤回"), reads=("dated_before",))
def one_value_a_day(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.dated_before


@rule(_("这是最早的一条取值，撤回后规则就没有了"), reads=("others",))
def another_value_stands(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return any(day < case.valid_from for day in facts.others)


@rule(_("没有找到这份日历"), reads=("calendar",))
def calendar_is_known(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return facts.calendar is not None


@rule(_("这一年的安排已经建立，请在原表上修改"), reads=("year_taken",))
def year_is_new(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.year_taken
