"""What somebody without an account sees of what she reported: plain words, after number and PIN."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.kernel.refusals import Refused
from anlan.matters.models import Matter
from anlan.people.middleware import public
from anlan.toolkit.intake.counts import SharedCounts
from anlan.toolkit.intake.rates import Buckets, counted_as

from . import drawing, pins
from .forms import CloseForm, ReasonForm
from .models import Call, Level

BUCKETS = Buckets(SharedCounts("calls"))
PER_MINUTE = 10
"""Questions a minute from one address."""


class StatusForm(forms.Form):
    code = forms.CharField(label=lazy("编号"), max_length=20,
                           widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}))
    pin = forms.CharField(label=lazy("查询码"), max_length=12,
                          widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}))


@require_http_methods(["GET", "POST"])
@public
def status(request: HttpRequest) -> HttpResponse:
    """GET the form, POST number and PIN; wrong ones all look the same. With them the reporter may rate, or ask once more."""
    form = StatusForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    address = counted_as(str(request.META.get("REMOTE_ADDR", "")))
    if wait := BUCKETS.take(address, PER_MINUTE, time.monotonic()):
        form.add_error(None, _("查询太频繁，请过一会儿再试。"))
        answer = _page(request, form, status=429)
        answer["Retry-After"] = str(int(wait) + 1)
        return answer
    given = form.cleaned_data
    opened = pins.open_with(given["code"], given["pin"], real=real_time(), day_at=request.at,
                            address=address)
    if opened.matter is None:
        form.add_error(None, opened.sentence)
        return _page(request, form, status=422)
    return _page(request, form, matter=opened.matter, said=_decided(request, opened.matter))


def _decided(request: HttpRequest, matter: Matter) -> list[str]:
    """What the reporter has just asked for, in words; a refusal says why."""
    move = request.POST.get("move", "")
    call = awaiting(matter)
    if move not in ("rate_by_reporter", "rework_by_reporter") or call is None:
        return []
    form = (CloseForm if move == "rate_by_reporter" else ReasonForm)(request.POST)
    if not form.is_valid():
        return [str(e) for errors in form.errors.values() for e in errors]
    reporter = Actor(name="报事人", roles=frozenset({"reporter"}), extra=(("matter", matter.id),))
    try:
        with transaction.atomic():
            advance(Ref("call", call.uid), move, actor=reporter, at=request.at,
                    given={k: request.POST[k] for k in form.base_fields if request.POST.get(k)})
    except Refused as refused:
        return list(refused.refusal.sentences)
    return [_("谢谢您的评价。") if move == "rate_by_reporter" else _("已请承办方再次办理。")]


def awaiting(matter: Matter) -> Call | None:
    """The resident's own call that waits for a rating."""
    return Call.objects.filter(matter=matter, state="finished", from_level=Level.RESIDENT).order_by("-id").first()


def _page(request: HttpRequest, form: forms.Form, status: int = 200, matter: Matter | None = None,
          said: Sequence[str] = ()) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "matter": matter, "now": request.at, "said": said}
    if matter is not None:
        matter.refresh_from_db()
        call = awaiting(matter)
        keys = {k: request.POST.get(k, "") for k in ("code", "pin")}
        shown |= {"steps": steps_of(matter), "rate_keys": {**keys, "move": "rate_by_reporter"},
                  "again_keys": {**keys, "move": "rework_by_reporter"},
                  "rating": CloseForm() if call else None, "again": ReasonForm() if call and not call.reworks else None}
    answer = render(request, "calls/status.html", shown, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def steps_of(matter: Matter) -> list[dict]:
    """Rung by rung in plain words; no names of people, no notes between offices. What leads for a merged call is told too."""
    leads = Call.objects.filter(matter=matter, state="merged").values("merged_into")
    told = Call.objects.filter(Q(matter=matter) | Q(uid__in=leads))
    calls = drawing.named(told, "to_party", "called").order_by("rang_at", "id")
    return [{"level": str(Level(c.to_level).label), "who": c.called if c.to_level not in (Level.GRID,) else _("网格员"),
             "said": plain(c), "at": c.ended_at or c.finished_at or c.arrived_at or c.signed_at or c.rang_at} for c in calls]


def plain(call: Call) -> str:
    return {
        "ringing": _("已通知，等待接办"), "signed": _("已接办，正在赶来或联系"), "arrived": _("已到现场，正在处理"),
        "returned": _("认为不归本方办理，正在另行安排"), "finished": _("已处理，等待确认"), "closed": _("已处理完毕"),
        "missed": _("没有按时接办，已自动转到上一级"), "passed_up": _("没有办成，已转到上一级"),
        "withdrawn": _("已收回，另行办理"), "merged": _("与另一件反映的是同一件事，已合并一起办理"),
    }[call.state]
