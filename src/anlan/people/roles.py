"""Roles a post may carry, and what each role may do in every app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    WARDEN = "warden", _("网格员")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    OFFICER = "officer", _("执法人员")
    REVIEWER = "reviewer", _("复查人员")
    EXPERT = "expert", _("专家")
    DEPARTMENT = "department", _("部门")
    EMERGENCY = "emergency", _("应急管理部门")
    DIRECTOR = "director", _("分管负责人")
    LEADER = "leader", _("区领导")
    UNIT = "unit", _("单位人员")
    SYSADMIN = "sysadmin", _("系统管理员")
    SECADMIN = "secadmin", _("安全管理员")
    AUDITOR = "auditor", _("审计员")
    DUTY = "duty", _("总值班室")
    MEMBER = "member", _("人大代表")
    STOREKEEPER = "storekeeper", _("物资保管员")
    TEAM_LEADER = "teamleader", _("救援队队长")


THREE_ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})  # 三员分立, GB/T 22239-2019 [sure]
OUTSIDE = frozenset({Role.UNIT, Role.MEMBER})
"""Whoever does not work for the district: joint action is not open to them."""
CHECKING = "checking"
CHECKERS = frozenset({Role.WARDEN, Role.COMMUNITY, Role.STREET, Role.OFFICER, Role.DEPARTMENT})
"""Whose posts are counted as checking units; the level of a post in the counts."""
LICENCE_SORTS = (("enforcement", _("行政执法证")), ("expert", _("专家聘书")), ("gas", _("燃气专业资格")),
                 ("fire", _("消防专业资格")))
