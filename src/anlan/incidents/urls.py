from django.urls import path

from . import views

desk_patterns = [
    path("incidents/report/", views.report, name="incidents-report"),
]
