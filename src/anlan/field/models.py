from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Versioned


class Device(Versioned):
    """A phone of one person. key: the public half of an ECDSA P-256 key that never leaves the phone, in hexadecimal.

    seen_at: real time; counter: the highest number of an envelope that came; shares_since: since when its person lets it
    tell where she is while on duty.
    """

    name = models.CharField(_("手机"), max_length=80)
    key = models.CharField(max_length=130, unique=True, editable=False)
    person_id = models.BigIntegerField(_("使用人"), db_index=True)
    area_id = models.BigIntegerField(null=True)
    counter = models.PositiveBigIntegerField(_("已收到"), default=0)
    seen_at = models.DateTimeField(_("最近联系"), null=True)
    shares_since = models.DateTimeField(_("同意共享位置"), null=True)

    class Meta:
        verbose_name = _("手机")

    def __str__(self) -> str:
        return self.name
