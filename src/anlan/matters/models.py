from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.models import Case
from anlan.toolkit.search import BigramIndex


class Opener(models.TextChoices):
    WARDEN = "warden", _("网格员")
    OFFICER = "officer", _("工作人员")
    UNIT = "unit", _("单位自查")
    RESIDENT = "resident", _("居民")
    SYSTEM = "system", _("系统")


class Channel(models.TextChoices):
    VISIT = "visit", _("巡查检查")
    FIELD = "field", _("随手上报")
    DESK = "desk", _("办公登记")
    PHONE = "phone", _("电话")
    PORTAL = "portal", _("微邻里")
    API = "api", _("系统对接")


class Sort(models.TextChoices):
    """What a resident points at: few and large, with a pictogram each. Empty where an office has written what it is."""

    BLOCKED = "blocked", _("通道堵塞、堆物")
    ELECTRIC = "electric", _("用电、电动车充电")
    GAS = "gas", _("燃气、油烟")
    FACILITY = "facility", _("消防设施损坏")
    BUILDING = "building", _("房屋、外墙、玻璃")
    ROAD = "road", _("道路、井盖")
    SITE = "site", _("工地、施工")
    OTHER = "other", pgettext_lazy("sort of matter", "其他")


class Rung(models.TextChoices):
    """The highest level that was called on a matter; none: those on the spot saw to it alone."""

    NONE = "none", _("未呼叫")
    GRID = "grid", _("网格")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DEPARTMENT = "department", _("部门")
    DISTRICT = "district", _("区指挥")
    LEADER = "leader", _("区领导")


def higher(one: str, other: str) -> str:
    """The higher of two levels; an empty one is below all."""
    order = ["", *Rung.values]
    return max(one, other, key=order.index)


class Matter(Case):
    """hanging: "kind:uid" of the cases that hang on it; same_as: the matter about the same thing with which it is handled.

    filed_at: when a case was first made of it; unanswered_since: when its first limit ran out. others: residents who have
    reported it after the first; stars, solved, comment: her rating; reworks: how often she has asked once more.
    Who she is stands nowhere here (`informants`).
    """

    code = models.CharField(_("编号"), max_length=12, unique=True)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    opener = models.CharField(_("上报人身份"), max_length=8, choices=Opener.choices)
    sort = models.CharField(_("类别"), max_length=10, choices=Sort.choices, blank=True, default="")
    what = models.TextField(_("情况"))
    place = models.CharField(_("地点"), max_length=200, blank=True)
    lon = models.FloatField(_("经度"), null=True)
    lat = models.FloatField(_("纬度"), null=True)
    tile_key = models.BigIntegerField(null=True, db_index=True)
    premises = models.ForeignKey("premises.Premises", models.PROTECT, null=True, related_name="matters",
                                 verbose_name=_("单位"))
    visit_uid = models.UUIDField(null=True)
    reporter_id = models.BigIntegerField(null=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    filed_at = models.DateTimeField(_("立案时间"), null=True)
    unanswered_since = models.DateTimeField(_("逾期未答复起"), null=True)
    same_as = models.UUIDField(null=True)
    reached = models.CharField(_("呼叫到"), max_length=12, choices=Rung.choices, blank=True, default="")
    others = models.PositiveSmallIntegerField(_("另有居民反映"), default=0)
    reworks = models.PositiveSmallIntegerField(_("再办次数"), default=0)
    stars = models.PositiveSmallIntegerField(_("评分"), null=True)
    solved = models.BooleanField(_("报事人确认解决"), null=True)
    comment = models.CharField(_("评价"), max_length=500, blank=True, default="")
    hanging = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        verbose_name = _("事项")
        indexes = [models.Index(fields=["opened_at", "id"], name="matter_opened"),
                   models.Index(fields=["area", "state", "id"], name="matter_area"),
                   models.Index(fields=["reporter_id"], name="matter_reporter",
                                condition=models.Q(reporter_id__isnull=False)),
                   BigramIndex("what", "place", name="matter_search")]
        constraints = [models.CheckConstraint(condition=models.Q(lon__isnull=True, lat__isnull=True)
                                              | models.Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                                              name="matter_on_earth"),
                       models.CheckConstraint(condition=models.Q(stars__isnull=True) | models.Q(stars__range=(1, 5)),
                                              name="matter_stars")]

    def __str__(self) -> str:
        return self.code


class Unsealing(Case):
    """A request to read who reported. until: the end of a grant; looked_at: the newest of the `looks`."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="unsealings", verbose_name=_("事项"))
    reason = models.CharField(_("查看理由"), max_length=500)
    asker_id = models.BigIntegerField()
    asker_post = models.BigIntegerField(null=True)
    granter_id = models.BigIntegerField(null=True)
    answer = models.CharField(_("意见"), max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(_("批复时间"), null=True)
    until = models.DateTimeField(_("可查看到"), null=True)
    looks = models.PositiveSmallIntegerField(_("查看次数"), default=0)
    looked_at = models.DateTimeField(_("最近查看"), null=True)

    class Meta:
        verbose_name = _("启封申请")
        indexes = [models.Index(fields=["area", "state", "opened_at", "id"], name="unsealing_area"),
                   models.Index(fields=["asker_id", "id"], name="unsealing_asker")]
        constraints = [models.CheckConstraint(condition=models.Q(granter_id__isnull=True)
                                              | ~models.Q(granter_id=models.F("asker_id")), name="unsealing_by_two")]

    def __str__(self) -> str:
        return self.reason[:40]
