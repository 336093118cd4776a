import pytest

from anlan.exercises import testing
from anlan.kernel import spaces
from anlan.people.testing import small_district


@pytest.fixture
def place(db, settings, tmp_path):
    settings.ANLAN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return small_district()


@pytest.fixture
def inside(monkeypatch):
    """The way into the exercise, within the test's own transaction."""
    monkeypatch.setattr(spaces, "carrier", testing.on_own_connection)
    return lambda: spaces.within(spaces.EXERCISE)
