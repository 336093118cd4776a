from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case


class Sort(models.TextChoices):
    CONGRESS = "congress", _("人大专项报告")
    MONTHLY = "monthly", _("工作月报")
    DAILY = "daily", _("工作日报")
    OTHER = "other", _("其他")


class ReportTemplate(Case):
    """How a kind of report begins; the office's own."""

    sort = models.CharField(_("类别"), max_length=10, choices=Sort.choices)
    name = models.CharField(_("名称"), max_length=60)
    text = models.TextField(_("正文"))

    class Meta:
        verbose_name = _("报告模板")
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="report_template_name")]

    def __str__(self) -> str:
        return self.name


class Report(Case):
    """as_of: figures are counted as of the end of this day. frozen: each figure with what makes it countable again."""

    sort = models.CharField(_("类别"), max_length=10, choices=Sort.choices)
    title = models.CharField(_("标题"), max_length=120)
    addressee = models.CharField(_("主送"), max_length=120, blank=True)
    issuer = models.CharField(_("落款"), max_length=60, blank=True)
    as_of = models.DateField(_("数据截至"))
    text = models.TextField(_("正文"))
    party_id = models.BigIntegerField(null=True)
    author_id = models.BigIntegerField(null=True)
    edited_by = models.BigIntegerField(null=True)
    signed_by = models.BigIntegerField(null=True)
    signer = models.CharField(_("签发人"), max_length=40, blank=True)
    signed_at = models.DateTimeField(_("签发时间"), null=True)
    counted_at = models.DateTimeField(_("计数时刻"), null=True)
    head = models.BigIntegerField(_("日志位置"), null=True)
    frozen = models.JSONField(default=list)
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    published_at = models.DateTimeField(_("公开时间"), null=True)

    @property
    def figures_read(self) -> list[dict[str, Any]]:
        """The frozen figures that stand behind what is printed."""
        return [f for f in self.frozen if f.get("read", True)]

    class Meta:
        verbose_name = _("报告")
        indexes = [models.Index(fields=["area", "state", "opened_at", "id"], name="report_list"),
                   models.Index(fields=["opened_at", "id"], name="report_opened")]

    def __str__(self) -> str:
        return self.title


class Source(models.TextChoices):
    PROMISE = "promise", _("报告承诺")
    OPINION = "opinion", _("审议意见")


class Commitment(Case):
    """Something promised in a report, or asked of it by the committee, with the day it is due."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="commitments", verbose_name=_("报告"))
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices)
    text = models.TextField(_("事项"))
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", verbose_name=_("承办单位"))
    due_on = models.DateField(_("完成时限"))
    result = models.TextField(_("办理情况"), blank=True)
    done_on = models.DateField(_("完成日期"), null=True)
    late = models.BooleanField(_("已逾期"), default=False)

    class Meta:
        verbose_name = _("承诺事项")
        indexes = [models.Index(fields=["area", "state", "due_on", "id"], name="commitment_due"),
                   models.Index(fields=["due_on", "id"], name="commitment_by_day")]

    def __str__(self) -> str:
        return self.text[:40]
