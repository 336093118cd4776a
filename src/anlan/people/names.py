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


def register() -> None:
    names.register(people=people_called, posts=posts_called, parties=parties_called)
