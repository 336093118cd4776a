"""The API at /api/v1: what apps expose of their cases, with receipts and with errors that are sentences.

An app calls `expose` when it is ready; paths, schemas and documentation follow from the forms of its moves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Annotated, Any
from uuid import UUID

from django.core.signals import got_request_exception
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _late
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer
from pydantic import WithJsonSchema

from anlan.kernel.actors import Actor
from anlan.kernel.door import ABSENT, Order, Receipt
from anlan.kernel.flows import FLOWS, Flow, Move
from anlan.kernel.instance import instance_clock, real_time
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Absent, Refusal, Refused
from anlan.toolkit.intake import answers
from anlan.toolkit.intake.bodies import Unreadable, faults_of, read_instant, read_json, read_uid
from anlan.toolkit.intake.counts import SharedCounts
from anlan.toolkit.intake.envelopes import Envelope, carry_out, order_of, receive
from anlan.toolkit.intake.gathering import Busy, Gatherer
from anlan.toolkit.intake.models import ApiToken
from anlan.toolkit.intake.rates import Buckets
from anlan.toolkit.intake.schema import form_schema
from anlan.toolkit.intake.tokens import allows, token_of

log = logging.getLogger(__name__)

GATHERERS: dict[str, Gatherer] = {}
"""One for each language: whoever leads a deed puts its refusals into words for all."""
BUCKETS = Buckets(SharedCounts("api"))
PER_MINUTE = 600
"""Requests a minute of a signed-in person; a token has its own number."""
BATCH_MOST = 500


def actor_of(token: ApiToken, at: datetime) -> Actor | None:
    """Who acts under a token: set by the app that knows people. None: the post has ended, or may not act."""
    return None


class Forbidden(Exception):
    """The token has not this scope."""


class TooMany(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = int(seconds) + 1


class Token(HttpBearer):
    """Authorization: Bearer anlan_…"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = token_of(token, real_time())
        if found is None:
            return None
        _within_rate(("token", found.id), found.per_minute)
        request.at = instance_clock()  # type: ignore[attr-defined]
        request.actor = actor_of(found, request.at)  # type: ignore[attr-defined]
        request.scopes = found.scopes  # type: ignore[attr-defined]
        return request.actor  # type: ignore[attr-defined]


class Session(APIKeyCookie):
    """A person who has signed in on a page; changes need the page's CSRF token."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Any:
        actor = getattr(request, "actor", None)
        if "Authorization" in request.headers or actor is None or actor.person_id is None:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        _within_rate(("person", actor.person_id or 0), PER_MINUTE)
        request.scopes = ["*"]  # type: ignore[attr-defined]
        return actor


def _within_rate(key: tuple[str, int], per_minute: int) -> None:
    if wait := BUCKETS.take(key, per_minute, time.monotonic()):
        raise TooMany(wait)


def signed_in(request: HttpRequest, scope: str) -> Actor:
    """The actor of a request that passed `auth`, if its token has the scope. Raises Forbidden."""
    if not allows(request.scopes, scope):  # type: ignore[attr-defined]
        raise Forbidden(scope)
    return request.actor  # type: ignore[attr-defined, no-any-return]


class Api(NinjaAPI):
    """Its document is worked out once in each language: addresses are fixed once the house stands."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        key = (get_language(), path_prefix, len(self._routers))
        if key not in self._documents:
            self._documents[key] = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return self._documents[key]

    @cached_property
    def _documents(self) -> dict[Any, Any]:
        return {}


def new_api(name: str) -> NinjaAPI:
    """An API with our errors; name: its URL namespace."""
    made = Api(title="安澜 Anlan", version="1", urls_namespace=name, docs_url=None, auth=[Token(), Session()],
                    description=_late("写入由发送方给出标识（UUIDv7）；同一标识再次发送，得到第一次的回执。"))
    for cls, answer in _HANDLERS.items():
        made.add_exception_handler(cls, answer)
    return made


def _broken(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=fault)
    got_request_exception.send(sender=None, request=request)
    return answers.error(500, _("系统出错，没有保存。请稍后重试；仍不行时请告诉系统管理员。"))


def _unsound(request: HttpRequest, fault: Any) -> HttpResponse:
    names = {str(e["loc"][-1]) for e in fault.errors}
    return answers.error(422, *(_("“%(name)s”写法不对。") % {"name": n} for n in sorted(names)))


_HANDLERS: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Exception: _broken,
    Http404: lambda request, fault: answers.not_found(),
    Absent: lambda request, fault: answers.not_found(),
    Refused: lambda request, fault: answers.refused(fault.refusal),
    Unreadable: lambda request, fault: answers.error(fault.status, fault),
    Forbidden: lambda request, fault: answers.error(403, _("令牌没有这项权限（%(scope)s）。") % {"scope": fault}),
    AuthenticationError: lambda request, fault: answers.error(401, _("请出示有效的令牌，或先登录。")),
    HttpError: lambda request, fault: answers.error(fault.status_code, _("请求未通过校验，请刷新页面后重试。")),
    ValidationError: _unsound,
    TooMany: lambda request, fault: answers.error(429, _("请求太频繁，请稍后再试。"), retry_after=fault.seconds),
    Busy: lambda request, fault: answers.error(503, _("现在提交的人太多，请稍后重试。"), retry_after=1),
}
_TIMES = {
    "at": {"type": ["string", "null"], "format": "date-time", "title": _late("发生时间")},
    "sent_at": {"type": ["string", "null"], "format": "date-time", "title": _late("发送方时钟")},
}
_REPEATS = {
    "request": {"type": ["string", "null"], "format": "uuid", "title": _late("发送方为这一步给的标识")},
    "expect": {"type": ["integer", "null"], "title": _late("所见版本"), "minimum": 0, "maximum": 2**31 - 1},
}
Uid = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
Selector = Callable[[Actor, datetime], "QuerySet[Any]"]


@dataclass(frozen=True)
class Exposed:
    """What an app shows of one kind."""

    flow: Flow
    plural: str
    opening: Move
    moves: tuple[Move, ...]
    seen_by: Selector | None
    columns: tuple[str, ...]

    def scope(self, verb: str) -> str:
        return f"{self.plural}:{verb}"


EXPOSED: dict[str, Exposed] = {}


def expose(kind: str, plural: str, move: str, *, moves: Sequence[str] = (), seen_by: Selector | None = None,
           columns: Sequence[str] = (), into: NinjaAPI | None = None) -> Exposed:
    """Open a kind to the API: PUT with its opening move, a batch of them, further moves, and reading by a selector.

    seen_by(actor, at) gives the rows this actor may see; columns are what GET shows of one. Scopes of tokens are
    "<plural>:write" and "<plural>:read". Call it when the app is ready, before URLs are read.
    """
    flow = FLOWS[kind]
    shown = Exposed(flow, plural, flow.move(move), tuple(flow.move(m) for m in moves), seen_by, tuple(columns))
    for taken in (shown.opening, *shown.moves):
        if taken.form and not {"uid", *_TIMES, *_REPEATS}.isdisjoint(taken.form.base_fields):  # type: ignore[attr-defined]
            raise ValueError(f"{kind}.{taken.name} has an input that the API itself needs")
    where = into or api
    _expose_opening(where, shown)
    for further in shown.moves:
        _expose_move(where, shown, further)
    if seen_by is not None:
        _expose_reading(where, shown)
    if into is None:
        EXPOSED[kind] = shown
    return shown


def _expose_opening(where: NinjaAPI, shown: Exposed) -> None:
    schema = form_schema(shown.opening.form, _TIMES)
    item = {**schema, "properties": {"uid": {"type": "string", "format": "uuid"}, **schema["properties"]},
            "required": ["uid", *schema.get("required", ())]}
    batch = {"type": "object", "required": ["items"], "additionalProperties": False, "properties": {
        "items": {"type": "array", "items": item, "minItems": 1, "maxItems": BATCH_MOST}}}
    label = format_lazy("{}：{}", shown.flow.label, shown.opening.label)
    name = shown.plural.replace("-", "_")

    def put_batch(request: HttpRequest) -> HttpResponse:
        actor = signed_in(request, shown.scope("write"))
        body = read_json(request)
        if (refusal := faults_of(batch, body)) is not None:
            return answers.refused(refusal)
        return _several(shown, body["items"], item, actor, request.at)  # type: ignore[attr-defined]

    def put_one(request: HttpRequest, uid: Uid) -> HttpResponse:
        actor = signed_in(request, shown.scope("write"))
        envelope = _envelope(shown.flow.kind, shown.opening, uid, read_json(request), schema)
        return _deliver(request, shown, envelope, actor, opens=True)

    _add(where, "POST", f"/{shown.plural}/batch", put_batch, f"{name}_batch", format_lazy(_late("{}（多件）"), label), batch,
         {200: answers.BatchOut})
    _add(where, "PUT", f"/{shown.plural}/{{uid}}", put_one, f"{name}_put", label, schema,
         {200: answers.ReceiptOut, 201: answers.ReceiptOut})


def _expose_move(where: NinjaAPI, shown: Exposed, move: Move) -> None:
    schema = form_schema(move.form, {**_TIMES, **_REPEATS})

    def post_move(request: HttpRequest, uid: Uid) -> HttpResponse:
        actor = signed_in(request, shown.scope("write"))
        envelope = _envelope(shown.flow.kind, move, uid, read_json(request), schema)
        if isinstance(envelope, Envelope) and not _in_sight(shown, envelope.uid, actor, request.at):  # type: ignore[attr-defined]
            return answers.not_found()
        return _deliver(request, shown, envelope, actor, opens=False)

    _add(where, "POST", f"/{shown.plural}/{{uid}}/moves/{move.name}", post_move,
         f"{shown.plural.replace('-', '_')}_{move.name}", format_lazy("{}：{}", shown.flow.label, move.label), schema,
         {200: answers.ReceiptOut})


def _in_sight(shown: Exposed, uid: UUID, actor: Actor, at: datetime) -> bool:
    """What the sender may not see looks absent, whatever the move's rules would say of it."""
    return shown.seen_by is None or shown.seen_by(actor, at).filter(uid=uid).exists()


def _expose_reading(where: NinjaAPI, shown: Exposed) -> None:
    def get_one(request: HttpRequest, uid: Uid) -> HttpResponse:
        actor = signed_in(request, shown.scope("read"))
        key = read_uid(uid)
        rows = shown.seen_by(actor, request.at) if shown.seen_by else None  # type: ignore[attr-defined]
        case = rows.filter(uid=key).first() if rows is not None and not isinstance(key, Refusal) else None
        return answers.json_answer(answers.record(case, shown.columns)) if case else answers.not_found()

    schema = answers.record_schema(shown.flow.model, shown.columns)
    _add(where, "GET", f"/{shown.plural}/{{uid}}", get_one, f"{shown.plural.replace('-', '_')}_get",
         shown.flow.label, None, {200: schema})


def _add(where: NinjaAPI, method: str, address: str, view: Callable[..., HttpResponse], name: str, label: Any,
         body: dict[str, Any] | None, good: Mapping[int, Any]) -> None:
    """One operation; body and good answers may be JSON Schema as it stands."""
    more: dict[str, Any] = {}
    if body is not None:
        more["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    raw = {status: x for status, x in good.items() if isinstance(x, dict)}
    more["responses"] = {s: {"description": "OK", "content": {"application/json": {"schema": x}}} for s, x in raw.items()}
    known = {status: None if status in raw else x for status, x in good.items()}
    answers.add(where.default_router, method, address, view, known, operation_id=name, url_name=name, summary=label,
                tags=[address.split("/")[1]], openapi_extra=more)


def _envelope(kind: str, move: Move, uid: str, body: Mapping[str, Any], schema: Mapping[str, Any]) -> Envelope | Refusal:
    """The envelope in a body, or what is wrong with it."""
    key = read_uid(uid)
    if isinstance(key, Refusal):
        return key
    if (refusal := faults_of(schema, body)) is not None:
        return refusal
    edge: dict[str, Any] = {"expect": body.get("expect")}
    for name in _TIMES:
        edge[name] = read_instant(body[name], name) if body.get(name) is not None else None
    edge["request"] = read_uid(body["request"], "request") if body.get("request") is not None else None
    for value in edge.values():
        if isinstance(value, Refusal):
            return value
    given = {k: v for k, v in body.items() if v is not None and k not in _TIMES and k not in _REPEATS and k != "uid"}
    return Envelope(key, kind, move.name, given, **edge)


def _deliver(request: HttpRequest, shown: Exposed, envelope: Envelope | Refusal, actor: Actor, *,
             opens: bool) -> HttpResponse:
    """Through the gatherer, together with whoever comes at the same instant."""
    if isinstance(envelope, Refusal):
        return answers.refused(envelope)
    order = order_of(envelope, actor, request.at)  # type: ignore[attr-defined]
    if isinstance(order, Refusal):
        return answers.refused(order)
    told = _own(shown, _submit(request, order), actor, request.at)  # type: ignore[attr-defined]
    return answers.answered(told, opens)


def _own(shown: Exposed, told: Receipt | Refusal, actor: Actor, at: datetime) -> Receipt | Refusal:
    """A first receipt is given again to whoever had it, or may see the case; to anybody else there is no such case."""
    if isinstance(told, Refusal) or not told.replay:
        return told
    sender = Entry.objects.filter(id=told.entry_id).values_list("actor_id", "post_id").first()
    return told if sender == (actor.person_id, actor.post_id) or _in_sight(shown, told.uid, actor, at) else ABSENT


def _submit(request: HttpRequest, order: Order) -> Any:
    arrival = getattr(request, "arrival", None)
    return arrival.submit(order) if arrival else gatherer().submit(order)


def gatherer() -> Gatherer:
    """Of the language that is spoken now."""
    return GATHERERS.setdefault(get_language() or "", Gatherer(carry_out))


def _several(shown: Exposed, items: Sequence[Any], schema: Mapping[str, Any], actor: Actor, at: datetime) -> HttpResponse:
    """Each by itself; the answers stand in the order sent."""
    if not 1 <= len(items) <= BATCH_MOST:
        return answers.refused(Refusal((_("一次提交 1 至 %(most)s 件。") % {"most": BATCH_MOST},)))
    read = [_item(shown, one, schema) for one in items]
    told = (_own(shown, one, actor, at) for one in receive([e for e in read if isinstance(e, Envelope)], actor, at))
    outcomes = [e if isinstance(e, Refusal) else next(told) for e in read]
    uids = [str(one.get("uid", ""))[:36] if isinstance(one, dict) else "" for one in items]
    return answers.json_answer({"results": [answers.result(u, o) for u, o in zip(uids, outcomes, strict=True)]})


def _item(shown: Exposed, one: Any, schema: Mapping[str, Any]) -> Envelope | Refusal:
    if not isinstance(one, dict):
        return Refusal((_("应为对象"),))
    uid = one.get("uid")
    return _envelope(shown.flow.kind, shown.opening, uid if isinstance(uid, str) else "", one, schema)


def dressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An API view that is known to the gatherer from its first moment and refuses a method in our words."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        coming = gatherer().arrival() if request.method == "PUT" else nullcontext()
        with coming as request.arrival:  # type: ignore[attr-defined]
            answer = view(request, *args, **kwargs)
        if answer.status_code == 405:
            allowed = answer["Allow"]
            answer = answers.error(405, _("这个地址不接受 %(method)s。") % {"method": request.method})
            answer["Allow"] = allowed
        answer.setdefault("Cache-Control", "no-store")
        return answer

    inner.csrf_exempt = True  # type: ignore[attr-defined]  # cookies are checked by Session
    return inner


def urls_of(made: NinjaAPI) -> list[URLPattern | URLResolver]:
    """To be mounted at /api/v1/: the API, and an answer in its own shape for any other address below."""
    patterns, app_name, namespace = made.urls
    for pattern in patterns:
        pattern.callback = dressed(pattern.callback)
    return [path("", (patterns, app_name, namespace)), path("<path:rest>", _nothing_here)]  # type: ignore[list-item]


def _nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    return answers.not_found()


_nothing_here.csrf_exempt = True  # type: ignore[attr-defined]




api = new_api("api-v1")
