from django.urls import path

from . import public, views

desk_patterns = [
    path("calls/ring/", views.ring, name="calls-ring"),
    path("calls/phone/", views.phone, name="calls-phone"),
    path("calls/phone/<uuid:uid>/merge/", views.merge, name="calls-merge"),
    path("calls/<uuid:uid>/same/", views.same, name="calls-same"),
    path("calls/board/", views.board, name="calls-board"),
    path("calls/scores/", views.scores, name="calls-scores"),
]
urlpatterns = [path("public/calls/", public.status, name="calls-status")]
