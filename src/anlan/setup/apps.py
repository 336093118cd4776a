from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupConfig(AppConfig):
    name = "anlan.setup"
    label = "setup"
    verbose_name = _("初始设置")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import flow  # noqa: F401, PLC0415  (models must be loaded first)
