"""Moves on organisations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Flow, Move, register
from anlan.kernel.models import Area
from anlan.places.named import id_of, named, named_many, taken

from .. import forms, rules
from ..models import Organisation


class UseState(TextChoices):
    ACTIVE = "active", _("在用")
    RETIRED = "retired", _("停用")


ACTIVE, RETIRED = UseState.ACTIVE, UseState.RETIRED


def fill(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(code=given.code, sort=given.sort, valid_from=given.valid_from, valid_to=given.valid_to)


def edit(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    named_ones = facts.organisations
    yield c.Set(name=given.name, area_id=facts.of_area.id, parent_id=id_of(named_ones["parent"]),
                lead_id=id_of(named_ones["lead"]), covers=given.covers or "", chair=given.chair or "",
                phone=given.phone or "")


def end_use(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(valid_to=given.valid_to)


def reopen(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(valid_to=None)


ORGANISATION = register(Flow(
    kind="organisation", label=_("机构"), model=Organisation, states=UseState, link="/desk/organisations/{uid}/",
    cell=lambda case: Cell(None, case.area_id or 0),
    load={"of_area": named(Area, "area"), "organisations": named_many(Organisation, "parent", "lead"),
          "code_taken": taken(Organisation, "code")},
    moves=(
        Move("create", _("新建"), NEW, ACTIVE, by=rules.may_edit_organisations, says=_("{who}建立机构{name}"),
             form=forms.CreateOrganisationForm, needs=(rules.organisation_code_is_free, rules.organisation_fits),
             does=(fill, edit)),
        Move("edit", _("修改"), (ACTIVE, RETIRED), SAME, by=rules.may_edit_organisations, says=_("{who}修改{name}的资料"),
             form=forms.EditOrganisationForm, needs=(rules.organisation_fits,), does=(edit,)),
        Move("retire", _("停用"), (ACTIVE,), RETIRED, by=rules.may_edit_organisations, says=_("{who}自{valid_to}起停用"),
             form=forms.EndUseForm, does=(end_use,)),
        Move("reopen", _("恢复使用"), (RETIRED,), ACTIVE, by=rules.may_edit_organisations, says=_("{who}恢复使用：{reason}"),
             form=forms.ReasonForm, does=(reopen,)),
    ),
))
