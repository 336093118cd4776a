"""Who may open a page: decorators for views. What a page shows is still the selector's to decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .middleware import refuse

View = Callable[..., HttpResponse]


def needs_post(view: View) -> View:
    """Only for people who act in a post."""

    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.post_id is None:  # type: ignore[attr-defined]
            return refuse(request, _("这一页须以岗位身份查看，您目前没有在任的岗位"), 403)
        return view(request, *args, **kwargs)

    return judged


def needs(*permits: str, says: Any = "") -> Callable[[View], View]:
    """Only for posts that carry one of these permits."""

    def wrap(view: View) -> View:
        @wraps(view)
        def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor.permits.isdisjoint(permits):  # type: ignore[attr-defined]
                return refuse(request, str(says) or _("您的岗位不能查看这一页"), 403)
            return view(request, *args, **kwargs)

        return judged

    return wrap
