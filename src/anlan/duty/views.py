"""Pages of the duty room: who is on now, the month, the address book, the log, handing over, calling the roll."""

from __future__ import annotations

from datetime import date, timedelta
from secrets import SystemRandom
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from uuid_utils.compat import uuid7

from anlan.calls.views import take_down
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.instance import local_day, zone
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import rulebook
from anlan.people.access import needs, needs_post
from anlan.people.models import Organisation, Sort
from anlan.people.roles import OUTSIDE, THREE_ADMINISTRATORS
from anlan.toolkit.codes import uid_of
from anlan.toolkit.registers.caseurls import send
from anlan.toolkit.registers.inputs import page_form, tell_refusal, typed

from . import desk, turns
from .facts import members_of
from .forms import AskSwapForm, DrawUpForm, HandOverForm, LogForm, ShiftForm
from .handover import HANDOVER, ending, opens_of, stands_on
from .models import DutyNumber, Roster
from .phonelog import LOGGED
from .roster import ROSTER
from .rules import DRAW, HOUSES, KEEP, LOG
from .selectors import (
    duty_phones,
    logged_calls_seen_by,
    may_log,
    number_of,
    numbers_seen_by,
    on_shift_of,
    roll_calls_seen_by,
    rosters_seen_by,
    shifts_on,
    watches,
)
from .swap import SWAP

DUTY, MONTH = "/desk/duty/", "/desk/duty/month/"
LOGS_SHOWN, DRAWS_SHOWN = 6, 40


def _of_the_house(request: HttpRequest) -> None:
    """Duty is the offices' work: units, members and administrators of the system have none."""
    if request.actor.is_any(*OUTSIDE, *THREE_ADMINISTRATORS):
        raise PermissionDenied(_("值班由社区、街道和有关部门的工作人员使用。"))


def _on_duty(request: HttpRequest) -> None:
    """Whoever may log by role, or stands the shift."""
    _of_the_house(request)
    if not may_log(request.actor, request.at):
        raise PermissionDenied(_("通话和交接班由值班人员登记，您现在不当班。"))


def _house(request: HttpRequest) -> Organisation:
    """The body whose duty is looked at: one's own, or another that is named."""
    uid = uid_of(request.GET.get("house"))
    wanted = {"uid": uid} if uid else {"id": request.actor.organisation_id or 0}
    found = Organisation.objects.filter(**wanted, sort__in=HOUSES).first()
    if found is None:
        raise Http404
    return found



def _month(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return local_day(request.at).replace(day=1)


# Who is on now


@require_GET
@needs_post
def duty(request: HttpRequest) -> HttpResponse:
    """The desk at night: the leader first, what is open, what waits for a signature, the month."""
    _of_the_house(request)
    house, rules, at = _house(request), rulebook(), request.at
    day = turns.day_at(rules, at, zone())
    month = local_day(at).replace(day=1)
    rosters = {r.month: r for r in rosters_seen_by(request.actor, at).filter(
        organisation=house, month__in={month, day.replace(day=1), (day + turns.DAY).replace(day=1)}, state="published")}
    held = desk.names_in(rosters.values(), day)
    now, after = (desk.watch_on(d, rosters.get(d.replace(day=1)), held, rules) for d in (day, day + turns.DAY))
    mine = house.id == request.actor.organisation_id
    opened = opens_of([house.id])[house.id].matters if mine else []
    return render(request, "duty/desk.html", {
        "house": house, "mine": mine, "on_now": now, "after": after, "day": day, "now": at, "opened": opened[:12],
        "opened_n": len(opened), "waits": desk.waiting(house.id) if mine else [],
        "phone": duty_phones([house.id], at, rules).get(house.id, ""),
        "weeks": desk.month_of(rosters.get(month), month, {i: m.name for i, m in held.items()}, rules, at, request.actor.post_id),
        "month": month, "roster": rosters.get(month), "key": turns.key_period(rules, local_day(at)),
        "may_keep": mine and KEEP in request.actor.permits,
        "may_log": mine and (LOG in request.actor.permits or any(request.actor.post_id == w.post_id for w in now)),
        "may_draw": DRAW in request.actor.permits,
        "may_hand_over": any(request.actor.post_id == w.post_id for w in now)})


# The month


@require_http_methods(["GET", "POST"])
@needs_post
def month(request: HttpRequest) -> HttpResponse:
    """A month's roster: to read and print for anybody, to mend and publish for who keeps it."""
    _of_the_house(request)
    house, first, rules = _house(request), _month(request), rulebook()
    roster = rosters_seen_by(request.actor, request.at).filter(organisation=house, month=first).first()
    may_keep = house.id == request.actor.organisation_id and KEEP in request.actor.permits
    told: tuple[str, ...] = ()
    if request.method == "POST":
        if roster is None or not may_keep:
            raise Http404
        told = _change_roster(request, roster)
        if not told:
            return redirect(f"{MONTH}?month={first:%Y-%m}")
    held = desk.names_in([roster] if roster else [], first)
    picked = _picked(request, roster)
    return render(request, "duty/month.html", {
        "house": house, "month": first, "roster": roster, "may_keep": may_keep, "told": told, "now": request.at, "picked": picked,
        "weeks": desk.month_of(roster, first, {i: m.name for i, m in held.items()}, rules, request.at, request.actor.post_id),
        "shares": _shares(roster, held), "before": first - timedelta(days=1), "after": turns.days_of(first)[-1] + turns.DAY,
        "shift_form": _shift_form(request, roster, picked) if picked and may_keep else None,
        "place": roster and picked and next((p for p, post in roster.shifts.get(picked.isoformat(), {}).items()
                                             if post == request.actor.post_id), "")}, status=422 if told else 200)


def _picked(request: HttpRequest, roster: Roster | None) -> date | None:
    day = request.POST.get("day") or request.GET.get("day") or ""
    return date.fromisoformat(day) if roster is not None and day in roster.shifts else None


def _change_roster(request: HttpRequest, roster: Roster) -> tuple[str, ...]:
    """Publish, or change one shift; the sentences of a refusal."""
    faults: list[Any] = []
    move = "publish" if "publish" in request.POST else "set_shift"
    given = {k: v for k, v in typed(ShiftForm, request, faults).items() if v} if move == "set_shift" else {}
    answer = send(Ref("roster", roster.uid), ROSTER.move(move), given, request, faults)
    if not isinstance(answer, Refusal):
        return ()
    return tuple(answer.sentences) or tuple(s for _name, said in answer.fields for s in said)


def _shift_form(request: HttpRequest, roster: Roster, day: date) -> forms.Form:
    """Posts are chosen, those who take turns on the place first."""
    staff = members_of([roster.organisation_id], local_day(request.at)).get(roster.organisation_id, [])
    by_id = {m.post_id: m for m in staff}
    shift = roster.shifts[day.isoformat()]
    form = ShiftForm(request.POST or None, initial={"day": day, **{
        place: str(by_id[post].uid) for place, post in shift.items() if post in by_id}})
    form.fields["day"].widget = forms.HiddenInput()
    for place in ("leader", "main", "assistant"):
        pool = roster.pools.get(place, [])
        ordered = sorted(staff, key=lambda m: m.post_id not in pool)
        form.fields[place].widget = forms.Select(choices=[("", _("（未选）")), *((str(m.uid), f"{m.name} {m.title}") for m in ordered)])
    return form


def _shares(roster: Roster | None, held: Any) -> list[tuple[str, int, float]]:
    """(name, shifts, weight) of whoever stands in the month, the most first."""
    found: dict[int, list[float]] = {}
    for day, shift in (roster.shifts if roster else {}).items():
        for post in shift.values():
            found.setdefault(post, []).append(float(roster.weights.get(day, 1)))  # type: ignore[union-attr]
    rows = [(held[p].name if p in held else "—", len(w), sum(w)) for p, w in found.items()]
    return sorted(rows, key=lambda r: (-r[2], r[0]))


@require_http_methods(["GET", "POST"])
@needs(KEEP)
def draw_up(request: HttpRequest) -> HttpResponse:
    """Who takes turns, for which month; a month that is there as a draft is drawn up again."""
    _of_the_house(request)
    first, house = _month(request), request.actor.organisation_id
    draft = Roster.objects.filter(organisation_id=house, month=first, state="draft").first()
    staff = members_of([house], local_day(request.at)).get(house or 0, [])
    if request.method == "POST":
        faults: list[Any] = []
        data = typed(DrawUpForm, request, faults)
        uid, move = (draft.uid, "redraw") if draft else (uid_of(request.POST.get("_uid")) or uuid7(), "draw_up")
        given = {k: v for k, v in data.items() if v and (move == "draw_up" or k != "month")}
        answer = send(Ref("roster", uid), ROSTER.move(move), given, request, faults)
        if not isinstance(answer, Refusal):
            return redirect(f"{MONTH}?month={(draft.month.isoformat() if draft else data['month'])[:7]}")
        form = _pools_form(request, staff, data)
        tell_refusal(form, answer, given)
        _dress_pools(form, staff)
        return _draw_up_page(request, form, draft, 422)
    begin = {"month": first, **_pools_now(house, staff)}
    return _draw_up_page(request, _pools_form(request, staff, None, begin), draft)


def _draw_up_page(request: HttpRequest, form: forms.Form, draft: Roster | None, status: int = 200) -> HttpResponse:
    return render(request, "duty/draw_up.html", {"form": form, "draft": draft, "hidden": {"_uid": str(uuid7())}, "now": request.at},
                  status=status)


def _pools_form(request: HttpRequest, staff: Any, data: Any, begin: Any = None) -> forms.Form:
    return _dress_pools(page_form(DrawUpForm, request.actor, request.at, data=data, initial=begin), staff)


def _dress_pools(form: forms.Form, staff: Any) -> forms.Form:
    for name in ("leaders", "mains", "assistants"):
        form.fields[name].widget = forms.CheckboxSelectMultiple(choices=[(str(m.uid), f"{m.name} {m.title}") for m in staff])
    return form


def _pools_now(house: int | None, staff: Any) -> dict[str, list[str]]:
    """As they were in the newest roster; of the first one nobody is ticked."""
    last = Roster.objects.filter(organisation_id=house or 0).order_by("-month").first()
    uids = {m.post_id: str(m.uid) for m in staff}
    pools = last.pools if last else {}
    return {f"{place}s": [uids[p] for p in pools.get(place, []) if p in uids] for place in ("leader", "main", "assistant")}


@require_http_methods(["GET", "POST"])
@needs_post
def swap(request: HttpRequest) -> HttpResponse:
    """One's own shift, who takes it, and what one takes in return."""
    _of_the_house(request)
    roster = rosters_seen_by(request.actor, request.at).filter(
        uid=uid_of(request.POST.get("roster") or request.GET.get("roster")), organisation_id=request.actor.organisation_id or 0).first()
    if roster is None:
        raise Http404
    if request.method == "POST":
        faults: list[Any] = []
        data = {k: v for k, v in typed(AskSwapForm, request, faults).items() if v}
        uid = uid_of(request.POST.get("_uid")) or uuid7()
        answer = send(Ref("swap", uid), SWAP.move("ask"), data, request, faults)
        if not isinstance(answer, Refusal):
            return redirect(f"/desk/swaps/{uid}/")
        form = _swap_form(request, roster, data)
        tell_refusal(form, answer, data)
        return _swap_page(request, roster, form, 422)
    return _swap_page(request, roster, _swap_form(request, roster, None))


def _swap_form(request: HttpRequest, roster: Roster, data: Any) -> forms.Form:
    staff = members_of([roster.organisation_id], local_day(request.at)).get(roster.organisation_id, [])
    form = page_form(AskSwapForm, request.actor, request.at, data=data, initial={
        "roster": str(roster.uid), "day": request.GET.get("day", "")})
    form.fields["taker"].widget = forms.Select(choices=[("", _("（未选）")), *(
        (str(m.uid), f"{m.name} {m.title}") for m in staff if m.post_id != request.actor.post_id)])
    return form


def _swap_page(request: HttpRequest, roster: Roster, form: forms.Form, status: int = 200) -> HttpResponse:
    return render(request, "duty/form.html", {
        "form": form, "title": _("申请换班"), "submit": _("请对方答复"), "hidden": {"_uid": str(uuid7())}, "now": request.at,
        "intro": _("对方同意、安排值班的人批准以后，值班表才会改；要在值班开始之前办完。"), "back": f"{MONTH}?month={roster.month:%Y-%m}"},
        status=status)


# The address book


@require_GET
@needs_post
def phones(request: HttpRequest) -> HttpResponse:
    """Every body of the district with its numbers and who is on shift there; found by name."""
    _of_the_house(request)
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    rows = Organisation.objects.filter(sort__in=(Sort.DEPARTMENT, Sort.STREET_OFFICE), state="active")
    if asked:
        rows = Organisation.objects.filter(sort__in=HOUSES, state="active", name__icontains=asked)
    houses = list(rows.order_by("sort", "code", "id")[:80])
    kept: dict[int, DutyNumber] = {n.organisation_id: n for n in numbers_seen_by(request.actor, request.at).filter(
        organisation__in=houses, state="active").select_related(None)}
    on = on_shift_of([h.id for h in houses], request.at)
    lines = [{"house": h, "day": ((k := kept.get(h.id)) and k.day_phone) or h.phone, "night": k.night_phone if k else "",
              "deputy": k.deputy_phone if k else "", "uid": k.uid if k else None, "on": on.get(h.id, []),
              "now": number_of(k, h.phone, True)} for h in houses]
    return render(request, "duty/phones.html", {
        "lines": lines, "asked": asked, "now": request.at, "may_keep": KEEP in request.actor.permits})


@require_POST
@needs_post
def dial(request: HttpRequest) -> HttpResponse:
    """A number that was touched: the call stands in the log, to be followed up."""
    _on_duty(request)
    told = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("number", "unit", "caller")}
    given = {**told, "way": "out", "what": str(_("拨打值班电话"))}
    answer = send(Ref("logged_call", uuid7()), LOGGED.move("log"), given, request, [])
    return HttpResponse(status=422 if isinstance(answer, Refusal) else 204)


# The telephone log


@require_http_methods(["GET", "POST"])
@needs_post
def log(request: HttpRequest) -> HttpResponse:
    """One call, in the order in which it goes."""
    _on_duty(request)
    if request.method == "POST":
        faults: list[Any] = []
        data = {k: v for k, v in typed(LogForm, request, faults).items() if v not in (None, "", False)}
        uid = uid_of(request.POST.get("_uid")) or uuid7()
        move = "log_done" if data.get("done") else "log"
        answer = send(Ref("logged_call", uid), LOGGED.move(move), data, request, faults)
        if not isinstance(answer, Refusal):
            return redirect(f"/desk/phone-log/{uid}/")
        form = page_form(LogForm, request.actor, request.at, data=data)
        tell_refusal(form, answer, data)
        return _log_page(request, form, 422)
    return _log_page(request, page_form(LogForm, request.actor, request.at, initial={"way": request.GET.get("way", "in")}))


def _log_page(request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
    form.fields["called_at"].widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    recent = list(logged_calls_seen_by(request.actor, request.at).filter(organisation_id=request.actor.organisation_id or 0)[:LOGS_SHOWN])
    return render(request, "duty/log.html", {
        "form": form, "hidden": {"_uid": str(uuid7())}, "recent": recent, "now": request.at, "files": LOG in request.actor.permits},
        status=status)


@require_http_methods(["GET", "POST"])
@needs(LOG)
def log_matter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What was logged becomes a matter and a call without being typed again; the log then leads there."""
    call = logged_calls_seen_by(request.actor, request.at).filter(uid=uid, organisation_id=request.actor.organisation_id or 0).first()
    if call is None or call.state == "filed":
        raise Http404
    known = {"reporter_phone": call.number, "reporter_name": call.caller, "what": call.what}
    return take_down(request, known, lambda matter: advance(Ref("logged_call", uid), "make_matter", actor=request.actor, at=request.at,
                                                            given={"matter": str(matter)}))


# Handing over


@require_http_methods(["GET", "POST"])
@needs_post
def hand_over(request: HttpRequest) -> HttpResponse:
    """What is open is shown before it is signed, and frozen by the signature. After the shift for as long as that is still done."""
    _of_the_house(request)
    house, rules = request.actor.organisation_id or 0, rulebook()
    day = ending(rules, request.at)
    if LOG not in request.actor.permits and request.actor.post_id not in shifts_on([house], day).get(house, {}).values():
        raise PermissionDenied(_("交班记录由当班人员签字，您不在这一班。"))
    form, status = page_form(HandOverForm, request.actor, request.at), 200
    if request.method == "POST":
        faults: list[Any] = []
        data = {k: v for k, v in typed(HandOverForm, request, faults).items() if v}
        uid = uid_of(request.POST.get("_uid")) or uuid7()
        answer = send(Ref("handover", uid), HANDOVER.move("hand_over"), data, request, faults)
        if not isinstance(answer, Refusal):
            return redirect(f"/desk/handovers/{uid}/")
        form, status = page_form(HandOverForm, request.actor, request.at, data=data), 422
        tell_refusal(form, answer, data)
    opened = opens_of([house])[house]
    roster = Roster.objects.filter(organisation_id=house, month=day.replace(day=1), state="published").first()
    return render(request, "duty/hand_over.html", {
        "form": form, "day": day, "lines": opened.matters[:40], "n": len(opened.matters), "now": request.at,
        "hidden": {"_uid": str(uuid7())}, "signed": day.isoformat() in opened.handed,
        "stands": roster is not None and stands_on(roster.shifts, day, request.actor.post_id)}, status=status)


# Calling the roll


@require_http_methods(["GET", "POST"])
@needs(DRAW)
def roll_call(request: HttpRequest) -> HttpResponse:
    """Drawn among the bodies on duty now, not one's own; each answers within the limit, and the page says who did not."""
    _of_the_house(request)
    rules, day = rulebook(), local_day(request.at)
    shift_day = turns.day_at(rules, request.at, zone())
    shifts = {h: s for h, s in shifts_on(None, shift_day).items() if h != request.actor.organisation_id}
    on = watches(shifts, shift_day, rules)
    many = rules.value("duty.roll_call_draw", day)
    if request.method == "POST":
        _draw(request, [h for h, w in on.items() if w], many)
        return redirect("/desk/duty/roll-call/")
    shown = list(roll_calls_seen_by(request.actor, request.at).select_related("organisation")[:DRAWS_SHOWN])
    missed = sum(1 for r in shown if r.state == "missed")
    return render(request, "duty/roll_call.html", {
        "on_duty": len(on), "many": min(many, len(on)), "seconds": rules.value("duty.roll_call_seconds", day), "rows": shown,
        "missed": missed, "now": request.at, "waits": any(r.state == "called" for r in shown)})


def _draw(request: HttpRequest, houses: list[int], many: int) -> None:
    chosen = SystemRandom().sample(houses, min(many, len(houses)))
    uids, draw = Organisation.objects.filter(id__in=chosen).values_list("uid", flat=True), uuid4()
    advance_many([Order(Ref("roll_call", uuid7()), "call_roll", request.actor, request.at, {
        "organisation": str(uid), "draw": str(draw), "drawn_from": len(houses)}) for uid in uids])
