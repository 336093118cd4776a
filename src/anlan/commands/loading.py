"""Loads Django for the verbs that need it."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager


def ready() -> None:
    """Loads the settings and the apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.settings")
    with standing():
        import django  # noqa: PLC0415  the other verbs answer without it

        django.setup()


@contextmanager
def standing() -> Iterator[None]:
    """What is loaded in here stands for good: to look through it for rubbish took a third of a start, and later stopped every
    page for 0.15 s."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
