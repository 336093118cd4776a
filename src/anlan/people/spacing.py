"""Which space a request is worked out in: whoever chose the exercise at the sign-in page stays in it until leaving.

The cookie only says where to look; the session is the exercise's own, so that nothing signs one in to both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from anlan.kernel import spaces

COOKIE = "anlan-space"
OF_THE_REAL = ("/api/", "/public/", "/field/", "/unit/", "/member/", "/setup/")
"""Phones, residents, units, other systems and the public: never in an exercise."""
OVER = "/sign-in/?exercise=over"
FILE_NAME = re.compile(r"(filename=\"?|filename\*=UTF-8'')(?=[^\"'])")


class SpaceMiddleware:
    """Outside an exercise: one look at the cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.COOKIES.get(COOKIE) != spaces.EXERCISE.name:
            return self.get_response(request)
        opened = spaces.opened()
        if opened is None:
            return leave(_sent_away(request))
        request.exercise = opened  # type: ignore[attr-defined]
        with spaces.within(spaces.EXERCISE):
            return _marked(self.get_response(request))

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        return refuse(request) if is_inside(request) and request.path.startswith(OF_THE_REAL) else None


def is_inside(request: HttpRequest) -> bool:
    return getattr(request, "exercise", None) is not None


def enter(answer: HttpResponse) -> HttpResponse:
    answer.set_cookie(COOKIE, spaces.EXERCISE.name, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


def leave(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def refuse(request: HttpRequest) -> HttpResponse:
    """What a phone or another system keeps until it is heard in the real space: an answer as if nobody were signed in."""
    sentence = _("您正在演练中。手机端、公众页面、单位页面和接口只用于实战，请先退出演练")
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": {"sentences": [sentence], "fields": {}}}, status=401,
                            json_dumps_params={"ensure_ascii": False})
    return render(request, "people/not_in_exercise.html", {"sentence": sentence}, status=403)


def _sent_away(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": OVER})
    return HttpResponseRedirect(OVER)


def _marked(answer: HttpResponse) -> HttpResponse:
    """A file says in its name where it comes from; what is sent piece by piece is worked out here and now."""
    if told := answer.headers.get("Content-Disposition"):
        answer.headers["Content-Disposition"] = FILE_NAME.sub(lambda m: m[0] + _mark_in(m[0]), told)
    if answer.streaming:
        answer.streaming_content = iter([b"".join(answer.streaming_content)])  # type: ignore[attr-defined]
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _mark_in(way: str) -> str:
    return quote(spaces.EXERCISE.mark) if "*" in way else "exercise-"
