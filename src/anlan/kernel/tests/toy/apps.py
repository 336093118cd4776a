from django.apps import AppConfig


class ToyConfig(AppConfig):
    name = "anlan.kernel.tests.toy"
    label = "toy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import flow  # noqa: F401, PLC0415
