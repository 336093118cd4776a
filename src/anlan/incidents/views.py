"""Pages made by hand: an incident written down on one page, in the order in which one asks on the phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from anlan.calls.models import Call
from anlan.calls.selectors import calls_seen_by
from anlan.duty.selectors import stands_watch
from anlan.kernel.changes import Ref
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import rulebook
from anlan.matters.selectors import matters_seen_by
from anlan.people.access import needs_post
from anlan.toolkit.codes import uid_of
from anlan.toolkit.registers.caseurls import send
from anlan.toolkit.registers.inputs import page_form, tell_refusal, typed

from .flow import INCIDENT
from .forms import OpenForm
from .models import Rung
from .rules import OFFICES

FAST = ("title", "triggers", "area", "place", "source_rung", "source_known_at")
RUNGS = {"community": Rung.COMMUNITY, "street": Rung.STREET}


@require_http_methods(["GET", "POST"])
@needs_post
def report(request: HttpRequest) -> HttpResponse:
    """One sentence is enough. What a call or a matter knows already stands in the form."""
    if not request.actor.is_any(*OFFICES) and not stands_watch(request.actor, request.at):
        raise PermissionDenied(_("突发事件由社区、街道、部门和区值班室的工作人员登记。"))
    if request.method == "POST":
        uid, faults, data = uid_of(request.POST.get("_uid")) or uuid7(), [], {}
        data = typed(OpenForm, request, faults)
        given = {k: v for k, v in data.items() if v not in (None, "", [])}
        told = send(Ref("incident", uid), INCIDENT.move("open"), given, request, faults)
        if not isinstance(told, Refusal):
            return redirect(f"/desk/incidents/{uid}/")
        form = page_form(OpenForm, request.actor, request.at, data=data)
        tell_refusal(form, told, given)
        return _page(request, form, uid, 422)
    return _page(request, page_form(OpenForm, request.actor, request.at, initial=_known(request)), uuid7())


def _page(request: HttpRequest, form: forms.Form, uid: Any, status: int = 200) -> HttpResponse:
    setting = rulebook().setting("incident.triggers", local_day(request.at))
    form.fields["triggers"].widget = forms.CheckboxSelectMultiple(choices=[
        (row["code"], f"{row['name']}：{row['condition']}") for row in setting.value])
    return render(request, "incidents/report.html", {
        "form": form, "now": request.at, "hidden": {"_uid": str(uid)}, "setting": setting}, status=status)


def _known(request: HttpRequest) -> dict[str, Any]:
    """From a call or a matter: what, where, who knew and since when."""
    given = {k: v for k, v in request.GET.items() if k in OpenForm.base_fields}
    uid = uid_of(request.GET.get("call"))
    call = calls_seen_by(request.actor, request.at).filter(uid=uid).first() if uid else None
    if call is not None:
        return {**given, **_from_call(call), **_place_of(call.matter, call)}
    uid = uid_of(request.GET.get("matter"))
    matter = matters_seen_by(request.actor, request.at).filter(uid=uid).first() if uid else None
    if matter is None:
        return {k: v for k, v in given.items() if k not in ("matter", "call")}
    return {**given, "title": matter.what[:120], "matter": str(matter.uid), **_place_of(matter, matter)}


def _from_call(call: Call) -> dict[str, Any]:
    """The caller told this level; it had known since it was called itself, or since the matter was reported."""
    known = {"title": call.goal[:120], "call": str(call.uid), "matter": str(call.matter.uid), "known_at": call.rang_at}
    if call.from_level not in RUNGS:
        return known
    lower = Call.objects.filter(matter=call.matter_id, to_level=call.from_level).order_by("rang_at")
    below = lower.values_list("rang_at", flat=True).first()
    return {**known, "source_rung": RUNGS[call.from_level].value, "source_known_at": below or call.matter.opened_at}


def _place_of(matter: Any, case: Any) -> dict[str, Any]:
    return {"area": str(case.area.uid), "place": case.place, "lon": matter.lon, "lat": matter.lat}
