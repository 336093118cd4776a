from anlan.toolkit.domain import DomainConfig


class FieldConfig(DomainConfig):
    name = "anlan.field"
    label = "field"
    default_auto_field = "django.db.models.BigAutoField"
