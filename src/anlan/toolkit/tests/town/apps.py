from django.apps import AppConfig


class TownConfig(AppConfig):
    name = "anlan.toolkit.tests.town"
    label = "town"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import register  # noqa: F401, PLC0415
