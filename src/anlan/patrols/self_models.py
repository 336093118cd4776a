from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case


class SelfInspection(Case):
    """One round of a unit through its own premises (自查), kept by the unit as its record (State Administration Order 16).

    answers: {"version": n, "items": {code: "ok" | "na" | "hazard"}}; problems: [{"item", "what", "mended", "mended_on"}],
    mended empty while it stands; standing: how many stand.
    """

    premises = models.ForeignKey("premises.Premises", models.PROTECT, related_name="self_inspections", verbose_name=_("单位"))
    done_on = models.DateField(_("自查日期"))
    inspector_name = models.CharField(_("自查人"), max_length=40)
    answers = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    found = models.PositiveSmallIntegerField(_("发现问题"), default=0)
    standing = models.PositiveSmallIntegerField(_("未改好"), default=0)
    note = models.CharField(_("备注"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("自查记录")
        indexes = [Index(fields=["premises", "-done_on", "-id"], name="self_inspection_last"),
                   Index(fields=["done_on", "id"], name="self_inspection_day"),
                   Index(fields=["area", "done_on", "id"], name="self_inspection_area")]
        constraints = [CheckConstraint(condition=Q(standing__lte=F("found")), name="self_inspection_stands")]

    def __str__(self) -> str:
        return f"{self.done_on:%Y-%m-%d}"
