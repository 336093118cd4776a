"""A unit's own inspection on the phone: the handbook's items of its place type, what was found, what was mended."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anlan.kernel.changes import Ref
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.patrols.facts import Asked, book_on
from anlan.patrols.models import Handbook, SelfInspection
from anlan.patrols.selectors import self_inspections_seen_by
from anlan.patrols.self_inspection import SELF_INSPECTION, MendForm
from anlan.patrols.visiting import ANSWERS, items_for
from anlan.people.access import needs_post
from anlan.premises.models import Premises, UnitRecord
from anlan.premises.place_types import place_types
from anlan.toolkit.attachments.access import files_of
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.registers.caseurls import hidden_of, send
from anlan.toolkit.registers.inputs import kept_of, page_form, tell_refusal, typed
from anlan.toolkit.ui import parts

from .unit import unit_of

OTHER = "other"


@require_GET
@needs_post
def begin(request: HttpRequest, premises: UUID) -> HttpResponse:
    """Each inspection has a uid of its own, so that the second sending of a page changes nothing."""
    return redirect("unit-check", unit_of(request, premises).uid, uuid4())


@require_http_methods(["GET", "POST"])
@needs_post
def check(request: HttpRequest, premises: UUID, uid: UUID) -> HttpResponse:
    unit = unit_of(request, premises)
    held = self_inspections_seen_by(request.actor, request.at).filter(uid=uid, premises=unit).first()  # type: ignore[attr-defined]
    if held is not None:
        return _done(request, held)
    if not request.actor.is_any("unit"):  # type: ignore[attr-defined]
        raise Http404
    items = _items(request, unit)
    if request.method != "POST":
        return _page(request, unit, items, [])
    faults: list[str] = []
    given = _read(request, items, faults)
    if not faults:
        told = send(Ref("self_inspection", uid), SELF_INSPECTION.move("record"), {**given, "premises": str(unit.uid)}, request, [])
        if not isinstance(told, Refusal):
            return redirect("unit-check", unit.uid, uid)
        faults = list(told.sentences)
    return _page(request, unit, items, faults, given.get("photos", []), 422)


def _items(request: HttpRequest, unit: Premises) -> list[Asked]:
    day = local_day(request.at)  # type: ignore[attr-defined]
    book = Handbook.objects.filter(valid_from__lte=day).order_by("-valid_from", "-version").first()
    kind = place_types().get(unit.place_type)
    return items_for(book_on(book, day).items, kind.handbook if kind else ()) if book else []


def _read(request: HttpRequest, items: list[Asked], faults: list[str]) -> dict[str, Any]:
    answers = {i.code: ANSWERS[a] for i in items if (a := request.POST.get(f"answer-{i.code}", "")) in ANSWERS}
    problems = [{"item": code, "what": request.POST.get(f"note-{code}", "")} for code, a in answers.items() if a == "hazard"]
    if other := request.POST.get(f"note-{OTHER}", "").strip():
        problems.append({"item": "", "what": other})
    photos = [h for h in request.POST.get("kept", "").split(",") if h]
    for upload in (f for code in [*answers, OTHER] for f in request.FILES.getlist(f"photo-{code}")):
        kept = keep(upload.read(), upload.name or "", actor=request.actor, at=request.at)  # type: ignore[attr-defined]
        if isinstance(kept, Refusal):
            faults += kept.sentences
        else:
            photos.append(kept.sha256)
    return {"answers": answers, "problems": problems, "photos": photos, "note": request.POST.get("note", ""),
            "inspector_name": request.POST.get("inspector_name", "")}


def _page(request: HttpRequest, unit: Premises, items: list[Asked], faults: list[str], photos: Any = (), status: int = 200) -> HttpResponse:
    last = SelfInspection.objects.filter(premises=unit).order_by("-done_on", "-id").first()
    posted = request.POST
    group = parts.CheckGroup(_("检查项"), [
        parts.CheckItem(i.code, i.text, i.basis, i.pending, i.level == "major", posted.get(f"answer-{i.code}", ""),
                        posted.get(f"note-{i.code}", "")) for i in items])
    return render(request, "portal/unit_check.html", {
        "unit": unit, "groups": [group], "faults": faults, "last": last, "posted": posted, "kept": ",".join(photos),
        "duties": UnitRecord.objects.filter(premises=unit, sort="duty", state="kept").order_by("id")[:50],
        "name": posted.get("inspector_name") or request.actor.name, "now": request.at,  # type: ignore[attr-defined]
        "back_url": f"/unit/premises/{unit.uid}/"}, status=status)


def _done(request: HttpRequest, held: SelfInspection) -> HttpResponse:
    """What was found, and a form for each problem that stands; a second sending of the inspection ends here too."""
    own = request.actor.is_any("unit")  # type: ignore[attr-defined]
    form, kept, said = None, {}, ()
    if request.method == "POST" and own and "mended" in request.POST:
        faults: list[Any] = []
        data = typed(MendForm, request, faults)
        told = send(Ref("self_inspection", held.uid), SELF_INSPECTION.move("mend"), dict(data), request, faults)
        if not isinstance(told, Refusal):
            return redirect("unit-check", held.premises.uid, held.uid)
        form, kept = page_form(MendForm, request.actor, request.at, data=data), kept_of(MendForm, data)  # type: ignore[attr-defined]
        tell_refusal(form, told, data)
        said = () if _stands(held, str(data.get("n"))) else told.sentences  # no form of it is drawn to say so
    return render(request, "portal/unit_checked.html", {
        "held": held, "said": said, "unit": held.premises, "problems": _problems(request, held, form) if own else [],
        "files": [sha for _role, sha, file in files_of("self_inspection", [held.id]).get(held.id, ()) if file is not None],
        "hidden": {**hidden_of(held), **kept}, "now": request.at,  # type: ignore[attr-defined]
        "back_url": f"/unit/premises/{held.premises.uid}/"}, status=422 if form is not None else 200)


def _stands(held: SelfInspection, n: str) -> bool:
    return any(str(k) == n and not p["mended"] for k, p in enumerate(held.problems, start=1))


def _problems(request: HttpRequest, held: SelfInspection, refused: Any) -> list[dict[str, Any]]:
    at = str(refused.data.get("n")) if refused is not None else ""
    return [{**p, "n": n, "form": None if p["mended"] else refused if str(n) == at else _fresh(request, n)}
            for n, p in enumerate(held.problems, start=1)]


def _fresh(request: HttpRequest, n: int) -> Any:
    form = page_form(MendForm, request.actor, request.at)  # type: ignore[attr-defined]
    form.auto_id = f"id_{n}_%s"
    return form
