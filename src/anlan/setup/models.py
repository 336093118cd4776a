"""How far the first run has come."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Versioned


class FirstRun(Versioned):
    """One row an instance; skipped: steps left for later."""

    skipped = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("以后再办的步骤"))

    class Meta:
        verbose_name = _("初始设置")

    def __str__(self) -> str:
        return str(_("初始设置"))
