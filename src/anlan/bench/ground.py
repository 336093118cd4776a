"""The ground that scenarios stand on: a district of a real one's shape, copied fresh for each scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.db import connection
from uuid_utils.compat import uuid7

from anlan.commands.tables import bring_up
from anlan.kernel import instance, rulebook
from anlan.kernel.actors import Actor
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area, AreaIn, Party
from anlan.patrols import handbook
from anlan.people.models import Organisation
from anlan.people.testing import CAST, PASSWORD, District, small_district
from anlan.places.testing import BEGAN
from anlan.toolkit.embedded import EmbeddedServer

TEMPLATE = "anlan"
STREETS, COMMUNITIES, GRIDS = 14, 141, 2000


@dataclass
class Ground:
    """actors, areas: by the cast's short names. grids: id, id of its community's committee, id of its street's office."""

    server: EmbeddedServer
    at: datetime
    actors: dict[str, Actor]
    areas: dict[str, Area]
    login: tuple[str, str]
    grids: list[tuple[int, int, int]]
    department: int

    def fresh(self, name: str) -> None:
        """A database of this name that holds the ground alone, and this process on it."""
        self.use("postgres")
        run(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        self.use(name)

    def use(self, name: str) -> None:
        """This process reads and writes that database from now on."""
        connection.close()
        connection.settings_dict["NAME"] = name
        instance.forget()

    def drop(self, *names: str) -> None:
        self.use("postgres")
        run(*(f'DROP DATABASE IF EXISTS "{name}"' for name in names))

    def address(self, name: str) -> str:
        """ANLAN_DATABASE_URL for another process."""
        layout = self.server.layout
        return f"postgresql://anlan:{quote(layout.password(), safe='')}@/{name}?host={quote(str(layout.socket_folder))}"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def build(server: EmbeddedServer) -> Ground:
    """Migrates, and builds the fixed cast through the door; 14 streets, 141 communities, 2,000 grids around it."""
    bring_up()
    made = small_district()
    handbook.load()
    grids = _widen(made)
    seal_all()
    follow_all()
    run("ANALYZE")
    return Ground(server, made.at, {name: made.actor(name) for name in CAST}, made.areas,
                  (made.login("street"), PASSWORD), grids, made.houses["gas_department"].id)


def _widen(made: District) -> list[tuple[int, int, int]]:
    """The rest of a real district around the cast's two streets; grids stand in an order that mixes the streets."""
    known = {code: area.id for code, area in made.areas.items()}
    streets = ["S1", "S2"] + [f"S{n}" for n in range(3, STREETS + 1)]
    communities = {f"N{n}": streets[n % STREETS] for n in range(COMMUNITIES - 4)}
    grids = {f"M{n}": f"N{n % len(communities)}" for n in range(GRIDS - 8)}
    known |= _areas(made, 1, streets[2:])
    known |= _areas(made, 2, communities)
    known |= _areas(made, 3, grids)
    lines = [[s, "D"] for s in streets[2:]] + [[c, s, "D"] for c, s in communities.items()]
    lines += [[g, c, communities[c], "D"] for g, c in grids.items()]
    AreaIn.objects.bulk_create(AreaIn(area_id=known[line[0]], ancestor_id=known[code], depth=depth, valid_from=BEGAN)
                               for line in lines for depth, code in enumerate(line))
    rulebook.touch("areas")
    party = _offices(made, known, dict.fromkeys(streets[2:], "street_office") | dict.fromkeys(communities, "community"))
    party |= {"S1": made.houses["street1_office"].id, "S2": made.houses["street2_office"].id}
    return [(known[grid], party[community], party[communities[community]]) for grid, community in grids.items()]


def _areas(made: District, level: int, codes: Iterable[str]) -> dict[str, int]:
    rows = Area.objects.bulk_create(
        Area(uid=uuid7(), version=1, state="active", opened_at=made.at, changed_at=made.at, level=level, code=code,
             name=f"{code}区域", valid_from=BEGAN) for code in codes)
    return {row.code: row.id for row in rows}


def _offices(made: District, areas: Mapping[str, int], sorts: Mapping[str, str]) -> dict[str, int]:
    """A party for each of these areas, by its code."""
    parties = Party.objects.bulk_create(Party(kind="organisation") for _ in sorts)
    rows = Organisation.objects.bulk_create(
        Organisation(id=party.id, uid=uuid7(), version=1, state="active", opened_at=made.at, changed_at=made.at,
                     code=f"office{code}", name=f"{code}机构", sort=sort, area_id=areas[code], valid_from=BEGAN)
        for party, (code, sort) in zip(parties, sorts.items(), strict=True))
    return {code: row.id for code, row in zip(sorts, rows, strict=True)}
