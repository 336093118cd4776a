from django.urls import path

from . import planning, views

urlpatterns = [
    path("", views.today, name="field-today"),
    path("visits/<uuid:uid>/", views.visit, name="field-visit"),
    path("premises/<uuid:premises>/visits/<uuid:uid>/", views.drop_in, name="field-drop-in"),
    path("new-shop/", views.add_shop, name="field-add-shop"),
    path("report/", views.report, name="field-report"),
]
desk_patterns = [path("rounds/plan/", planning.plan, name="plan-rounds")]
