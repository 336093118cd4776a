from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case


class Detail(models.TextChoices):
    """What stands behind a return's numbers. Only rows that name units let a number be traced."""

    UNITS = "units", _("有明细")
    STREETS = "streets", _("只有分街道数")
    NONE = "none", _("无明细")


class MonthlyReturn(Case):
    """numbers: {item: number as text}; rows: [{line, day, unit, name, street, …items}], as they were read.

    asked_by: the organisation that judges it. digest: SHA-256 over month, numbers and rows, printed on the receipt.
    """

    code = models.CharField(_("回执编号"), max_length=12, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", verbose_name=_("报送部门"))
    month = models.DateField(_("月份"))
    asked_by = models.BigIntegerField(null=True)
    numbers = models.JSONField(_("数据"), default=dict)
    rows = models.JSONField(default=list)
    detail = models.CharField(_("明细"), max_length=8, choices=Detail.choices, blank=True)
    file = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(_("报送时间"), null=True)
    sender = models.CharField(_("报送人"), max_length=40, blank=True)
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    sent_back = models.BooleanField(_("退回过"), default=False)
    reason = models.CharField(_("退回理由"), max_length=500, blank=True)
    late = models.BooleanField(_("已逾期"), default=False)
    accepted_at = models.DateTimeField(_("接收时间"), null=True)
    amended_at = models.DateTimeField(_("接收后更正"), null=True)

    class Meta:
        verbose_name = _("部门月报")
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="return_once")]
        indexes = [models.Index(fields=["area", "month", "id"], name="return_month"),
                   models.Index(fields=["month", "id"], name="return_by_month")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.month:%Y-%m}"


class Sort(models.TextChoices):
    RATE = "rate", _("比率与分子分母不符")
    ROWS = "rows", _("明细之和与总数不符")
    STREETS = "streets", _("分街道之和与全区不符")
    SHRANK = "shrank", _("累计数变小")
    DIFFERS = "differs", _("与本系统记录不符")


class Contradiction(Case):
    """Two numbers that cannot both be true. subject: the case that states the first; link: where the second is counted.

    asked: what the second was counted by, so that its rows can be shown again: {kind, cells, since, until, party, level}.
    """

    subject_kind = models.CharField(max_length=20)
    subject_uid = models.UUIDField(db_index=True)
    subject = models.CharField(_("出处"), max_length=160)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+",
                                     verbose_name=_("说明单位"))
    sort = models.CharField(_("类别"), max_length=8, choices=Sort.choices)
    item = models.CharField(max_length=60)
    sentence = models.CharField(_("矛盾"), max_length=300)
    said = models.DecimalField(_("所报的数"), max_digits=18, decimal_places=2)
    found = models.DecimalField(_("应为的数"), max_digits=18, decimal_places=2, null=True)
    unit = models.CharField(_("单位"), max_length=8, blank=True)
    link = models.CharField(max_length=300, blank=True)
    asked = models.JSONField(default=dict)
    answer = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("数据矛盾")
        indexes = [models.Index(fields=["area", "state", "opened_at", "id"], name="contradiction_list"),
                   models.Index(fields=["opened_at", "id"], name="contradiction_opened")]

    def __str__(self) -> str:
        return self.sentence[:60]
