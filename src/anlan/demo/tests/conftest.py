"""One small building for all tests of the demonstration, in a transaction that is taken back at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from anlan.demo import ground, totals
from anlan.demo.build import build
from anlan.demo.cast import CAST
from anlan.demo.today import OPENS_AT
from anlan.kernel import instance, rulebook
from anlan.kernel.actors import Actor
from anlan.people.models import Person
from anlan.people.standing import actor_for

SMALL = Path(__file__).parent / "small.toml"
PASSWORD = "春江水暖鸭先知-3"


@dataclass
class Built:
    """What the builder returned and said."""

    logins: list[tuple[str, str]]
    said: list[tuple[str, float]]
    totals: totals.Totals

    def actor(self, login: str) -> Actor:
        return actor_for(Person.objects.get(login_name=login), None, OPENS_AT)

    @property
    def cast(self) -> dict[str, Actor]:
        return {part.login: self.actor(part.login) for part in CAST}


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Built]:
    home, said = tmp_path_factory.mktemp("home"), []
    with (pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(),
          override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), transaction.atomic()):
        patch.setenv("ANLAN_DEMO_PASSWORD", PASSWORD)
        _forget()
        yield Built(build(lambda sentence, share: said.append((sentence, share)), totals=SMALL), said, totals.read(SMALL))
        transaction.set_rollback(True)
    _forget()


@pytest.fixture
def demo(built, db) -> Built:
    """The building; what a test changes is taken back."""
    instance.forget()
    return built


@pytest.fixture(scope="package")
def land() -> ground.Ground:
    """The areas without a database."""
    return ground.imagined()


def _forget() -> None:
    rulebook.forget()
    instance.forget()
