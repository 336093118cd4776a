"""The page that finds experts names who may judge a body, and says of each other why not."""

import pytest

from anlan.people.testing import small_district

from .test_forces_page import enter
from .test_stations import expert


@pytest.fixture
def place(district_stands, db):
    return small_district()


def test_who_has_a_tie_or_is_out_of_term_is_set_aside_with_the_reason(place):
    free, tied, other = expert(place, 2), expert(place, 4, interests="小林茶馆、老陈饭店"), expert(place, 3)
    over, employed = expert(place, 6, until="2021-05-31"), expert(place, 8, employer="老陈饭店")
    shown = enter("emergency").get("/desk/resources/experts/", {"field": "gas", "body": "老陈饭店"}).context
    assert shown["free"] == [free]
    assert shown["aside"] == [
        (tied, "与“老陈饭店”有关系，须回避"), (over, "聘期已于2021-05-31届满"), (employed, "与“老陈饭店”有关系，须回避")]
    assert other in enter("emergency").get("/desk/resources/experts/").context["free"]
    assert enter("unit").get("/desk/resources/experts/").status_code == 403
