"""What a deed freezes into a paper: {"field": {"value": …, "from": "premises.name"}}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from anlan.toolkit.documents import Value


class Sourced(NamedTuple):
    """A value and the record it comes from, as dotted name: premises.name, finish.finds."""

    value: Any
    source: str


def content(**fields: Sourced | tuple[Any, str]) -> dict[str, dict[str, Any]]:
    """The content of a paper. Raises ValueError for a field that says no source: nothing is typed twice."""
    for name, (_value, source) in fields.items():
        if not source:
            raise ValueError(f"{name} has no source")
    return {name: {"value": value, "from": source} for name, (value, source) in fields.items()}


class Content(Mapping[str, Value]):
    """Frozen content as a template reads it: content["unit"] is a Value for a document; absent fields are empty."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> Value:
        return Value(self.text(name), self.source(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def value(self, name: str, default: Any = None) -> Any:
        """The value as frozen: a text, a number, a list of rows."""
        held = self._raw.get(name, {}).get("value")
        return default if held is None else held

    def source(self, name: str) -> str:
        return str(self._raw.get(name, {}).get("from", ""))

    def text(self, name: str) -> str:
        """The value in words; a list by 、."""
        held = self.value(name, "")
        if isinstance(held, list | tuple):
            return "、".join(str(item) for item in held)
        return "" if held is None else str(held)

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        return [row for row in self.value(name, []) if isinstance(row, Mapping)]

    def day(self, name: str) -> date | None:
        """A date frozen as 2021-06-25."""
        held = self.value(name)
        return date.fromisoformat(held[:10]) if held else None


class FieldSource(NamedTuple):
    """One field of a stored paper; where names a row's field as hazards.what."""

    paper: str
    where: str
    source: str


def field_sources(kind: str, raw: Mapping[str, Any]) -> Iterator[FieldSource]:
    """Each field of a frozen content with its source; the fields of rows inherit the source of their list."""
    for name, held in raw.items():
        source = held.get("from", "") if isinstance(held, Mapping) else ""
        value = held.get("value") if isinstance(held, Mapping) else held
        yield FieldSource(kind, name, source)
        if isinstance(value, Sequence) and not isinstance(value, str):
            for member in sorted({str(key) for row in value if isinstance(row, Mapping) for key in row}):
                yield FieldSource(kind, f"{name}.{member}", f"{source}.{member}" if source else "")
