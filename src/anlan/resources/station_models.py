"""What stands ready besides teams and stores: equipment, stations, experts (domain.md 7.3, 7.4)."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from anlan.calls.models import Trade
from anlan.kernel.models import Case
from anlan.toolkit.layers import Placed

from .team_models import RescueTeam


class EquipmentSort(models.TextChoices):
    PUMP = "pump", _("排水设备")
    POWER = "power", _("发电和照明")
    BOAT = "boat", _("冲锋舟和救生器材")
    BREAKING = "breaking", _("破拆和顶撑")
    RADIO = "radio", _("通信和侦察")
    PROTECTION = "protection", _("个人防护")
    VEHICLE = "vehicle", _("车辆")
    OTHER = "other", _("其他装备")


class Equipment(Case):
    """Pieces of one kind that are kept together. service_due_on: the day by which they are serviced again."""

    code = models.CharField(_("装备编号"), max_length=20, unique=True)
    name = models.CharField(_("装备名称"), max_length=80)
    sort = models.CharField(_("类别"), max_length=10, choices=EquipmentSort.choices)
    pieces = models.PositiveIntegerField(_("件数"), validators=[MinValueValidator(1)])
    team = models.ForeignKey(RescueTeam, models.PROTECT, null=True, blank=True, related_name="equipment", verbose_name=_("配备队伍"))
    place = models.CharField(_("存放地点"), max_length=120, blank=True, default="")
    bought_on = models.DateField(_("购置日期"), null=True, blank=True)
    service_due_on = models.DateField(_("应保养日期"), null=True, blank=True)
    serviced_on = models.DateField(_("最近保养"), null=True, blank=True, editable=False)
    faulty = models.BooleanField(_("有故障"), default=False, editable=False)
    overdue = models.BooleanField(_("到期未保养"), default=False, editable=False)

    class Meta:
        verbose_name = _("救援装备")
        indexes = [Index(fields=["team"], name="equipment_team"), Index(fields=["service_due_on", "id"], name="equipment_service")]

    def __str__(self) -> str:
        return self.name


class RescueStation(Placed, Case):
    """A street's emergency rescue station (街道应急救援站): one specialty, many skills. firefighters: of its people, those in full time."""

    name = models.CharField(_("站名"), max_length=80, unique=True)
    address = models.CharField(_("地址"), max_length=160)
    people = models.PositiveSmallIntegerField(_("人数"), validators=[MinValueValidator(1)])
    firefighters = models.PositiveSmallIntegerField(_("专职消防员"), default=0)
    duty_phone = models.CharField(_("值班电话"), max_length=30)
    day_only = models.BooleanField(_("只在白天值守"), default=False)
    skills = models.CharField(_("一专多能"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("街道应急救援站")

    def __str__(self) -> str:
        return self.name


class Part(models.TextChoices):
    """三室两区一家一中心: the seven parts of a community's station [likely]."""

    DUTY_ROOM = "duty_room", _("值班备勤室")
    STORE_ROOM = "store_room", _("物资储备室")
    TRAINING_ROOM = "training_room", _("宣传培训室")
    REFUGE = "refuge", _("应急避险区")
    VEHICLES = "vehicles", _("应急车辆停放区")
    VOLUNTEERS = "volunteers", _("应急志愿者之家")
    CENTRE = "centre", _("联动中心")


class Function(models.TextChoices):
    """The four functions that the report names."""

    HAZARDS = "hazards", _("隐患排查治理")
    RESPONSE = "response", _("先期处置")
    TEAM = "team", _("队伍能力")
    TRAINING = "training", _("宣传培训")


class ServiceStation(Placed, Case):
    """A community's emergency service station on the roll-out plan. parts: those that the last acceptance passed."""

    name = models.CharField(_("站名"), max_length=80, unique=True)
    address = models.CharField(_("地址"), max_length=160, blank=True, default="")
    model_site = models.BooleanField(_("示范站"), default=False)
    finish_by = models.DateField(_("计划建成"))
    standing_force = models.PositiveSmallIntegerField(_("常备军人数"), default=0)
    volunteers = models.PositiveSmallIntegerField(_("志愿队人数"), default=0)
    day_only = models.BooleanField(_("只在白天值守"), default=False)
    functions = ArrayField(models.CharField(max_length=10, choices=Function.choices), default=list, blank=True,
                           verbose_name=_("具备的功能"))
    parts = ArrayField(models.CharField(max_length=14, choices=Part.choices), default=list, blank=True, verbose_name=_("验收通过的部分"))
    remarks = models.CharField(_("验收意见"), max_length=300, blank=True, default="")
    started_on = models.DateField(_("开工日期"), null=True, blank=True)
    accepted_on = models.DateField(_("验收通过"), null=True, blank=True)
    late = models.BooleanField(_("逾期未建成"), default=False)

    class Meta:
        verbose_name = _("社区应急服务站")
        indexes = [Index(fields=["area"], name="service_station_area"), Index(fields=["finish_by", "id"], name="service_station_finish")]

    def __str__(self) -> str:
        return self.name


class MeetingSort(models.TextChoices):
    SITE = "site", _("现场会")
    KICKOFF = "kickoff", _("启动会议")
    PROGRESS = "progress", _("推进会")


class StationMeeting(Case):
    """A meeting on the roll-out of the communities' stations."""

    name = models.CharField(_("会议名称"), max_length=80, unique=True)
    sort = models.CharField(_("类别"), max_length=8, choices=MeetingSort.choices)
    held_on = models.DateField(_("召开日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True, default="")
    organiser = models.CharField(_("主办单位"), max_length=80, blank=True, default="")
    decided = models.CharField(_("议定事项"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("建站会议")
        indexes = [Index(fields=["held_on", "id"], name="station_meeting_held")]

    def __str__(self) -> str:
        return self.name


class Expert(Case):
    """employer, interests: where the expert does not judge (利益回避). since, until: the term."""

    personal = frozenset({"phone"})

    name = models.CharField(_("姓名"), max_length=40)
    number = models.CharField(_("聘书编号"), max_length=40, unique=True)
    fields = ArrayField(models.CharField(max_length=14, choices=Trade.choices), default=list, verbose_name=_("专业领域"))
    title = models.CharField(_("职称"), max_length=40, blank=True, default="")
    employer = models.CharField(_("所在单位"), max_length=80)
    interests = models.CharField(_("须回避的单位"), max_length=300, blank=True, default="")
    phone = models.CharField(_("手机"), max_length=30, blank=True, default="")
    since = models.DateField(_("聘期自"))
    until = models.DateField(_("聘期至"))

    class Meta:
        verbose_name = _("应急专家")
        constraints = [CheckConstraint(condition=Q(until__gte=F("since")), name="expert_term")]
        indexes = [Index(fields=["until", "id"], name="expert_until")]

    def __str__(self) -> str:
        return self.name

    def tie_to(self, body: str) -> str:
        """The employer, or what the expert has named, that is this body or a part of its name; empty where there is none."""
        named = [self.employer, *self.interests.replace("，", "、").replace(",", "、").replace("；", "、").split("、")]
        return next((n.strip() for n in named if n.strip() and (n.strip() in body or body in n.strip())), "") if body else ""
