"""request.at, request.actor, request.standing: who is asking, in which post, at which instant of the instance clock.

Refusing is the default: whoever is not signed in reaches only views marked with `public` and the addresses below.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.instance import instance_clock, local_day, real_time
from anlan.kernel.refusals import Refused

from . import sessions
from .roles import Role
from .sessions import ANONYMOUS
from .standing import Standing, actor_of, standing_of

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC_PREFIXES = ("/static/", "/public/", "/api/", "/design", "/setup/")  # these judge for themselves
OF_MEMBERS = ("/member/", "/public/", "/static/", "/sign-in/", "/sign-out/", "/password/", "/switch-post/", "/language/")
SAFE = ("GET", "HEAD", "OPTIONS")


def public(view: View) -> View:
    """Let people who are not signed in reach this view."""
    view.public = True  # type: ignore[attr-defined]
    return view


class ActorMiddleware:
    """At most three statements with a session: session, standing, and once a second the instance clock."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at, request.actor, request.standing = instance_clock(), ANONYMOUS, None  # type: ignore[attr-defined]
        request.post_choices = []  # type: ignore[attr-defined]
        refused = self._resolve(request)
        if request.standing is not None:  # type: ignore[attr-defined]
            request.post_choices = post_choices(request.standing, request.actor)  # type: ignore[attr-defined]
        return refused if refused is not None else self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.standing is None:  # type: ignore[attr-defined]
            return None if _is_public(request, view) else _sign_in_first(request)
        free = getattr(view, "public", False) or getattr(view, "before_change", False)
        if sessions.held(request.session)["must_change"] and not free:  # type: ignore[index]
            return HttpResponseRedirect(reverse("people:password"))
        if request.actor.is_any(Role.MEMBER) and request.path != "/" and not request.path.startswith(OF_MEMBERS):  # type: ignore[attr-defined]
            raise Http404  # a member of the Congress reads what is public, and the members' own pages
        return None

    def _resolve(self, request: HttpRequest) -> HttpResponse | None:
        data, now = sessions.held(request.session), real_time()
        if data is None:
            return None
        standing = _standing(data, now, request.at)  # type: ignore[attr-defined]
        if standing is None:
            request.session.flush()
            messages.info(request, _("登录已结束，请重新登录"))
            return None
        sessions.note_seen(request.session, now)
        return self._act(request, standing, data["post"])

    def _act(self, request: HttpRequest, standing: Standing, post_id: int | None) -> HttpResponse | None:
        """Act in the chosen post; one that has ended refuses a deed, and only tells whoever is reading."""
        request.standing = standing  # type: ignore[attr-defined]
        try:
            request.actor = actor_of(standing, post_id)  # type: ignore[attr-defined]
            return None
        except Refused as ended:
            return self._other_post(request, standing, str(ended))

    def _other_post(self, request: HttpRequest, standing: Standing, sentence: str) -> HttpResponse | None:
        usable = standing.usable
        if not usable:
            request.session.flush()
            request.standing = None  # type: ignore[attr-defined]
            messages.warning(request, sentence)
            return None
        sessions.choose_post(request.session, usable[0].post_id)
        request.actor = actor_of(standing, usable[0].post_id)  # type: ignore[attr-defined]
        if request.method not in SAFE:
            return refuse(request, sentence, 403)
        messages.warning(request, _("%(sentence)s；现在以“%(post)s”办理") % {
            "sentence": sentence, "post": usable[0].label})
        return None


def _standing(data: dict[str, Any], now: datetime, at: datetime) -> Standing | None:
    """None where the session is over, or the person was disabled or ended all sessions."""
    if sessions.over(data, now):
        return None
    standing = standing_of(data["person"], local_day(at))
    if standing is None or not standing.person.is_active or standing.person.session_epoch != data["epoch"]:
        return None
    return standing


def post_choices(standing: Standing, actor: Actor) -> list[dict[str, Any]]:
    """The posts one may act in, for the person's menu; empty where there is nothing to choose."""
    found = [{"value": str(h.post_uid), "label": h.label, "current": h.post_id == actor.post_id}
             for h in standing.usable]
    return found if len(found) > 1 else []


def _is_public(request: HttpRequest, view: Any) -> bool:
    return bool(getattr(view, "public", False)) or request.path == "/" or request.path.startswith(PUBLIC_PREFIXES)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request) or request.path == "/events":
        return JsonResponse({"error": {"sentences": [_("请先登录")], "fields": {}}}, status=401,
                            json_dumps_params={"ensure_ascii": False})
    target = reverse("people:sign_in")
    if request.method in SAFE:
        target += "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def refuse(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """A page, or JSON, that says why."""
    if wants_json(request):
        return JsonResponse({"error": {"sentences": [sentence], "fields": {}}}, status=status,
                            json_dumps_params={"ensure_ascii": False})
    return render(request, "403.html", {"sentences": [sentence]}, status=status)


def wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def actor_in(request: HttpRequest) -> Actor:
    """The actor that the middleware resolved."""
    return request.actor  # type: ignore[attr-defined, no-any-return]
