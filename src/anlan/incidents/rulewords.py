"""The words in which the settings page tells the tables of this app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.people.roles import Role
from anlan.places.words import WORDS

from .contents import FIELDS
from .models import COUNTS, Incident, Rung, Stage

NEW = {
    **{name: Incident._meta.get_field(name).verbose_name for name in COUNTS}, **{r.value: r.label for r in Rung},
    **{s.value: s.label for s in Stage}, **FIELDS, **{r.value: r.label for r in (Role.LEADER, Role.DIRECTOR, Role.EMERGENCY)},
    "phone": _("电话"), "written": _("书面"), "general": _("一般事件的书面"), "code": _("代码"), "name": _("名称"), "condition": _("情形"),
    "words": _("字词"), "measure": _("数字"), "least": _("至少"), "sensitive": _("敏感"), "commander": _("指挥长"), "roles": _("角色"),
    "desk": _("值班室"), "other": _("其他单位"), "article": _("条款"), "steps": _("措施"), "must": _("必填"), "known": _("知道就填"),
    "changed": _("有变化才填"), "blank": _("不填"), "none": _("未启动响应")}
for name, word in NEW.items():
    WORDS.setdefault(name, word)
