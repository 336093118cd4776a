from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.models import Case
from anlan.toolkit.search import BigramIndex


class Level(models.TextChoices):
    """Who calls and who is called. A resident only calls; the ladder of those who answer is the parameter call.ladder."""

    RESIDENT = "resident", _("居民")
    GRID = "grid", _("网格")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DEPARTMENT = "department", _("部门")
    DISTRICT = "district", _("区指挥")
    LEADER = "leader", _("区领导")


class Priority(models.TextChoices):
    """domain.md 4.5 classifies; the limits are the parameter call.limits (4.9)."""

    P1 = "P1", _("P1 紧急")
    P2 = "P2", _("P2 重大")
    P3 = "P3", _("P3 一般")
    P4 = "P4", _("P4 咨询建议")


class Trade(models.TextChoices):
    """The kind of work; the parameter call.trades names the committee of each, whose lead department answers."""

    TRAFFIC = "traffic", _("道路交通")
    FIRE = "fire", _("消防")
    CONSTRUCTION = "construction", _("建设工程")
    HOUSING = "housing", _("房屋和物业")
    GAS = "gas", _("城镇燃气")
    CHEMICALS = "chemicals", _("危险化学品和烟花爆竹")
    INDUSTRY = "industry", _("工业企业")
    COMMERCE = "commerce", _("商贸餐饮住宿")
    EQUIPMENT = "equipment", _("特种设备")
    CULTURE = "culture", _("文化旅游")
    EDUCATION = "education", _("教育")
    HEALTH = "health", _("医疗卫生")
    CIVIL_AFFAIRS = "civil_affairs", _("养老等民政机构")
    WATER = "water", _("水务和水上")
    MUNICIPAL = "municipal", _("市政和户外广告幕墙")
    ENERGY = "energy", _("能源电力和油气管道")
    EVENTS = "events", _("大型活动和民爆")


class Reason(models.TextChoices):
    """Why a level calls the next one (domain.md 4.9). The last four only the system or a move gives."""

    POWER = "power", _("权限不够")
    MONEY = "money", _("资金不足")
    FORCE = "force", _("力量不足")
    CROSS_AREA = "cross_area", _("跨区域")
    OVERDUE = "overdue", _("逾期未办")
    BY_LAW = "by_law", _("依法无权处理")
    URGENT = "urgent", _("情况紧急")
    REQUEST = "request", _("居民来电")
    UNSIGNED = "unsigned", _("到期未签收")
    CANNOT = "cannot", _("下一级未能办成")
    TAKEN_BACK = "taken_back", _("上级收回")


class Outcome(models.TextChoices):
    SOLVED = "solved", _("已解决")
    PARTLY = "partly", _("部分解决")
    CANNOT = "cannot", pgettext_lazy("call", "不能解决")
    TRANSFERRED = "transferred", _("应转他方")


class Call(Case):
    """One rung's duty on a matter. lower: the call that waits meanwhile for this one; climbed_from: the one it follows;
    merged_into: the call about the same thing that leads, as it stands now.

    limits: {"sign": [value, unit], "arrive": …, "finish": …}, as they stood when it rang.
    """

    code = models.CharField(_("编号"), max_length=12, unique=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="calls", verbose_name=_("事项"))
    hazard = models.ForeignKey("hazards.Hazard", models.PROTECT, null=True, related_name="calls", verbose_name=_("隐患"))
    premises = models.ForeignKey("premises.Premises", models.PROTECT, null=True, related_name="calls",
                                 verbose_name=_("单位"))
    seq = models.PositiveSmallIntegerField(_("第几次呼叫"))
    place = models.CharField(_("地点"), max_length=200, blank=True)

    from_level = models.CharField(_("呼叫方层级"), max_length=12, choices=Level.choices)
    from_party = models.BigIntegerField(_("呼叫方"))
    caller_id = models.BigIntegerField(null=True)
    to_level = models.CharField(_("受呼层级"), max_length=12, choices=Level.choices)
    to_party = models.BigIntegerField(_("受呼方"))
    duty_post = models.BigIntegerField(_("值班岗位"), null=True)

    trade = models.CharField(_("行业类别"), max_length=14, choices=Trade.choices, blank=True)
    priority = models.CharField(_("紧急程度"), max_length=2, choices=Priority.choices)
    reason = models.CharField(_("呼叫原因"), max_length=12, choices=Reason.choices)
    tried = models.TextField(_("已采取的措施"), blank=True)
    goal = models.TextField(_("呼叫事由和目标"))
    wanted = models.CharField(_("需要的人员"), max_length=200, blank=True)
    meet_at = models.DateTimeField(_("报到时间"), null=True)
    meet_place = models.CharField(_("报到地点"), max_length=200, blank=True)
    limits = models.JSONField(_("时限"), default=dict)

    rang_at = models.DateTimeField(_("呼叫时间"))
    signed_at = models.DateTimeField(_("签收时间"), null=True)
    signer_id = models.BigIntegerField(null=True)
    arrived_at = models.DateTimeField(_("到场时间"), null=True)
    replied_at = models.DateTimeField(_("反馈时间"), null=True)
    finished_at = models.DateTimeField(_("办结时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    overdue_since = models.DateTimeField(_("超期起"), null=True)
    in_time = models.BooleanField(_("按时办结"), null=True)

    result = models.CharField(_("办理结果"), max_length=12, choices=Outcome.choices, blank=True)
    finding = models.TextField(_("办理情况"), blank=True)
    response_stars = models.PositiveSmallIntegerField(_("响应评分"), null=True)
    result_stars = models.PositiveSmallIntegerField(_("结果评分"), null=True)
    solved = models.BooleanField(_("呼叫方确认解决"), null=True)
    comment = models.CharField(_("评价"), max_length=500, blank=True)

    returns = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    reworks = models.PositiveSmallIntegerField(_("再办次数"), default=0)
    reports = models.PositiveSmallIntegerField(_("重复来电数"), default=0)
    climbed = models.BooleanField(_("自动上呼"), default=False)
    climbed_from = models.UUIDField(null=True)
    lower = models.UUIDField(null=True)
    merged_into = models.UUIDField(null=True)
    merged_at = models.DateTimeField(_("并入时间"), null=True)

    class Meta:
        verbose_name = pgettext_lazy("noun", "呼叫")
        indexes = [
            Index(fields=["opened_at", "id"], name="call_opened"),
            Index(fields=["area", "state", "opened_at", "id"], name="call_ledger"),
            Index(fields=["to_party", "state", "rang_at", "id"], name="call_callee"),
            Index(fields=["from_party", "state", "rang_at", "id"], name="call_caller"),
            Index(fields=["rang_at", "id"], name="call_rang"),
            Index(fields=["duty_post"], name="call_duty", condition=Q(duty_post__isnull=False)),
            Index(fields=["merged_into"], name="call_merged", condition=Q(merged_into__isnull=False)),
            BigramIndex("goal", "place", name="call_search"),
        ]
        constraints = [
            CheckConstraint(condition=~Q(state="closed") | Q(finished_at__isnull=False), name="call_closed_was_finished"),
            CheckConstraint(condition=Q(response_stars__isnull=True) | Q(response_stars__range=(1, 5)), name="call_response_stars"),
            CheckConstraint(condition=Q(result_stars__isnull=True) | Q(result_stars__range=(1, 5)), name="call_result_stars"),
        ]

    def __str__(self) -> str:
        return self.code


class Attendance(Case):
    """An assistant's part in a call: its own signing, coming and going. Kept for good.

    came_with: the call that was merged into this one and brought it.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="attendances", verbose_name=pgettext_lazy("noun", "呼叫"))
    party = models.BigIntegerField(_("协办方"))
    why = models.CharField(_("协办事由"), max_length=200, blank=True)
    people = models.CharField(_("到场人员"), max_length=200, blank=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True)
    arrived_at = models.DateTimeField(_("到场时间"), null=True)
    left_at = models.DateTimeField(_("离场时间"), null=True)
    did = models.TextField(_("参与情况"), blank=True)
    absent = models.BooleanField(_("到期未签收"), default=False)
    came_with = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("协办报到")
        indexes = [Index(fields=["party", "state", "id"], name="attendance_party"),
                   Index(fields=["area", "state", "opened_at", "id"], name="attendance_area")]

    def __str__(self) -> str:
        return str(self.call)


class CallRead(models.Model):
    """Who opened a call and when first: a read receipt, not a deed."""

    id = models.BigAutoField(primary_key=True)
    call = models.ForeignKey(Call, models.CASCADE, related_name="reads")
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["call", "person_id"], name="call_read_once")]


class StatusPin(models.Model):
    """By number and PIN a reporter without an account follows the matter. One row a reporter; failures in real time."""

    id = models.BigAutoField(primary_key=True)
    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="pins")
    pin = models.CharField(max_length=128)
    given_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
