"""What the API answers: receipts, and errors that are sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from anlan.kernel.door import ABSENT, STALE, Receipt
from anlan.kernel.models import Versioned
from anlan.kernel.refusals import Refusal

JSON = {"ensure_ascii": False}


class ReceiptOut(Schema):
    """replay: it had been sent before. applied: false where it came too late and only stands in the trail."""

    uid: UUID
    kind: str
    move: str
    version: int
    state: str
    at: datetime
    told_at: datetime
    replay: bool
    applied: bool
    sentence: str


class Fault(Schema):
    """sentences: what to tell a person. fields: the same by input."""

    sentences: list[str]
    fields: dict[str, list[str]]


class ErrorOut(Schema):
    error: Fault


class Result(Schema):
    """One of the two, in the order sent."""

    uid: str
    receipt: ReceiptOut | None = None
    error: Fault | None = None


class BatchOut(Schema):
    results: list[Result]


ERRORS = {status: ErrorOut for status in (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503)}


def add(router: Router, method: str, address: str, view: Callable[..., HttpResponse], good: Mapping[int, Any], **more: Any) -> None:
    """One operation; its errors are described with it. Views answer by themselves, so that the models only describe, and
    operations share them: made anew for each status of each operation they took a quarter of a start."""
    told = {status: shown(model) for status, model in {**good, **ERRORS}.items()}
    router.add_api_operation(address, [method], view, response=dict.fromkeys(told), **more)
    router.path_operations[address].operations[-1].response_models = told


class Shown(Schema):
    """What operations are said to answer; described once, not for each status of each operation."""

    @classmethod
    def model_json_schema(cls, **how: Any) -> dict[str, Any]:
        return deepcopy(_described(cls, tuple(sorted(how.items()))))


@cache
def _described(shown: type[Shown], how: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return super(Shown, shown).model_json_schema(**dict(how))


@cache
def shown(model: Any) -> type[Shown] | None:
    """As ninja makes it of what an operation is said to answer."""
    return None if model is None else type("NinjaResponseSchema", (Shown,), {"__annotations__": {"response": model}})


def json_answer(data: Any, status: int = 200) -> HttpResponse:
    answer = JsonResponse(data, status=status, json_dumps_params=JSON)
    answer["Cache-Control"] = "no-store"
    return answer


def fault(sentences: Iterable[Any], fields: Iterable[tuple[str, Iterable[Any]]] = ()) -> dict[str, Any]:
    return {"sentences": [str(s) for s in sentences], "fields": {n: [str(s) for s in why] for n, why in fields}}


def error(status: int, *sentences: Any, retry_after: int | None = None) -> HttpResponse:
    answer = json_answer({"error": fault(sentences)}, status)
    if retry_after is not None:
        answer["Retry-After"] = str(retry_after)
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="anlan"'
    return answer


def refused(refusal: Refusal) -> HttpResponse:
    """404 for what is not there or not this actor's, 409 for what changed meanwhile, else 422."""
    status = {ABSENT: 404, STALE: 409}.get(refusal, 422)
    return json_answer({"error": fault(refusal.sentences, refusal.fields)}, status)


def receipt(told: Receipt) -> dict[str, Any]:
    return {
        "uid": str(told.uid), "kind": told.kind, "move": told.verb, "version": told.n, "state": told.state,
        "at": instant(told.at), "told_at": instant(told.told_at), "replay": told.replay, "applied": told.applied,
        "sentence": told.sentence,
    }


def answered(told: Receipt | Refusal, opens: bool) -> HttpResponse:
    """201 where a case was opened, 200 where a case moved or the first receipt is given again."""
    if isinstance(told, Refusal):
        return refused(told)
    return json_answer(receipt(told), 201 if opens and not told.replay else 200)


def result(uid: str, told: Receipt | Refusal) -> dict[str, Any]:
    if isinstance(told, Refusal):
        return {"uid": uid, "receipt": None, "error": fault(told.sentences, told.fields)}
    return {"uid": uid, "receipt": receipt(told), "error": None}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def record(case: Versioned, columns: Iterable[str]) -> dict[str, Any]:
    """The columns of a row as JSON; another record by its uid."""
    own = {"uid": str(case.uid), "state": case.state, "version": case.version, "opened_at": instant(case.opened_at),
           "changed_at": instant(case.changed_at)}
    return own | {name: plain(getattr(case, name)) for name in columns}


def plain(value: Any) -> Any:
    """JSON without surprises: ids and decimals as text, instants in UTC."""
    match value:
        case None | bool() | str() | float():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case models.Model():
            return str(getattr(value, "uid", value.pk))
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(v) for v in value]
        case Decimal() | UUID():
            return str(value)
    return str(value)


def record_schema(model: type[Versioned], columns: Iterable[str]) -> dict[str, Any]:
    """JSON Schema of `record`."""
    own = {"uid": {"type": "string", "format": "uuid"}, "state": {"type": "string"}, "version": {"type": "integer"},
           "opened_at": {"type": "string", "format": "date-time"},
           "changed_at": {"type": "string", "format": "date-time"}}
    properties = own | {name: _column_schema(model, name) for name in columns}
    return {"type": "object", "properties": properties, "required": list(properties)}


_KINDS: tuple[tuple[type[Any], str], ...] = (
    (models.BooleanField, "boolean"), (models.IntegerField, "integer"), (models.FloatField, "number"),
)


def _column_schema(model: type[Versioned], name: str) -> dict[str, Any]:
    column = model._meta.get_field(name)
    title = {"title": getattr(column, "verbose_name", name)}
    if isinstance(column, models.JSONField) or column.get_internal_type() == "ArrayField":
        return title
    kind = next((word for cls, word in _KINDS if isinstance(column, cls)), "string")
    if isinstance(column, models.BigIntegerField):
        return title | {"type": ["integer", "string", "null"]}
    return title | {"type": [kind, "null"] if column.null else kind}


def not_found() -> HttpResponse:
    return error(404, _("没有找到，或者它不在您的范围内。"))
