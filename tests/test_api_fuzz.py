"""The API of the whole house, as its own document describes it: whatever is sent, it never breaks.

That every answer keeps the document's shape is tested on a small API in toolkit/intake/tests/test_fuzz.py.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from anlan.kernel.actors import SYSTEM
from anlan.kernel.instance import real_time
from anlan.people import tokens
from anlan.people.testing import NOON
from anlan.toolkit.intake.tokens import issue_token

from .world import World, a_world, undone

pytestmark = pytest.mark.django_db
EXPOSED = {"matters", "hazards", "visits", "premises", "people", "posts", "areas", "files", "proposals", "rounds", "calls", "attendances",
           "features"}
TOYS = {"pumps", "depots"}
EXAMPLES = 4
SENDERS = ("street", "sysadmin")
NO_WORDS = Constants()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        yield made


@pytest.fixture
def one_connection():
    """As with Django's own client: the end of a request does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def brisk(monkeypatch):
    """Who sends stands where it stood a moment ago, and what is sent does not hang on which modules are loaded.

    Else each kind of text is first tried against every word of the house's own source: a third of the time.
    """
    monkeypatch.setattr(tokens, "actor_for", cache(tokens.actor_for))
    monkeypatch.setattr(providers, "_get_local_constants", lambda: NO_WORDS)


def aimed(case, world: World):
    """Half of what is sent names rows that are there, else hardly any would get as far as the door."""
    if isinstance(case.body, dict):
        for name in {"area", "premises", "matter"} & case.body.keys():
            case.body[name] = str(world.east.rows[name])
    kind = {"matters": "matter", "hazards": "hazard", "visits": "planned", "premises": "premises", "calls": "call"}.get(
        case.operation.path.split("/")[-2 if case.operation.path.endswith("}") else -4])
    if kind and "uid" in (case.path_parameters or {}):
        case.path_parameters["uid"] = str(world.east.rows[kind])
    if "layer" in (case.path_parameters or {}):
        case.path_parameters["layer"] = "premises"
        if "uid" in case.path_parameters:
            case.path_parameters["uid"] = str(world.east.rows["premises"])
    return case


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nothing_that_is_sent_breaks_the_api(world, one_connection, mode):
    """Each thing is sent by a street and by the keeper of the system: making them up takes longer than answering."""
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    tokens_of = [_token(world, who) for who in SENDERS]
    told: dict[str, Counter[int]] = {}
    for found in document.get_all_operations():
        operation = found.ok()
        plural = operation.path.removeprefix("/api/v1/").split("/")[0]
        if plural not in TOYS:
            _probe(operation, mode, world, tokens_of, told.setdefault(plural, Counter()))
    assert set(told) >= EXPOSED
    assert {plural: status for plural, seen in told.items() for status in seen if status >= 500} == {}
    answers = sum(told.values(), Counter())
    assert {200, 404, 422} <= set(answers), answers
    assert sum(answers.values()) > 600


def _token(world: World, who: str) -> str:
    actor = world.place.actor(who)
    token, _uid = issue_token(name=f"试用系统 {who}", post_id=actor.post_id, person_id=actor.person_id, scopes=("*",),
                              expires_at=real_time().replace(year=2200), actor=SYSTEM, at=NOON, per_minute=1_000_000)
    return token


def _probe(operation, mode, world: World, tokens_of: list[str], seen: Counter) -> None:
    count = iter(range(10_000))

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))
    def probe(case):
        if next(count) % 2:
            aimed(case, world)
        for token in tokens_of:
            with undone():
                answer = case.call(headers={"Authorization": f"Bearer {token}"})
            case.validate_response(answer, checks=[not_a_server_error])
            seen[answer.status_code] += 1

    probe()
