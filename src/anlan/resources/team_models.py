"""Rescue teams, what their members must hold, and each calling up (domain.md 7.1, 7.2)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case
from anlan.people.models import Organisation, Post
from anlan.toolkit.layers import Placed


class Tier(models.TextChoices):
    """Five tiers (五级): who keeps the team."""

    COMPREHENSIVE = "comprehensive", _("综合应急救援队伍")
    PROFESSIONAL = "professional", _("政府专业应急救援队伍")
    GRASSROOTS = "grassroots", _("街道社区救援队伍")
    UNIT = "unit", _("重点企事业单位救援队")
    SOCIAL = "social", _("社会专业救援队伍")


class Skill(models.TextChoices):
    FIRE = "fire", _("灭火救援")
    FLOOD = "flood", _("防汛抢险")
    WATER = "water", _("水域救援")
    DIVING = "diving", _("潜水")
    COLLAPSE = "collapse", _("建筑坍塌救援")
    MEDICAL = "medical", _("医疗救护")
    GAS = "gas", _("燃气抢修")
    POWER = "power", _("电力抢修")
    CITY_WORKS = "city_works", _("市政抢险")
    TRAFFIC = "traffic", _("交通疏导")
    DRONE = "drone", _("无人机侦察")
    DOG = "dog", _("搜救犬")
    SERVICE = "service", _("专业技术服务")
    GENERAL = "general", _("综合处置")


class Echelon(models.TextChoices):
    """In which turn a team is called up for the flood."""

    FIRST = "first", _("第一梯队")
    SECOND = "second", _("第二梯队")
    THIRD = "third", _("第三梯队")
    ASSAULT = "assault", _("突击队")


class Standing(models.TextChoices):
    READY = "ready", _("待命")
    CALLED = "called", _("已调派")
    OUT = "out", _("出动中")
    RESTING = "resting", _("休整中")
    OFF = "off", _("离岗")


LEVELS = ((1, _("一级（最强）")), (2, _("二级")), (3, _("三级")))


class RescueTeam(Placed, Case):
    """owner, leader: the body and, where one is named, the post that is called.

    ready_minutes: from the call to leaving. spell_minutes: worked since the last full rest.
    """

    personal = frozenset({"leader_phone"})

    name = models.CharField(_("队伍名称"), max_length=80, unique=True)
    tier = models.CharField(_("层级"), max_length=14, choices=Tier.choices)
    skill = models.CharField(_("专长"), max_length=12, choices=Skill.choices)
    level = models.PositiveSmallIntegerField(_("能力等级"), choices=LEVELS, default=3)
    echelon = models.CharField(_("防汛梯队"), max_length=8, choices=Echelon.choices, blank=True, default="")
    people = models.PositiveSmallIntegerField(_("人数"), validators=[MinValueValidator(1)])
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("管理单位"))
    leader = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("受调岗位"))
    leader_name = models.CharField(_("队长"), max_length=40, blank=True, default="")
    leader_phone = models.CharField(_("队长手机"), max_length=30, blank=True, default="")
    duty_phone = models.CharField(_("值班电话"), max_length=30, blank=True, default="")
    ready_minutes = models.PositiveSmallIntegerField(_("集结时间（分钟）"), default=30,
                                                     validators=[MinValueValidator(1), MaxValueValidator(1440)])
    day_only = models.BooleanField(_("只在白天值守"), default=False)
    base = models.CharField(_("驻地"), max_length=120, blank=True, default="")
    gear = models.CharField(_("主要装备"), max_length=300, blank=True, default="")
    insured_to = models.DateField(_("保险有效期至"), null=True, blank=True)
    drilled_on = models.DateField(_("最近演练"), null=True, blank=True)
    standing = models.CharField(_("动态"), max_length=8, choices=Standing.choices, default=Standing.READY, editable=False)
    out_since = models.DateTimeField(_("本次出动"), null=True, blank=True, editable=False)
    back_at = models.DateTimeField(_("最近归队"), null=True, blank=True, editable=False)
    rest_until = models.DateTimeField(_("休整至"), null=True, blank=True, editable=False)
    spell_minutes = models.PositiveIntegerField(_("连续工作（分钟）"), default=0, editable=False)

    class Meta:
        verbose_name = _("救援队伍")
        indexes = [Index(fields=["echelon", "standing", "id"], name="team_echelon"), Index(fields=["leader"], name="team_leader")]

    def __str__(self) -> str:
        return self.name

    @property
    def called_party(self) -> int:
        """Who is told and signs."""
        return int(self.leader_id or self.owner_id)


class TeamCertificate(Case):
    """What a member of a team must hold; valid_to is its last day."""

    team = models.ForeignKey(RescueTeam, models.PROTECT, related_name="certificates", verbose_name=_("队伍"))
    holder = models.CharField(_("持证人"), max_length=40)
    sort = models.CharField(_("证书"), max_length=60)
    number = models.CharField(_("证书编号"), max_length=60, unique=True)
    valid_to = models.DateField(_("有效期至"))
    expired = models.BooleanField(_("已过期"), default=False, editable=False)

    class Meta:
        verbose_name = _("队员证书")
        indexes = [Index(fields=["team", "valid_to"], name="team_certificate_last"),
                   Index(fields=["valid_to", "id"], name="team_certificate_ends")]

    def __str__(self) -> str:
        return f"{self.sort} {self.number}"


class Callout(Case):
    """One calling up of one team. from_party, to_party: who called, and the post that is called.

    for_kind, for_uid: the case it is for (an incident, a hazard …), where there is one.
    """

    team = models.ForeignKey(RescueTeam, models.PROTECT, related_name="callouts", verbose_name=_("队伍"))
    task = models.CharField(_("任务"), max_length=200)
    place = models.CharField(_("集合地点"), max_length=120)
    from_party = models.BigIntegerField(null=True, db_index=True)
    to_party = models.BigIntegerField(db_index=True)
    for_kind = models.CharField(max_length=32, blank=True, default="")
    for_uid = models.UUIDField(null=True, blank=True)
    arrive_by = models.DateTimeField(_("须到达时间"), null=True, blank=True)
    people = models.PositiveSmallIntegerField(_("出动人数"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    left_at = models.DateTimeField(_("出发时间"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到达时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    unsigned = models.BooleanField(_("到期未签收"), default=False)
    late = models.BooleanField(_("到期未出发或到达"), default=False)
    tired = models.BooleanField(_("超过连续工作时间"), default=False)
    result = models.CharField(_("完成情况或原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("队伍调派")
        indexes = [Index(fields=["opened_at", "id"], name="callout_opened"), Index(fields=["team", "opened_at"], name="callout_team"),
                   Index(fields=["for_kind", "for_uid"], name="callout_for", condition=Q(for_uid__isnull=False)),
                   Index(fields=["area", "opened_at", "id"], name="callout_area")]
        constraints = [UniqueConstraint(fields=["team"], name="callout_open_once",
                                        condition=Q(state__in=("called", "signed", "on_way", "arrived")))]

    def __str__(self) -> str:
        return self.task
