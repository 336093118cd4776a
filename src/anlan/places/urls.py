"""Mounted at the root, before the registers' own addresses."""

from django.urls import path

from .views import calendar, imports, settings

app_name = "places"
urlpatterns = [
    path("desk/settings/", settings.overview, name="settings"),
    path("desk/settings/change/<str:key>/", settings.change, name="change"),
    path("desk/calendar/", calendar.years, name="calendar"),
    path("desk/calendar/<int:number>/", calendar.year, name="calendar_year"),
    path("desk/areas/import/", imports.areas, name="import_areas"),
    path("desk/areas/import/template/", imports.area_template, name="area_template"),
    path("desk/boundaries/import/", imports.boundaries, name="import_boundaries"),
]
