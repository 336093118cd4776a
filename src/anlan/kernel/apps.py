from django.apps import AppConfig
from django.core.checks import register


class KernelConfig(AppConfig):
    name = "anlan.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks  # noqa: PLC0415  (models must be loaded first)

        register(checks.check_flows)
