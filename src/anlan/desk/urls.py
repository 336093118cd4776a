from django.urls import path

from anlan.people.middleware import public

from . import views

urlpatterns = [
    path("", public(views.front), name="front"),
    path("desk/", views.today, name="desk"),
    path("desk/search/", views.search, name="search"),
    path("desk/figures/", views.figures, name="figures"),
    path("unit/", views.unit_home, name="unit"),
]
