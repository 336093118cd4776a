"""Registers in the API: read with the list's own filters, written one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from anlan.kernel.door import ABSENT, Order, Receipt
from anlan.kernel.flows import Move
from anlan.kernel.refusals import Refusal
from anlan.toolkit import api as gate
from anlan.toolkit.intake import answers
from anlan.toolkit.intake.bodies import faults_of, read_json, read_uid
from anlan.toolkit.intake.envelopes import Envelope, carry_out, order_of
from anlan.toolkit.intake.schema import form_schema

from .books import note
from .columns import masked
from .declare import REGISTERS, Register
from .exporting import openable
from .importing import known_of
from .listing import Listing

LIMIT_MOST = 200
UID = {"type": "string", "format": "uuid"}


def expose_registers(into: NinjaAPI) -> None:
    """Every register at /<slug>; what an app has exposed of the kind by itself stays as it is."""
    for register in REGISTERS.values():
        into.add_router(f"/{register.slug}", router_of(register))


def router_of(register: Register) -> Router:
    """GET list, GET one, PUT, POST batch; scopes of tokens are <slug>:read and <slug>:write."""
    router, slug = Router(tags=[register.slug]), register.slug
    shown = gate.EXPOSED.get(register.kind)
    taken = shown is not None and shown.plural == slug
    words = {"summary": str(register.label)}

    def get_list(request: HttpRequest) -> HttpResponse:
        return _list(register, request)

    def get_one(request: HttpRequest, uid: str) -> HttpResponse:
        return _one(register, request, uid)

    def put_one(request: HttpRequest, uid: str) -> HttpResponse:
        return _put(register, request, uid)

    def put_batch(request: HttpRequest) -> HttpResponse:
        return _batch(register, request)

    _add(router, "GET", "", get_list, f"{slug}_list", {**words, "parameters": _parameters(register)},
         _page_schema(register))
    move = register.move_to_create
    if move is not None and move.form is not None and move.shown and not taken:
        schema = _body_schema(register)
        many = _body(_many_schema(schema))
        _add(router, "POST", "/batch", put_batch, f"{slug}_batch", {**words, **many}, None, answers.BatchOut)
        _add(router, "PUT", "/{uid}", put_one, f"{slug}_put", {**words, **_body(schema)}, None, answers.ReceiptOut)
    if not taken or shown.seen_by is None:  # type: ignore[union-attr]
        _add(router, "GET", "/{uid}", get_one, f"{slug}_get", {**words, "parameters": [_reason()]}, _row_schema(register))
    return router


def _add(router: Router, method: str, address: str, view: Callable[..., HttpResponse], name: str,
         extra: dict[str, Any], good: dict[str, Any] | None, model: Any = None) -> None:
    """One operation; a good answer may be JSON Schema as it stands."""
    if good is not None:
        extra["responses"] = {200: {"description": "OK", "content": {"application/json": {"schema": good}}}}
    codes = {200: model, 201: model} if model is answers.ReceiptOut else {200: model}
    summary = extra.pop("summary")
    answers.add(router, method, address, view, codes, summary=summary, operation_id=name.replace("-", "_"), url_name=name,
                openapi_extra=extra)


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _body_schema(register: Register) -> dict[str, Any]:
    return form_schema(register.move_to_create.form, {**gate._TIMES, **gate._REPEATS})  # type: ignore[union-attr]


def _many_schema(schema: dict[str, Any]) -> dict[str, Any]:
    item = {**schema, "properties": {"uid": UID, **schema["properties"]}, "required": ["uid", *schema.get("required", ())]}
    items = {"type": "array", "minItems": 1, "maxItems": gate.BATCH_MOST, "items": item}
    return {"type": "object", "required": ["items"], "additionalProperties": False, "properties": {"items": items}}


def _parameters(register: Register) -> list[dict[str, Any]]:
    """The words of the list's address."""
    names = {"order": _("排序列，前加-为倒序"), "after": _("下一页的键"), "limit": _("每页条数"), "state": _("状态")}
    names |= {"q": _("字词")} if register.searched else {}
    for column in register.columns:
        if column.col.filter == "range":
            names |= {f"{column.name}_{end}": f"{column.label}" for end in ("since", "until")}
        elif column.col.filter:
            names[column.name] = str(column.label)
    return [{"name": n, "in": "query", "required": False, "schema": {"type": "string"}, "description": str(text)}
            for n, text in names.items()] + [_reason()]


def _reason() -> dict[str, Any]:
    return {"name": "reason", "in": "query", "required": False, "schema": {"type": "string"},
            "description": _("查看遮盖内容的理由；没有理由或权限时只给遮盖后的内容")}


def _row_schema(register: Register) -> dict[str, Any]:
    names = [c.name for c in register.columns if c.field is not None]
    schema = answers.record_schema(register.model, names)
    masked_ones = {name: {"type": ["string", "null"], "title": str(register.column(name).label)}  # type: ignore[union-attr]
                   for name in register.private}
    computed = {c.name: {"title": str(c.label)} for c in register.columns if c.field is None}
    for name in names:
        schema["properties"][name] = schema["properties"][name] | {"title": str(register.column(name).label)}  # type: ignore[union-attr]
    return {**schema, "properties": schema["properties"] | masked_ones | computed}


def _page_schema(register: Register) -> dict[str, Any]:
    return {"type": "object", "required": ["items", "next", "count"], "properties": {
        "items": {"type": "array", "items": _row_schema(register)}, "next": {"type": ["string", "null"]},
        "count": {"type": "integer"}, "bounded": {"type": "boolean"}, "notes": {"type": "array", "items": {"type": "string"}}}}


def _list(register: Register, request: HttpRequest) -> HttpResponse:
    actor, at = gate.signed_in(request, f"{register.slug}:read"), request.at  # type: ignore[attr-defined]
    asked = request.GET.dict()
    listing = Listing(register, actor, at, asked, page=_limit(asked.get("limit", "")))
    opened = _opened(register, actor, asked.get("reason", ""))
    if opened and listing.rows:
        note(register, "read", actor=actor, at=at, data={
            "rows": len(listing.rows), "columns": _labels(register, opened), "reason": asked["reason"]})
    return answers.json_answer({
        "items": [record_of(register, row, opened) for row in listing.rows], "next": listing.next_key or None,
        "count": listing.count, "bounded": listing.overflows, "notes": [*listing.faults, *([listing.note] * listing.overflows)]})


def _limit(text: str) -> int:
    return min(max(int(text), 1), LIMIT_MOST) if text.isdecimal() and len(text) < 6 else 50


def _opened(register: Register, actor: Any, reason: str) -> frozenset[str]:
    return frozenset(c.name for c in openable(register, actor)) if len(reason.strip()) >= 2 else frozenset()


def _labels(register: Register, names: frozenset[str]) -> str:
    return "、".join(str(c.label) for c in register.columns if c.name in names)


def record_of(register: Register, row: Any, opened: frozenset[str]) -> dict[str, Any]:
    names = [c.name for c in register.columns if c.field is not None]
    found = answers.record(row, names)
    found |= {name: masked(found[name]) or None for name in register.private if name not in opened}
    return found | {c.name: answers.plain(c.value(row)) for c in register.columns if c.field is None}


def _one(register: Register, request: HttpRequest, uid: str) -> HttpResponse:
    actor, at = gate.signed_in(request, f"{register.slug}:read"), request.at  # type: ignore[attr-defined]
    row = _row(register, uid, actor, at)
    if row is None:
        return answers.not_found()
    reason = request.GET.get("reason", "")
    opened = _opened(register, actor, reason)
    if opened:
        note(register, "read", actor=actor, at=at, data={
            "rows": 1, "columns": _labels(register, opened), "reason": reason, "uid": str(row.uid)})
    return answers.json_answer(record_of(register, row, opened))


def _row(register: Register, uid: Any, actor: Any, at: Any) -> Any:
    key = read_uid(uid) if isinstance(uid, str) else uid
    if isinstance(key, Refusal):
        return None
    return register.rows(actor, at).filter(uid=key).first()


def _put(register: Register, request: HttpRequest, uid: str) -> HttpResponse:
    """Registers the row, or edits it where it is there; the same content again changes nothing."""
    actor = gate.signed_in(request, f"{register.slug}:write")
    told = _carry_out(register, request, [{**read_json(request), "uid": uid}], actor)[0]
    return answers.answered(told, opens=isinstance(told, Receipt) and told.n == 1)


def _batch(register: Register, request: HttpRequest) -> HttpResponse:
    actor = gate.signed_in(request, f"{register.slug}:write")
    body = read_json(request)
    items = body.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= gate.BATCH_MOST or set(body) != {"items"}:
        return answers.refused(Refusal((_("一次提交 1 至 %(most)s 件。") % {"most": gate.BATCH_MOST},)))
    uids = [str(one.get("uid", ""))[:36] if isinstance(one, dict) else "" for one in items]
    told = _carry_out(register, request, items, actor)
    return answers.json_answer({"results": [answers.result(u, t) for u, t in zip(uids, told, strict=True)]})


def _carry_out(register: Register, request: HttpRequest, items: list[Any], actor: Any) -> list[Receipt | Refusal]:
    """Each item by itself; the answers stand in the order sent."""
    at = request.at  # type: ignore[attr-defined]
    held = _Held(register, items, actor, at)
    wishes = [_wish(register, one, held, actor, at) for one in items]
    done = iter(carry_out([w for w in wishes if isinstance(w, Order)]))
    told = [next(done) if isinstance(w, Order) else w for w in wishes]
    for outcome in told:
        if isinstance(outcome, Exception):
            raise outcome
    return told  # type: ignore[return-value]


class _Held:
    """The rows that the items name: in sight, and there at all; two statements for a whole batch."""

    def __init__(self, register: Register, items: list[Any], actor: Any, at: Any) -> None:
        keys = [read_uid(one["uid"]) for one in items if isinstance(one, dict) and isinstance(one.get("uid"), str)]
        uids = [key for key in keys if not isinstance(key, Refusal)]
        self.rows = {row.uid: row for row in register.rows(actor, at).filter(uid__in=uids)}
        rest = [uid for uid in uids if uid not in self.rows]
        hidden = register.model._default_manager.filter(uid__in=rest) if rest else register.model._default_manager.none()
        self.hidden = set(hidden.values_list("uid", flat=True))


def _wish(register: Register, one: Any, held: _Held, actor: Any, at: Any) -> Order | Receipt | Refusal:
    if not isinstance(one, dict):
        return Refusal((_("应为对象"),))
    uid = one.get("uid")
    key = read_uid(uid) if isinstance(uid, str) else Refusal((_("缺少标识"),))
    if isinstance(key, Refusal):
        return key
    if key in held.hidden:
        return ABSENT
    row = held.rows.get(key)
    move = register.move_to_create if row is None else register.move_to_edit
    if move is None or move.form is None:
        return Refusal((_("这本登记簿不能通过接口修改"),))
    schema = form_schema(move.form, {**gate._TIMES, **gate._REPEATS})
    body = {k: v for k, v in one.items() if k != "uid" and not (row is not None and _only_opens(register, schema, k))}
    if refusal := faults_of(schema, body):
        return refusal
    envelope = gate._envelope(register.kind, move, str(key), body, schema)
    if isinstance(envelope, Refusal):
        return envelope
    if row is not None and _says_nothing_new(register, move, row, envelope):
        return Receipt(register.kind, row.uid, move.name, 0, row.version, row.changed_at, row.changed_at, row.state,
                       replay=True)
    return order_of(envelope, actor, at)


def _only_opens(register: Register, schema: dict[str, Any], name: str) -> bool:
    """An input of the opening move that the edit does not take: sent again, it says nothing."""
    return name not in schema["properties"] and name in _body_schema(register)["properties"]


def _says_nothing_new(register: Register, move: Move, row: Any, envelope: Envelope) -> bool:
    """The same content sent again counts once."""
    fields = move.form.base_fields  # type: ignore[union-attr]
    known = {k: v for k, v in known_of(register, row).items() if k in fields}
    before, now = move.form(data=known), move.form(data=dict(envelope.given))  # type: ignore[misc]
    return before.is_valid() and now.is_valid() and before.cleaned_data == now.cleaned_data
