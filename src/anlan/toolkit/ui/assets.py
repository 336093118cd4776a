"""The built front end: which hashed file stands behind the name of an entry, read from Vite's manifest."""

import json
import os
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from django.core.checks import CheckMessage, Warning
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

BUILT = Path(__file__).resolve().parents[2] / "static" / "built"
MANIFEST = BUILT / "manifest.json"
Made = TypeVar("Made")


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: float) -> dict[str, dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))


def _changed_at() -> float:
    try:
        return os.stat(MANIFEST).st_mtime
    except FileNotFoundError:
        return 0


def manifest() -> dict[str, dict[str, Any]]:
    """The manifest as last built; empty when there is none, or one half written: a page without styles beats no page."""
    try:
        return _read(MANIFEST, _changed_at())
    except (FileNotFoundError, ValueError):
        return {}


def _once_a_build(make: Callable[[str], Made]) -> Callable[[str], Made]:
    """Worked out once for each name and build: a page asks for its icons a hundred times."""

    @lru_cache(maxsize=512)
    def made(name: str, path: Path, changed_at: float) -> Made:
        return make(name)

    return wraps(make)(lambda name: made(name, MANIFEST, _changed_at()))


@_once_a_build
def url(name: str) -> str:
    """The address of a built file by its source name; the unhashed name when there is no build."""
    chunk = manifest().get(name)
    return static(f"built/{chunk['file'] if chunk else name}")


def _chunks(name: str, seen: list[str]) -> list[str]:
    """An entry and everything it imports, each once, the entry first."""
    if name in seen or name not in manifest():
        return seen
    seen.append(name)
    for other in manifest()[name].get("imports", []):
        _chunks(other, seen)
    return seen


def _styles(chunks: list[str]) -> list[str]:
    return [static(f"built/{s}") for s in dict.fromkeys(s for name in chunks for s in manifest()[name].get("css", []))]


def files(entry: str) -> list[str]:
    """The addresses of all scripts and style sheets of an entry."""
    chunks = _chunks(entry, [])
    return [*(url(name) for name in chunks), *_styles(chunks)]


@_once_a_build
def tags(entry: str) -> SafeString:
    """Style sheets, preloads and the module script of an entry, as HTML for the head."""
    chunks = _chunks(entry, [])
    links = format_html_join("", '<link rel="stylesheet" href="{}">', ((style,) for style in _styles(chunks)))
    preloads = format_html_join("", '<link rel="modulepreload" href="{}">', ((url(name),) for name in chunks[1:]))
    if not chunks:
        return mark_safe(f"<!-- the front end is not built: {entry} -->")
    return format_html('{}{}<script type="module" src="{}"></script>', links, preloads, url(entry))


def check_built(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    if manifest():
        return []
    hint = "Run `npm ci` and `npm run build` in web/; `make demo` and `make test` do it."
    return [Warning("The front end is not built; pages will have no styles.", hint=hint, id="toolkit_ui.W001")]
