"""Mounted at /desk/jobs/."""

from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:key>/", views.show, name="job"),
    path("<uuid:key>/again/", views.again, name="again"),
    path("<uuid:key>/file/", views.fetch, name="file"),
]
