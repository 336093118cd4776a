"""Listed supervision 挂牌督办: one record a hazard and time (domain.md 2.6)."""

from __future__ import annotations

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case
from anlan.toolkit.search import BigramIndex

NOTICES = "挂牌督办"  # the series of listing numbers
ENDED = ("announced", "declined", "withdrawn")
STRUCK_OFF = ("closed", "announced")


class ListingLevel(models.TextChoices):
    """Whose committee lists it. The thresholds of grades 1 to 4 are not established: an officer chooses."""

    DISTRICT = "district", _("区级")
    CITY = "city", _("市级")
    PROVINCE = "province", _("省级")


class Extension(models.TextChoices):
    ASKED = "asked", _("待批复")
    GRANTED = "granted", _("已批准")
    REFUSED = "refused", _("未批准")


class Duty(models.TextChoices):
    """What somebody owes by a time while a hazard is listed; the names of the clocks."""

    APPROVE = "approve", _("批准挂牌")
    ISSUE = "issue", _("下达通知书")
    RECEIVE = "receive", _("签收通知书")
    PUBLISH = "publish", _("公布挂牌")
    PROGRESS = "progress", _("报月进展")
    DUE = "due", _("完成整改")
    OVERDUE_CHECK = "overdue_check", _("逾期现场核查")
    ESCALATE = "escalate", _("研究提级督办")
    EXTENSION_ANSWER = "extension_answer", _("批复延期")
    TEAM = "team", _("组织复查")
    REVIEW = "review", _("复查销号")
    ANNOUNCE = "announce", _("公布销号")


class Listing(Case):
    """`personal`: free text and names stand apart from the journal, so that a listing's chain can be shown to anyone."""

    personal = frozenset({"reason", "demand", "progress", "extension_reason", "team", "opinion", "end_reason"})

    hazard = models.ForeignKey("hazards.Hazard", models.PROTECT, related_name="listings", verbose_name=_("隐患"))
    premises = models.ForeignKey("premises.Premises", models.PROTECT, null=True, related_name="listings",
                                 verbose_name=_("单位"))
    unit_name = models.CharField(_("责任单位"), max_length=120)
    what = models.TextField(_("隐患情况（公开表述）"))
    demand = models.TextField(_("督办要求"), blank=True)
    reason = models.TextField(_("提请理由"), blank=True)
    level = models.CharField(_("督办级别"), max_length=8, choices=ListingLevel.choices, default=ListingLevel.DISTRICT)
    batch = models.PositiveSmallIntegerField(_("年度批次"), null=True)
    committee = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+",
                                  verbose_name=_("督办委员会"))
    department = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+",
                                   verbose_name=_("督办部门"))
    leader = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("督办区领导"))
    days = models.PositiveSmallIntegerField(_("督办期限（天）"), null=True)

    office_party = models.BigIntegerField(null=True)
    owner_party = models.BigIntegerField(null=True)
    community_party = models.BigIntegerField(null=True)
    street_party = models.BigIntegerField(null=True)
    proposer_id = models.BigIntegerField(null=True)
    approver_id = models.BigIntegerField(null=True)

    listing_no = models.CharField(_("挂牌文号"), max_length=80, blank=True)
    listed_on = models.DateField(_("挂牌日期"), null=True)
    due_on = models.DateField(_("督办期限至"), null=True)
    received_at = models.DateTimeField(_("签收时间"), null=True)
    published_at = models.DateTimeField(_("公布时间"), null=True)
    media = models.CharField(_("公布媒体"), max_length=120, blank=True)

    progress = models.JSONField(_("整改进展"), default=list)
    progress_on = models.DateField(_("最近进展"), null=True)
    missed_reports = models.PositiveSmallIntegerField(_("缺报月进展"), default=0)

    extensions = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    extension = models.CharField(_("延期申请"), max_length=8, choices=Extension.choices, blank=True)
    extension_days = models.PositiveSmallIntegerField(_("申请延长天数"), null=True)
    extension_asked_on = models.DateField(_("延期申请日期"), null=True)
    extension_decided_on = models.DateField(_("延期批复日期"), null=True)
    extension_reason = models.TextField(_("延期理由"), blank=True)
    extension_by = models.BigIntegerField(null=True)
    extension_no = models.CharField(_("延期批复文号"), max_length=80, blank=True)

    applied_on = models.DateField(_("申请销号日期"), null=True)
    team = models.JSONField(_("复查组"), default=list)
    review_on = models.DateField(_("复查日期"), null=True)
    opinion = models.TextField(_("复查意见"), blank=True)
    review_no = models.CharField(_("复查意见书文号"), max_length=80, blank=True)
    failed_reviews = models.PositiveSmallIntegerField(_("复查不合格次数"), default=0)
    closing_no = models.CharField(_("销号编号"), max_length=80, blank=True)
    closed_at = models.DateTimeField(_("销号时间"), null=True)
    closed_published_at = models.DateTimeField(_("销号公布时间"), null=True)

    overdue_since = models.DateField(_("逾期起"), null=True)
    escalated_on = models.DateField(_("提级日期"), null=True)
    late = ArrayField(models.CharField(max_length=20, choices=Duty.choices), default=list, verbose_name=_("逾期事项"))
    end_reason = models.TextField(_("终止理由"), blank=True)

    class Meta:
        verbose_name = _("挂牌督办")
        indexes = [
            Index(fields=["opened_at", "id"], name="listing_opened"),
            Index(fields=["area", "state", "opened_at", "id"], name="listing_ledger"),
            Index(fields=["-published_at", "id"], name="listing_public", condition=Q(published_at__isnull=False)),
            BigramIndex("unit_name", "what", name="listing_search"),
        ]
        constraints = [
            UniqueConstraint(fields=["hazard"], condition=~Q(state__in=[*ENDED, "closed"]), name="listing_open_once"),
            UniqueConstraint(fields=["listing_no"], condition=~Q(listing_no=""), name="listing_numbered_once"),
            UniqueConstraint(fields=["closing_no"], condition=~Q(closing_no=""), name="listing_closed_once"),
            CheckConstraint(condition=~Q(state__in=STRUCK_OFF) | Q(closed_at__isnull=False),
                            name="listing_closed_has_time"),
            CheckConstraint(condition=Q(due_on__isnull=True) | Q(due_on__gte=F("listed_on")), name="listing_due_after"),
        ]

    def __str__(self) -> str:
        return self.listing_no or str(_("挂牌督办"))

    @property
    def slug(self) -> str:
        """2021-3: year and number of the notice, the listing's public address; empty before it has one."""
        found = re.search(r"(\d{4})\D+(\d+)", self.listing_no)
        return f"{found[1]}-{found[2]}" if found else ""

    @property
    def unit_party(self) -> int | None:
        """Who owes the rectification: the unit, or its community where it has no owner of record."""
        return self.owner_party or self.community_party
