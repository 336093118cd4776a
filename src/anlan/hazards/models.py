from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case
from anlan.matters.models import Opener
from anlan.toolkit.search import BigramIndex

from .listing_models import Listing as Listing


class Level(models.TextChoices):
    GENERAL = "general", _("一般")
    MAJOR = "major", _("重大")


class Control(models.TextChoices):
    """Immediate control, one tap (domain.md 2.2: protect, withdraw people, warn, stop use)."""

    STOP = "stop", _("停止使用")
    REMOVE = "remove", _("搬离危险源")
    GUARD = "guard", _("专人看守")
    EVACUATE = "evacuate", _("疏散人员")


class ClosedHow(models.TextChoices):
    ON_SPOT = "on_spot", _("当场整改")
    REVIEWED = "reviewed", _("复查通过")


class Hazard(Case):
    code = models.CharField(_("编号"), max_length=12, unique=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="hazards", verbose_name=_("事项"))
    premises = models.ForeignKey("premises.Premises", models.PROTECT, null=True, related_name="hazards",
                                 verbose_name=_("单位"))
    visit_uid = models.UUIDField(null=True, db_index=True)
    opener = models.CharField(_("发现人身份"), max_length=8, choices=Opener.choices)
    item_code = models.CharField(_("检查项"), max_length=12, blank=True)
    what = models.TextField(_("隐患情况"))
    basis = models.CharField(_("依据"), max_length=300, blank=True)
    basis_pending = models.BooleanField(_("依据待核"), default=False)
    place = models.CharField(_("部位"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    tile_key = models.BigIntegerField(null=True, db_index=True)

    level = models.CharField(_("等级"), max_length=8, choices=Level.choices, default=Level.GENERAL)
    grade_reason = models.CharField(_("定级理由"), max_length=500, blank=True)
    finder_id = models.BigIntegerField(null=True)
    grader_id = models.BigIntegerField(null=True)
    confirmer_id = models.BigIntegerField(null=True)
    fixer_name = models.CharField(_("整改责任人"), max_length=40, blank=True)
    fixer_id = models.BigIntegerField(null=True)
    submitter_id = models.BigIntegerField(null=True)
    reviewer_id = models.BigIntegerField(null=True)

    owner_party = models.BigIntegerField(_("责任单位"), null=True)
    community_party = models.BigIntegerField(null=True)
    street_party = models.BigIntegerField(null=True)
    department_party = models.BigIntegerField(null=True)

    control = models.CharField(_("现场控制"), max_length=10, choices=Control.choices, blank=True)
    controlled_at = models.DateTimeField(null=True)
    found_on = models.DateField(_("发现日期"))
    days = models.PositiveSmallIntegerField(_("整改期限（天）"))
    due_on = models.DateField(_("整改截止"), null=True)
    blocks = models.JSONField(_("五落实"), default=dict)
    fixed_what = models.TextField(_("整改情况"), blank=True)

    order_by = models.BigIntegerField(null=True)
    order_drafter = models.CharField(_("起草人"), max_length=40, blank=True)
    order_drafted_at = models.DateTimeField(null=True)
    order_due_on = models.DateField(null=True)  # what the draft asks; the limit itself moves at the second signature
    order_text = models.TextField(blank=True)
    order_no = models.CharField(_("指令书文号"), max_length=80, blank=True)
    review_no = models.CharField(_("复查意见书文号"), max_length=80, blank=True)
    closing_no = models.CharField(_("销号编号"), max_length=80, blank=True)

    result = models.CharField(_("复查结果"), max_length=8, blank=True,
                              choices=[("passed", _("合格")), ("failed", _("不合格"))])
    closed_at = models.DateTimeField(_("销号时间"), null=True)
    closed_how = models.CharField(_("销号方式"), max_length=10, choices=ClosedHow.choices, blank=True)
    overdue_since = models.DateField(_("逾期起"), null=True)
    extensions = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    returns = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    recurred_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="recurrences")
    listing_uid = models.UUIDField(null=True)
    listed_on = models.DateField(_("挂牌日期"), null=True)

    class Meta:
        verbose_name = _("隐患")
        indexes = [
            Index(fields=["opened_at", "id"], name="hazard_opened"),
            Index(fields=["area", "state", "opened_at", "id"], name="hazard_ledger"),
            Index(fields=["premises", "item_code", "closed_at"], name="hazard_again"),
            Index(fields=["found_on", "id"], name="hazard_found"),
            Index(fields=["owner_party"], name="hazard_owner", condition=Q(owner_party__isnull=False)),
            Index(fields=["department_party"], name="hazard_department", condition=Q(department_party__isnull=False)),
            BigramIndex("what", "place", name="hazard_search"),
        ]
        constraints = [
            CheckConstraint(condition=~Q(level="major", closed_how="on_spot"), name="major_never_closed_on_spot",
                            violation_error_message=_("重大隐患不能当场整改销号：请先抽查退回整改，再改定等级")),
            CheckConstraint(condition=~Q(state="closed") | Q(closed_at__isnull=False), name="hazard_closed_has_time",
                            violation_error_message=_("已销号的隐患须有销号时间")),
        ]

    def __str__(self) -> str:
        return self.code


class Sort(models.TextChoices):
    EXTENSION = "extension", _("延期申请")
    OBJECTION = "objection", _("异议")
    SLIP = "slip", _("督办建议")
    LISTING = "listing", _("挂牌督办建议")
    RECHECK = "recheck", _("当场整改抽查")


class Proposal(Case):
    """Something that waits for an answer in the office's review queue."""

    sort = models.CharField(_("类别"), max_length=10, choices=Sort.choices)
    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="proposals", verbose_name=_("隐患"))
    text = models.TextField(_("事由"))
    days = models.PositiveSmallIntegerField(_("天数"), null=True)
    asked_by = models.BigIntegerField(null=True)
    asker_party = models.BigIntegerField(null=True)
    street_party = models.BigIntegerField(null=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("待批事项")
        indexes = [Index(fields=["area", "state", "opened_at", "id"], name="proposal_queue"),
                   Index(fields=["asker_party"], name="proposal_asker", condition=Q(asker_party__isnull=False))]

    def __str__(self) -> str:
        return str(self.get_sort_display())
