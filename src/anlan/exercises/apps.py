from django.utils.translation import gettext_lazy as _

from anlan.toolkit.domain import DomainConfig


class ExercisesConfig(DomainConfig):
    name, label = "anlan.exercises", "exercises"
    verbose_name = _("演练")

    def ready(self) -> None:
        super().ready()
        from anlan.kernel import spaces  # noqa: PLC0415
        from anlan.places import hub  # noqa: PLC0415

        from . import listens, opening, selectors  # noqa: F401, PLC0415  (models must be loaded first)

        spaces.keep_by(selectors.opened, opening.give_up)
        hub.add(_("演练"), _("开设和结束演练；演练中的一切都不进入实战"), "/desk/exercises/", "calendar", "exercises.open")
