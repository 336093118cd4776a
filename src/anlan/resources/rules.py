"""Who keeps what stands on a ground: seen by the whole district, changed by who answers for the ground."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule
from anlan.people.permits import grant
from anlan.people.scope import sees_area
from anlan.places.rules import permitted

grant("resources.keep", "community", "street", "emergency", label=_("维护避难场所和消火栓"))


@rule(_("只能由负责所在区域的单位办理"))
def on_own_ground(case, facts, actor, when, given):
    """The area of a new row is an input, which is judged with the other references."""
    return not case.version or sees_area(actor, facts.lineage(case.area_id))


MAY_KEEP = permitted("resources.keep", _("避难场所和消火栓由社区、街道或应急管理部门维护")) & on_own_ground
