from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OneMapConfig(AppConfig):
    name = "anlan.onemap"
    label = "onemap"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anlan.toolkit.api import api  # noqa: PLC0415
        from anlan.toolkit.registers import figures  # noqa: PLC0415

        from . import pyramid, sketches  # noqa: F401, PLC0415
        from .describe import coloured_url  # noqa: PLC0415
        from .features import expose_features  # noqa: PLC0415

        expose_features(api)
        figures.BESIDE.append((_("在地图上看"), coloured_url))
