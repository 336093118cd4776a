from anlan.toolkit.domain import DomainConfig


class IncidentsConfig(DomainConfig):
    name, label = "anlan.incidents", "incidents"

    def ready(self) -> None:
        super().ready()
        from . import listens  # noqa: F401, PLC0415  followers, once all models are loaded
