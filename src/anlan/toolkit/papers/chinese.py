"""What is stored or printed as a paper is Chinese, whatever language the person at the screen reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar

from django.db.models import Choices
from django.utils import translation

LANGUAGE = "zh-hans"
Made = TypeVar("Made", bound=Callable[..., Any])


def stored(make: Made) -> Made:
    """Run a function that words what will be kept, in Chinese."""

    @wraps(make)
    def inner(*args: Any, **kwargs: Any) -> Any:
        if translation.get_language() == LANGUAGE:
            return make(*args, **kwargs)
        with translation.override(LANGUAGE):
            return make(*args, **kwargs)

    return inner  # type: ignore[return-value]


def label(choice: Choices) -> str:
    """The label of a choice as papers have it."""
    return _label(type(choice), choice.value)


@cache
def _label(choices: type[Choices], value: Any) -> str:
    with translation.override(LANGUAGE):
        return str(choices(value).label)
