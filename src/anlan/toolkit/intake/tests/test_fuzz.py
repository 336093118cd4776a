"""What nobody would send is answered too: never by a failure, always in the shape that the document promises."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def one_connection():
    """As with Django's own client: the end of a request does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_input_makes_it_fail(one_connection, toy_api, issue, ground, mode):
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    headers = {"Authorization": f"Bearer {issue(per_minute=1_000_000)}"}
    asked = []
    for found in document.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=40, deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))
        def probe(case):
            if mode is GenerationMode.POSITIVE and isinstance(case.body, dict) and "area" in case.body:
                case.body["area"] = str(ground["G1"].uid)  # else hardly any would get as far as the door
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            asked.append(answer.status_code)

        probe()
    assert len(asked) > 200
    assert mode is GenerationMode.NEGATIVE or {200, 201, 404, 422} <= set(asked)
    assert all(status < 500 for status in asked)
