"""The kernel's toy district, and a small API over its leaks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.models import Party
from anlan.kernel.tests.conftest import NOON, forgetful, ground, leak, report  # noqa: F401
from anlan.toolkit import api as edge
from anlan.toolkit.intake.tokens import issue_token

LIN = Actor(name="林", person_id=7, post_id=17, parties=(17,))
LATER = datetime(2200, 1, 1, tzinfo=UTC)


EDGE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "anlan.toolkit.intake.tests.conftest.ActorFromHeader",
]
PROCESSORS = [f"django.template.context_processors.{name}" for name in ("request", "i18n")]


class ActorFromHeader:
    """Stands for the middleware that knows who signed in."""

    people = {"lin": LIN}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = self.people.get(request.headers.get("X-Test-Actor", ""))
        request.at = NOON
        return self.get_response(request)


@pytest.fixture
def toy_api(ground, settings, monkeypatch):  # noqa: F811
    settings.ROOT_URLCONF = "anlan.toolkit.intake.tests.urls"
    settings.MIDDLEWARE = EDGE
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": {"context_processors": PROCESSORS}}]
    Party.objects.create(id=17, kind="crew")
    monkeypatch.setattr(edge, "BUCKETS", edge.Buckets())
    monkeypatch.setattr(edge, "actor_of", lambda token, at: LIN if token.post_id == LIN.post_id else None)


@pytest.fixture
def issue(toy_api):
    """A token's text; by default one that may read and write leaks."""

    def do(*, scopes=("leaks:write", "leaks:read"), post_id=17, per_minute=600, expires_at=LATER):
        text, _uid = issue_token(name="环卫系统", post_id=post_id, scopes=scopes, expires_at=expires_at, actor=SYSTEM,
                                 at=NOON, per_minute=per_minute)
        return text

    return do


@pytest.fixture
def send(issue):
    """send("PUT", address, body, **more) as a system with a token. Returns status and JSON."""
    client, held = Client(raise_request_exception=False), {}

    def do(method, address, body=None, *, token=None, **more):
        text = token or held.setdefault("token", issue())
        headers = {"Authorization": f"Bearer {text}"} if text != "none" else {}
        answer = client.generic(method, f"/api/v1{address}", body if isinstance(body, str | bytes) else _json(body),
                                content_type="application/json", headers=headers, **more)
        return answer.status_code, answer.json()

    return do


def _json(body):
    import json  # noqa: PLC0415

    return "" if body is None else json.dumps(body)


def hours(n):
    return timedelta(hours=n)
