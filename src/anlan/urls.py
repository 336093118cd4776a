"""One origin: the public, the offices, the phone, the units, the API."""

from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from anlan.calls.urls import desk_patterns as calls_patterns
from anlan.duty.urls import desk_patterns as duty_patterns
from anlan.incidents.urls import desk_patterns as incidents_patterns
from anlan.patrols.urls import desk_patterns
from anlan.people.middleware import public
from anlan.toolkit.registers import register_urls

urlpatterns = [
    path("", include("anlan.desk.urls")),
    path("", include("anlan.people.urls")),
    path("", include("anlan.premises.urls")),
    path("setup/", include("anlan.setup.urls")),
    path("public/", include("anlan.hazards.urls")),
    path("field/", include("anlan.patrols.urls")),
    path("field/", include("anlan.field.urls")),
    path("desk/", include((desk_patterns, "plan"))),
    path("desk/", include(calls_patterns)),
    path("desk/", include(duty_patterns)),
    path("duty/", RedirectView.as_view(url="/desk/duty/")),
    path("desk/", include(incidents_patterns)),
    path("", include("anlan.calls.urls")),
    path("desk/", include("anlan.resources.urls")),
    path("desk/map/", include("anlan.onemap.urls")),
    path("desk/jobs/", include("anlan.toolkit.jobs.urls")),
    path("desk/notices/", include("anlan.toolkit.notices.urls")),
    path("", include("anlan.returns.urls")),
    path("", include("anlan.reports.urls")),
    path("", include("anlan.portal.urls")),
    path("", include("anlan.layouts.urls")),
    path("desk/", include("anlan.outgoing.urls")),
    path("desk/", include(register_urls())),
    path("papers/", include("anlan.toolkit.papers.urls")),
    path("files/", include("anlan.toolkit.attachments.urls")),
    path("api/v1/", include("anlan.toolkit.intake.urls")),
    path("", include("anlan.toolkit.ui.urls")),
    path("language/", public(set_language), name="set_language"),
]
