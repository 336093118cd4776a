from django.urls import path

from . import follow, report

urlpatterns = [
    path("public/report/", report.report, name="report"),
    path("public/follow/", follow.follow, name="follow"),
]
