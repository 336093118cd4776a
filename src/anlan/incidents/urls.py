from django.urls import path

from . import rooms, views

desk_patterns = [
    path("incidents/report/", views.report, name="incidents-report"),
    path("incidents/<uuid:uid>/room/", rooms.room, name="incidents-room"),
    path("incidents/<uuid:uid>/trace/", rooms.trace, name="incidents-trace"),
]
