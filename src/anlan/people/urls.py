from django.urls import include, path

from . import administration, views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("password/", views.password, name="password"),
    path("switch-post/", views.choose_post, name="choose_post"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("desk/accounts/<uuid:uid>/password/", administration.reset_password, name="reset_password"),
    path("desk/roles/", administration.roles, name="roles"),
    path("desk/journal/", administration.journal, name="journal"),
    path("desk/journal/verify/", administration.verify_journal, name="verify_journal"),
    path("", include("anlan.places.urls")),
]
