"""The warden's round: today's list, one visit, a shop that is not on the list, a report in passing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refused
from anlan.matters.forms import MatterForm
from anlan.people.access import needs_post
from anlan.premises.forms import SpotForm
from anlan.premises.models import Premises
from anlan.premises.place_types import place_types
from anlan.toolkit.attachments.forms import kept_files
from anlan.toolkit.ui import parts

from .facts import Asked, book_on
from .models import Handbook, Result, Visit
from .selectors import rounds_of_day, visits_of, visits_seen_by
from .visiting import EXTRA, Reader, items_for

RESULTS = ((Result.CLOSED, lazy("关门")), (Result.REFUSED, lazy("拒绝检查")), (Result.GONE, lazy("已搬离")))


@require_GET
@needs_post
def today(request: HttpRequest) -> HttpResponse:
    """Today's round in walking order; the next unit is the one primary action."""
    day = local_day(request.at)
    rounds = list(rounds_of_day(request.actor, day))
    visits = list(visits_of(rounds_of_day(request.actor, day)))
    left = [v for v in visits if v.state == "planned"]
    return render(request, "patrols/today.html", {
        "rounds": rounds, "visits": visits, "left": left, "done": len(visits) - len(left), "day": day,
        "next": left[0] if left else None, "open_counts": _open_hazards([v.premises_id for v in visits])})


def _open_hazards(premises: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    rows = Hazard.objects.filter(premises_id__in=premises).exclude(state__in=("closed", "cancelled", "to_enforcement"))
    for unit in rows.values_list("premises_id", flat=True):
        found[unit] = found.get(unit, 0) + 1
    return found


@require_http_methods(["GET", "POST"])
@needs_post
def visit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One visit: the handbook's items of this place type, last time's findings, one tap per normal item."""
    held = visits_seen_by(request.actor, request.at).filter(uid=uid).first()
    if held is None:
        raise Http404
    if held.state != "planned":
        return _finished(request, held)
    return _fill(request, held.premises, Ref("visit", held.uid), "finish", {}, held)


@require_http_methods(["GET", "POST"])
@needs_post
def drop_in(request: HttpRequest, premises: UUID, uid: UUID) -> HttpResponse:
    """A visit nobody planned, e.g. to a shop just added."""
    unit = _unit(request, premises)
    if Visit.objects.filter(uid=uid).exists():
        return _finished(request, get_object_or_404(visits_seen_by(request.actor, request.at), uid=uid, premises=unit))
    return _fill(request, unit, Ref("visit", uid), "drop_in", {"premises": str(unit.uid)}, None)


def _unit(request: HttpRequest, uid: UUID) -> Premises:
    from anlan.premises.selectors import premises_seen_by  # noqa: PLC0415

    unit = premises_seen_by(request.actor, request.at).filter(uid=uid).first()
    if unit is None:
        raise Http404
    return unit


def _fill(request: HttpRequest, unit: Premises, ref: Ref, move: str, more: dict[str, Any],
          held: Visit | None) -> HttpResponse:
    items = _items(unit, request)
    faults: list[str] = []
    if request.method == "POST":
        filled = Reader(ref.uid, request.POST, request.FILES, request.actor, request.at).read(items)
        faults = filled.faults
        if not faults:
            try:
                advance(ref, move, actor=request.actor, at=request.at, given={**filled.given, **more})
                return _thanks(request, ref.uid)
            except Refused as refused:
                faults = list(refused.refusal.sentences)
    return render(request, "patrols/visit.html", _visit_context(request, unit, items, faults, held),
                  status=422 if faults else 200)


def _thanks(request: HttpRequest, uid: UUID) -> HttpResponse:
    done = Visit.objects.get(uid=uid)
    text = ngettext("检查已完成，登记隐患{n}处。", "检查已完成，登记隐患{n}处。", done.hazards_count).format(n=done.hazards_count)
    messages.success(request, text if done.hazards_count else _("检查已完成，未发现隐患。"))
    return redirect(reverse("field-visit", args=[uid]) if done.hazards_count else reverse("field-today"))


def _finished(request: HttpRequest, held: Visit) -> HttpResponse:
    hazards = Hazard.objects.filter(visit_uid=held.uid).order_by("id")
    return render(request, "patrols/finished.html", {"visit": held, "hazards": hazards, "papers": _papers(held)})


def _papers(held: Visit) -> list:
    from anlan.kernel.models import Paper  # noqa: PLC0415

    return list(Paper.objects.filter(subject_kind="visit", subject_id=held.id).order_by("id"))


def _items(unit: Premises, request: HttpRequest) -> list[Asked]:
    day = local_day(request.at)
    book = Handbook.objects.filter(valid_from__lte=day).order_by("-valid_from", "-version").first()
    if book is None:
        return []
    kind = place_types().get(unit.place_type)
    return items_for(book_on(book, day).items, kind.handbook if kind else ())


def _visit_context(request: HttpRequest, unit: Premises, items: list[Asked], faults: list[str],
                   held: Visit | None) -> dict[str, Any]:
    last = Visit.objects.filter(premises=unit, state="done").order_by("-finished_at").first()
    before = (last.answers.get("items") or {}) if last else {}
    return {"unit": unit, "visit": held, "faults": faults, "last": last, "extra": EXTRA, "results": RESULTS,
            "posted": request.POST, "groups": [parts.CheckGroup(_("检查项"), [_check(i, before, request.POST) for i in items])],
            "major": [i for i in items if i.level == "major"], "now": request.at,
            "standing": Hazard.objects.filter(premises=unit).exclude(
                state__in=("closed", "cancelled", "to_enforcement")).order_by("due_on", "id")[:5]}


def _check(item: Asked, before: dict[str, str], posted: Any) -> parts.CheckItem:
    note = posted.get(f"note-{item.code}", "")
    basis = item.basis + (_("；上次有隐患") if before.get(item.code) == "hazard" else "")
    return parts.CheckItem(item.code, item.text, basis, item.pending, item.level == "major",
                           posted.get(f"answer-{item.code}", ""), note)


@require_http_methods(["GET", "POST"])
@needs_post
def add_shop(request: HttpRequest) -> HttpResponse:
    """A shop that is not on the list: photo of its plate, name, type, address; confirmed later by the office."""
    uid = request.POST.get("uid") or str(uuid4())
    form = SpotForm(request.POST or None)
    if request.method == "POST":
        data = kept_files(request, SpotForm)
        form = SpotForm(data)
        if form.is_valid():
            try:
                advance(Ref("premises", UUID(uid)), "add_on_spot", actor=request.actor, at=request.at,
                        given={k: v for k, v in data.items() if k in SpotForm.base_fields})
                messages.success(request, _("已登记，待社区核实。现在就可以检查。"))
                return redirect("field-drop-in", uid, uuid4())
            except Refused as refused:
                form.add_error(None, list(refused.refusal.sentences))
    return render(request, "patrols/add_shop.html", {"form": form, "hidden": {"uid": uid}},
                  status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs_post
def report(request: HttpRequest) -> HttpResponse:
    """What she sees in passing: one matter, whoever handles it afterwards."""
    uid = request.POST.get("uid") or str(uuid4())
    form = MatterForm(request.POST or None)
    if request.method == "POST":
        data = kept_files(request, MatterForm)
        form = MatterForm(data)
        if form.is_valid():
            try:
                advance(Ref("matter", UUID(uid)), "open", actor=request.actor, at=request.at,
                        given={k: v for k, v in data.items() if k in MatterForm.base_fields})
                messages.success(request, _("已上报，社区会在时限内答复。"))
                return redirect("field-today")
            except Refused as refused:
                form.add_error(None, list(refused.refusal.sentences))
    return render(request, "patrols/report.html", {"form": form, "hidden": {"uid": uid}},
                  status=422 if form.errors else 200)
