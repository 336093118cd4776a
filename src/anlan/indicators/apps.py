from django.utils.translation import gettext_lazy as _

from anlan.toolkit.domain import DomainConfig


class IndicatorsConfig(DomainConfig):
    name = "anlan.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        super().ready()
        from anlan.toolkit.api import api  # noqa: PLC0415
        from anlan.toolkit.registers import figures  # noqa: PLC0415

        from . import listens  # noqa: F401, PLC0415  (models must be loaded first)
        from .asking import keep_url  # noqa: PLC0415
        from .exposed import expose_indicators  # noqa: PLC0415

        expose_indicators(api)
        figures.BESIDE.append((_("存为常用查询"), keep_url))
