"""The contract of a register that any post on duty sees, in either street, and no unit."""

from itertools import count

import pytest

from anlan.toolkit.registers.contract import RegisterContract


class OfTheDistrict(RegisterContract):
    """one(place, n, **inputs) makes the n-th row; keeper: who of the cast sees it and may change it."""

    keeper = "emergency"

    @pytest.fixture
    def within(self, place):
        return place.actor(self.keeper)

    @pytest.fixture
    def outside(self, place):
        return place.actor("unit")

    @pytest.fixture
    def make(self, place):
        numbers = count(1)
        return lambda **more: self.one(place, next(numbers), **more)
