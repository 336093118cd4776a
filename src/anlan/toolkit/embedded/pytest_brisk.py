"""What Django's tools for tests do again and again is done once.

Every resolver of addresses is forgotten when ROOT_URLCONF changes, although each is kept under its own addresses; and the
context of each part of a page is copied, although tests read that of the page.
"""

from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish() -> None:
    from django.core.signals import setting_changed  # noqa: PLC0415  once the settings are read
    from django.test import client  # noqa: PLC0415
    from django.test.signals import root_urlconf_changed  # noqa: PLC0415

    if setting_changed.disconnect(root_urlconf_changed):
        setting_changed.connect(_look_there)
        client.store_rendered_templates = _of_the_page(client.store_rendered_templates)


def _look_there(*, setting: str, **_: Any) -> None:
    from django.urls import set_urlconf  # noqa: PLC0415

    if setting == "ROOT_URLCONF":
        set_urlconf(None)


def _of_the_page(keep: Any) -> Any:
    """Of the templates that an answer is drawn with, the first is the page; the others are its parts."""

    def keep_first(store: dict[str, Any], signal: Any, sender: Any, template: Any, context: Any, **more: Any) -> None:
        if "templates" not in store:
            keep(store, signal, sender, template, context, **more)

    return keep_first
