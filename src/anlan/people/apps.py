from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "anlan.people"
    label = "people"
    verbose_name = _("机构与人员")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import flows, names, tokens  # noqa: F401, PLC0415  (models must be loaded first)

        names.register()
        tokens.register()
