from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case


class Sort(models.TextChoices):
    LEDGER = "ledger", _("台账（一行一条）")
    RETURN = "return", _("月报（填指标）")


class Paper(models.TextChoices):
    A4 = "A4", "A4"
    A3 = "A3", "A3"


class Across(models.TextChoices):
    LANDSCAPE = "landscape", _("横向")
    PORTRAIT = "portrait", _("纵向")


class Layout(Case):
    """slug: the register whose rows fill a ledger. mapping: see toolkit.layouts.layout. pattern: of the file's name."""

    name = models.CharField(_("名称"), max_length=60)
    sort = models.CharField(_("类别"), max_length=8, choices=Sort.choices)
    slug = models.CharField(_("填哪本登记簿"), max_length=40, blank=True)
    pattern = models.CharField(_("文件名"), max_length=80, blank=True)
    paper = models.CharField(_("纸张"), max_length=2, choices=Paper.choices, blank=True)
    across = models.CharField(_("方向"), max_length=9, choices=Across.choices, blank=True)
    file = models.CharField(max_length=64)
    mapping = models.JSONField(_("对照"), default=dict)
    party_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("上级版式")
        indexes = [models.Index(fields=["area", "state", "id"], name="layout_area")]

    def __str__(self) -> str:
        return self.name
