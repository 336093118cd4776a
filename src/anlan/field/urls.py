from django.urls import path

from . import hand_in, shell, views

urlpatterns = [
    path("app/", shell.app, name="field-app"),
    path("app.webmanifest", shell.card, name="field-card"),
    path("worker.js", shell.service_worker, name="field-worker"),
    path("devices", views.enrol, name="field-enrol"),
    path("give-back", views.give_back, name="field-give-back"),
    path("pack", views.take_along, name="field-pack"),
    path("place", views.place, name="field-place"),
    path("place/sharing", views.sharing, name="field-sharing"),
    path("sync", views.sync, name="field-sync"),
    path("photos/<str:sha256>", views.photo, name="field-photo"),
    path("hand-in/", hand_in.hand_in, name="field-hand-in"),
    path("phones/", views.phones, name="field-phones"),
]
