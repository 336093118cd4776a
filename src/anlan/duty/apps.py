from anlan.toolkit.domain import DomainConfig


class DutyConfig(DomainConfig):
    name, label = "anlan.duty", "duty"

    def ready(self) -> None:
        super().ready()
        from . import listens, rulewords  # noqa: F401, PLC0415  followers and words, once all models are loaded
