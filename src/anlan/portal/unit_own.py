"""What a unit writes down of itself: a change of its file to be confirmed, who answers for what, trainings held."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST
from uuid_utils.compat import uuid7

from anlan.kernel.changes import Ref
from anlan.kernel.flows import Move
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.people.access import needs_post
from anlan.premises.file_changes import ASKABLE, FILE_CHANGE, State
from anlan.premises.models import FileChange, Premises, RecordSort, UnitRecord
from anlan.premises.panels import lines_of
from anlan.premises.safety_book import UNIT_RECORD
from anlan.toolkit.registers.caseurls import hidden_of, send
from anlan.toolkit.registers.inputs import kept_of, page_form, tell_refusal, typed

from .unit import unit_of

TRAININGS = 20
SAYS: dict[str, dict[str, Any]] = {
    RecordSort.DUTY: {"title": lazy("登记岗位责任"), "what": lazy("负责什么"), "people": lazy("谁负责"), "on_day": lazy("从哪天起"),
                      "help": lazy("例如：燃气和灶台、配电箱、安全出口。写岗位也写姓名。"), "without": ("heads", "hours", "photos")},
    RecordSort.TRAINING: {"title": lazy("登记一次培训"), "what": lazy("培训内容"), "people": lazy("谁讲的"), "on_day": lazy("哪天"),
                          "help": lazy("例如：灭火器使用、新员工入职安全培训。"), "without": ()}}


def _own(request: HttpRequest, uid: UUID) -> Premises:
    unit = unit_of(request, uid)
    if not request.actor.is_any("unit"):  # type: ignore[attr-defined]
        raise Http404
    return unit


@require_http_methods(["GET", "POST"])
@needs_post
def change(request: HttpRequest, premises: UUID) -> HttpResponse:
    """The file as it is, to be written as it should be."""
    unit = _own(request, premises)
    initial = {name: getattr(unit, name) for name in ASKABLE}
    return _asked(request, unit, FILE_CHANGE.move("propose"), "file_change", _("提出档案变更"), initial,
                  _("改好要变更的几项再提交。社区核实以前，档案不变。单位名称、信用代码、地址和场所类型请带材料到社区办理。"))


@require_http_methods(["GET", "POST"])
@needs_post
def record(request: HttpRequest, premises: UUID, sort: str) -> HttpResponse:
    """One more line of the safety book."""
    unit = _own(request, premises)
    if sort not in SAYS:
        raise Http404
    says = SAYS[sort]
    initial = {"on_day": local_day(request.at), "sort": sort}  # type: ignore[attr-defined]
    return _asked(request, unit, UNIT_RECORD.move("note"), "unit_record", str(says["title"]), initial, str(says["help"]), sort)


def _asked(request: HttpRequest, unit: Premises, move: Move, kind: str, title: str, initial: dict[str, Any], intro: str,
           sort: str = "") -> HttpResponse:
    """The form, or what comes of it. The page's own uid makes the second sending of it change nothing."""
    assert move.form is not None
    back, fixed = f"/unit/premises/{unit.uid}/", {"premises": str(unit.uid), **({"sort": sort} if sort else {})}
    form, kept, status = page_form(move.form, request.actor, request.at, initial=initial), {}, 200  # type: ignore[attr-defined]
    hidden = {"_uid": str(uuid7()), "_request": str(uuid7())}
    if request.method == "POST":
        faults: list[Any] = []
        data = {**typed(move.form, request, faults), **fixed}
        hidden = {name: request.POST.get(name, hidden[name]) for name in hidden}
        told = send(Ref(kind, _uid(hidden["_uid"])), move, dict(data), request, faults)
        if not isinstance(told, Refusal):
            return redirect(back)
        form, kept, status = page_form(move.form, request.actor, request.at, data=data), kept_of(move.form, data), 422  # type: ignore[attr-defined]
        tell_refusal(form, told, data)
    _narrow(form, sort)
    return render(request, "portal/unit_form.html", {
        "title": title, "about": unit.name, "intro": intro, "form": form, "hidden": {**hidden, **kept}, "back_url": back,
        "now": request.at}, status=status)  # type: ignore[attr-defined]


def _narrow(form: forms.Form, sort: str) -> None:
    """What the page knows is not asked for."""
    says = SAYS.get(sort, {})
    for name in ("premises", "sort", *says.get("without", ())):
        form.fields.pop(name, None)
    for name in ("what", "people", "on_day"):
        if name in says:
            form.fields[name].label = says[name]


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@require_POST
@needs_post
def take_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The change that waits is no longer asked for."""
    found = FileChange.objects.filter(uid=uid, premises__owner_party__in=request.actor.parties).first()  # type: ignore[attr-defined]
    return _done(request, "file_change", FILE_CHANGE.move("withdraw"), found)


@require_POST
@needs_post
def end_duty(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Somebody no longer answers for it."""
    found = UnitRecord.objects.filter(uid=uid, premises__owner_party__in=request.actor.parties).first()  # type: ignore[attr-defined]
    return _done(request, "unit_record", UNIT_RECORD.move("end"), found)


def _done(request: HttpRequest, kind: str, move: Move, case: Any) -> HttpResponse:
    if case is None or not request.actor.is_any("unit"):  # type: ignore[attr-defined]
        raise Http404
    told = send(Ref(kind, case.uid), move, {}, request, [])
    if isinstance(told, Refusal):
        return render(request, "403.html", {"sentences": told.sentences}, status=422)
    return redirect(f"/unit/premises/{case.premises.uid}/")


def own_book(unit: Premises) -> dict[str, Any]:
    """Who answers for what, the trainings, and the last change that was asked for."""
    lines = list(UnitRecord.objects.filter(premises=unit, state="kept").order_by("-on_day", "-id")[:200])
    asked = FileChange.objects.filter(premises=unit).order_by("-id").first()
    return {"duties": [x for x in lines if x.sort == RecordSort.DUTY],
            "trainings": [x for x in lines if x.sort == RecordSort.TRAINING][:TRAININGS],
            "asked": asked, "asked_state": State(asked.state).label if asked else "", "wanted": lines_of(asked, True) if asked else [],
            "take_back": hidden_of(asked) if asked and asked.state == "open" else {}}
