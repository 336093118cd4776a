from anlan.toolkit.domain import DomainConfig


class DutyConfig(DomainConfig):
    name, label = "anlan.duty", "duty"

    def ready(self) -> None:
        super().ready()
        from . import listens  # noqa: F401, PLC0415  followers, once all models are loaded
