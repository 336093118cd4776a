from django.urls import path

from . import follow, report, unit, unit_hazard

urlpatterns = [
    path("public/report/", report.report, name="report"),
    path("public/follow/", follow.follow, name="follow"),
    path("unit/", unit.home, name="unit"),
    path("unit/premises/<uuid:premises>/", unit.premises, name="unit-premises"),
    path("unit/hazards/<uuid:uid>/", unit_hazard.hazard, name="unit-hazard"),
    path("unit/hazards/<uuid:uid>/<slug:move>/", unit_hazard.move, name="unit-hazard-move"),
]
