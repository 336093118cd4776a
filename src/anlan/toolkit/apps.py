from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ToolkitConfig(AppConfig):
    name = "anlan.toolkit"
    label = "toolkit"
    verbose_name = _("工具")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anlan.toolkit.intake import tokens  # noqa: F401, PLC0415  (models must be loaded first)
        from anlan.toolkit.notices import telling  # noqa: F401, PLC0415
        from anlan.toolkit.registers import books, checks  # noqa: F401, PLC0415
