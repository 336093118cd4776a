"""The app itself: one page, its service worker and its card for the home screen. They hold nobody's data."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.people.middleware import public
from anlan.toolkit.ui import assets

from .words import field_words

ENTRY, MARK, TOUCH, ICONS = "field/main.ts", "styles/mark.svg", "styles/touch.png", "icons.svg"
APP, CARD = "/field/app/", "/field/app.webmanifest"


@public
@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """The same for everybody: whose day it is stands in the phone's own store, and is asked for with a sign-in."""
    answer = render(request, "field/app.html", {"entry": ENTRY, "words": field_words()})
    answer["Cache-Control"] = "no-cache"
    return answer


def files() -> list[str]:
    """Whatever the app needs to open without a network; the built ones are named by their hash."""
    return [*assets.files(ENTRY), assets.url(ICONS), assets.url(MARK), assets.url(TOUCH), APP, CARD]


@public
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Another build or another language is another version; the browser looks for one each time the app is opened."""
    listed = json.dumps(files())
    told = json.dumps([listed, get_language(), field_words()], ensure_ascii=False)
    version = hashlib.sha256(told.encode()).hexdigest()[:16]
    text = render_to_string("field/worker.js", {"version": version, "files": listed})
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@public
@require_GET
def card(request: HttpRequest) -> HttpResponse:
    icons = [{"src": assets.url(MARK), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
             {"src": assets.url(TOUCH), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"}]
    return JsonResponse({
        "name": _("安澜现场"), "short_name": _("安澜现场"), "lang": get_language(), "id": APP, "start_url": APP, "scope": "/field/",
        "display": "standalone", "background_color": "#ffffff", "theme_color": "#1f4e79", "icons": icons},
        json_dumps_params={"ensure_ascii": False}, content_type="application/manifest+json")
