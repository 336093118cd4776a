"""Who may visit, plan and hand over; what a visit must hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.hazards.models import Level
from anlan.kernel.rules import rule, sentences
from anlan.people.scope import sees_area

VISITORS = ("warden", "community", "street", "officer", "department", "emergency")
PLANNERS = ("community", "street", "officer", "department", "emergency")


@rule(_("须由承担本任务的岗位检查"))
def holds_the_visit(case, facts, actor, when, given):
    return case.post_id is not None and case.post_id in (actor.post_id, *actor.parties)


@rule(_("须由本辖区的网格员、社区、街道或有关部门检查"), reads=("unit",))
def visits_here(case, facts, actor, when, given):
    return actor.is_any(*VISITORS) and (facts.unit is None or _inside(facts.unit.area_id, facts, actor))


@rule(_("须由本辖区的社区、街道或有关部门安排"))
def plans_here(case, facts, actor, when, given):
    return actor.system or actor.is_any(*PLANNERS)


def _inside(area_id, facts, actor) -> bool:
    return sees_area(actor, facts.lineage(area_id))


@rule(_("没有找到这个单位，或者它不在您的范围内"), reads=("unit",))
def unit_known(case, facts, actor, when, given):
    return facts.unit is not None and (actor.system or _inside(facts.unit.area_id, facts, actor))


@rule(_("这个单位已停业注销，不再检查"), reads=("unit",))
def unit_not_closed(case, facts, actor, when, given):
    """A check made before it closed counts, also where it is told afterwards."""
    return facts.unit is None or facts.unit.state != "closed" or when.at < facts.unit.changed_at


@rule(_("检查当天没有启用的排查手册"), reads=("book",))
def book_in_force(case, facts, actor, when, given):
    return facts.book is not None


@sentences(_("隐患须对应手册的检查项，重大隐患须写明等级理由并立即控制"), reads=("book",))
def finds_hold(case, facts, actor, when, given):
    """A find names an item of the handbook in force, or says what it is; a major one is controlled at once."""
    out = []
    for n, find in enumerate(given.finds or (), start=1):
        item = facts.book.items.get(find["item"]) if facts.book else None
        if find["item"] and item is None:
            out.append(str(_("第{n}处隐患：手册中没有检查项{code}")).format(n=n, code=find["item"]))
            continue
        level = find["level"] or (item.level if item else Level.GENERAL)
        if level == Level.MAJOR and not find["control"]:
            out.append(str(_("第{n}处是重大隐患，请选择现场控制措施")).format(n=n))
        if item and level != item.level and not find["reason"]:
            out.append(str(_("第{n}处隐患的等级与手册不同，请写明理由")).format(n=n))
        if find["fixed"] or find["after"]:
            out += _on_spot(n, find, level, given)
    return out


def _on_spot(n, find, level, given):
    if level == Level.MAJOR:
        return [str(_("第{n}处是重大隐患，不得当场整改销号")).format(n=n)]
    if not (find["before"] and find["after"] and given.signature):
        return [str(_("第{n}处当场整改须有整改前、整改后两张照片和单位签字")).format(n=n)]
    return []


@sentences(_("检查项须在手册之内"), reads=("book",))
def answers_hold(case, facts, actor, when, given):
    unknown = [code for code in given.answers or {} if facts.book and code not in facts.book.items]
    return [str(_("手册中没有检查项{code}")).format(code=code) for code in unknown[:3]]


@rule(_("没有找到这个网格员岗位"), reads=("post",))
def post_known(case, facts, actor, when, given):
    return facts.post is not None and "warden" in facts.post.roles


@rule(_("这个岗位不在您负责的区域内"), reads=("post",))
def post_here(case, facts, actor, when, given):
    post = facts.post
    return actor.system or post is None or (post.area_id is not None and _inside(post.area_id, facts, actor))


@rule(_("只能随任务单一并办理"))
def within_round(case, facts, actor, when, given):
    return facts.origin.startswith("round.")
