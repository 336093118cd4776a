from django.urls import path

from . import preview, views

urlpatterns = [
    path("desk/report-preview/", preview.preview, name="report-preview"),
    path("desk/dashboard/", views.dashboard, name="dashboard"),
    path("desk/shortcomings/", views.shortcomings, name="shortcomings"),
    path("desk/reports/<uuid:uid>/check", views.check_report, name="report-check"),
    path("public/reports/", views.public_list, name="public-reports"),
    path("public/reports/<uuid:uid>/", views.public_report, name="public-report"),
]
