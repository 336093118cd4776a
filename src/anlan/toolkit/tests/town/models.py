from django.db import models
from django.db.models import Index

from anlan.kernel.models import Case
from anlan.toolkit.layers import Placed
from anlan.toolkit.search import BigramIndex


class Sort(models.TextChoices):
    DIESEL = "diesel", "柴油泵"
    ELECTRIC = "electric", "电动泵"


class Depot(Case):
    code = models.CharField("库房编号", max_length=20, unique=True)
    name = models.CharField("库房名称", max_length=60)

    def __str__(self) -> str:
        return self.name


class Siren(Case):
    code = models.CharField("警报器编号", max_length=20, unique=True)
    name = models.CharField("警报器名称", max_length=60)

    def __str__(self) -> str:
        return self.name


class Pump(Placed, Case):
    personal = frozenset({"phone"})

    code = models.CharField("编号", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    address = models.CharField("地址", max_length=120, blank=True)
    sort = models.CharField("类别", max_length=10, choices=Sort.choices, default=Sort.DIESEL)
    power_kw = models.PositiveIntegerField("功率（千瓦）", null=True, blank=True)
    bought_on = models.DateField("购置日期", null=True, blank=True)
    is_mobile = models.BooleanField("可移动", default=False)
    colour = models.CharField("风险", max_length=8, blank=True, choices=[("red", "红"), ("blue", "蓝")])
    keeper = models.CharField("保管人", max_length=20, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    note = models.TextField("备注", blank=True)
    depot = models.ForeignKey(Depot, models.PROTECT, null=True, blank=True, verbose_name="所属库房", related_name="pumps")

    class Meta:
        verbose_name = "水泵"
        indexes = [
            Index(fields=["name", "id"], name="pump_name"),
            BigramIndex("code", "name", "address", name="pump_search"),
        ]

    def __str__(self) -> str:
        return self.name
