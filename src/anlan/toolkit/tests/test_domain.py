"""An app that derives its config from DomainConfig need not say what to import."""

import sys
from types import ModuleType

import pytest
from django.apps import AppConfig

from anlan.toolkit.domain import DomainConfig


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A package with an apps.py and a register, on the path."""
    folder = tmp_path / "shopfront"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "apps.py").write_text("from anlan.toolkit.domain import DomainConfig\n\n\nclass ShopConfig(DomainConfig):\n"
                                    "    name, label = 'shopfront', 'shopfront'\n")
    (folder / "register.py").write_text("declared = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [n for n in sys.modules if n.startswith("shopfront")]:
        monkeypatch.delitem(sys.modules, name)


def test_its_own_config_is_found_and_imports_what_it_declares(shop):
    config = AppConfig.create("shopfront")
    assert type(config).__name__ == "ShopConfig"
    assert isinstance(config, DomainConfig)
    config.ready()
    declared = sys.modules["shopfront.register"]
    assert isinstance(declared, ModuleType)
    assert declared.declared
    assert "shopfront.indicators" not in sys.modules
