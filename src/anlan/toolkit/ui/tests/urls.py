"""Addresses for the tests of this app alone."""

from django.urls import include, path

urlpatterns = [path("i18n/", include("django.conf.urls.i18n")), path("", include("anlan.toolkit.ui.urls"))]
