from django.urls import include, path

from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit.api import expose, new_api, urls_of

api = new_api("toy-api")


def leaks_seen_by(actor, at):
    return Leak.objects.filter(fixer_id__in=[actor.person_id]) | Leak.objects.filter(place__startswith="公开")


expose("leak", "leaks", "report", moves=("take", "mend", "cancel"), seen_by=leaks_seen_by,
       columns=("place", "grade", "area", "fixer_id"), into=api)

urlpatterns = [path("api/v1/", include(urls_of(api)))]
