"""What a unit's own people write down: changes of its file that they ask for, and its safety book."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case


class FileChange(Case):
    """A change of the unit's file, asked for by its people; nothing changes until an office confirms it.

    wanted: {column: value}; before: {column: value} when it was asked for.
    """

    personal = frozenset({"wanted", "before"})

    premises = models.ForeignKey("premises.Premises", models.PROTECT, related_name="file_changes", verbose_name=_("单位"))
    unit_name = models.CharField(_("单位名称"), max_length=120)
    wanted = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    why = models.CharField(_("说明"), max_length=200, blank=True)
    asked_by = models.BigIntegerField(null=True)
    asker_party = models.BigIntegerField(null=True)
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        verbose_name = _("档案变更申请")
        indexes = [Index(fields=["area", "state", "opened_at", "id"], name="file_change_queue"),
                   Index(fields=["premises", "-id"], name="file_change_unit")]

    def __str__(self) -> str:
        return self.unit_name


class RecordSort(models.TextChoices):
    DUTY = "duty", _("岗位责任")
    TRAINING = "training", _("培训")


class UnitRecord(Case):
    """A line of the unit's safety book: who answers for what (全员责任), or a training that was held.

    people: names as the unit writes them; on_day: since when, or when held.
    """

    premises = models.ForeignKey("premises.Premises", models.PROTECT, related_name="records", verbose_name=_("单位"))
    sort = models.CharField(_("类别"), max_length=8, choices=RecordSort.choices)
    what = models.CharField(_("内容"), max_length=120)
    people = models.CharField(_("人员"), max_length=200)
    on_day = models.DateField(_("日期"))
    heads = models.PositiveSmallIntegerField(_("人数"), null=True)
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1, null=True)
    ended_on = models.DateField(_("到期日"), null=True)

    class Meta:
        verbose_name = _("单位安全台账")
        indexes = [Index(fields=["premises", "sort", "-on_day", "-id"], name="unit_record_book"),
                   Index(fields=["on_day", "id"], name="unit_record_day"), Index(fields=["area", "on_day", "id"], name="unit_record_area")]
        constraints = [CheckConstraint(condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("on_day")), name="unit_record_days")]

    def __str__(self) -> str:
        return self.what
