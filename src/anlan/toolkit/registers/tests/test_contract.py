"""The toy town's registers keep the contract that every register inherits."""

from uuid import uuid4

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.tests.conftest import NOON
from anlan.toolkit.registers.contract import RegisterContract
from anlan.toolkit.tests.town.models import Depot


class TestPumps(RegisterContract):
    slug = "pumps"

    @pytest.fixture
    def within(self, keeper):
        return keeper

    @pytest.fixture
    def outside(self, neighbour):
        return neighbour

    @pytest.fixture
    def make(self, pump, depot):
        kinds = iter(range(1000))

        def do(**given):
            n = next(kinds)
            told = {"name": f"抽水泵{n // 2}", "address": f"中南路{n}号宝通寺旁",
                    "depot": str(depot.uid) if n % 2 else "", "power_kw": str(n % 3),
                    "sort": ("diesel", "electric")[n % 2], "phone": f"138001380{n:02}", "is_mobile": "on" if n % 2 else "",
                    "bought_on": f"2019-0{n % 3 + 1}-28", "colour": ("red", "blue", "")[n % 3], "lon": "114.3", "lat": "30.5"}
            return pump(**told | given)

        return do


class TestDepots(RegisterContract):
    slug = "depots"

    @pytest.fixture
    def within(self, keeper):
        return keeper

    @pytest.fixture
    def outside(self, neighbour):
        return neighbour

    @pytest.fixture
    def make(self, keeper, ground):
        numbers = iter(range(1000))

        def do(**given):
            uid = uuid4()
            known = {"code": f"K{next(numbers):03}", "name": "首义路防汛库", "area": str(ground["G1"].uid)}
            advance(Ref("depot", uid), "create", actor=keeper, at=NOON, given=known | given)
            return Depot.objects.get(uid=uid)

        return do
