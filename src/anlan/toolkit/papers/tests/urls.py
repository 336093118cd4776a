from django.urls import include, path

urlpatterns = [path("papers/", include("anlan.toolkit.papers.urls"))]
