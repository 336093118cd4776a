"""Tables of the kernel (docs/explanation/data-model.md says why each looks as it does)."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # the due instant of a clock without one


class Versioned(models.Model):
    """Whatever changes through the door: the present only; the past is in the journal."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(_("标识"), unique=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(_("状态"), max_length=24, editable=False)
    opened_at = models.DateTimeField(_("建立时间"), editable=False)
    changed_at = models.DateTimeField(_("最近变动"), editable=False)
    marked_at = models.DateTimeField(null=True, editable=False)
    alarm = models.CharField(_("无人处理"), max_length=60, default="", blank=True, editable=False)

    is_party = False  # True: its ids come from the parties' sequence (organisations, posts)

    class Meta:
        abstract = True


class Area(Versioned):
    """A piece of ground that someone answers for; level 0 is the instance's whole area."""

    level = models.PositiveSmallIntegerField(_("层级"))
    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("区域")
        constraints = [models.CheckConstraint(condition=Q(level__lte=9), name="area_level_small")]

    def __str__(self) -> str:
        return self.name

    @property
    def area_id(self) -> int:
        return self.id


class AreaIn(models.Model):
    """Area lies in ancestor (itself at depth 0) from valid_from until valid_to (exclusive)."""

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, models.CASCADE, related_name="within")
    ancestor = models.ForeignKey(Area, models.CASCADE, related_name="holds")
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["area", "ancestor", "valid_from"], name="area_in_once")]
        indexes = [Index(fields=["ancestor", "area"], name="area_in_down")]


class Case(Versioned):
    """A versioned row that stands in one area."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区域"))

    class Meta:
        abstract = True


class Party(models.Model):
    """Who can owe: an organisation or a post; its own table has the same id."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32)


class Entry(models.Model):
    """One deed, never updated. at: the deed; told_at: instance clock when stored; recorded_at: real time."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    n = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    device_id = models.BigIntegerField(null=True)
    request = models.UUIDField(null=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    digest = models.BinaryField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["kind", "subject_id", "n"], name="entry_version"),
            UniqueConstraint(fields=["request"], condition=Q(request__isnull=False), name="entry_request"),
        ]
        indexes = [Index(fields=["actor_id", "-id"], name="entry_actor")]


class Secret(models.Model):
    """A personal value; the entry holds only its salted commitment, so the row may be deleted."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="secrets")
    field = models.CharField(max_length=40)
    salt = models.BinaryField()
    value = models.TextField()

    class Meta:
        constraints = [UniqueConstraint(fields=["entry", "field"], name="secret_once")]


class Pending(models.Model):
    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)


class Seal(models.Model):
    no = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal")
    link = models.BinaryField()


class Anchor(models.Model):
    no = models.BigIntegerField(db_index=True)
    link = models.BinaryField()
    at = models.DateTimeField()
    hmac = models.BinaryField()


class Cursor(models.Model):
    name = models.CharField(max_length=60, primary_key=True)
    no = models.BigIntegerField(default=0)


class Mark(models.Model):
    """Signed count. sort 's': what stands (state marks); 'e': what happened (event marks)."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="marks", db_index=False)
    kind = models.CharField(max_length=32)
    case_id = models.BigIntegerField()
    sort = models.CharField(max_length=1)
    cell = models.CharField(max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    party_id = models.BigIntegerField(null=True)
    level = models.CharField(max_length=16, default="")
    facet = models.CharField(max_length=40, default="")
    belongs_on = models.DateField()
    at = models.DateTimeField()
    delta = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        indexes = [
            Index(fields=["kind", "sort", "cell", "area", "at"], include=["case_id", "delta", "level", "entry"],
                  name="mark_counts"),
            Index(fields=["kind", "case_id", "entry"], name="mark_case"),
            Index(fields=["kind", "cell", "belongs_on"], condition=Q(sort="e"), name="mark_events",
                  include=["area", "delta", "level", "facet", "case_id", "entry"]),
        ]


class Fold(models.Model):
    """Per day: what came into and went out of a cell (state), or happened in it (event: came only)."""

    kind = models.CharField(max_length=32)
    sort = models.CharField(max_length=1)
    cell = models.CharField(max_length=40)
    level = models.CharField(max_length=16, default="")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    day = models.DateField()
    came = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    went = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["kind", "sort", "cell", "level", "area", "day"], name="fold_key"),
        ]
        indexes = [Index(fields=["kind", "sort", "cell", "day"], include=["area", "level", "came", "went"],
                         name="fold_days")]


class FoldMonth(models.Model):
    """What stood in a cell at the start of the month."""

    kind = models.CharField(max_length=32)
    cell = models.CharField(max_length=40)
    level = models.CharField(max_length=16, default="")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    month = models.DateField()
    change = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "cell", "level", "area", "month"], name="fold_month_key")]


class Calendar(models.Model):
    """weekly: seven lists of [from, to] local times, Monday first, e.g. [["08:30","12:00"]]."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(_("日历"), max_length=40)
    weekly = models.JSONField()


class CalendarDay(models.Model):
    """A day that differs from the week. The newest valid_from wins."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    day = models.DateField(_("日期"))
    works = models.BooleanField(_("上班"))
    hours = models.JSONField(null=True, blank=True)
    name = models.CharField(_("名称"), max_length=40, default="", blank=True)
    valid_from = models.DateField(_("生效日期"))
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        constraints = [UniqueConstraint(fields=["calendar", "day", "valid_from"], name="calendar_day_once")]


class Clock(models.Model):
    """A duty with a limit. fires: moves tried in order when it runs out; the flow's last resort ends the list."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32)
    case_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    party_id = models.BigIntegerField(null=True)
    limit_value = models.IntegerField()
    limit_unit = models.CharField(max_length=16)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="+", db_index=False)
    rule_id = models.BigIntegerField(null=True)
    starts = models.CharField(max_length=8, default="at")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    share = models.FloatField(default=0.0, db_default=0.0)  # of the limit, when the reminder comes; 0 for none
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, default="")
    fires = ArrayField(models.CharField(max_length=40))
    fired_no = models.SmallIntegerField(null=True)
    started_by = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_index=False)
    stopped_by = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["kind", "case_id", "name"], condition=Q(stopped_at__isnull=True),
                             name="clock_open_once"),
        ]
        indexes = [
            Index(fields=["due_at"], condition=Q(stopped_at__isnull=True, paused_at__isnull=True), name="clock_due"),
            Index(fields=["remind_at"], condition=Q(stopped_at__isnull=True, paused_at__isnull=True),
                  name="clock_remind"),
            Index(fields=["kind", "case_id"], name="clock_case"),
        ]


class ClockPause(models.Model):
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")


class Parked(models.Model):
    """A case the tick could not fire: visible and red until someone looks."""

    clock = models.OneToOneField(Clock, models.PROTECT, primary_key=True)
    reason = models.TextField()
    at = models.DateTimeField()


class Stake(models.Model):
    """Who owes, or takes part in, an open case. area_id: where the case lies, None where its kind has no place."""

    id = models.BigAutoField(primary_key=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=32)
    case_id = models.BigIntegerField()
    role = models.CharField(max_length=24)
    due_at = models.DateTimeField(default=NEVER)
    area_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["party", "kind", "case_id", "role"], include=["area_id"], name="stake_once")]
        indexes = [Index(fields=["party", "kind", "due_at", "case_id"], name="stake_work"),
                   Index(fields=["kind", "case_id"], name="stake_case")]


class Parameter(Versioned):
    """A dated rule of the house. confidence: sure, likely, unsure; the last two show as 暂定."""

    key = models.CharField(_("规则"), max_length=60)
    label = models.CharField(_("名称"), max_length=80)
    value = models.JSONField(_("取值"))
    valid_from = models.DateField(_("生效日期"))
    source = models.CharField(_("依据"), max_length=200)
    confidence = models.CharField(_("可信程度"), max_length=8)

    class Meta:
        verbose_name = _("规则参数")
        constraints = [
            UniqueConstraint(fields=["key", "valid_from"], condition=Q(state="active"), name="parameter_dated"),
            models.CheckConstraint(condition=Q(confidence__in=["sure", "likely", "unsure"]),
                                   name="parameter_confidence"),
        ]


class Revision(models.Model):
    """Changes with each edit of what processes keep in memory: areas, parameters, calendars."""

    name = models.CharField(max_length=20, primary_key=True)
    n = models.BigIntegerField(default=0)


class Counter(models.Model):
    """The gap-free numbers of one series and year; locked last in a deed."""

    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["series", "year"], name="counter_once")]


class Paper(models.Model):
    """A paper drawn up by a deed: its content is frozen, each field with where it came from."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="papers")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    series = models.CharField(max_length=40, default="")
    year = models.PositiveSmallIntegerField(null=True)
    no = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=80, default="")
    their_no = models.CharField(max_length=80, default="")
    content = models.JSONField()
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["series", "year", "no"], condition=Q(no__isnull=False), name="paper_number"),
        ]
        indexes = [Index(fields=["subject_kind", "subject_id"], name="paper_subject")]


class Attached(models.Model):
    """A deed names a file by its hash; the bytes may arrive later."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attached")
    kind = models.CharField(max_length=32)
    case_id = models.BigIntegerField()
    role = models.CharField(max_length=24)
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        indexes = [Index(fields=["kind", "case_id"], name="attached_case")]


class LedgerLine(models.Model):
    """A quantity is the sum of its lines; sort: 'entry' moves it, 'count' asserts it."""

    ledger = models.CharField(max_length=32)
    item_id = models.BigIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=3)
    sort = models.CharField(max_length=8)
    at = models.DateTimeField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        indexes = [Index(fields=["ledger", "item_id", "at"], name="ledger_item")]


class InstanceClock(models.Model):
    """One row. Business time = real time + offset, or stands at stands_at; never below floor_at.

    speed, sped_at: since that real instant it runs so many times as fast (an exercise).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset_seconds = models.BigIntegerField(default=0)
    stands_at = models.DateTimeField(null=True)
    floor_at = models.DateTimeField()
    speed = models.FloatField(default=1.0, db_default=1.0)
    sped_at = models.DateTimeField(null=True)
