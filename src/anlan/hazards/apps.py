from django.apps import AppConfig


class HazardsConfig(AppConfig):
    name = "anlan.hazards"
    label = "hazards"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import (  # noqa: F401, PLC0415
            documents,
            exposed,
            flow,
            indicators,
            listing,
            listing_documents,
            listing_indicators,
            proposals,
            register,
        )
