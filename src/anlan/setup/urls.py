from django.urls import path

from . import views

app_name = "setup"
urlpatterns = [
    path("", views.door, name="door"),
    path("done/", views.over, name="over"),
    path("people/passwords/", views.initial_passwords, name="passwords"),
    path("<slug:slug>/", views.step, name="step"),
    path("<slug:slug>/template/", views.template, name="template"),
    path("<slug:slug>/skip/", views.skip, name="skip"),
]
