from anlan.toolkit.domain import DomainConfig


class ResourcesConfig(DomainConfig):
    name, label = "anlan.resources", "resources"
