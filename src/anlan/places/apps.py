from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "anlan.places"
    label = "places"
    verbose_name = _("区域与规则")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import flow, hub, recompute, register  # noqa: F401, PLC0415  (models must be loaded first)

        hub.add(_("节假日"), _("每年的放假和调休，按工作日计算的时限以此为准"), "/desk/calendar/", "calendar")
        hub.add(_("区域"), _("区、街道、社区、网格的代码和名称"), "/desk/areas/", "place")
        hub.add(_("导入区划"), _("从表格建立区划"), "/desk/areas/import/", "import", "areas.edit")
        hub.add(_("导入边界"), _("从地图文件登记各区域的边界"), "/desk/boundaries/import/", "map", "areas.edit")
