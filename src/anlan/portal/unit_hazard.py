"""One hazard as its unit reads it: what is wrong, by when, by which law, how to put it right, and one large button."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from anlan.hazards.models import Hazard, Proposal
from anlan.hazards.panels import photo_of
from anlan.kernel.changes import Ref
from anlan.kernel.flows import Move
from anlan.kernel.instance import local_day
from anlan.kernel.models import Paper
from anlan.kernel.refusals import Refusal
from anlan.people.access import needs_post
from anlan.toolkit.attachments.access import files_of
from anlan.toolkit.registers.caseurls import hidden_of, send
from anlan.toolkit.registers.caseview import CASES, CaseView
from anlan.toolkit.registers.inputs import kept_of, page_form, tell_refusal, typed

from .unit import owed_by

OURS = ("self_check", "ask_extension", "object", "fill_blocks")
SAYS: dict[str, Any] = {"self_check": lazy("改好了，拍照上报"), "ask_extension": lazy("来不及，申请延期"),
                        "object": lazy("不认可，提出异议"), "fill_blocks": lazy("填写五落实")}


def _view(request: HttpRequest, uid: UUID) -> CaseView:
    return CASES["hazard"].get(request, uid)


@require_GET
@needs_post
def hazard(request: HttpRequest, uid: UUID) -> HttpResponse:
    view = _view(request, uid)
    case = view.case
    if not request.actor.is_any("unit"):  # type: ignore[attr-defined]
        return redirect(view.url)
    asked = list(Proposal.objects.filter(hazard=case, sort__in=("extension", "objection")).order_by("-id")[:5])
    files = list(files_of("hazard", [case.id]).get(case.id, ()))
    moves = [{"name": m.name, "label": SAYS[m.name], "primary": m.name == "self_check"} for m in view._legal if m.name in OURS]
    moves.sort(key=lambda m: OURS.index(str(m["name"])))
    waiting = {p.hazard_id for p in asked if p.state == "open"}
    return render(request, "portal/unit_hazard.html", {
        "hazard": case, "owed": owed_by(case, waiting, local_day(request.at)), "moves": moves, "asked": asked,  # type: ignore[attr-defined]
        "before": photo_of(files, "before", _("检查时")), "after": photo_of(files, "after", _("改好后")), "steps": _steps(case),
        "why_not": [] if any(m["primary"] for m in moves) else view.why_not(view.flow.move("self_check")), "papers": _papers(case),
        "now": request.at, "back_url": "/unit/"})  # type: ignore[attr-defined]


def _steps(case: Hazard) -> list[str]:
    """What to do now, in the order in which one does it."""
    if case.state not in ("notified", "rectifying"):
        return []
    found = [_("先做到：%(control)s，没有改好之前不要恢复使用。") % {"control": case.get_control_display()}] if case.control else []
    if case.level == "major":
        found.append(_("重大隐患要先落实责任、措施、资金、期限、预案，并等整改指令书。"))
    found.append(_("把上面写的问题改掉；要找人修的，留好凭据。"))
    found.append(_("在同一个位置、同一个角度拍一张改好后的照片。"))
    found.append(_("点“改好了，拍照上报”。街道会派人复查，复查的人不会是替您整改的人。"))
    return found


def _papers(case: Hazard) -> list[Paper]:
    """Of the hazard itself; the notice of the visit stands with the visit."""
    return list(Paper.objects.filter(subject_kind="hazard", subject_id=case.id).order_by("id"))


@require_http_methods(["GET", "POST"])
@needs_post
def move(request: HttpRequest, uid: UUID, move: str) -> HttpResponse:
    """The form of one of the unit's own moves, on the phone."""
    view = _view(request, uid)
    chosen = view.flow.by_name.get(move)
    if chosen is None or move not in OURS or not request.actor.is_any("unit"):  # type: ignore[attr-defined]
        raise Http404
    if request.method != "POST":
        if chosen not in view._legal:
            return redirect("unit-hazard", uid)
        return _form(request, view, chosen, page_form(chosen.form, view.actor, view.at), {})  # type: ignore[arg-type]
    faults: list[Any] = []
    data = typed(chosen.form, request, faults)
    told = send(Ref("hazard", view.case.uid), chosen, dict(data), request, faults)
    if not isinstance(told, Refusal):
        return redirect("unit-hazard", uid)
    form = page_form(chosen.form, view.actor, view.at, data=data)  # type: ignore[arg-type]
    tell_refusal(form, told, data)
    return _form(request, view, chosen, form, kept_of(chosen.form, data), 422)  # type: ignore[arg-type]


def _form(request: HttpRequest, view: CaseView, chosen: Move, form: Any, kept: Any, status: int = 200) -> HttpResponse:
    return render(request, "portal/unit_form.html", {
        "title": SAYS[chosen.name], "about": view.case.what, "form": form, "hidden": {**hidden_of(view.case), **kept},
        "back_url": f"/unit/hazards/{view.case.uid}/", "now": view.at}, status=status)
