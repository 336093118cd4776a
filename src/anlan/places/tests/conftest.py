import pytest

from anlan.kernel import instance, rulebook
from anlan.kernel.actors import Actor
from anlan.places.testing import small_ground

KEEPER = Actor(name="管理员", person_id=1, permits=frozenset({"areas.edit", "rules.edit", "calendars.edit"}))


@pytest.fixture(autouse=True)
def forgetful():
    rulebook.forget()
    instance.forget()
    yield
    rulebook.forget()
    instance.forget()


@pytest.fixture
def ground(db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    return small_ground()
