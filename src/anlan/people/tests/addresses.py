"""Addresses of this app's own tests: its pages, and one page of the desk that says who is asking."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from anlan.toolkit.registers import register_urls


def who(request: HttpRequest) -> JsonResponse:
    actor = request.actor  # type: ignore[attr-defined]
    return JsonResponse({"name": actor.name, "title": actor.title, "roles": sorted(actor.roles),
                         "at": request.at.isoformat()})  # type: ignore[attr-defined]


urlpatterns = [
    path("", include("anlan.people.urls")),
    path("desk/jobs/", include("anlan.toolkit.jobs.urls")),
    path("desk/", who),
    path("public/", who),
    path("desk/", include(register_urls())),
]
