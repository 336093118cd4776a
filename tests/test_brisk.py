"""What every run of the tests does once, and what a test still finds."""

from django.urls import get_resolver, resolve

from anlan.people.tests import addresses


def test_who_looks_elsewhere_and_comes_back_finds_the_same_tree(settings):
    house = get_resolver()
    settings.ROOT_URLCONF = addresses.__name__
    assert get_resolver().urlconf_module is addresses
    settings.ROOT_URLCONF = "anlan.urls"
    assert get_resolver() is house
    assert resolve("/sign-in/").url_name == house.resolve("/sign-in/").url_name


def test_an_answer_tells_what_its_page_was_given(db, client):
    answer = client.get("/sign-in/")
    assert (answer.context["action"], [t.name for t in answer.templates]) == ("/sign-in/", ["people/sign_in.html"])
