from django.utils.translation import gettext_lazy as _

from anlan.toolkit.domain import DomainConfig


class ReturnsConfig(DomainConfig):
    name = "anlan.returns"
    label = "returns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        super().ready()
        from anlan.places import hub  # noqa: PLC0415

        from . import exposed, listens  # noqa: F401, PLC0415  (models must be loaded first)

        hub.add(_("部门月报"), _("各部门每月报送的数和明细，谁还没报，哪些数互相矛盾"), "/desk/returns/", "report", "returns.judge")
