"""选请专家: who of a field may judge a body, and who stands aside because of a tie or is out of term."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from anlan.calls.models import Trade
from anlan.kernel.instance import local_day
from anlan.people.access import needs_post
from anlan.people.roles import OUTSIDE

from .selectors import experts_of
from .station_models import Expert


class ExpertForm(forms.Form):
    field = forms.ChoiceField(label=gettext_lazy("专业领域"), choices=[("", gettext_lazy("（不限）")), *Trade.choices], required=False)
    body = forms.CharField(label=gettext_lazy("要评判的单位"), max_length=80, required=False)


@require_GET
@needs_post
def ask_experts(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    if actor.is_any(*OUTSIDE):
        raise PermissionDenied(_("应急专家由各级值班和指挥人员查看。"))
    form = ExpertForm({name: request.GET.get(name, "").replace("\x00", "") for name in ExpertForm.base_fields})
    if not form.is_valid():
        return render(request, "resources/experts.html", {"form": form}, status=422)
    asked, day = form.cleaned_data, local_day(at)
    told = [(e, why_not(e, asked["body"], day)) for e in experts_of(asked["field"], actor, at)]
    return render(request, "resources/experts.html", {
        "form": form, "free": [e for e, why in told if not why], "aside": [(e, why) for e, why in told if why], "body": asked["body"]})


def why_not(expert: Expert, body: str, day: date) -> str:
    """Why this expert is not asked; empty for one who may judge."""
    if day < expert.since:
        return _("聘期自%(day)s起") % {"day": expert.since.isoformat()}
    if day > expert.until:
        return _("聘期已于%(day)s届满") % {"day": expert.until.isoformat()}
    if tie := expert.tie_to(body.strip()):
        return _("与“%(tie)s”有关系，须回避") % {"tie": tie}
    return ""
