"""Calls on firms that hold goods under contract (协议储备): the firm answers by telephone, and who keeps the contract records it."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case

from .store_models import Amount, Stock

CALLED_LEDGER = "called"
"""By call: what has left the firm's stock and is neither delivered nor given back."""


class AgreementCall(Case):
    """parcels: [{"lot", "amount"}] as they left the stock. party: who keeps the contract, and so asks for the answer."""

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="calls", verbose_name=_("协议库存"))
    amount = Amount(_("调用数量"))
    destination = models.CharField(_("送往"), max_length=120)
    purpose = models.CharField(_("用途"), max_length=200)
    needed_by = models.DateTimeField(_("需要时间"), null=True, blank=True)
    party = models.BigIntegerField()
    parcels = models.JSONField(default=list, blank=True)
    answerer = models.CharField(_("企业答复人"), max_length=80, blank=True, default="")
    promised_at = models.DateTimeField(_("约定送达时间"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    delivered = Amount(_("送达数量"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    receiver = models.CharField(_("签收人"), max_length=80, blank=True, default="")
    reason = models.CharField(_("说明"), max_length=300, blank=True, default="")
    for_kind = models.CharField(max_length=32, blank=True, default="")
    for_uid = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("协议调用")
        indexes = [Index(fields=["opened_at", "id"], name="agreement_call_opened"),
                   Index(fields=["stock", "state"], name="agreement_call_stock"),
                   Index(fields=["for_kind", "for_uid"], name="agreement_call_for", condition=Q(for_uid__isnull=False))]
        constraints = [CheckConstraint(condition=Q(delivered__isnull=True) | Q(delivered__lte=F("amount")),
                                       name="agreement_call_no_more_than_called")]

    def __str__(self) -> str:
        return self.purpose
