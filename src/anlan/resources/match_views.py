"""Trying the matcher: one demand, the best teams for it, what decided and what is lacking. It calls nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from shapely.geometry import shape

from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.kernel.rulebook import parameter
from anlan.people.access import needs_post
from anlan.people.roles import OUTSIDE
from anlan.places.models import Boundary

from .matching import Demand, Force, Plan, Roads, match
from .selectors import teams_seen_by
from .team_models import LEVELS, RescueTeam, Skill, Standing
from .team_rules import minutes_of, spell_of


class DemandForm(forms.Form):
    skill = forms.ChoiceField(label=gettext_lazy("专长"), choices=Skill.choices)
    people = forms.IntegerField(label=gettext_lazy("需要人数"), min_value=1, max_value=5000)
    within = forms.IntegerField(label=gettext_lazy("几分钟内到达"), min_value=1, max_value=1440)
    level = forms.TypedChoiceField(label=gettext_lazy("能力等级不低于"), choices=LEVELS, coerce=int, initial=3)
    area = forms.UUIDField(label=gettext_lazy("地点"))


@require_GET
@needs_post
def match_page(request: HttpRequest) -> HttpResponse:
    if request.actor.is_any(*OUTSIDE):
        raise PermissionDenied(_("应急力量由各级值班和指挥人员查看。"))
    asked = DemandForm(request.GET) if request.GET else None
    form = asked or DemandForm(initial={"people": 50, "within": 60})
    form.fields["area"].widget = forms.Select(choices=[("", _("（未选）")), *_places()])
    plan = _matched(request, asked) if asked is not None and asked.is_valid() else None
    return render(request, "resources/match.html", {"form": form, "plan": plan, "call_url": _call_url(plan), "now": request.at,
                                                    "roads": roads_on(local_day(request.at))},
                  status=422 if asked is not None and plan is None else 200)


def _places() -> list[tuple[str, str]]:
    """Streets and communities that have a boundary."""
    rows = Area.objects.filter(level__in=(1, 2), state="active", boundaries__state="active").distinct().order_by("code")
    return [(str(a.uid), ("　" if a.level == 2 else "") + a.name) for a in rows]


def _matched(request: HttpRequest, form: forms.Form) -> Plan | None:
    told, day = form.cleaned_data, local_day(request.at)
    drawn = Boundary.objects.filter(area__uid=told["area"], state="active").select_related("area").order_by("-valid_from").first()
    if drawn is None:
        form.add_error("area", _("这个地点没有边界，算不出路程"))
        return None
    inside = shape(drawn.geometry).representative_point()
    wanted = Demand("demand", drawn.area.name, told["skill"], told["people"], told["within"], inside.x, inside.y, told["level"])
    teams = list(teams_seen_by(request.actor, request.at).filter(state="active"))
    least = int(parameter("team.keep_behind", day))
    keep = {str(t.owner): least for t in teams}
    return match([force_of(t, request.at, day) for t in teams], [wanted], roads_on(day), keep)


def roads_on(day: date) -> Roads:
    return Roads(float(parameter("team.road_factor", day)), float(parameter("team.road_speed", day)))


def force_of(team: RescueTeam, at: datetime, day: date) -> Force:
    """A team as the matcher knows it: who rests may go when the rest is over, who is out or off may not."""
    wait, reason = _wait(team, at, day)
    return Force(str(team.uid), team.name, frozenset({team.skill}), team.level, team.people, team.lon, team.lat, team.ready_minutes,
                 wait, reason, str(team.owner))


def _wait(team: RescueTeam, at: datetime, day: date) -> tuple[int | None, str]:
    if team.standing == Standing.RESTING and team.rest_until is not None:
        return _minutes(team.rest_until - at), ""
    if team.standing != Standing.READY:
        return None, str(Standing(team.standing).label)
    rest = minutes_of(parameter("team.rest", day))
    if team.back_at is not None and spell_of(team, at, rest) >= minutes_of(parameter("team.work_max", day)):
        return _minutes(team.back_at + timedelta(minutes=rest) - at), ""
    return 0, ""


def _minutes(span: timedelta) -> int:
    return max(0, -(-int(span.total_seconds()) // 60))


def _call_url(plan: Plan | None) -> str:
    """The page of forces with these teams ticked."""
    if plan is None or not plan.choices:
        return ""
    told: list[tuple[str, Any]] = [("team", c.force.key) for c in plan.choices]
    return "/desk/resources/?" + urlencode([*told, ("place", plan.choices[0].demand.name)])
