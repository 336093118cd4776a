"""What holds for every test in a browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest

from anlan.portal import puzzle
from anlan.portal.pressure import Pressure
from tests.served import HELD, drain
from tests.world import forget

DEEDS = ("advance", "tick", "seal_all", "follow_all")


@pytest.fixture(autouse=True)
def one_at_a_time(request, monkeypatch):
    """A deed of the test waits until the house has answered what an open page has asked: both have one connection."""
    monkeypatch.setattr(puzzle, "ASKED", Pressure())  # nobody has asked yet
    for name in DEEDS:
        if hasattr(request.module, name):
            monkeypatch.setattr(request.module, name, _alone(getattr(request.module, name)))
    yield
    drain()
    forget()  # what is taken back with the test: also how far its time had come


def _alone(do: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(do)
    def alone(*args: Any, **more: Any) -> Any:
        with HELD:
            return do(*args, **more)

    return alone
