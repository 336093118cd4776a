from django.urls import path

from . import views

urlpatterns = [
    path("desk/premises/<uuid:uid>/doorplate/", views.doorplate, name="doorplate"),
    path("desk/premises/<uuid:uid>/card.pdf", views.card, name="risk-card"),
    path("public/door/<uuid:token>/", views.door, name="door"),
]
