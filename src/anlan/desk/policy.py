"""What a page of Anlan may load: its own files, nothing else. No inline script or style.

A view may name one more host of pictures (`response.pictures_from`): the map's outer tiles, where the settings have them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CONTENT = "; ".join((
    "default-src 'self'", "img-src 'self' data: blob:", "media-src 'self' blob:", "object-src 'none'", "base-uri 'none'",
    "form-action 'self'", "frame-ancestors 'none'"))
PICTURES, FETCHES = "img-src 'self'", "connect-src 'self'"
PERMISSIONS = "geolocation=(self), camera=(self), microphone=(self), payment=(), usb=()"


def content_for(response: HttpResponse) -> str:
    host = getattr(response, "pictures_from", "")
    return CONTENT.replace(PICTURES, f"{FETCHES} {host}; {PICTURES} {host}") if host else CONTENT


class PolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", content_for(response))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
