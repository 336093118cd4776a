"""应急力量: the teams by echelon with their standing, one-touch calls, and the receipts as they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from anlan.kernel.flows import FLOWS
from anlan.kernel.inputs import clean
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import parameter
from anlan.people.access import needs_post
from anlan.people.roles import OUTSIDE
from anlan.toolkit.codes import uid_of
from anlan.toolkit.registers.inputs import page_form, tell_refusal, typed
from anlan.toolkit.ui import parts, signs

from .calling import call_teams
from .flow import CALLOUT, State
from .selectors import callouts_under_way, certificates_seen_by, teams_seen_by
from .team_forms import CallForm
from .team_models import Echelon, RescueTeam, Skill, Standing, Tier
from .team_register import TONES

MOST_TEAMS, MOST_CALLOUTS = 400, 60
STANDING_TONES = {"ready": "closed", "called": "new", "out": "working", "resting": "waiting", "off": "stopped"}
FILTERS = {"echelon": Echelon, "tier": Tier, "skill": Skill, "standing": Standing}
CALL = FLOWS["rescue_team"].move("call")


@dataclass(frozen=True)
class Group:
    """Teams that are called together. key: the echelon, "" where it has none and is called team by team."""

    key: str
    label: str
    rows: Sequence[tuple[RescueTeam, str]]

    @property
    def ready(self) -> int:
        return sum(t.standing == Standing.READY for t, _sign in self.rows)

    @property
    def people(self) -> int:
        return sum(t.people for t, _sign in self.rows)


@needs_post
@require_http_methods(["GET", "POST"])
def forces(request: HttpRequest) -> HttpResponse:
    if request.actor.is_any(*OUTSIDE):
        raise PermissionDenied(_("应急力量由各级值班和指挥人员查看。"))
    if request.method == "POST":
        return _call(request)
    known = {k: request.GET[k] for k in ("task", "place", "arrive_by", "for_kind", "for_uid") if request.GET.get(k)}
    return _page(request, page_form(CallForm, request.actor, request.at, initial=known), uuid7())


def _page(request: HttpRequest, form: forms.Form, batch: Any, status: int = 200) -> HttpResponse:
    teams = list(_asked(request)[: MOST_TEAMS + 1])
    out = list(callouts_under_way(request.actor, request.at)[: MOST_CALLOUTS + 1])
    return render(request, "resources/forces.html", {
        "groups": groups_of(teams[:MOST_TEAMS]), "cut": MOST_TEAMS if len(teams) > MOST_TEAMS else 0, "bar": _bar(request.GET),
        "out": [_receipt(x) for x in out[:MOST_CALLOUTS]], "out_cut": len(out) > MOST_CALLOUTS, "form": form, "batch": batch,
        "expiring": _expiring(request), "may_call": "teams.call" in request.actor.permits, "now": request.at,
        "people": sum(t.people for t in teams), "ready": sum(t.standing == Standing.READY for t in teams),
        "chosen": {*request.POST.getlist("team"), *request.GET.getlist("team")}}, status=status)


def _asked(request: HttpRequest) -> Any:
    rows = teams_seen_by(request.actor, request.at).filter(state="active")
    for name, choices in FILTERS.items():
        if (value := request.GET.get(name, "")) in choices.values:
            rows = rows.filter(**{name: value})
    for word in request.GET.get("q", "").replace("\x00", "").split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(base__icontains=word) | Q(area__name__icontains=word) | Q(gear__icontains=word))
    return rows


def groups_of(teams: Sequence[RescueTeam]) -> list[Group]:
    """The echelons in their turn, then what is called by kind, tier by tier; without those that hold no team."""
    turns = [(e.value, str(e.label), [t for t in teams if t.echelon == e]) for e in Echelon]
    tiers = [("", str(tier.label), [t for t in teams if not t.echelon and t.tier == tier]) for tier in Tier]
    return [Group(key, label, [(t, standing_sign(t)) for t in held]) for key, label, held in (*turns, *tiers) if held]


def standing_sign(team: RescueTeam) -> str:
    return signs.state_sign(str(Standing(team.standing).label), STANDING_TONES[team.standing])  # type: ignore[arg-type]


def _receipt(callout: Any) -> tuple[Any, str, str]:
    """(callout, its sign, what is waited for)."""
    red = callout.alarm or (callout.unsigned and callout.state == State.CALLED)
    sign = signs.state_sign(_("无人签收") if red else str(State(callout.state).label), "late" if red else TONES[callout.state])  # type: ignore[arg-type]
    return callout, sign, CALLOUT.clock_label(callout.next_clock) if callout.next_clock else ""


def _expiring(request: HttpRequest) -> dict[str, Any]:
    """Certificates that are over or soon will be, and where they are listed."""
    until = local_day(request.at) + timedelta(days=int(parameter("team.certificate_days", local_day(request.at))))
    n = certificates_seen_by(request.actor, request.at).filter(state="active", valid_to__lte=until).count()
    return {"count": n, "url": f"/desk/team-certificates/?valid_to_until={until.isoformat()}"}


def _bar(asked: QueryDict) -> parts.FilterBar:
    labels = {"echelon": _("防汛梯队"), "tier": _("层级"), "skill": _("专长"), "standing": _("动态")}
    filters = [parts.Filter(name, labels[name], choices=[(str(v), str(label)) for v, label in choices.choices], value=asked.get(name, ""))
               for name, choices in FILTERS.items()]
    return parts.FilterBar(filters, search=asked.get("q", ""))


def _call(request: HttpRequest) -> HttpResponse:
    """The ticked teams, or a whole echelon; what stands in the form goes to each."""
    if "teams.call" not in request.actor.permits:
        raise PermissionDenied(_("救援队伍由社区、街道、应急管理部门或区领导调派"))
    data, batch = typed(CallForm, request, []), uid_of(request.POST.get("batch")) or uuid7()
    teams = _picked(request)
    given = clean(CALL, data)
    refusal = given if isinstance(given, Refusal) else None if teams else Refusal((_("请先勾选要调派的队伍，或按整个梯队调派"),))
    if refusal is not None:
        form = page_form(CallForm, request.actor, request.at, data=data)
        tell_refusal(form, refusal, data)
        return _page(request, form, batch, 422)
    told = call_teams(teams, data, actor=request.actor, at=request.at, batch=batch)
    done = [t for t in told if t.callout is not None]
    return render(request, "resources/called.html", {
        "told": told, "done": done, "failed": len(told) - len(done), "task": data["task"], "place": data["place"], "now": request.at,
        "people": sum(t.team.people for t in done), "back": "/desk/resources/"})


def _picked(request: HttpRequest) -> list[RescueTeam]:
    rows = teams_seen_by(request.actor, request.at).filter(state="active")
    echelon = request.POST.get("echelon", "")
    if echelon in Echelon.values:
        return list(rows.filter(echelon=echelon))
    uids = [u for u in map(uid_of, request.POST.getlist("team")) if u is not None]
    return list(rows.filter(uid__in=uids)) if uids else []
