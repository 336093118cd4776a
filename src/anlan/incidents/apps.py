from anlan.toolkit.domain import DomainConfig


class IncidentsConfig(DomainConfig):
    name, label = "anlan.incidents", "incidents"
