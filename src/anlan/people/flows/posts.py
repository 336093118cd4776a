"""Moves on posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.places.named import id_of, named

from .. import forms, rules
from ..models import Appointment, Organisation, Post
from ..roles import CHECKERS, CHECKING
from .organisations import ACTIVE, RETIRED, UseState, end_use, reopen


def holders_roles(subjects: list[Any]) -> list[list[tuple[str, list[str]]]]:
    """Who holds the post, and the roles of the other posts that person holds."""
    ids = [s.case.id for s in subjects if s.given.roles is not None and s.case.version]
    rows: Any = []
    if ids:
        day = min(local_day(s.when.at) for s in subjects)
        held = Appointment.objects.filter(lasting(day), lasting(day, "person__appointments__"),
                                          person__appointments__post_id__in=ids)
        rows = held.values_list("person__appointments__post_id", "person__name", "post_id", "post__roles")
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for post_id, name, other_id, roles in rows:
        found[post_id][name] += roles if other_id != post_id else []
    return [list(found[s.case.id].items()) if s.case.id in found else [] for s in subjects]


def lasting(day: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": day})


def fill(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(organisation_id=facts.organisation.id, roles=list(given.roles or ()), valid_from=given.valid_from,
                valid_to=given.valid_to)


def edit(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    hours = facts.rules.calendars[given.hours].id if given.hours else None
    yield c.Set(title=given.title, area_id=id_of(facts.of_area), duty_phone=given.duty_phone or "", hours_id=hours,
                deputy_id=id_of(facts.deputy))


def set_roles(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(roles=list(given.roles or ()))


def cell(case: Any) -> Cell:
    """A post with a ground stands there; `checking` tells those that check units."""
    checks = CHECKING if CHECKERS & set(case.roles or ()) else ""
    return Cell(case.state if case.area_id else None, case.area_id or 0, case.organisation_id, checks)


POST = register(Flow(
    kind="post", label=_("岗位"), model=Post, states=UseState, link="/desk/posts/{uid}/",
    cell=cell,
    load={"organisation": named(Organisation, "organisation"), "of_area": named(Area, "area"),
          "deputy": named(Post, "deputy"), "holders_roles": Fact(holders_roles)},
    moves=(
        Move("create", _("新建"), NEW, ACTIVE, by=rules.may_edit_organisations, says=_("{who}设立岗位{title}"),
             form=forms.CreatePostForm, does=(fill, edit), needs=(
                 rules.post_fits, rules.roles_are_granted, rules.roles_suit_the_organisation,
                 rules.administrators_stay_apart, rules.member_stands_apart)),
        Move("edit", _("修改"), (ACTIVE, RETIRED), SAME, by=rules.may_edit_organisations, says=_("{who}修改岗位{title}"),
             form=forms.EditPostForm, needs=(rules.post_fits, rules.member_stands_apart), does=(edit,)),
        Move("set_roles", _("授予角色"), (ACTIVE,), SAME, by=rules.may_edit_roles, says=_("{who}把岗位的角色定为{roles}"),
             form=forms.RolesForm, needs=(rules.roles_suit_the_organisation, rules.administrators_stay_apart,
                                           rules.member_stands_apart),
             does=(set_roles,)),
        Move("retire", _("停用"), (ACTIVE,), RETIRED, by=rules.may_edit_organisations, says=_("{who}自{valid_to}起停用"),
             form=forms.EndUseForm, does=(end_use,)),
        Move("reopen", _("恢复使用"), (RETIRED,), ACTIVE, by=rules.may_edit_organisations, says=_("{who}恢复使用：{reason}"),
             form=forms.ReasonForm, does=(reopen,)),
    ),
))
