from django.urls import path

from . import members, preview, versions, views

urlpatterns = [
    path("desk/report-preview/", preview.preview, name="report-preview"),
    path("desk/dashboard/", views.dashboard, name="dashboard"),
    path("desk/shortcomings/", views.shortcomings, name="shortcomings"),
    path("desk/reports/<uuid:uid>/check", views.check_report, name="report-check"),
    path("member/", members.home, name="member-home"),
    path("member/reports/<uuid:uid>/", members.report, name="member-report"),
    path("desk/reports/<uuid:uid>/versions", versions.compare, name="report-versions"),
    path("public/reports/", views.public_list, name="public-reports"),
    path("public/reports/<uuid:uid>/", views.public_report, name="public-report"),
]
