"""Stores and what lies in them (domain.md 7.4). No balance stands in a column: a lot holds what its ledger lines sum up to."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case, Versioned
from anlan.people.models import Organisation
from anlan.toolkit.layers import Placed

STOCK_LEDGER, TRANSIT_LEDGER, REQUISITION_LEDGER = "stock", "transit", "requisition"
"""Ledgers by lot, by transfer and by requisition."""


class Amount(models.DecimalField):
    """A quantity of goods, never below zero."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_digits": 13, "decimal_places": 3, "validators": [MinValueValidator(0)], **kwargs})


class GoodSort(models.TextChoices):
    """The top layer of GB/T 38565-2020 [sure]."""

    LIVING = "1", _("基本生活保障物资")
    GEAR = "2", _("应急装备及配套物资")
    WORKS = "3", _("工程材料与机械加工设备")
    OTHER = "9", _("其他物资")


class Measure(models.TextChoices):
    PIECE = "piece", _("件")
    BAG = "bag", _("条")
    MACHINE = "machine", _("台")
    BOX = "box", _("箱")
    CUBIC_METRE = "m3", _("立方米")
    KILOGRAM = "kg", _("千克")
    LITRE = "litre", _("升")


class StoreLevel(models.TextChoices):
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区级")


class Basis(models.TextChoices):
    """Whose the goods are (Emergency Response Law 2007 Art 32 [sure]): a firm's under contract are kept apart from one's own."""

    OWN = "own", _("自有")
    AGREEMENT = "agreement", _("协议储备")


class Good(Versioned):
    """A kind of goods. code: seven digits after GB/T 38565-2020; sub-codes of one's own under 99 until the standard is bought."""

    code = models.CharField(_("物资编码"), max_length=7, unique=True, validators=[
        RegexValidator(r"^[1239]\d{6}$", _("编码为七位数字，首位是1、2、3或9"))])
    name = models.CharField(_("品名"), max_length=60)
    sort = models.CharField(_("大类"), max_length=1, choices=GoodSort.choices)
    measure = models.CharField(_("计量单位"), max_length=8, choices=Measure.choices)

    class Meta:
        verbose_name = _("物资品目")

    def __str__(self) -> str:
        return self.name


class Store(Placed, Case):
    name = models.CharField(_("仓库名称"), max_length=80, unique=True)
    level = models.CharField(_("级别"), max_length=10, choices=StoreLevel.choices)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("管理单位"))
    address = models.CharField(_("地址"), max_length=160)
    phone = models.CharField(_("值班电话"), max_length=30, blank=True, default="")

    class Meta:
        verbose_name = _("物资仓库")

    def __str__(self) -> str:
        return self.name


class Stock(Case):
    """One kind of goods in one store. reserve: kept for the worst, not drawn in everyday use.

    low: what may be drawn is under the minimum.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="stocks", verbose_name=_("仓库"))
    good = models.ForeignKey(Good, models.PROTECT, related_name="stocks", verbose_name=_("品名"))
    basis = models.CharField(_("权属"), max_length=10, choices=Basis.choices, default=Basis.OWN)
    supplier = models.CharField(_("协议企业"), max_length=80, blank=True, default="")
    minimum = Amount(_("最低库存"), default=0)
    maximum = Amount(_("库存上限"), null=True, blank=True)
    reserve = Amount(_("保底数量"), default=0)
    low = models.BooleanField(_("低于最低库存"), default=False, editable=False)

    class Meta:
        verbose_name = _("库存")
        constraints = [UniqueConstraint(fields=["store", "good", "basis"], name="stock_once"),
                       CheckConstraint(condition=Q(maximum__isnull=True) | Q(maximum__gte=F("minimum")), name="stock_bounds")]
        indexes = [Index(fields=["good", "store"], name="stock_good")]

    def __str__(self) -> str:
        return f"{self.store.name} · {self.good.name}"


class Lot(Case):
    """Goods of one stock that came in together. expires_on: their last good day, None for what does not spoil."""

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="lots", verbose_name=_("库存"))
    number = models.CharField(_("批号"), max_length=40)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    price_yuan = models.DecimalField(_("单价（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("来源"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("批次")
        indexes = [Index(fields=["stock", "expires_on", "id"], name="lot_first_out"),
                   Index(fields=["expires_on", "id"], name="lot_expires")]

    def __str__(self) -> str:
        return self.number


class Transfer(Case):
    """Goods lent from one store to another. parcels: [{"number", "expires_on", "amount"}] as sent."""

    to_stock = models.ForeignKey(Stock, models.PROTECT, related_name="coming", verbose_name=_("调入库存"))
    from_stock = models.ForeignKey(Stock, models.PROTECT, related_name="going", verbose_name=_("调出库存"))
    to_party = models.BigIntegerField()
    from_party = models.BigIntegerField()
    asked = Amount(_("申请数量"))
    approved = Amount(_("批准数量"), null=True, blank=True)
    sent = Amount(_("发出数量"), null=True, blank=True)
    received = Amount(_("收到数量"), null=True, blank=True)
    parcels = models.JSONField(default=list, blank=True)
    purpose = models.CharField(_("用途"), max_length=200)
    needed_by = models.DateTimeField(_("需要时间"), null=True, blank=True)
    carrier = models.CharField(_("运送"), max_length=120, blank=True, default="")
    reason = models.CharField(_("说明"), max_length=300, blank=True, default="")
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    received_at = models.DateTimeField(_("收到时间"), null=True, blank=True)
    for_kind = models.CharField(max_length=32, blank=True, default="")
    for_uid = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("物资调拨")
        indexes = [Index(fields=["opened_at", "id"], name="transfer_opened"),
                   Index(fields=["from_party", "state"], name="transfer_from"),
                   Index(fields=["to_party", "state"], name="transfer_to"),
                   Index(fields=["for_kind", "for_uid"], name="transfer_for", condition=Q(for_uid__isnull=False))]
        constraints = [CheckConstraint(condition=~Q(to_stock=F("from_stock")), name="transfer_between_two"),
                       CheckConstraint(condition=Q(received__isnull=True) | Q(received__lte=F("sent")), name="transfer_no_more_than_sent")]

    def __str__(self) -> str:
        return self.purpose


class Requisition(Case):
    """Property taken for an emergency, to be returned or paid (Emergency Response Law 2007 Art 12 [sure])."""

    personal = frozenset({"owner_phone"})

    what = models.CharField(_("征用财产"), max_length=120)
    amount = Amount(_("数量"))
    measure = models.CharField(_("计量单位"), max_length=8, choices=Measure.choices)
    owner_name = models.CharField(_("所有人"), max_length=80)
    owner_phone = models.CharField(_("所有人电话"), max_length=30, blank=True, default="")
    order_no = models.CharField(_("征用文书编号"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=200)
    party = models.BigIntegerField(db_index=True)
    paid_yuan = models.DecimalField(_("补偿金额（元）"), max_digits=14, decimal_places=2, default=0)
    settled_at = models.DateTimeField(_("结清时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("财产征用")
        indexes = [Index(fields=["opened_at", "id"], name="requisition_opened"),
                   Index(fields=["area", "state"], name="requisition_area")]

    def __str__(self) -> str:
        return self.what
