"""Mounted at /desk/notices/."""

from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:key>/", views.open_notice, name="open"),
    path("<uuid:key>/heard/", views.heard, name="heard"),
]
