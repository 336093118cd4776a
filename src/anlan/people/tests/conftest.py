import pytest

from anlan.kernel import instance, rulebook
from anlan.people.testing import PASSWORD, small_district

MIDDLEWARE = "anlan.people.middleware.ActorMiddleware"


@pytest.fixture(autouse=True)
def forgetful():
    rulebook.forget()
    instance.forget()
    yield
    rulebook.forget()
    instance.forget()


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    return small_district()


@pytest.fixture(autouse=True)
def wired(settings):
    """The middleware and the pages of this app, also where the settings do not have them yet."""
    if MIDDLEWARE not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, MIDDLEWARE]
    settings.ROOT_URLCONF = "anlan.people.tests.addresses"


@pytest.fixture
def enter(client, place):
    """Sign one of the cast in."""

    def do(name, password=PASSWORD, browser=None, **more):
        browser = browser or client
        return browser.post("/sign-in/", {"login_name": name, "password": password, **more})

    return do
