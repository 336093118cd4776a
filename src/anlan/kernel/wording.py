"""Journal entries as sentences, rendered when read."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .flows import FLOWS
from .instance import zone
from .models import Entry

RECORDS: dict[tuple[str, str], Any] = {}


class Line(NamedTuple):
    """One line of a trail."""

    entry: Entry
    who: str
    title: str
    sentence: str
    url: str


def words(kind: str, verb: str, sentence: Any) -> None:
    """Give a recorded verb (not a move) its sentence; kind '*' for every kind."""
    RECORDS[kind, verb] = sentence


words("*", "correct", gettext_noop("{who}更正了第{of}条记录：{reason}"))
words("*", "reckon", gettext_noop("{who}按现行规则重算时限（{why}）：{changes}"))


class _Quiet(string.Formatter):
    """Missing or shredded values read as a dash, never as an error."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "—")

    def format_field(self, value: Any, format_spec: str) -> str:
        return "—" if value in (None, "") else str(value)


def has_words(kind: str, verb: str) -> bool:
    """Whether a recorded verb, or a move, has its sentence."""
    flow = FLOWS.get(kind)
    return (kind, verb) in RECORDS or ("*", verb) in RECORDS or bool(flow and verb in flow.by_name)


def template(kind: str, verb: str) -> str:
    flow = FLOWS.get(kind)
    if flow and verb in flow.by_name:
        return str(flow.move(verb).says)
    return _(str(RECORDS.get((kind, verb)) or RECORDS.get(("*", verb)) or "{who}：" + verb))


def _labelled(kind: str, verb: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with closed choices in the words of their labels."""
    flow = FLOWS.get(kind)
    form = flow.move(verb).form if flow and verb in flow.by_name else None
    fields = form.base_fields if form else {}
    return {name: dict(getattr(fields.get(name), "choices", ())).get(value, value)
            if isinstance(value, str) else value for name, value in given.items()}


def sentence(entry: Entry, who: str, more: Mapping[str, Any] | None = None) -> str:
    """The entry in one Chinese (or translated) sentence."""
    data = entry.data
    values: dict[str, Any] = {k: (v[1] if isinstance(v, list) and len(v) == 2 and entry.n > 1 else v)
                              for k, v in data.get("set", {}).items()}
    values |= _labelled(entry.kind, entry.verb, data.get("given", {}))
    values |= {k: v for k, v in data.items() if not isinstance(v, dict | list)}
    values |= _of_a_clock(entry, values) | _of_clocks_reckoned(entry) | dict(more or {}) | {"who": who}
    text = _Quiet().format(template(entry.kind, entry.verb), **values)
    if data.get("late"):
        text += _("（事后告知，未生效：{why}）").format(why="；".join(data["late"]))
    return text


def _of_a_clock(entry: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a fired move was told: the clock by its name on a page, its end in the district's time."""
    if "clock_id" not in values:
        return {}
    flow, due_at = FLOWS.get(entry.kind), datetime.fromisoformat(values["due_at"])
    return {"clock": flow.clock_label(values["clock"]) if flow else values["clock"], "due_at": _local(due_at)}


def _of_clocks_reckoned(entry: Entry) -> dict[str, Any]:
    """整改 2021-06-16 00:00 → 2021-06-17 00:00."""
    flow = FLOWS.get(entry.kind)
    moved = [(flow.clock_label(name) if flow else name, *(_local(datetime.fromisoformat(t)) for t in (old, new)))
             for name, old, new in entry.data.get("clocks", ())]
    return {"changes": "；".join(f"{name} {old} → {new}" for name, old, new in moved)} if moved else {}


def _local(at: datetime) -> str:
    return at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
