from django.urls import path

from anlan.people.middleware import public

from . import many, today, views
from .morning import views as morning

urlpatterns = [
    path("", public(views.front), name="front"),
    path("events", views.no_stream),
    path("desk/", today.today, name="desk"),
    path("desk/morning/", morning.morning, name="morning"),
    path("desk/morning/wall/", morning.wall, name="morning-wall"),
    path("desk/many/", many.many, name="many"),
    path("desk/search/", views.search, name="search"),
    path("desk/figures/", views.figures, name="figures"),
]
