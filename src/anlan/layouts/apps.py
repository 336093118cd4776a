from django.utils.translation import gettext_lazy as _

from anlan.toolkit.domain import DomainConfig


class LayoutsConfig(DomainConfig):
    name = "anlan.layouts"
    label = "layouts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        super().ready()
        from anlan.places import hub  # noqa: PLC0415

        from . import exports  # noqa: F401, PLC0415  (models must be loaded first)

        hub.add(_("上级版式"), _("上级的台账和月报样表，与本系统栏目的对照"), "/desk/layouts/", "file", "layouts.edit")
