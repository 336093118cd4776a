"""How people, posts and parties are called wherever only their id is known."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, Value
from django.db.models.functions import Concat

from anlan.toolkit.registers import names

from .models import Organisation, Person, Post


def people_called(ids: set[int]) -> Mapping[int, str]:
    return dict(Person.objects.filter(id__in=ids).values_list("id", "name"))


def posts_called(ids: set[int]) -> Mapping[int, str]:
    """东街街道办事处网格员: the house and the title."""
    rows = Post.objects.filter(id__in=ids).annotate(called=Concat(F("organisation__name"), F("title")))
    return dict(rows.values_list("id", "called"))


def parties_called(ids: set[int]) -> Mapping[int, str]:
    """Organisations by name, posts by house and title; one statement for both."""
    houses = Organisation.objects.filter(id__in=ids).annotate(called=Concat(F("name"), Value("")))
    posts = Post.objects.filter(id__in=ids).annotate(called=Concat(F("organisation__name"), F("title")))
    return dict(houses.values_list("id", "called").union(posts.values_list("id", "called"), all=True))


def called_together(asked: Mapping[str, set[int]]) -> Mapping[str, Mapping[int, str]]:
    """The three above in one statement."""
    found: dict[str, dict[int, str]] = {sort: {} for sort in asked}
    posts, parties = asked.get("posts", set()), asked.get("parties", set())
    people = Person.objects.filter(id__in=asked.get("people", set())).annotate(of=Value("people"), called=Concat(F("name"), Value("")))
    houses = Organisation.objects.filter(id__in=parties).annotate(of=Value("parties"), called=Concat(F("name"), Value("")))
    seats = Post.objects.filter(id__in=posts | parties).annotate(
        of=Value("posts"), called=Concat(F("organisation__name"), F("title")))
    rows = people.values_list("of", "id", "called").union(
        houses.values_list("of", "id", "called"), seats.values_list("of", "id", "called"), all=True)
    for sort, key, called in rows:
        if sort != "posts":
            found[sort][key] = called
            continue
        for wanted, ids in (("posts", posts), ("parties", parties)):
            if key in ids:
                found[wanted][key] = called
    return found


def register() -> None:
    names.register(people=people_called, posts=posts_called, parties=parties_called)
    names.register_together(called_together)
