from datetime import date, timedelta

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.people.testing import NOON
from anlan.people.tokens import actor_of_token
from anlan.toolkit import api
from anlan.toolkit.intake.models import ApiToken
from anlan.toolkit.intake.tokens import issue_token
from anlan.toolkit.registers.names import names_of


def token(place, who, person=False):
    _text, uid = issue_token(
        name="微邻里", post_id=place.posts[who].id, scopes=["matters:write"], actor=place.actor("sysadmin"), at=NOON,
        expires_at=real_time() + timedelta(days=1), person_id=place.people[who].id if person else None)
    return ApiToken.objects.get(uid=uid)


def test_another_system_acts_in_the_post_of_its_token(place):
    actor = actor_of_token(token(place, "community"), NOON)
    assert (actor.name, actor.title, actor.person_id, actor.post_id) == (
        "微邻里", "社区安全专干", None, place.parties["community"])
    assert (actor.area_id, actor.parties) == (
        place.areas["C11"].id, (place.parties["community"], place.parties["community11"]))
    assert actor.licences == frozenset() and "orders.issue" not in actor.permits
    assert api.actor_of is actor_of_token


def test_a_token_with_a_person_acts_as_that_person(place):
    assert actor_of_token(token(place, "community", person=True), NOON) == place.actor("community")


@pytest.mark.parametrize("person", [True, False])
def test_a_token_of_a_post_out_of_use_is_nobody(place, person):
    held = token(place, "community", person)
    advance(Ref("post", place.posts["community"].uid), "retire", actor=place.actor("sysadmin"), at=NOON,
            given={"valid_to": date(2021, 6, 1)})
    assert actor_of_token(held, NOON) is None
    assert actor_of_token(held, NOON - timedelta(days=1)) is not None


def test_people_posts_and_parties_are_named_in_one_statement(place, django_assert_num_queries):
    own = place.parties
    with django_assert_num_queries(1):
        names = names_of([place.people["warden"].id], [own["warden"]], [own["warden"], own["gas_department"]])
    assert names.who(place.people["warden"].id, own["warden"]) == "王敏（东一社区居委会网格员）"
    assert (names.party(own["warden"]), names.party(own["gas_department"])) == ("东一社区居委会网格员", "区城管局")
