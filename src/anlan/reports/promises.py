"""What a report promises: of each printed sentence that names a day, its words, the day, and the house that owes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.kernel.marks import Day
from anlan.people.models import Organisation

from . import grammar
from .grammar import Promise, Sentence
from .layout import parts_of
from .models import Report
from .periods import last_day
from .reckoning import Counted, unprinted


def promises_in(report: Report, counted: Mapping[str, Counted]) -> list[dict[str, Any]]:
    """In the order of the text; what is not printed promises nothing."""
    held = houses_named(promise.house for _sentence, promise in _written(report.text))
    own = Organisation.objects.filter(id=report.party_id).values_list("uid", flat=True).first()
    told = []
    for sentence, promise in _written(report.text):
        due, house = due_of(promise, counted, report.as_of), held.get(promise.house, own)
        if due and house and not unprinted(sentence, counted):
            told.append({"text": _words(sentence, counted), "due_on": due, "organisation": house})
    return told


def _written(text: str) -> Iterator[tuple[Sentence, Promise]]:
    for block in grammar.parse(text):
        for sentence in block.sentences:
            yield from ((sentence, promise) for promise in sentence.promises)


def due_of(promise: Promise, counted: Mapping[str, Counted], on: date) -> date | None:
    """None where the figure that tells the day tells none."""
    if promise.figure is None:
        return last_day(promise.due, on)
    value = counted[promise.figure.key].value
    return value.day if isinstance(value, Day) else None


def houses_named(names: Iterable[str]) -> dict[str, UUID]:
    """Name or code, as written, → uid; one statement."""
    wanted = set(names) - {""}
    rows = Organisation.objects.filter(Q(name__in=wanted) | Q(code__in=wanted), state="active") if wanted else ()
    return {written: row.uid for row in rows for written in (row.code, row.name) if written in wanted}


def houses_missing(text: str) -> list[str]:
    """A sentence for each house that nobody knows."""
    names = list(dict.fromkeys(promise.house for _sentence, promise in _written(text) if promise.house))
    held = houses_named(names)
    return [_("没有找到承办单位“{name}”").format(name=name) for name in names if name not in held]


def _words(sentence: Sentence, counted: Mapping[str, Counted]) -> str:
    (part,) = parts_of([grammar.Block(0, (sentence,))], counted)
    return part.lines[0].text.rstrip("。；！")
