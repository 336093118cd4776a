from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    name = "anlan.patrols"
    label = "patrols"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import documents, exposed, flow, indicators, listens, register  # noqa: F401, PLC0415
