from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "anlan.toolkit.ui"
    label = "toolkit_ui"
    verbose_name = _("界面")

    def ready(self) -> None:
        # In here: assets needs nothing at import time, and the registry must be ready before a check is added.
        from anlan.toolkit.ui.assets import check_built  # noqa: PLC0415

        checks.register(check_built)
