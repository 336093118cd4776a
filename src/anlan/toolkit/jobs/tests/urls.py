from django.urls import include, path

urlpatterns = [path("desk/jobs/", include("anlan.toolkit.jobs.urls")),
               path("desk/notices/", include("anlan.toolkit.notices.urls"))]
