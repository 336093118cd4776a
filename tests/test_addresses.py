"""The tree of addresses is read once in a process, however often tests look at another one."""

from django.urls import get_resolver, resolve

from anlan.people.tests import addresses


def test_who_looks_elsewhere_and_comes_back_finds_the_same_tree(settings):
    house = get_resolver()
    settings.ROOT_URLCONF = addresses.__name__
    assert get_resolver().urlconf_module is addresses
    settings.ROOT_URLCONF = "anlan.urls"
    assert get_resolver() is house
    assert resolve("/sign-in/").url_name == house.resolve("/sign-in/").url_name
