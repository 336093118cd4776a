from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Versioned


class ApiToken(Versioned):
    """A key of another system, bound to one post. Only its digest is kept; expires_at and last_used_at are real time."""

    name = models.CharField(_("名称"), max_length=60)
    prefix = models.CharField(_("开头"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name=_("范围"))
    post_id = models.BigIntegerField(_("岗位"))
    person_id = models.BigIntegerField(_("责任人"), null=True)
    per_minute = models.PositiveIntegerField(_("每分钟请求数"), default=600)
    expires_at = models.DateTimeField(_("有效期至"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True)

    class Meta:
        verbose_name = _("接口令牌")

    def __str__(self) -> str:
        return self.name
