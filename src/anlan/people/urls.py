from django.urls import include, path

from . import administration, connections, troubles, views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("exercise/enter/", views.enter_exercise, name="enter_exercise"),
    path("exercise/leave/", views.leave_exercise, name="leave_exercise"),
    path("password/", views.password, name="password"),
    path("switch-post/", views.choose_post, name="choose_post"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("desk/accounts/<uuid:uid>/password/", administration.reset_password, name="reset_password"),
    path("desk/roles/", administration.roles, name="roles"),
    path("desk/journal/", administration.journal, name="journal"),
    path("desk/journal/verify/", administration.verify_journal, name="verify_journal"),
    path("desk/tokens/", connections.overview, name="tokens"),
    path("desk/tokens/issue/", connections.issue, name="issue_token"),
    path("desk/troubles/", troubles.overview, name="troubles"),
    path("desk/troubles/<int:clock>/again/", troubles.try_parked, name="unpark"),
    path("", include("anlan.places.urls")),
]
