"""Who may take part in the first run: whoever holds the code, while the instance has not begun."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from anlan.kernel.models import Area
from anlan.people.models import Person

from . import code
from .flow import RunState
from .models import FirstRun

KEY = "setup"
View = Callable[..., HttpResponse]


def home() -> Path:
    return Path(settings.ANLAN_HOME)


def is_open() -> bool:
    """The instance is empty, or its first run has begun and is not over."""
    run = FirstRun.objects.first()
    if run is not None:
        return run.state == RunState.OPEN
    return not Area.objects.exists() and not Person.objects.exists()


def admit(request: HttpRequest) -> None:
    """The browser that knows the code goes on under a new session."""
    request.session.flush()
    request.session[KEY] = _mark()
    request.session.set_expiry(12 * 3600)


def is_admitted(request: HttpRequest) -> bool:
    return hmac.compare_digest(str(request.session.get(KEY, "")), _mark()) and bool(code.read(home()))


def _mark() -> str:
    return hmac.new(settings.SECRET_KEY.encode(), code.read(home()).encode(), sha256).hexdigest()


def at_setup(view: View) -> View:
    """Only during the first run: without the code to its door, afterwards nowhere."""

    @never_cache
    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_open():
            code.spend(home())
            raise Http404
        if not is_admitted(request):
            return redirect("setup:door")
        return view(request, *args, **kwargs)

    return judged
