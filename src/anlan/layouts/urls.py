from django.urls import path

from . import views

urlpatterns = [
    path("desk/layouts/for/<slug:slug>/", views.choose, name="layouts-for"),
    path("desk/layouts/<uuid:uid>/columns", views.columns, name="layout-columns"),
    path("desk/layouts/<uuid:uid>/filled.xlsx", views.filled, name="layout-filled"),
    path("desk/layouts/<uuid:uid>/print", views.printed, name="layout-print"),
    path("desk/layouts/<uuid:uid>/back", views.back, name="layout-back"),
]
