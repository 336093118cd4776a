from django.urls import include, path

from anlan.toolkit.registers import register_urls

urlpatterns = [path("desk/", include(register_urls()))]
