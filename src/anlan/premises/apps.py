from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "anlan.premises"
    label = "premises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import exposed, flow, indicators, register  # noqa: F401, PLC0415
