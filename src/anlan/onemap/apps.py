from django.apps import AppConfig


class OneMapConfig(AppConfig):
    name = "anlan.onemap"
    label = "onemap"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anlan.toolkit.api import api  # noqa: PLC0415

        from . import pyramid, sketches  # noqa: F401, PLC0415
        from .features import expose_features  # noqa: PLC0415

        expose_features(api)
