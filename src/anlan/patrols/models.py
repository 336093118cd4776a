from django.db import models
from django.db.models import Index, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case

from .self_models import SelfInspection as SelfInspection


class Handbook(models.Model):
    """One version of the inspection handbook; a visit keeps the version it was made with."""

    version = models.PositiveSmallIntegerField(_("版本"), unique=True)
    name = models.CharField(_("名称"), max_length=80)
    valid_from = models.DateField(_("启用日期"))
    source = models.CharField(_("依据"), max_length=200)

    def __str__(self) -> str:
        return f"{self.name}（第{self.version}版）"


class Item(models.Model):
    """One thing to look at. category: letters of the code (CY, LG, …); days: default limit (domain.md 2.5)."""

    handbook = models.ForeignKey(Handbook, models.PROTECT, related_name="items")
    code = models.CharField(_("编号"), max_length=12)
    category = models.CharField(max_length=12)
    category_zh = models.CharField(_("场所"), max_length=40)
    category_en = models.CharField(max_length=60)
    text_zh = models.CharField(_("检查内容"), max_length=300)
    text_en = models.CharField(max_length=300)
    level = models.CharField(_("等级"), max_length=8)
    basis = models.CharField(_("依据"), max_length=300)
    days = models.PositiveSmallIntegerField(_("整改天数"))

    class Meta:
        constraints = [UniqueConstraint(fields=["handbook", "code"], name="item_once")]
        ordering = ["handbook_id", "id"]


class By(models.TextChoices):
    WARDEN = "warden", _("网格员")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DEPARTMENT = "department", _("部门")


class Result(models.TextChoices):
    """domain.md 4.7: normal / hazards / closed / refused / gone."""

    NORMAL = "normal", _("正常")
    HAZARDS = "hazards", _("发现隐患")
    CLOSED = "closed", _("关门")
    REFUSED = "refused", _("拒绝检查")
    GONE = "gone", _("已搬离")


class Round(Case):
    """A day of visits of one warden's post, in walking order."""

    post_id = models.BigIntegerField(_("岗位"), db_index=True)
    day = models.DateField(_("日期"))
    name = models.CharField(_("名称"), max_length=80)
    handed_from = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("巡查任务单")
        constraints = [UniqueConstraint(fields=["post_id", "day", "name"], name="round_once")]
        indexes = [Index(fields=["area", "day", "id"], name="round_day"), Index(fields=["day", "id"], name="round_by_day")]

    def __str__(self) -> str:
        return self.name


class Visit(Case):
    """answers: {"version": n, "items": {code: "ok" | "na" | "hazard"}}; finds: what the visit found, as sent."""

    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="visits", verbose_name=_("任务单"))
    premises = models.ForeignKey("premises.Premises", models.PROTECT, related_name="visits", verbose_name=_("单位"))
    post_id = models.BigIntegerField(null=True, db_index=True)
    by = models.CharField(_("检查方"), max_length=12, choices=By.choices)
    turn = models.PositiveSmallIntegerField(_("顺序"), default=0)
    due_on = models.DateField(_("应查日期"))
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices, blank=True)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    answers = models.JSONField(default=dict)
    finds = models.JSONField(default=list)
    arrived_at = models.DateTimeField(_("到达时间"), null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    visitor_id = models.BigIntegerField(null=True)
    visitor_party = models.BigIntegerField(_("检查单位"), null=True)
    signer = models.CharField(_("单位签字人"), max_length=40, blank=True)
    hazards_count = models.PositiveSmallIntegerField(_("隐患数"), default=0)

    class Meta:
        verbose_name = _("巡查检查")
        indexes = [
            Index(fields=["round", "turn", "id"], name="visit_order"),
            Index(fields=["premises", "finished_at"], name="visit_last"),
            Index(fields=["area", "due_on", "id"], name="visit_due"),
            Index(fields=["due_on", "id"], name="visit_day"),
        ]

    def __str__(self) -> str:
        return f"{self.premises_id}"


class Position(models.Model):
    """Where somebody on duty was last: one row a person, overwritten, deleted after patrol.position_minutes. WGS-84."""

    person_id = models.BigIntegerField(primary_key=True)
    post_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    tile_key = models.BigIntegerField()
