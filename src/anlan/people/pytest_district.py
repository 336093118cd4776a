"""A fixture for whole files of tests: the small district is put there once, not before each of them."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def district_stands(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Each test of the file begins with the district as it was built: small_district() only tells who is who."""
    from anlan.people.testing import standing_district  # noqa: PLC0415  once the settings are read

    with standing_district(django_db_blocker):
        yield
