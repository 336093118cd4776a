"""Mounted at /papers/."""

from django.urls import path

from . import views

app_name = "papers"
urlpatterns = [
    path("<uuid:uid>/", views.show, name="paper"),
    path("<uuid:uid>.docx", views.download, {"form": "docx"}, name="docx"),
    path("<uuid:uid>.pdf", views.download, {"form": "pdf"}, name="pdf"),
]
