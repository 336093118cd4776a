"""Anlan's settings without its middleware: nothing stands between the server and the view."""

from anlan.settings import *  # noqa: F403
from anlan.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "anlan.bench.plain"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "anlan.bench.plain.urls"
