"""Who reads what is told to a party: those who hold its posts on that day, and who stands in for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q

from anlan.people.models import Appointment, Delegation, Person
from anlan.people.roles import THREE_ADMINISTRATORS
from anlan.places.terms import in_term

Readers = dict[int, set[int]]


def readers_of(parties: Collection[int], on: date) -> Readers:
    """Party → people. An administrator of the three reads for the post alone, as under the bell."""
    found: Readers = defaultdict(set)
    _note(found, parties, Appointment.objects.filter(in_term(on), _of(parties, "post"), person__state="active").values_list(
        "post_id", "post__organisation_id", "post__roles", "person_id"))
    lent = Delegation.objects.filter(in_term(on), _of(parties, "from_post"))
    fields = ("from_post_id", "from_post__organisation_id", "from_post__roles")
    _note(found, parties, lent.filter(to_person__state="active").values_list(*fields, "to_person_id"))
    standing = lent.filter(in_term(on, "to_post__appointments__"), to_post__appointments__person__state="active")
    _note(found, parties, standing.values_list(*fields, "to_post__appointments__person_id"))
    return found


def _of(parties: Collection[int], post: str) -> Q:
    return Q(**{f"{post}_id__in": parties}) | Q(**{f"{post}__organisation_id__in": parties})


def _note(found: Readers, parties: Collection[int], rows: Iterable[tuple[int, int, list[str], int]]) -> None:
    for post, house, roles, person in rows:
        if post in parties:
            found[post].add(person)
        if house in parties and not THREE_ADMINISTRATORS & set(roles):
            found[house].add(person)


def active_people(ids: Collection[int]) -> set[int]:
    return set(Person.objects.filter(id__in=ids, state="active").values_list("id", flat=True))
