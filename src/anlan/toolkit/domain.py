"""The config of an app that declares registers, indicators and papers: its modules are found by their names."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule

DECLARING = ("flow", "register", "indicators", "documents")


class DomainConfig(AppConfig):
    """Imports what the app has of DECLARING once all models are loaded. Of an apps.py the subclass is the one meant."""

    default = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        for name in DECLARING:
            if module_has_submodule(self.module, name):
                import_module(f"{self.name}.{name}")
