"""The rules of the house by certainty and source, and how one is given a new value from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anlan.kernel.instance import local_day
from anlan.kernel.models import Parameter
from anlan.kernel.reckoning import Scope
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import Rulebook, rulebook
from anlan.kernel.rulebook import Setting as InForce
from anlan.toolkit.ui import parts

from ..actions import decide_parameter
from ..calendars import alarms
from ..forms import CONFIDENCES
from ..hub import ways_for
from ..recompute import preview, settle
from ..selectors import parameters_seen
from ..settings_forms import ChangeForm
from ..words import value_words


class Section(NamedTuple):
    name: str
    label: str
    settings: list[parts.Setting]


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every rule in force today, the least certain first, each with its source; and the ways to the other settings."""
    actor, on = request.actor, local_day(request.at)  # type: ignore[attr-defined]
    rows = list(parameters_seen(actor, request.at).filter(state="active"))  # type: ignore[attr-defined]
    if actor.post_id is None or actor.is_any("unit"):
        raise Http404
    wanted = request.GET.get("q", "").strip()[:40]
    may = "rules.edit" in actor.permits
    sections = [Section(name, str(label), [_setting(row, later, may) for row, later in _standing(rows, on)
                                           if row.confidence == name and _matches(row, wanted)])
                for name, label in reversed(CONFIDENCES)]
    return render(request, "places/settings.html", {
        "sections": sections, "ways": ways_for(actor), "alarms": alarms(on), "q": wanted, "day": on,
        "total": sum(len(s.settings) for s in sections)})


def _matches(row: Parameter, wanted: str) -> bool:
    return not wanted or any(wanted.lower() in text.lower() for text in (row.label, row.key, row.source))


def _standing(rows: Iterable[Parameter], on: Any) -> list[tuple[Parameter, Parameter | None]]:
    """(the value in force, the next one) of each rule, by source; rows come newest first within a key."""
    by_key: dict[str, list[Parameter]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    found = []
    for held in by_key.values():
        now = next((r for r in held if r.valid_from <= on), None)
        later = next((r for r in reversed(held) if r.valid_from > on), None)
        if now or later:
            found.append((now or later, later if now else None))
    return sorted(found, key=lambda pair: (pair[0].source, pair[0].key))  # type: ignore[union-attr]


def _setting(row: Parameter, later: Parameter | None, may: bool) -> parts.Setting:
    change = _("自%(day)s起改为%(value)s") % {"day": later.valid_from, "value": value_words(later.value, later.key)} if later else ""
    return parts.Setting(
        label=row.label, value=value_words(row.value, row.key), explanation=change, source=row.source,
        provisional=row.confidence != "sure", valid_from=row.valid_from,
        edit_url=f"/desk/settings/change/{row.key}/" if may else "")


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Give a rule another value from a day on; what it governed before stays as it was."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    rows = list(parameters_seen(actor, at).filter(state="active", key=key))
    if not rows or "rules.edit" not in actor.permits:
        raise Http404
    now = next((r for r in rows if r.valid_from <= local_day(at)), rows[-1])
    form = ChangeForm(now.value, request.POST if request.method == "POST" else None, initial={
        "valid_from": local_day(at), "source": now.source, "confidence": now.confidence})
    shown = None
    if request.method == "POST" and form.is_valid():
        found = preview(Scope(rule=key), _as_if(now, form), form.cleaned_data, at)
        shown = found if found and request.POST.get("agreed") != found.token else None
        if shown is None and _decided(request, now, form, found.count if found else 0):
            messages.success(request, _("“%(label)s”的新取值已定下") % {"label": now.label})
            return redirect("/desk/settings/")
    history = [parts.Fact(_("自%(day)s起") % {"day": r.valid_from}, f"{value_words(r.value, r.key)} · {r.source}",
                          f"/desk/settings/{r.uid}/") for r in rows]
    return render(request, "places/change.html", {"form": form, "rule": now, "history": history, "preview": shown},
                  status=422 if form.is_bound and not shown else 200)


def _as_if(now: Parameter, form: ChangeForm) -> Rulebook:
    given = form.cleaned_data
    setting = InForce(form.new_value(), 0, given["valid_from"], given["source"], given["confidence"])
    return rulebook().with_setting(now.key, setting)


def _decided(request: HttpRequest, now: Parameter, form: ChangeForm, count: int) -> bool:
    given = form.cleaned_data
    who: dict[str, Any] = {"actor": request.actor, "at": request.at}  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            decide_parameter(now.key, now.label, form.new_value(), given["valid_from"], given["source"],
                             given["confidence"], **who)
            told = settle(Scope(rule=now.key), count, f"规则“{now.label}”，{given['source']}", **who) if count else ""
    except Refused as refused:
        for sentence in refused.refusal.sentences:
            form.add_error(None, sentence)
        return False
    if told:
        messages.info(request, told)
    return True
