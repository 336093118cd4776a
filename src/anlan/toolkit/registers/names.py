"""Names for the ids that entries and clocks carry; the app that knows people registers how to look them up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

Lookup = Callable[[set[int]], Mapping[int, str]]


def _nobody(ids: set[int]) -> Mapping[int, str]:
    return {}


_LOOKUPS: dict[str, Lookup] = {"people": _nobody, "posts": _nobody, "parties": _nobody}
_TOGETHER: list[Callable[[Mapping[str, set[int]]], Mapping[str, Mapping[int, str]]]] = []


def register(**lookups: Lookup) -> None:
    """people, posts, parties: a set of ids → their names, in one statement each."""
    if unknown := set(lookups) - set(_LOOKUPS):
        raise ValueError(f"no such names: {', '.join(unknown)}")
    _LOOKUPS.update(lookups)


def register_together(lookup: Callable[[Mapping[str, set[int]]], Mapping[str, Mapping[int, str]]]) -> None:
    """One lookup for all three sorts: {sort: ids} → {sort: names}, in one statement."""
    _TOGETHER[:] = [lookup]


class Names(NamedTuple):
    people: Mapping[int, str]
    posts: Mapping[int, str]
    parties: Mapping[int, str]

    def who(self, person_id: int | None, post_id: int | None) -> str:
        """张敏（中南路街道值班员）; the system has no person."""
        if person_id is None:
            return _("系统")
        name, post = self.people.get(person_id, _("一名工作人员")), self.posts.get(post_id or 0, "")
        return f"{name}（{post}）" if post else name

    def party(self, party_id: int | None) -> str:
        return self.parties.get(party_id or 0, "")


def names_of(people: Iterable[int | None] = (), posts: Iterable[int | None] = (),
             parties: Iterable[int | None] = ()) -> Names:
    """The names of all these ids; nothing is asked where there are none."""
    given = (("people", people), ("posts", posts), ("parties", parties))
    asked = {sort: found for sort, ids in given if (found := {i for i in ids if i is not None})}
    if len(asked) > 1 and _TOGETHER:
        told = _TOGETHER[0](asked)
    else:
        told = {sort: _LOOKUPS[sort](ids) for sort, ids in asked.items()}
    return Names(*(told.get(sort, {}) for sort, _ids in given))
