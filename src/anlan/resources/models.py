from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case
from anlan.toolkit.layers import Placed

from .firm_models import AgreementCall as AgreementCall
from .road_models import RoadFile as RoadFile
from .road_models import RoadNetwork as RoadNetwork
from .station_models import Equipment as Equipment
from .station_models import Expert as Expert
from .station_models import RescueStation as RescueStation
from .station_models import ServiceStation as ServiceStation
from .station_models import StationMeeting as StationMeeting
from .store_models import Good as Good
from .store_models import Lot as Lot
from .store_models import Requisition as Requisition
from .store_models import Stock as Stock
from .store_models import Store as Store
from .store_models import Transfer as Transfer
from .team_models import Callout as Callout
from .team_models import RescueTeam as RescueTeam
from .team_models import TeamCertificate as TeamCertificate


class ShelterSort(models.TextChoices):
    OUTDOOR = "outdoor", _("室外场地")
    INDOOR = "indoor", _("室内场所")
    SCHOOL = "school", _("学校")
    UNDERGROUND = "underground", _("人防工程")


class Shelter(Placed, Case):
    name = models.CharField(_("名称"), max_length=80, unique=True)
    sort = models.CharField(_("类别"), max_length=12, choices=ShelterSort.choices)
    capacity = models.PositiveIntegerField(_("可容纳人数"), validators=[MinValueValidator(1)])
    address = models.CharField(_("地址"), max_length=160)
    keeper = models.CharField(_("管理单位"), max_length=80, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    accessible = models.BooleanField(_("无障碍"), default=False)

    class Meta:
        verbose_name = _("避难场所")

    def __str__(self) -> str:
        return self.name


class HydrantSort(models.TextChoices):
    GROUND = "ground", _("地上式")
    UNDER = "under", _("地下式")
    CRANE = "crane", _("消防水鹤")


class Hydrant(Placed, Case):
    code = models.CharField(_("编号"), max_length=20, unique=True)
    sort = models.CharField(_("类型"), max_length=8, choices=HydrantSort.choices)
    place = models.CharField(_("位置"), max_length=120)
    faulty = models.BooleanField(_("有故障"), default=False)
    checked_on = models.DateField(_("最近检查"), null=True, blank=True)

    class Meta:
        verbose_name = _("消火栓")

    def __str__(self) -> str:
        return self.code
