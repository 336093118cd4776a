from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "anlan.calls"
    label = "calls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import attendance, exposed, flow, indicators, listens, register  # noqa: F401, PLC0415
