"""What every page's frame needs: navigation by what the post does, bell, person, district, clock."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anlan.kernel.actors import Actor
from anlan.kernel.instance import zone
from anlan.kernel.models import Seal
from anlan.patrols.rules import PLANNERS
from anlan.people.roles import Role
from anlan.people.views import home_of
from anlan.places.grids import district_name
from anlan.toolkit.notices.inbox import unread_count, unread_ids

MORNING = "/desk/morning/"
OFFICES = ("community", "street", "officer", "department", "emergency", "director", "leader", "reviewer", "expert", "duty")


KEEPERS = (Role.STOREKEEPER, Role.TEAM_LEADER)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor; lazy, so that a page without a frame asks nothing, and worked out once for all its parts."""
    if not hasattr(request, "_shell"):
        request._shell = _made(request)  # type: ignore[attr-defined]
    return request._shell  # type: ignore[attr-defined, no-any-return]


def _made(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    if actor is None or actor.person_id is None:
        return {"nav": [], "shell": SimpleLazyObject(lambda: {
            "district": district_name(), "home_url": "/", "now": request_now(request)})}
    return {"nav": _nav(request, actor), "shell": SimpleLazyObject(lambda: _shell(request, actor))}


def request_now(request: HttpRequest) -> Any:
    at = getattr(request, "at", None)
    return at.astimezone(zone()) if at else None


def head_and_unread(request: HttpRequest) -> tuple[int, int]:
    """The newest sealed number and how many notices are unread, in one statement, asked once.

    A page that shows live rows asks before it reads them: what is sealed later then comes by the stream.
    """
    if not hasattr(request, "_head"):
        unread = ArraySubquery(unread_ids(request.actor, request.at))  # type: ignore[attr-defined]
        row = Seal.objects.order_by("-no").values_list("no", unread).first()
        request._head = (row[0], len(row[1])) if row else (  # type: ignore[attr-defined]
            0, unread_count(request.actor, request.at))  # type: ignore[attr-defined]
    return request._head  # type: ignore[attr-defined, no-any-return]


def _shell(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    if actor.is_any(Role.MEMBER):
        return _members_shell(request, actor)
    head, unread = head_and_unread(request)
    return {
        "head": head if actor.post_id is not None else None,
        "district": district_name(), "home_url": home_of(actor), "search_url": "/desk/search/",
        "search_text": request.GET.get("q", "") if request.path == "/desk/search/" else "",
        "now": request_now(request), "clock_runs": True,
        "bell": {"url": "/desk/notices/", "count": unread},
        "person": {"key": str(actor.person_id), "name": actor.name, "post": _post(actor),
                   "posts": getattr(request, "post_choices", []), "switch_url": "/switch-post/",
                   "sign_out_url": "/sign-out/",
                   "links": [*_links(actor), {"label": _("我的通知"), "url": "/desk/my-notices/", "icon": "bell"},
                             {"label": _("修改密码"), "url": "/password/", "icon": "lock"}]},
        "foot": _("演示数据") if settings.ANLAN_IS_DEMO else "",
    }


def _members_shell(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Without search, bell and stream, which a member of the Congress does not have."""
    return {"head": None, "district": district_name(), "home_url": home_of(actor), "now": request_now(request), "clock_runs": True,
            "person": {"key": str(actor.person_id), "name": actor.name, "post": _post(actor),
                       "posts": getattr(request, "post_choices", []), "switch_url": "/switch-post/", "sign_out_url": "/sign-out/",
                       "links": [{"label": _("修改密码"), "url": "/password/", "icon": "lock"}]},
            "foot": _("演示数据") if settings.ANLAN_IS_DEMO else ""}


def _post(actor: Actor) -> str:
    return " · ".join(str(p) for p in (actor.detail("organisation"), actor.title) if p)


MOST_ENTRIES = 7  # look.md: more than that nobody scans
EDITS = frozenset({"rules.edit", "areas.edit", "accounts.edit", "roles.edit", "journal.read"})
Entry = tuple[str, Any, str]


def entries(actor: Actor) -> list[Entry]:
    """(icon, label, url), at most seven, named by what the person does."""
    return _all_entries(actor)[:MOST_ENTRIES]


def entries_beside(actor: Actor) -> list[Entry]:
    """What does not fit beside the page stands in the person's menu."""
    return _all_entries(actor)[MOST_ENTRIES:]


def _all_entries(actor: Actor) -> list[Entry]:
    """In the order of need; settings keep a place among the first."""
    if actor.is_any("warden"):
        return [("round", _("今日巡查"), "/field/"), *_work(), _premises(), ("map", _("地图"), "/desk/map/")]
    if actor.is_any(Role.MEMBER):
        return [("report", _("公开报告"), "/member/")]
    if actor.is_any("unit"):
        return [("today", _("我的单位"), "/unit/"), ("hazard", _("隐患"), "/desk/hazards/")]
    if not actor.roles and actor.post_id is not None:
        return [_duty(), _incidents(), _forces(), ("map", _("地图"), "/desk/map/")]  # whoever only takes turns on duty
    out = _office_entries(actor) if actor.is_any(*OFFICES) else _keepers_entries() if actor.is_any(*KEEPERS) else []
    if actor.permits & EDITS:
        out.insert(MOST_ENTRIES - 1, ("settings", _("设置"), "/desk/settings/"))
    return out


def _office_entries(actor: Actor) -> list[Entry]:
    """Leaders begin with the morning; rounds stand near the top for those who have no settings to look after."""
    today: Entry = ("today", _("今日"), "/desk/")
    duty = _duty()
    if actor.is_any(Role.DUTY):
        return [duty, today, *_work(), _incidents(), ("map", _("地图"), "/desk/map/"), ("report", _("数据"), "/desk/figures/"), _premises(),
                _forces()]
    rest = [_premises(), ("map", _("地图"), "/desk/map/"), ("report", _("数据"), "/desk/figures/")]
    rounds = ("round", _("巡查"), "/desk/rounds/plan/" if actor.is_any(*PLANNERS) else "/desk/rounds/")
    if actor.is_any(Role.DIRECTOR, Role.LEADER):
        return [("calendar", _("晨报"), MORNING), today, *_work(), *rest, rounds, duty, _incidents(), _forces()]
    if actor.is_any(Role.EMERGENCY):
        return [today, *_work(), _incidents(), *rest, rounds, duty, _forces()]
    end = [duty, _incidents(), _forces()]
    return [today, *_work(), *rest, rounds, *end] if actor.permits & EDITS else [today, *_work(), rounds, *rest, *end]


def _keepers_entries() -> list[Entry]:
    return [("today", _("今日"), "/desk/"), _forces(), *_work(), ("map", _("地图"), "/desk/map/")]


def _work() -> list[Entry]:
    return [("hazard", _("隐患"), "/desk/hazards/"), ("phone", pgettext("noun", "呼叫"), "/desk/calls/board/")]


def _duty() -> Entry:
    return ("clock", _("值班"), "/desk/duty/")


def _incidents() -> Entry:
    return ("late", _("突发事件"), "/desk/incidents/")


def _forces() -> Entry:
    return ("people", _("力量"), "/desk/resources/")


def _premises() -> Entry:
    return ("premise", _("单位"), "/desk/premises/")


def _links(actor: Actor) -> list[dict[str, Any]]:
    return [{"label": label, "url": url, "icon": icon} for icon, label, url in entries_beside(actor)]


KEPT_WITH = {"/desk/duty/": ("rosters", "swaps", "duty-numbers", "phone-log", "handovers", "roll-calls", "morning-sheets"),
             "/desk/figures/": ("dashboard", "shortcomings", "returns", "monthly-returns", "contradictions", "reports", "report-templates",
                                "commitments", "saved-questions", "subscriptions"),
             "/desk/incidents/": ("relays", "info-reports", "judgements", "instructions",
                                 "contingency-plans", "plan-steps", "plan-members"),
             "/desk/resources/": ("teams", "callouts", "team-certificates", "stores", "stocks", "lots", "goods", "transfers",
                                 "agreement-calls", "requisitions", "shelters", "hydrants", "equipment", "rescue-stations",
                                 "service-stations", "station-meetings", "experts", "roads")}
"""Pages that are reached from an entry but have addresses of their own."""


def _section(path: str) -> str:
    """The first two words of an address, or the entry that its page is kept with."""
    words = path.split("/")[1:-1][:2]
    within = next((url for url, names in KEPT_WITH.items() if words[0:1] == ["desk"] and words[-1] in names), "")
    return within or "/".join(["", *words, ""])


def _nav(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    here = _section(request.path)
    return [{"label": label, "url": url, "icon": icon, "current": _section(url) == here, "count": 0}
            for icon, label, url in entries(actor)]
