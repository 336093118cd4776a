"""Chinese search: an index on pairs of characters, made of built-in functions only, and a check of what it finds.

The pairs of a text are an array computed by an expression index, so nothing is stored twice and no deed grows; a
search asks for rows that hold every pair of each word, then checks that the word really stands there. At most
CANDIDATES rows are looked at; more are said to be more (docs/explanation/data-model.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import CharField, Expression, Func, Model, Q, TextField, Value
from django.db.models.functions import Lower

CANDIDATES = 10_000
_MARK = "\x1f"  # parts pairs; never typed


class Pairs(Func):
    """text[] of all neighbouring pairs of characters in the columns, in lower case."""

    output_field = ArrayField(TextField())

    def __init__(self, *columns: Any, **extra: Any) -> None:
        super().__init__(*columns, output_field=ArrayField(TextField()), **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        parts, params = [], []
        for source in self.source_expressions:
            sql, more = compiler.compile(source)
            parts.append(f"coalesce({sql}, '')")
            params += more
        body = "lower(" + f" || '{_MARK}' || ".join(parts) + ")"
        pairs = f"regexp_replace({body}, '(..)', '\\1{_MARK}', 'g')"
        shifted = f"regexp_replace(substr({body}, 2), '(..)', '\\1{_MARK}', 'g')"
        return f"string_to_array({pairs} || '{_MARK}' || {shifted}, '{_MARK}')", [*params, *params]


class BigramIndex(GinIndex):
    """GIN index on the pairs of some text columns: BigramIndex("name", "address", name="premises_search")."""

    def __init__(self, *columns: Any, name: str, **kwargs: Any) -> None:
        if columns and isinstance(columns[0], Expression):
            super().__init__(*columns, name=name, **kwargs)
            self.columns = tuple(source.name for source in columns[0].source_expressions)
        else:
            self.columns = tuple(columns)
            super().__init__(Pairs(*columns), name=name, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        _path, _args, kwargs = super().deconstruct()
        return "anlan.toolkit.search.BigramIndex", self.columns, kwargs


def index_of(model: type[Model], columns: Sequence[str]) -> BigramIndex | None:
    """The index that holds all of these columns, if there is one."""
    found = (i for i in model._meta.indexes if isinstance(i, BigramIndex))
    return next((i for i in found if set(columns) <= set(i.columns)), None)


def words_of(text: str, most: int = 6) -> list[str]:
    """The words of a search, in lower case, without marks that no text holds."""
    plain = "".join(c if c.isprintable() else " " for c in text).lower()
    return list(dict.fromkeys(plain.split()))[:most]


def pairs_of(word: str) -> list[str]:
    """燃气泄漏 → 燃气, 气泄, 泄漏. A single character has none."""
    return list(dict.fromkeys(word[i:i + 2] for i in range(len(word) - 1)))


def candidates(index: BigramIndex, words: Sequence[str]) -> tuple[dict[str, Any], Q] | None:
    """(annotation, condition) that the index answers; None where no word has two characters."""
    pairs = sorted({pair for word in words for pair in pairs_of(word)})
    if not pairs:
        return None
    wanted = Value(pairs, output_field=ArrayField(TextField()))
    return {"search_pairs": Pairs(*index.columns)}, Q(search_pairs__contains=wanted)


def holds(columns: Sequence[str], words: Sequence[str]) -> tuple[dict[str, Any], Q]:
    """(annotations, condition): each word stands in one of the columns; the check after the index."""
    lowered = {f"search_{c}": Lower(c, output_field=CharField()) for c in columns}
    condition = Q()
    for word in words:
        any_column = Q()
        for name in lowered:
            any_column |= Q(**{f"{name}__contains": word})
        condition &= any_column
    return lowered, condition
