from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Area, Case


class Grouping(models.TextChoices):
    NONE = "", _("不分组")
    AREA = "area", _("按下一级区域")
    MONTH = "month", _("按月")
    DEPARTMENT = "department", _("按部门")
    INDUSTRY = "industry", _("按行业")


class Rhythm(models.TextChoices):
    DAILY = "daily", _("每天")
    WEEKLY = "weekly", _("每周一")
    MONTHLY = "monthly", _("每月1日")


class SavedQuestion(Case):
    """What is asked, without a number. where None: the ground of whoever reads it; shared: the organisation sees it.

    department, industry: the word of the one that is counted, as in addresses; empty: all.
    """

    name = models.CharField(_("名称"), max_length=60)
    indicator = models.CharField(_("指标"), max_length=60)
    period = models.CharField(_("时段"), max_length=30)
    where = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name=_("统计区域"))
    department = models.CharField(_("部门"), max_length=40, blank=True)
    industry = models.CharField(_("行业"), max_length=10, blank=True)
    grouping = models.CharField(_("分组"), max_length=10, choices=Grouping.choices, blank=True)
    shared = models.BooleanField(_("本单位共享"), default=False)
    person_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("常用查询")
        indexes = [models.Index(fields=["person_id", "state", "id"], name="question_person"),
                   models.Index(fields=["organisation_id", "id"], name="question_shared", condition=models.Q(shared=True))]

    def __str__(self) -> str:
        return self.name

    @property
    def narrow(self) -> dict[str, str]:
        return {d: word for d in ("department", "industry") if (word := getattr(self, d))}


class Subscription(Case):
    """Of one person in one post. sent_on: the last day a figure was told."""

    question = models.ForeignKey(SavedQuestion, models.PROTECT, related_name="subscriptions", verbose_name=_("常用查询"))
    rhythm = models.CharField(_("频次"), max_length=7, choices=Rhythm.choices)
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    sent_on = models.DateField(_("最近送达"), null=True)

    class Meta:
        verbose_name = _("订阅")
        indexes = [models.Index(fields=["person_id", "state", "id"], name="subscription_person")]
        constraints = [models.UniqueConstraint(fields=["question", "person_id"], condition=models.Q(state="on"),
                                               name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.question} {self.get_rhythm_display()}"
