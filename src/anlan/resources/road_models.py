"""Networks of roads that a bureau brought in; the roads themselves lie in a file under its hash."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Versioned
from anlan.places.coordinates import Datum


class RoadNetwork(Versioned):
    """The newest that is in force on a day is driven on. file: of the roads, in WGS-84; datum: as they were given."""

    name = models.CharField(_("路网名称"), max_length=80)
    source = models.CharField(_("来源"), max_length=200)
    datum = models.CharField(_("原坐标系"), max_length=10, choices=Datum.choices)
    valid_from = models.DateField(_("启用日期"))
    road_count = models.PositiveIntegerField(_("道路条数"))
    node_count = models.PositiveIntegerField(_("路口和拐点数"))
    km = models.DecimalField(_("总长（公里）"), max_digits=9, decimal_places=1)
    file = models.CharField(_("数据校验值"), max_length=64)

    class Meta:
        verbose_name = _("道路网")
        indexes = [models.Index(fields=["-valid_from", "-id"], name="road_network_newest")]

    def __str__(self) -> str:
        return self.name


class RoadFile(models.Model):
    """The packed roads of a network under the SHA-256 of their bytes; never changed."""

    id = models.BigAutoField(primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("路网数据")

    def __str__(self) -> str:
        return self.sha256[:12]
