from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case
from anlan.toolkit.search import BigramIndex


class Place(models.TextChoices):
    """Who stands a shift (domain.md 5.8)."""

    LEADER = "leader", _("带班领导")
    MAIN = "main", _("主班")
    ASSISTANT = "assistant", _("副班")


class OfHouse(Case):
    """A case of one body; its area is that body's ground."""

    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", verbose_name=_("机构"))

    class Meta:
        abstract = True


class Roster(OfHouse):
    """shifts: {"2021-06-01": {"leader": post id, "main": …, "assistant": …}}, one a day of the month.

    pools: {"leader": [post ids], …}: who takes turns on which place. weights: {day: what it counts}, as they stood.
    """

    month = models.DateField(_("月份"))
    shifts = models.JSONField(_("班次"), default=dict)
    pools = models.JSONField(_("轮值人员"), default=dict)
    weights = models.JSONField(_("各日分值"), default=dict)
    published_at = models.DateTimeField(_("公布时间"), null=True)

    class Meta:
        verbose_name = _("值班表")
        constraints = [UniqueConstraint(fields=["organisation", "month"], name="roster_once_a_month"),
                       CheckConstraint(condition=Q(month__day=1), name="roster_from_the_first")]
        indexes = [Index(fields=["month", "id"], name="roster_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Swap(OfHouse):
    """giver's shift goes to taker; back_day: the shift of the same place that giver takes in return."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="swaps", verbose_name=_("值班表"))
    day = models.DateField(_("值班日"))
    place = models.CharField(_("班位"), max_length=9, choices=Place.choices)
    giver = models.ForeignKey("people.Post", models.PROTECT, related_name="+", verbose_name=_("申请人"))
    taker = models.ForeignKey("people.Post", models.PROTECT, related_name="+", verbose_name=_("接班人"))
    asker_id = models.BigIntegerField()
    agreer_id = models.BigIntegerField(null=True)
    back_day = models.DateField(_("换回的值班日"), null=True, blank=True)
    why = models.CharField(_("事由"), max_length=200)
    answer = models.CharField(_("意见"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("换班")
        constraints = [CheckConstraint(condition=~Q(giver=F("taker")), name="swap_between_two")]
        indexes = [Index(fields=["day", "id"], name="swap_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class DutyNumber(OfHouse):
    """How a body is reached by day, by night, and where both fail."""

    day_phone = models.CharField(_("白天电话"), max_length=30)
    night_phone = models.CharField(_("夜间电话"), max_length=30, blank=True, default="")
    deputy_phone = models.CharField(_("备用电话"), max_length=30, blank=True, default="")
    fax = models.CharField(_("传真"), max_length=30, blank=True, default="")
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("值班电话")
        constraints = [UniqueConstraint(fields=["organisation"], condition=Q(state="active"), name="duty_number_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class Way(models.TextChoices):
    IN = "in", _("来电")
    OUT = "out", _("去电")


class LoggedCall(OfHouse):
    """A telephone call of the duty desk (domain.md 5.8 [sure in substance]). matter_uid: the matter that was made of it."""

    personal = frozenset({"caller", "number"})

    way = models.CharField(_("来电或去电"), max_length=3, choices=Way.choices)
    called_at = models.DateTimeField(_("通话时间"))
    caller = models.CharField(_("对方姓名"), max_length=40, blank=True, default="")
    unit = models.CharField(_("对方单位"), max_length=80, blank=True, default="")
    number = models.CharField(_("对方号码"), max_length=30, blank=True, default="")
    what = models.TextField(_("事由"))
    action = models.TextField(_("处理情况"), blank=True, default="")
    to_whom = models.CharField(_("转告何人"), max_length=120, blank=True, default="")
    done_at = models.DateTimeField(_("办结时间"), null=True)
    matter_uid = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("通话记录")
        indexes = [Index(fields=["organisation", "called_at", "id"], name="logged_call_house"),
                   Index(fields=["called_at", "id"], name="logged_call_at"), BigramIndex("what", "unit", name="logged_call_search")]

    def __str__(self) -> str:
        return self.what[:40]


class Handover(OfHouse):
    """From the shift of `day` to the next. matters: [{kind, title, url, state, due}], as they stood when it was signed.

    notes: [{text, by, by_id, at, other, answer, answered_at, agreed}]: what was put right later; nothing above it is edited.
    """

    day = models.DateField(_("交班的值班日"))
    matters = models.JSONField(_("未办结事项"), default=list)
    matters_count = models.PositiveIntegerField(_("未办结件数"), default=0)
    equipment = models.CharField(_("设备状况"), max_length=300)
    keyring = models.CharField(_("钥匙和印章"), max_length=300)
    warnings = models.CharField(_("生效的预警"), max_length=300, blank=True, default="")
    note = models.TextField(_("交代事项"), blank=True, default="")
    giver_id = models.BigIntegerField()
    giver_post = models.ForeignKey("people.Post", models.PROTECT, related_name="+", verbose_name=_("交班人"))
    given_at = models.DateTimeField(_("交班签字"))
    taker_id = models.BigIntegerField(null=True)
    taker_post = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("接班人"))
    taken_at = models.DateTimeField(_("接班签字"), null=True)
    leader_id = models.BigIntegerField(null=True)
    leader_post = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("带班领导"))
    confirmed_at = models.DateTimeField(_("领导签字"), null=True)
    notes = models.JSONField(_("更正说明"), default=list)

    class Meta:
        verbose_name = _("交接班")
        constraints = [UniqueConstraint(fields=["organisation", "day"], name="handover_once_a_shift"),
                       CheckConstraint(condition=Q(taker_id__isnull=True) | ~Q(taker_id=F("giver_id")), name="handover_by_two")]
        indexes = [Index(fields=["day", "id"], name="handover_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class RollCall(OfHouse):
    """draw: the drawing that this body was picked in. seconds: the limit as it stood; took: seconds until the answer."""

    name = models.CharField(_("机构名称"), max_length=80, default="")
    draw = models.UUIDField(db_index=True)
    drawer_id = models.BigIntegerField(null=True)
    drawn_from = models.PositiveSmallIntegerField(_("参加抽取的机构数"))
    called_at = models.DateTimeField(_("点名时间"))
    seconds = models.PositiveIntegerField(_("应答时限（秒）"))
    answered_at = models.DateTimeField(_("应答时间"), null=True)
    answerer = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("应答人"))
    took = models.PositiveIntegerField(_("用时（秒）"), null=True)

    class Meta:
        verbose_name = _("点名")
        indexes = [Index(fields=["called_at", "id"], name="roll_call_at")]

    def __str__(self) -> str:
        return self.name


class MorningSheet(OfHouse):
    """said: the parts of the sheet as they stood at `drawn_at`: {"on_duty": […], "night": […], "late": […], "unsigned": […]}."""

    day = models.DateField(_("日期"))
    said = models.JSONField(_("内容"), default=dict)
    weather = models.CharField(_("天气"), max_length=200, blank=True, default="")
    drawn_at = models.DateTimeField(_("生成时间"), null=True)
    signer_id = models.BigIntegerField(null=True)
    signer_post = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("签阅人"))
    signed_at = models.DateTimeField(_("签阅时间"), null=True)

    class Meta:
        verbose_name = _("值班晨报")
        constraints = [UniqueConstraint(fields=["organisation", "day"], name="morning_sheet_once_a_day")]
        indexes = [Index(fields=["day", "id"], name="morning_sheet_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
