from django.urls import include, path

from anlan.toolkit.api import new_api, urls_of
from anlan.toolkit.attachments.api import expose_files

api = new_api("toy-files")
expose_files(api)
urlpatterns = [path("files/", include("anlan.toolkit.attachments.urls")), path("api/v1/", include(urls_of(api)))]
