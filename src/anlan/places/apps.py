from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "anlan.places"
    label = "places"
    verbose_name = _("区域与规则")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import flow  # noqa: F401, PLC0415  (models must be loaded first)
