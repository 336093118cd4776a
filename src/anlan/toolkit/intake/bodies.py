"""Reading what was sent: JSON of the right shape and types, or a refusal in a sentence. Nothing else gets further."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from anlan.kernel.refusals import Refusal

from .schema import misfit

DEEPEST = 12
INT_LIMIT = 2**63 - 1


class Unreadable(Exception):
    """A body that is no proper request. status: of HTTP."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object; nothing sent is an empty one. Raises Unreadable."""
    data = read_bytes(request)
    if not data:
        return {}
    if request.content_type != "application/json":
        raise Unreadable(415, _("请以 application/json 格式提交。"))
    body = parse_json(data)
    if not isinstance(body, dict):
        raise Unreadable(400, _("内容应为一个 JSON 对象。"))
    return body


def read_bytes(request: HttpRequest) -> bytes:
    """The body as it came. Raises Unreadable when it is too large or breaks off."""
    try:
        return request.body
    except RequestDataTooBig:
        raise Unreadable(413, _("提交的内容太大，未接收。请分几次提交。")) from None
    except UnreadablePostError:
        raise Unreadable(400, _("内容没有传完整，请重新提交。")) from None


def parse_json(data: bytes) -> Any:
    """Raises Unreadable for what is no JSON, or holds values that nothing here can keep."""
    try:
        value = json.loads(data, parse_constant=_no_constant)
        fault = next(_unfit(value, 0), "")
    except (ValueError, RecursionError):
        raise Unreadable(400, _("内容不是有效的 JSON。")) from None
    if fault:
        raise Unreadable(400, fault)
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _unfit(value: Any, depth: int) -> Iterator[str]:
    """Numbers beyond 64 bits, and characters that cannot be stored."""
    if depth > DEEPEST:
        yield _("内容嵌套太深。")
    elif isinstance(value, str):
        if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
            yield _("内容含有无法保存的字符。")
    elif isinstance(value, int | float) and not abs(value) <= INT_LIMIT:
        yield _("数字超出允许的范围。")
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _unfit(name, depth + 1)
            yield from _unfit(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            yield from _unfit(member, depth + 1)


def faults_of(schema: Mapping[str, Any], body: Mapping[str, Any]) -> Refusal | None:
    """Members that the schema does not know, lacks the type for, or misses."""
    known = schema["properties"]
    faults = {name: _("不认识的输入项") for name in body if name not in known}
    faults |= {name: why for name, value in body.items() if name in known and (why := misfit(known[name], value))}
    faults |= {name: _("必填") for name in schema.get("required", ()) if body.get(name) is None and name not in faults}
    if not faults:
        return None
    labels = {name: str(known.get(name, {}).get("title", name)) for name in faults}
    return Refusal(tuple(f"{labels[name][:60]}：{why}" for name, why in faults.items()),
                   tuple((name[:60], (why,)) for name, why in faults.items()))


def read_instant(value: str, name: str) -> datetime | Refusal:
    """An instant with its zone; without one it is the district's own time."""
    try:
        at = parse_datetime(value)
        if at is not None:
            at = at if at.tzinfo else timezone.make_aware(at)
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    sentence = _("时间写法不对，应如 2021-06-25T08:30:00+08:00。")
    return Refusal((sentence,), ((name, (sentence,)),))


def read_uid(value: str, name: str = "uid") -> UUID | Refusal:
    """An id made by the sender: any UUID but the empty one."""
    try:
        uid = UUID(value)
    except ValueError:
        uid = UUID(int=0)
    if uid.int and len(value) == 36:
        return uid
    sentence = _("标识应为 UUID，如 0197a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b。")
    return Refusal((sentence,), ((name, (sentence,)),))
