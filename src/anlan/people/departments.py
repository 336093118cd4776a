"""Departments, by which figures are split: the party that marks name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.toolkit.dimensions import BY_PARTY, Choice, dimension, tells

from .models import Organisation, Sort


def choices() -> list[Choice]:
    rows = Organisation.objects.filter(sort=Sort.DEPARTMENT).order_by("code").values_list("code", "name", "id")
    return [Choice(*row) for row in rows]


dimension("department", _("部门"), "department", choices, rest=_("部门以外（街道、社区、网格）"))
tells("post", "department", BY_PARTY)
