"""The look is tested alone: its own addresses, no session, no actor, no database."""

import pytest


@pytest.fixture(autouse=True)
def _alone(settings):
    settings.ROOT_URLCONF = "anlan.toolkit.ui.tests.urls"
    settings.MIDDLEWARE = [
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ]
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ]
