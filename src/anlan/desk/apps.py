from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "anlan.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .morning import sheet  # noqa: F401, PLC0415  what the duty room's sheet says of the night
