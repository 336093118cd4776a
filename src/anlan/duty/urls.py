from django.urls import path

from . import views

desk_patterns = [
    path("duty/", views.duty, name="duty"),
    path("duty/month/", views.month, name="duty-month"),
    path("duty/draw-up/", views.draw_up, name="duty-draw-up"),
    path("duty/swap/", views.swap, name="duty-swap"),
    path("duty/phones/", views.phones, name="duty-phones"),
    path("duty/dial/", views.dial, name="duty-dial"),
    path("duty/log/", views.log, name="duty-log"),
    path("duty/log/<uuid:uid>/matter/", views.log_matter, name="duty-log-matter"),
    path("duty/hand-over/", views.hand_over, name="duty-hand-over"),
    path("duty/roll-call/", views.roll_call, name="duty-roll-call"),
]
