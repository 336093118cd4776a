"""What Lighthouse says of the pages that people without a desk open first. Performance is a bench: it needs an idle machine."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from anlan.bench.lighthouse import judge
from anlan.people.testing import small_district
from tests.served import a_server
from tests.world import forget

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
LEAST = 95


@pytest.fixture(scope="module")
def origin(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), django_db_blocker.unblock(), transaction.atomic():
        small_district()
        with a_server() as found:
            yield found
        transaction.set_rollback(True)
    forget()


@pytest.mark.parametrize("page", ["/public/report/", "/field/app/"])
def test_everybody_can_use_the_page_and_it_is_built_as_it_should(origin, page):
    judged = judge(origin + page, ("accessibility", "best-practices"))
    low = {name: score for name, score in judged.scores.items() if score < LEAST}
    assert (sorted(judged.scores), low) == (["accessibility", "best-practices"], {}), judged.faults
