import pytest

from anlan.kernel.models import Entry
from anlan.people.models import Appointment, Post
from anlan.people.testing import CAST, small_district

pytestmark = pytest.mark.django_db


def test_the_small_district_stands_with_its_cast():
    place = small_district()
    warden, officer = place.actor("warden"), place.actor("officer1")
    assert (len(place.areas), set(place.people)) == (15, set(CAST))
    assert (warden.name, warden.title, warden.roles) == ("王敏", "网格员", frozenset({"warden"}))
    assert warden.detail("organisation") == "东一社区居委会"
    assert warden.area_id == place.areas["G111"].id
    assert warden.parties == (place.parties["warden"], place.parties["community11"])
    assert officer.licences == frozenset({"enforcement"})
    assert officer.detail("entrusted_by") == (place.parties["emergency_bureau"],)
    assert Appointment.objects.count() == len(CAST)
    assert Entry.objects.filter(kind="post", subject_id__in=Post.objects.values("id")).count() == len(CAST)
