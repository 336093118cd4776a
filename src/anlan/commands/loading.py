"""Loads Django for the verbs that need it."""

import os


def ready() -> None:
    """Loads the settings and the apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.settings")
    import django  # noqa: PLC0415  the other verbs answer without it

    django.setup()
