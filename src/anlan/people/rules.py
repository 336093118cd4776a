"""Who may change organisations, posts, people and terms, and who may enforce."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule, sentences
from anlan.places.rules import permitted

from .models import Sort
from .roles import THREE_ADMINISTRATORS, Role

may_edit_organisations = permitted("organisations.edit", _("机构和岗位只能由系统管理员维护"))
may_edit_accounts = permitted("accounts.edit", _("账号只能由系统管理员维护"))
may_edit_roles = permitted("roles.edit", _("岗位的角色只能由安全管理员授予"))
may_edit_licences = permitted("licences.edit", _("资格证只能由安全管理员登记"))


@rule(_("只能由本人或系统管理员办理"))
def is_self_or_may_edit(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(actor.system or actor.person_id == case.id or "accounts.edit" in actor.permits)


@rule(_("机构代码已被使用"), reads=("code_taken",))
def organisation_code_is_free(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.code_taken


@sentences(_("所在区域、上级和牵头机构须存在"), reads=("of_area", "organisations"))
def organisation_fits(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    why = [] if facts.of_area else [str(_("没有找到区域"))]
    parent, lead = facts.organisations["parent"], facts.organisations["lead"]
    sort = given.sort or case.sort
    if given.parent and parent is None:
        why.append(str(_("没有找到上级机构")))
    if parent is not None and parent.id == case.id:
        why.append(str(_("机构不能以自己为上级")))
    if given.lead and (lead is None or lead.sort != Sort.DEPARTMENT):
        why.append(str(_("牵头的须是区级部门")))
    if given.lead and sort != Sort.COMMITTEE:
        why.append(str(_("只有专业委员会有牵头部门")))
    if given.parent and sort == Sort.UNIT_OWNER:
        why.append(str(_("单位业主不属于任何机构")))
    return why


@sentences(_("所在机构、责任区域和副岗须存在"), reads=("organisation", "of_area", "deputy"))
def post_fits(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    why = []
    organisation = facts.organisation or (case.organisation if case.organisation_id else None)
    if organisation is None:
        return [str(_("没有找到所在机构"))]
    if given.area and facts.of_area is None:
        why.append(str(_("没有找到责任区域")))
    if given.area and organisation.sort == Sort.UNIT_OWNER:
        why.append(str(_("单位人员不负责任何区域")))
    if facts.of_area is not None and organisation.area_id not in facts.lineage(facts.of_area.id):
        why.append(str(_("责任区域不在“%(name)s”的范围内") % {"name": organisation.name}))
    if given.deputy and facts.deputy is None:
        why.append(str(_("没有找到副岗")))
    if facts.deputy is not None and facts.deputy.id == case.id:
        why.append(str(_("岗位不能以自己为副岗")))
    if given.hours and given.hours not in facts.rules.calendars:
        why.append(str(_("没有找到这份工作时间")))
    return why


@sentences(_("带角色的岗位须由安全管理员授权"))
def roles_are_granted(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    if given.roles and not actor.system and "roles.edit" not in actor.permits:
        return [str(_("先建立岗位，角色由安全管理员授予"))]
    return []


@sentences(_("单位业主的岗位只能是单位人员；单位人员的岗位只能设在单位业主"), reads=("organisation",))
def roles_suit_the_organisation(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    organisation = facts.organisation or (case.organisation if case.organisation_id else None)
    if organisation is None or not given.roles:
        return []
    if (organisation.sort == Sort.UNIT_OWNER) != (set(given.roles) == {Role.UNIT}) or (
            organisation.sort != Sort.UNIT_OWNER and Role.UNIT in given.roles):
        return [str(_("单位业主的岗位只能是单位人员；单位人员的岗位只能设在单位业主"))]
    return []


@sentences(_("系统、安全、审计三员须分立"), reads=("holders_roles",))
def administrators_stay_apart(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    """GB/T 22239-2019 level 3, access control: separation of administrators [sure]."""
    for name, elsewhere in facts.holders_roles:
        if two_of_three({*(given.roles or ()), *elsewhere}):
            return [str(_("系统、安全、审计三员须分立：%(name)s将兼任其中两员") % {"name": name})]
    if two_of_three(set(given.roles or ())):
        return [str(_("系统、安全、审计三员须分立：一个岗位只能担任其中一员"))]
    return []


@rule(_("人大代表的岗位不能有其他角色，也不负责任何区域"))
def member_stands_apart(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    """What a member may open follows from the role alone."""
    roles = set(given.roles if given.roles is not None else case.roles or ())
    return Role.MEMBER not in roles or (len(roles) == 1 and not given.area and case.area_id is None)


def two_of_three(roles: set[str]) -> bool:
    return len(THREE_ADMINISTRATORS & roles) > 1


@rule(_("登录名已被使用"), reads=("login_taken",))
def login_is_free(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.login_taken


@sentences(_("人员和岗位须存在并在用"), reads=("person", "post", "roles_elsewhere"))
def appointment_fits(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    person, post = facts.person, facts.post
    if person is None:
        return [str(_("没有找到这个人员"))]
    if post is None:
        return [str(_("没有找到这个岗位"))]
    if not person.is_active:
        return [str(_("%(name)s的账号已停用") % {"name": person.name})]
    if post.valid_to and given.since >= post.valid_to:
        return [str(_("岗位“%(title)s”已于%(day)s停用") % {"title": post.title, "day": post.valid_to})]
    if two_of_three({*post.roles, *facts.roles_elsewhere}):
        return [str(_("系统、安全、审计三员须分立：%(name)s将兼任其中两员") % {"name": person.name})]
    return []


@rule(_("任期不能在开始之前结束"))
def ends_after_it_begins(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(given.until >= case.since)


@rule(_("没有找到这个人员"), reads=("person",))
def person_is_known(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return facts.person is not None


@rule(_("同种证件的这个编号已经登记"), reads=("number_taken",))
def licence_is_new(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return not facts.number_taken


@rule(_("只能由岗位本人，或同一机构有权安排代理的人办理"), reads=("posts",))
def may_delegate(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    post = facts.posts["from_post"] or (case.from_post if case.from_post_id else None)
    if actor.system or post is None:
        return True
    same_house = "delegations.edit" in actor.permits and actor.organisation_id == post.organisation_id
    return bool(actor.post_id == post.id or same_house)


@sentences(_("代理双方须存在且不同"), reads=("posts", "to_person"))
def delegation_fits(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    first, second = facts.posts["from_post"], facts.posts["to_post"]
    if first is None:
        return [str(_("没有找到被代理的岗位"))]
    if second is None and facts.to_person is None:
        return [str(_("没有找到代理的岗位或人员"))]
    if second is not None and second.id == first.id:
        return [str(_("岗位不能代理自己"))]
    return []


@rule(_("委托书只能由委托机关登记"), reads=("organisations",))
def may_entrust(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    department = facts.organisations["department"]
    owner = department.id if department is not None else case.department_id
    return bool(actor.system or ("entrustments.edit" in actor.permits and actor.organisation_id in (owner, None)))


@sentences(_("委托方须是部门，受托方须是街道"), reads=("organisations",))
def entrustment_fits(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    department, office = facts.organisations["department"], facts.organisations["street_office"]
    why = []
    if department is None or department.sort != Sort.DEPARTMENT:
        why.append(str(_("委托机关须是区级部门")))
    if office is None or office.sort != Sort.STREET_OFFICE:
        why.append(str(_("受委托的须是街道办事处")))
    return why


@sentences(_("须由有执法证的部门执法人员，或受书面委托街道的执法人员办理"))
def may_enforce(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
    """A licensed officer of a department, or of a street entrusted in writing (Penalty Law Art 20, 42 [sure])."""
    return enforcement_faults(actor)


def enforcement_faults(actor: Any) -> list[str]:
    """Why this actor may not enforce; empty when it may."""
    if Role.OFFICER not in actor.roles:
        return [str(_("只有执法人员可以办理"))]
    why = []
    if "enforcement" not in actor.licences:
        why.append(str(_("您没有在有效期内的行政执法证")))
    sort = actor.detail("organisation_sort")
    if sort != Sort.DEPARTMENT and not (sort == Sort.STREET_OFFICE and actor.detail("entrusted_by")):
        why.append(str(_("本机构不是执法部门，也没有在有效期内的书面委托")))
    return why
