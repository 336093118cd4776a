"""The tree of addresses is read once in a process, not anew after each test that looked at another one.

Django forgets every resolver when ROOT_URLCONF changes, although each of them is kept under its own addresses.
"""

from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish() -> None:
    from django.core.signals import setting_changed  # noqa: PLC0415  once the settings are read
    from django.test.signals import root_urlconf_changed  # noqa: PLC0415

    if setting_changed.disconnect(root_urlconf_changed):
        setting_changed.connect(_look_there)


def _look_there(*, setting: str, **_: Any) -> None:
    from django.urls import set_urlconf  # noqa: PLC0415

    if setting == "ROOT_URLCONF":
        set_urlconf(None)
