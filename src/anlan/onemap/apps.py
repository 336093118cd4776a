from django.apps import AppConfig


class OneMapConfig(AppConfig):
    name = "anlan.onemap"
    label = "onemap"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import pyramid, sketches  # noqa: F401, PLC0415
