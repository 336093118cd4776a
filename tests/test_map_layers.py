"""Every layer of the map shows each reader exactly the things that its register lets her see, all at their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.onemap.shown import shown
from anlan.onemap.tests.decode import layers as decoded
from anlan.people.testing import NOON
from anlan.toolkit.layers import LAYERS
from anlan.toolkit.tilekey import tile

from .world import Side, World, a_world

pytestmark = pytest.mark.django_db
ALL = sorted(set(LAYERS) - {"pumps"})  # a register of the tests has no address
CLOSE = 20


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        for side in (made.east, made.west):
            give_places(made, side)
        yield made


def give_places(world: World, side: Side) -> None:
    """What the world leaves without a place: a fire with a team inside and a need, and a community's station."""
    lon, lat = world.place.point(side.cast["grid"])
    areas, where, fire = world.place.areas, {"lon": lon, "lat": lat}, uuid4()
    street, grid = side.cast["street"], side.cast["grid"]

    def do(kind: str, uid: UUID, move: str, who: str, **given: Any) -> None:
        advance(Ref(kind, uid), move, actor=world.place.actor(who), at=NOON, given=given)

    do("incident", fire, "open", street, title="仓库起火", area=str(areas[grid].uid), **where)
    do("field_crew", uuid4(), "enter", "emergency", incident=str(fire), name="排烟组", people=3)
    do("need", uuid4(), "raise", "emergency", incident=str(fire), what="水泵", amount=2, measure="machine")
    do("service_station", uuid4(), "plan", "emergency", name=f"{grid}二站", finish_by="2021-11-30",
       area=str(areas[f"C{grid[1]}2"].uid), **where)


def due(world: World, who: str, name: str) -> dict[str, int]:
    """uid → key, of what the register's selector gives; of a layer that shows one day, today's."""
    s = shown(name)
    rows = s.with_point(s.rows(world.place.actor(who), NOON)).exclude(map_point=None)
    if s.layer.day:
        rows = rows.filter(**{s.layer.day: local_day(NOON)})
    return {str(uid): code for uid, code in rows.values_list("uid", "map_point")}


def drawn(client, name: str, code: int) -> set[str]:
    x, y = tile(code, CLOSE)
    answer = client.get(f"/desk/map/tiles/{name}/{CLOSE}/{x}/{y}.mvt", {"state": "all"})
    assert answer.status_code == 200, answer.content.decode()
    return {f["uid"] for f in decoded(answer.content)["things"]}


@pytest.mark.parametrize("who", ["street", "street2", "emergency", "unit"])
def test_every_layer_draws_what_the_reader_may_see_and_nothing_else(world, who):
    client = world.sign_in(who)
    everywhere = {name: set(due(world, "emergency", name).values()) for name in ALL}
    found = {name: {uid for code in everywhere[name] for uid in drawn(client, name, code)} for name in ALL}
    assert found == {name: set(due(world, who, name)) for name in ALL}


def test_there_is_something_on_every_layer(world):
    assert [name for name in ALL if not due(world, "emergency", name)] == []
