"""The file of a unit (domain.md 3.5), its special objects and its risk points."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case
from anlan.toolkit.search import BigramIndex


class Colour(models.TextChoices):
    """Four colours 四色 (domain.md 3.1 [sure]); ungraded is not a colour of risk."""

    RED = "red", _("红")
    ORANGE = "orange", _("橙")
    YELLOW = "yellow", _("黄")
    BLUE = "blue", _("蓝")
    UNGRADED = "ungraded", _("未分级")


class Gas(models.TextChoices):
    NONE = "none", _("不用气")
    PIPE = "pipe", _("管道天然气")
    LPG = "lpg", _("瓶装液化气")
    ALCOHOL = "alcohol", _("醇基燃料")


class Placed(models.Model):
    """A point in WGS-84 degrees with its tile key; datum is the system it was given in."""

    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    datum = models.CharField(_("原坐标系"), max_length=10, default="wgs84", blank=True)
    tile_key = models.BigIntegerField(null=True, db_index=True, editable=False)

    class Meta:
        abstract = True


class Premises(Placed, Case):
    personal = frozenset({"legal_phone", "operator_phone", "safety_phone"})

    name = models.CharField(_("单位名称"), max_length=120)
    sign_name = models.CharField(_("门店招牌"), max_length=120, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    place_type = models.CharField(_("场所类型"), max_length=24)
    nine_small = models.CharField(_("九小类型"), max_length=24, blank=True)
    trade_code = models.CharField(_("行业代码"), max_length=6, blank=True)
    owner_party = models.BigIntegerField(_("责任单位"), null=True, blank=True, db_index=True)
    department_party = models.BigIntegerField(_("行业主管部门"), null=True, blank=True)
    committee_no = models.PositiveSmallIntegerField(_("专委会"), null=True, blank=True)

    legal_person = models.CharField(_("法定代表人"), max_length=40, blank=True)
    legal_phone = models.CharField(_("法定代表人电话"), max_length=20, blank=True)
    operator = models.CharField(_("实际经营人"), max_length=40, blank=True)
    operator_phone = models.CharField(_("经营人电话"), max_length=20, blank=True)
    safety_manager = models.CharField(_("安全管理人"), max_length=40, blank=True)
    safety_phone = models.CharField(_("安全管理人电话"), max_length=20, blank=True)
    licence_from = models.DateField(_("执照起"), null=True, blank=True)
    licence_to = models.DateField(_("执照止"), null=True, blank=True)

    address = models.CharField(_("地址"), max_length=200)
    building = models.CharField(_("楼栋"), max_length=60, blank=True)
    storeys = models.PositiveSmallIntegerField(_("层数"), null=True, blank=True)
    floor_area_m2 = models.PositiveIntegerField(_("建筑面积（平方米）"), null=True, blank=True)
    landlord = models.CharField(_("产权人"), max_length=60, blank=True)

    staff = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    customers_peak = models.PositiveIntegerField(_("高峰人数"), null=True, blank=True)
    beds = models.PositiveIntegerField(_("床位"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("座位"), null=True, blank=True)
    dormitory_people = models.PositiveIntegerField(_("住宿人数"), null=True, blank=True)

    gas = models.CharField(_("用气"), max_length=8, choices=Gas.choices, blank=True)
    cylinders = models.PositiveSmallIntegerField(_("气瓶数"), null=True, blank=True)
    hazardous_goods = models.CharField(_("危险物品"), max_length=200, blank=True)
    dust = models.BooleanField(_("涉粉尘"), default=False)
    confined_space = models.BooleanField(_("有限空间"), default=False)
    ammonia = models.BooleanField(_("涉氨"), default=False)
    special_equipment = models.CharField(_("特种设备"), max_length=200, blank=True)

    fire_permit = models.CharField(_("消防许可"), max_length=60, blank=True)
    fire_facilities = models.CharField(_("消防设施"), max_length=200, blank=True)
    exits = models.PositiveSmallIntegerField(_("安全出口数"), null=True, blank=True)
    key_fire_unit = models.BooleanField(_("消防重点单位"), default=False)
    fire_tested_on = models.DateField(_("消防检测日期"), null=True, blank=True)

    safety_organ = models.CharField(_("安全机构或专人"), max_length=60, blank=True)
    trained_on = models.DateField(_("最近培训"), null=True, blank=True)
    plan_on = models.DateField(_("预案日期"), null=True, blank=True)
    drilled_on = models.DateField(_("最近演练"), null=True, blank=True)
    insured_to = models.DateField(_("安责险到期"), null=True, blank=True)

    colour = models.CharField(_("风险等级"), max_length=8, choices=Colour.choices, default=Colour.UNGRADED)
    graded_on = models.DateField(_("分级日期"), null=True, blank=True)
    gone_reported_on = models.DateField(_("报称已搬离"), null=True, blank=True)
    door_token = models.UUIDField(_("门牌码"), unique=True, editable=False)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("前一经营者")
    )

    class Meta:
        verbose_name = _("单位")
        indexes = [
            Index(fields=["area", "state", "name", "id"], name="premises_area"),
            Index(fields=["name", "id"], name="premises_name"),
            Index(fields=["area", "colour"], name="premises_colour"),
            Index(fields=["credit_code"], name="premises_code"),
            Index(fields=["department_party"], name="premises_department", condition=Q(department_party__isnull=False)),
            Index(fields=["committee_no"], name="premises_committee", condition=Q(committee_no__isnull=False)),
            BigramIndex("name", "sign_name", "address", name="premises_search"),
            *(Index(fields=[f"{who}_phone"], name=f"premises_{who}_phone", condition=~Q(**{f"{who}_phone": ""}))
              for who in ("legal", "operator", "safety")),  # whose telephone it is, asked at each sign-in of a unit
        ]
        constraints = [
            UniqueConstraint(
                fields=["credit_code", "address"],
                condition=Q(state="active") & ~Q(credit_code=""),
                name="premises_once",
            ),
            CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-85, 85)),
                name="premises_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.sign_name or self.name


class Special(models.TextChoices):
    ELEVATOR = "elevator", _("电梯")
    GAS_PIPE = "gas_pipe", _("燃气管道")
    CURTAIN_WALL = "curtain_wall", _("既有幕墙")
    HIGH_RISE = "high_rise", _("高层建筑")
    COMPOUND = "compound", _("住宅小区")


class SpecialObject(Placed, Case):
    """Something hard to supervise that is no unit; geometry: GeoJSON line or polygon where it has one."""

    sort = models.CharField(_("类别"), max_length=14, choices=Special.choices)
    name = models.CharField(_("名称"), max_length=120)
    their_no = models.CharField(_("登记编号"), max_length=60, blank=True)
    premises = models.ForeignKey(
        Premises, models.PROTECT, null=True, blank=True, related_name="objects_held", verbose_name=_("所属单位")
    )
    keeper = models.CharField(_("管理单位"), max_length=120, blank=True)
    built_year = models.PositiveSmallIntegerField(_("建成年份"), null=True, blank=True)
    checked_on = models.DateField(_("最近检验"), null=True, blank=True)
    check_due_on = models.DateField(_("检验到期"), null=True, blank=True)
    details = models.CharField(_("说明"), max_length=200, blank=True)
    geometry = models.JSONField(_("形状"), null=True, blank=True)

    class Meta:
        verbose_name = _("专项对象")
        indexes = [Index(fields=["area", "sort", "name", "id"], name="special_area")]

    def __str__(self) -> str:
        return self.name


class RiskPoint(Case):
    """A risk point of a unit. inherent and residual: {"method", inputs, "score", "colour"} as graded."""

    premises = models.ForeignKey(Premises, models.PROTECT, related_name="risk_points", verbose_name=_("单位"))
    name = models.CharField(_("风险点"), max_length=80)
    method = models.CharField(_("方法"), max_length=4, choices=[("lec", "LEC"), ("ls", "LS")])
    inherent = models.JSONField(_("固有风险"))
    residual = models.JSONField(_("剩余风险"), null=True, blank=True)
    forced = models.CharField(_("直接判定"), max_length=16, blank=True)
    colour = models.CharField(_("等级"), max_length=8, choices=Colour.choices)
    measures = models.TextField(_("管控措施"), blank=True)
    graded_on = models.DateField(_("分级日期"))

    class Meta:
        verbose_name = _("风险点")
        indexes = [Index(fields=["premises", "state"], name="risk_premises")]

    def __str__(self) -> str:
        return self.name


from .own_models import FileChange, RecordSort, UnitRecord  # noqa: E402, F401
