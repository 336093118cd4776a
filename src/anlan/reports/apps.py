from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "anlan.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import documents, flow, freezing, listens, register  # noqa: F401, PLC0415
