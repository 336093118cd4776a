"""The unit's own pages: what is owed and how to put it right, its file, its own inspections. Nothing about others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from anlan.hazards.models import Hazard, Proposal
from anlan.hazards.selectors import hazards_seen_by
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.patrols.models import SelfInspection, Visit
from anlan.patrols.selectors import self_inspections_seen_by
from anlan.people.access import needs_post
from anlan.premises.models import Premises
from anlan.premises.selectors import premises_seen_by

DONE = ("closed", "cancelled", "to_enforcement")
MOST, UNITS, RECENT = 50, 20, 10


class Owed(NamedTuple):
    """A hazard as its unit reads it: what, until when in words, late or soon, and what it waits for."""

    hazard: Hazard
    left: str
    late: bool
    waits: str


def owed_by(hazard: Hazard, asked: set[int], day: date) -> Owed:
    late = hazard.due_on is not None and hazard.due_on < day
    return Owed(hazard, days_left(hazard.due_on, day), late and _is_ours(hazard), _waits(hazard, asked))


def days_left(due: date | None, day: date) -> str:
    if due is None:
        return ""
    n = (due - day).days
    if n < 0:
        return ngettext("已超 %(n)s 天", "已超 %(n)s 天", -n) % {"n": -n}
    return ngettext("还剩 %(n)s 天", "还剩 %(n)s 天", n) % {"n": n} if n else _("今天到期")


def _is_ours(hazard: Hazard) -> bool:
    return hazard.state in ("notified", "rectifying")


def _waits(hazard: Hazard, asked: set[int]) -> str:
    if hazard.state in ("self_checked", "review_pending"):
        return _("已报改好，等待复查")
    if hazard.state in ("found", "registered", "graded"):
        return _("尚未告知，请等候通知")
    return _("申请已交，等待答复") if hazard.id in asked else ""


class Own(NamedTuple):
    """A unit with its next own inspection."""

    unit: Premises
    check: str
    late: bool
    last: date | None


def own_units(request: HttpRequest) -> list[Own]:
    at = request.at  # type: ignore[attr-defined]
    last = SelfInspection.objects.filter(premises=OuterRef("pk")).order_by("-done_on", "-id").values("done_on")[:1]
    units = premises_seen_by(request.actor, at).exclude(state="closed").annotate(  # type: ignore[attr-defined]
        last=Subquery(last))[:UNITS]
    days, today = parameter("patrol.self_check_days", local_day(at)), local_day(at)
    return [_own(u, days, today) for u in units]


def _own(unit: Any, days: dict[str, int], today: date) -> Own:
    if unit.last is None:
        return Own(unit, _("还没有自查记录"), True, None)
    due = unit.last + timedelta(days=int(days.get(unit.colour, days["blue"])))
    return Own(unit, _("自查：%(left)s") % {"left": days_left(due, today)}, due < today, unit.last)


@require_GET
@needs_post
def home(request: HttpRequest) -> HttpResponse:
    """What is owed, most urgent first; the own inspections; what is done."""
    actor, day = request.actor, local_day(request.at)  # type: ignore[attr-defined]
    rows = list(hazards_seen_by(actor, request.at).exclude(state__in=DONE).order_by("due_on", "id")[:MOST])  # type: ignore[attr-defined]
    asked = set(Proposal.objects.filter(hazard__in=[h.id for h in rows], state="open", sort__in=("extension", "objection"))
                .values_list("hazard_id", flat=True))
    owed = [owed_by(h, asked, day) for h in rows]
    done = Hazard.objects.filter(owner_party__in=actor.parties, state="closed").order_by("-closed_at")[:RECENT]
    return render(request, "portal/unit.html", {
        "ours": [o for o in owed if _is_ours(o.hazard)], "waiting": [o for o in owed if not _is_ours(o.hazard)], "done": done,
        "units": own_units(request) if actor.is_any("unit") else [], "now": request.at})  # type: ignore[attr-defined]


def unit_of(request: HttpRequest, uid: UUID) -> Premises:
    found = premises_seen_by(request.actor, request.at).filter(uid=uid).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


@require_GET
@needs_post
def premises(request: HttpRequest, premises: UUID) -> HttpResponse:
    """The unit's file as its people read it: risk points and measures, inspections, what was put right, papers to print."""
    unit = unit_of(request, premises)
    if not request.actor.is_any("unit"):  # type: ignore[attr-defined]
        return redirect(f"/desk/premises/{unit.uid}/")
    own = self_inspections_seen_by(request.actor, request.at).filter(premises=unit)[:RECENT]  # type: ignore[attr-defined]
    from .unit_own import own_book  # noqa: PLC0415  it reads this module's unit_of

    closed = Hazard.objects.filter(premises=unit, owner_party__in=request.actor.parties, state="closed")  # type: ignore[attr-defined]
    return render(request, "portal/unit_premises.html", {
        "unit": unit, **own_book(unit), "points": unit.risk_points.filter(state="active").order_by("id"), "own": list(own),
        "visits": Visit.objects.filter(premises=unit, state="done").order_by("-finished_at")[:RECENT],
        "closed": closed.order_by("-closed_at")[:RECENT], "now": request.at, "back_url": "/unit/"})  # type: ignore[attr-defined]
