"""How a row is named by people and sheets, and found again from that name within the reader's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from anlan.kernel import flows
from anlan.kernel.actors import Actor
from anlan.toolkit import search

from .declare import BY_MODEL, REGISTERS
from .flow import rows_in_sight

PICKABLE = 100  # more than these are looked for, not listed
OFFERED = 20


class Found(NamedTuple):
    """uid, or the sentence that says why there is none."""

    uid: UUID | None
    fault: str = ""


def called(row: Any) -> str:
    """A row as pickers and other sheets name it."""
    register = BY_MODEL.get(type(row))
    return register.called(row) if register is not None else f"{getattr(row, 'code', '')} {row}".strip()


def names_for(model: type[Any]) -> tuple[str, ...]:
    """The columns by which rows of a model may be named."""
    register = BY_MODEL.get(model)
    if register is not None and register.names:
        return register.names
    return tuple(n for n in ("code", "name") if any(f.name == n for f in model._meta.concrete_fields))


def find_many(model: type[Any], texts: Iterable[str], actor: Actor, at: datetime) -> dict[str, Found]:
    """Each text → the row it names, in one statement: a uid, a name column's value, or both as pickers show them."""
    wanted = {text.strip() for text in texts if "\x00" not in text} - {""}
    if not wanted:
        return {}
    names = names_for(model)
    words = {w for text in wanted for w in _words_of(text)}
    where = Q(uid__in=[UUID(w) for w in words if is_uid(w)])
    for name in names:
        where |= Q(**{f"{name}__in": words})
    by_word: dict[str, list[Any]] = defaultdict(list)
    for row in rows_in_sight(model, actor, at).filter(where):
        for word in {str(row.uid), called(row), *(str(getattr(row, n)) for n in names)}:
            by_word[word].append(row)
    return {text: _chosen(text, by_word) for text in wanted}


def _words_of(text: str) -> set[str]:
    """The whole text, and its parts where a picker put a code before a title or an address behind it."""
    return {text, text.split(" ", 1)[0], text.split(" ", 1)[-1], text.split("（", 1)[0]}


def _chosen(text: str, by_word: dict[str, list[Any]]) -> Found:
    rows = {row.pk: row for row in by_word.get(text, ())}
    if len(rows) == 1:
        return Found(next(iter(rows.values())).uid)
    if rows:
        return Found(None, _("“%(text)s”有%(n)s个同名的，请改填编号") % {"text": text, "n": len(rows)})
    return Found(None, _("没有找到“%(text)s”，或者它不在您的范围内") % {"text": text})


def is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def target_of(field: Any) -> type[Any] | None:
    """The model whose rows a reference input takes; None where no page can offer them."""
    register = REGISTERS.get(field.choices_from)
    return register.model if register is not None else getattr(field, "model", None)


def offered(model: type[Any], actor: Actor, at: datetime, text: str = "", most: int = OFFERED) -> Sequence[Any]:
    """Rows to pick from: those that hold the words typed so far, active ones only."""
    rows: QuerySet[Any] = rows_in_sight(model, actor, at).order_by()
    flow, register = flows.BY_MODEL.get(model), BY_MODEL.get(model)
    rows = rows.filter(state="active") if flow is None or "active" in flow.states.values else rows
    words = search.words_of(text)
    columns = (register.searched if register is not None else ()) or names_for(model)
    index = search.index_of(model, columns)
    if words and columns:
        found = search.candidates(index, words) if index is not None else None
        rows = rows.alias(**found[0]).filter(found[1]) if found else rows
        annotations, condition = search.holds(columns, words)
        rows = rows.alias(**annotations).filter(condition)
    return list(rows.order_by(*(names_for(model)[:1] or ("id",)))[:most])
