"""Pages made by hand: calling from a matter, a caller on the phone, the board of calls, the street score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from uuid_utils.compat import uuid7

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import parameter, rulebook
from anlan.matters.models import Channel, Matter, Opener
from anlan.matters.selectors import matters_seen_by
from anlan.people.access import needs_post
from anlan.people.models import Organisation, Sort
from anlan.toolkit.codes import uid_of
from anlan.toolkit.registers.caseurls import send
from anlan.toolkit.registers.inputs import kept_of, page_form, resolve, tell_refusal, typed
from anlan.toolkit.ui import parts

from . import drawing, duplicates, ladder, pins
from .flow import CALL, LIVE, UNDER_WAY
from .forms import PhoneForm, ReportForm, RingForm, RingPageForm, call_on_behalf
from .models import Call, Level
from .rules import level_of, party_of
from .selectors import calls_seen_by

BOARD_MOST, BESIDE_MOST = 200, 20


def _needs_rung(request: HttpRequest) -> None:
    if not level_of(request.actor):
        raise PermissionDenied(_("呼叫由网格员、社区、街道和有关部门使用。"))


def _needs_ground(request: HttpRequest) -> None:
    if request.actor.area_id is None:
        raise PermissionDenied(_("呼叫由网格员、社区、街道和有关部门使用。"))


# Calling from a matter (吹哨)


@require_http_methods(["GET", "POST"])
@needs_post
def ring(request: HttpRequest) -> HttpResponse:
    """One matter, one call: whom, what for, by when; a street names departments, people, time and place."""
    _needs_rung(request)
    matter = _matter(request, request.POST.get("matter") or request.GET.get("matter") or "")
    if request.method == "POST":
        faults: list[Any] = []
        data = typed(RingForm, request, faults)
        given = {k: v for k, v in data.items() if v not in (None, "", [])}
        uid = uid_of(request.POST.get("_uid")) or uuid7()
        told = send(Ref("call", uid), CALL.move("ring"), given, request, faults)
        if not hasattr(told, "sentences"):
            return redirect(f"/desk/calls/{uid}/")
        form = page_form(RingPageForm, request.actor, request.at, data=data)
        tell_refusal(form, told, given)
        return _ring_page(request, matter, form, uid, 422, kept_of(RingForm, data))
    known = {k: request.GET[k] for k in ("hazard", "lower", "priority", "trade", "to_level") if request.GET.get(k)}
    first = {"matter": str(matter.uid), "goal": matter.what[:200], "on_behalf": matter.opener == Opener.RESIDENT, **known}
    form = page_form(RingPageForm, request.actor, request.at, initial=first)
    return _ring_page(request, matter, form, uuid7())


def _matter(request: HttpRequest, uid: str) -> Matter:
    found = matters_seen_by(request.actor, request.at).filter(uid=uid_of(uid)).first() if uid_of(uid) else None
    if found is None:
        raise Http404
    return found



def _ring_page(request: HttpRequest, matter: Matter, form: forms.Form, uid: Any, status: int = 200,
               kept: Mapping[str, str] | None = None) -> HttpResponse:
    _dress(form, matter, request)
    trade = form["trade"].value() or ""
    place = duplicates.Place(matter.premises_id, matter.lon, matter.lat, matter.area_id, trade)
    alike = duplicates.alike(matter.what, place, request.actor, request.at, but=matter.id)
    calls = list(drawing.calls_drawn(Call.objects.filter(matter=matter)).order_by("id"))
    return render(request, "calls/ring.html", {
        "form": form, "matter": matter, "alike": alike, "now": request.at, "hidden": {"_uid": str(uid), **(kept or {})},
        "rungs": drawing.rungs_of(calls, request.at) if calls else []}, status=status)


def _dress(form: forms.Form, matter: Matter, request: HttpRequest) -> None:
    """Bodies are chosen, not typed."""
    if matter.opener != Opener.RESIDENT:
        form.fields["on_behalf"].widget = forms.HiddenInput()
    bodies = list(Organisation.objects.filter(sort__in=(Sort.DEPARTMENT, Sort.STREET_OFFICE), state="active")
                  .order_by("sort", "id").values_list("uid", "name", "sort"))
    form.fields["department"].widget = forms.Select(choices=[
        ("", _("（按事项自动确定）")), *((str(u), n) for u, n, s in bodies if s == Sort.DEPARTMENT)])
    form.fields["assistants"].widget = forms.CheckboxSelectMultiple(choices=[(str(u), n) for u, n, _s in bodies])
    form.fields["meet_at"].widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


# A caller on the phone


@require_http_methods(["GET", "POST"])
@needs_post
def phone(request: HttpRequest) -> HttpResponse:
    """One page, keyboard first: number, what, where, how urgent; the caller gets a number and a PIN."""
    return take_down(request)


def take_down(request: HttpRequest, known: Mapping[str, str] | None = None,
              after: Callable[[UUID], object] = lambda matter: None) -> HttpResponse:
    """The same for an app that has heard of the call already. known: what to begin with; after(matter): in the deed's transaction."""
    if level_of(request.actor) in ("", Level.GRID):
        raise PermissionDenied(_("来电由社区、街道和有关部门的工作人员登记。"))
    uids = {name: str(uid_of(request.POST.get(name)) or uuid7()) for name in ("_matter", "_call")}
    form, given = _phone_form(request, known or {})
    alike = _alike(request, given) if given and not request.POST.get("anyway") else []
    if given and not alike:
        try:
            return _filed(request, given, UUID(uids["_matter"]), UUID(uids["_call"]), after)
        except Refused as refused:
            form.add_error(None, list(refused.refusal.sentences))
    return render(request, "calls/phone.html", {
        "form": form, "hidden": {**uids, **({"anyway": "1"} if alike else {})}, "alike": alike, "now": request.at,
        "call_uid": uids["_call"]}, status=422 if form.is_bound and form.errors else 200)


def _phone_form(request: HttpRequest, known: Mapping[str, str]) -> tuple[forms.Form, dict[str, Any]]:
    """The form to draw, and what it says when it is sound."""
    actor, at = request.actor, request.at
    if request.method != "POST":
        return page_form(PhoneForm, actor, at, initial={"priority": "P3", **known}), {}
    data = typed(PhoneForm, request, [])
    told = dict(data)
    faults = resolve(PhoneForm, told, actor, at)
    read, form = PhoneForm(told), page_form(PhoneForm, actor, at, data=data)
    form.cleaned_data, form._errors = {}, read.errors
    for name, sentences in faults:
        form._errors.pop(name, None)
        form.add_error(name, sentences)
    return form, {} if form.errors else read.cleaned_data


def _alike(request: HttpRequest, given: dict[str, Any]) -> list[Call]:
    from anlan.kernel.models import Area  # noqa: PLC0415  only a sent form needs them
    from anlan.premises.models import Premises  # noqa: PLC0415

    trade = given.get("trade") or ""
    unit = Premises.objects.filter(uid=given["premises"]).first() if given.get("premises") else None
    area = Area.objects.filter(uid=given["area"]).values_list("id", flat=True).first() if given.get("area") else None
    place = (duplicates.Place(unit.id, unit.lon, unit.lat, unit.area_id, trade) if unit
             else duplicates.Place(area_id=area, trade=trade))
    return duplicates.alike(given["what"], place, request.actor, request.at)


def _filed(request: HttpRequest, given: dict[str, Any], matter_uid: UUID, call_uid: UUID,
           after: Callable[[UUID], object]) -> HttpResponse:
    """The matter, the call, the PIN and what else follows, all or nothing."""
    actor, at = request.actor, request.at
    told = {k: str(given[k]) for k in ("what", "place", "reporter_name", "reporter_phone", "premises", "area") if given.get(k)}
    with transaction.atomic():
        advance(Ref("matter", matter_uid), "open", actor=actor, at=at, given={**told, "channel": Channel.PHONE.value})
        receipt = advance(Ref("call", call_uid), "ring", actor=actor, at=at, given=call_on_behalf(given, matter_uid))
        matter = Matter.objects.get(uid=matter_uid)
        pin = "" if receipt.replay else pins.issue(matter, at)
        after(matter_uid)
    return _receipt_page(request, matter, pin, Call.objects.get(uid=call_uid))


def _receipt_page(request: HttpRequest, matter: Matter, pin: str, call: Call) -> HttpResponse:
    answer = render(request, "calls/phone_done.html", {"matter": matter, "pin": pin, "call": call, "now": request.at})
    answer["Cache-Control"] = "no-store"  # the PIN is told once
    return answer


@require_http_methods(["POST"])
@needs_post
def merge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The caller's report joins a call that is already open; the reporter is kept and gets a PIN of the same matter."""
    call = calls_seen_by(request.actor, request.at).filter(uid=uid, state__in=LIVE).first()
    if call is None:
        raise Http404
    form = ReportForm(request.POST)
    if not form.is_valid():
        return redirect("calls-phone")
    with transaction.atomic():
        advance(Ref("call", uid), "report_again", actor=request.actor, at=request.at,
                given={k: v for k, v in form.cleaned_data.items() if v}, request=uid_of(request.POST.get("_call")))
        pin = pins.issue(call.matter, request.at)
    return _receipt_page(request, call.matter, pin, call)


# Two calls about the same thing


@require_http_methods(["GET", "POST"])
@needs_post
def same(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A call beside those that may be about the same thing: either may lead. With ?q= any open call by its number or words."""
    call = calls_seen_by(request.actor, request.at).filter(uid=uid).first()
    if call is None:
        raise Http404
    told: tuple[str, ...] = ()
    if request.method == "POST":
        lead, merged = (uid_of(request.POST.get(name)) for name in ("lead", "merged"))
        if lead is None or merged is None or uid not in (lead, merged):
            raise Http404
        try:
            with transaction.atomic():
                advance(Ref("call", merged), "merge", actor=request.actor, at=request.at, given={"lead": str(lead)})
            return redirect(f"/desk/calls/{lead}/")
        except Refused as refused:
            told = refused.refusal.sentences
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    return render(request, "calls/same.html", {
        "call": call, "alike": _beside(call, asked, request), "asked": asked, "told": told, "now": request.at,
        "may": call.state in UNDER_WAY}, status=422 if told else 200)


def _beside(call: Call, asked: str, request: HttpRequest) -> list[Any]:
    """Other open calls: on the same matter, alike nearby, or found by number and words; each with why."""
    m, rows = call.matter, calls_seen_by(request.actor, request.at).filter(state__in=UNDER_WAY).exclude(id=call.id)
    place = duplicates.Place(call.premises_id, m.lon, m.lat, call.area_id, call.trade)
    if asked:
        words = Q(code__iexact=pins.written(asked)) | Q(goal__icontains=asked) | Q(place__icontains=asked)
        found = list(drawing.named(rows.filter(words), "to_party", "called").order_by("-opened_at")[:BESIDE_MOST])
    else:
        near = duplicates.alike(m.what, place, request.actor, request.at, but=m.id, states=UNDER_WAY, most=BESIDE_MOST)
        wanted = rows.filter(Q(matter=m) | Q(id__in=[c.id for c in near]))
        found = list(drawing.named(wanted, "to_party", "called").order_by("-opened_at")[:BESIDE_MOST])
    least = duplicates.least_likeness(local_day(request.at))
    for other in found:
        other.why = _("同一事项") if other.matter_id == m.id else duplicates.like_of(other, m.what, place, least).said
        other.sign = drawing.sign_of(other)
    return found


# The board


@require_GET
@needs_post
def board(request: HttpRequest) -> HttpResponse:
    """Calls that are not over, rung by rung, the soonest limit first; mine to answer, mine to rate, or all in scope."""
    _needs_ground(request)
    show = request.GET.get("show", "")
    rows = calls_seen_by(request.actor, request.at).filter(state__in=LIVE)
    mine = [p for p in (party_of(request.actor), request.actor.post_id) if p]
    if show == "to":
        rows = rows.filter(to_party__in=mine)
    elif show == "from":
        rows = rows.filter(from_party__in=mine)
    calls = list(drawing.calls_drawn(rows.order_by()).order_by("next_due", "id")[:BOARD_MOST])
    tabs = [parts.Tab(_("全部"), "?", show not in ("to", "from")), parts.Tab(_("呼叫我方的"), "?show=to", show == "to"),
            parts.Tab(_("我方呼叫的"), "?show=from", show == "from")]
    late = sum(1 for c in calls if c.alarm or (c.next_due and c.next_due <= request.at))
    return render(request, "calls/board.html", {
        "rungs": _by_rung(calls, request), "tabs": tabs, "now": request.at, "count": len(calls), "late": late,
        "most": BOARD_MOST if len(calls) >= BOARD_MOST else 0, "may_file": level_of(request.actor) not in ("", Level.GRID)})


def _by_rung(calls: list[Any], request: HttpRequest) -> list[Any]:
    levels = reversed(ladder.rungs(rulebook(), local_day(request.at)))
    found = [(str(Level(level).label), [drawing.step_of(c) for c in calls if c.to_level == level]) for level in levels]
    return [(label, steps) for label, steps in found if steps]


# The street score


@require_GET
@needs_post
def scores(request: HttpRequest) -> HttpResponse:
    """What streets' calls say of each department: response, solving, satisfaction, and the points they make of it."""
    from .scores import said as share_said  # noqa: PLC0415
    from .scores import scores_of  # noqa: PLC0415  only this page needs it

    _needs_ground(request)
    day = local_day(request.at)
    since = day.replace(month=1, day=1)
    table = scores_of(since, day, at=request.at)
    weight = share_said(Decimal(str(parameter("call.score_weight", day))))
    return render(request, "calls/scores.html", {
        "table": table, "since": since, "day": day, "now": request.at, "weight": weight})
