from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("password/", views.password, name="password"),
    path("switch-post/", views.choose_post, name="choose_post"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
