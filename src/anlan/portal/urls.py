from django.urls import path

from . import follow, knowledge, neighbourhood, report, sketch, unit, unit_check, unit_hazard, unit_own, unit_sign_in

urlpatterns = [
    path("public/report/", report.report, name="report"),
    path("public/ground.json", sketch.ground, name="public-ground"),
    path("public/follow/", follow.follow, name="follow"),
    path("public/neighbourhood/", neighbourhood.choose, name="neighbourhoods"),
    path("public/neighbourhood/<uuid:uid>/", neighbourhood.neighbourhood, name="neighbourhood"),
    path("public/neighbourhood/<uuid:uid>/feed.xml", neighbourhood.feed, name="neighbourhood-feed"),
    path("public/knowledge/", knowledge.knowledge, name="knowledge"),
    path("unit/sign-in/", unit_sign_in.sign_in, name="unit-sign-in"),
    path("unit/", unit.home, name="unit"),
    path("unit/premises/<uuid:premises>/", unit.premises, name="unit-premises"),
    path("unit/premises/<uuid:premises>/check/", unit_check.begin, name="unit-check-begin"),
    path("unit/premises/<uuid:premises>/check/<uuid:uid>/", unit_check.check, name="unit-check"),
    path("unit/premises/<uuid:premises>/change/", unit_own.change, name="unit-change"),
    path("unit/premises/<uuid:premises>/records/<slug:sort>/", unit_own.record, name="unit-record"),
    path("unit/file-changes/<uuid:uid>/withdraw/", unit_own.take_back, name="unit-change-withdraw"),
    path("unit/unit-records/<uuid:uid>/end/", unit_own.end_duty, name="unit-record-end"),
    path("unit/hazards/<uuid:uid>/", unit_hazard.hazard, name="unit-hazard"),
    path("unit/hazards/<uuid:uid>/<slug:move>/", unit_hazard.move, name="unit-hazard-move"),
]
