"""The text of a report while it is written: its figures counted, what does not hold, and the catalogue to pick from."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.people.access import needs
from anlan.toolkit.dimensions import DIMENSIONS, Choice, Dimension, choices_of, in_chinese
from anlan.toolkit.forms import Day
from anlan.toolkit.indicators import INDICATORS

from . import grammar
from .forms import TEXT_MOST
from .layout import Part, parts_of
from .panels import faults_in
from .periods import RELATIVE
from .reckoning import Ground, areas_named, count_all, refs_of
from .rules import WRITE


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def preview(request: HttpRequest) -> HttpResponse:
    """GET: indicators and periods to pick from. POST text and as_of: how it reads now, on the writer's ground."""
    if request.method == "GET":
        found = sorted(INDICATORS.values(), key=lambda i: i.label)
        periods = sorted(RELATIVE, key=lambda word: word != "本年")
        return render(request, "reports/picker.html", {"indicators": found, "periods": periods, "narrowing": narrowing()})
    text = request.POST.get("text", "")[:TEXT_MOST]
    if bad := grammar.faults_of(text):
        return render(request, "reports/preview.html", {"bad": bad})
    parts = _drawn(text, request)
    return render(request, "reports/preview.html", {"parts": parts, "faults": faults_in(parts, text), "live": True})


def narrowing() -> list[dict[str, Any]]:
    """By what figures can be narrowed, each value as it is written in the text."""
    return [{"id": d.id, "label": d.label, "choices": [(_written(d, c), c.label) for c in choices_of(d.id)]}
            for d in DIMENSIONS.values() if d.choices]


def _written(of: Dimension, choice: Choice) -> str:
    """By name where the name is one word."""
    plain = not re.search(r"[\s=＝{}]", choice.label)
    return f"{in_chinese(of.label)}={choice.label if plain else choice.word}"


def _drawn(text: str, request: Any) -> list[Part]:
    today = local_day(request.at)
    on = min(_day(request.POST.get("as_of", "")) or today, today)
    blocks = grammar.parse(text)
    refs = refs_of(blocks).values()
    area = Area.objects.filter(id=request.actor.area_id).first() if request.actor.area_id else None
    ground = Ground(on, end_of(on), request.actor.area_id, None,
                    areas_named(refs, request.actor.area_id, on), area.uid if area else None)
    return parts_of(blocks, count_all(refs, ground))


def _day(text: str) -> Any:
    """None where it is no day."""
    try:
        return Day(required=False).clean(text)
    except ValidationError:
        return None
