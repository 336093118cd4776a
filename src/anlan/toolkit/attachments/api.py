"""Files through the API: PUT under the hash of the bytes, so that a broken sending is simply sent again."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _late
from ninja import NinjaAPI, Schema
from pydantic import WithJsonSchema

from anlan.kernel.refusals import Refusal
from anlan.toolkit.api import signed_in
from anlan.toolkit.intake import answers
from anlan.toolkit.intake.bodies import read_bytes

from .access import file_for
from .keeping import keep
from .models import File
from .views import answer, described

HASH = re.compile(r"[0-9a-f]{64}")
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


class FileOut(Schema):
    """sha256: of the bytes as sent; deeds name the file by it."""

    sha256: str
    name: str
    mime: str
    size: int
    width: int | None
    height: int | None
    url: str
    preview: str | None


def expose_files(where: NinjaAPI) -> None:
    """PUT and GET of /files/{sha256}. Scopes: files:write, files:read."""
    answers.add(where.default_router, "PUT", "/files/{sha256}", put_file, {200: FileOut, 201: FileOut}, tags=["files"],
                operation_id="files_put", url_name="files_put", summary=_late("上传文件"),
                openapi_extra={"requestBody": {"required": True, "content": _BYTES}})
    answers.add(where.default_router, "GET", "/files/{sha256}", get_file, {200: None, 304: None}, tags=["files"],
                operation_id="files_get", url_name="files_get", summary=_late("下载文件"),
                openapi_extra={"responses": {200: {"description": "OK", "content": _BYTES}}})


Digest = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9a-f]{64}$"})]


def put_file(request: HttpRequest, sha256: Digest, name: str = "") -> HttpResponse:
    if arrival := getattr(request, "arrival", None):
        arrival.leave()
    actor = signed_in(request, "files:write")
    data = read_bytes(request)
    if not HASH.fullmatch(sha256) or hashlib.sha256(data).hexdigest() != sha256:
        return answers.refused(Refusal((_("收到的内容与标识不符：可能没有传完整，请重新上传。"),)))
    before = File.objects.filter(sha256=sha256).exists()
    kept = keep(data, name, actor=actor, at=request.at)  # type: ignore[attr-defined]
    if isinstance(kept, Refusal):
        return answers.refused(kept)
    return answers.json_answer(described(kept), 200 if before else 201)


def get_file(request: HttpRequest, sha256: Digest) -> HttpResponse:
    actor = signed_in(request, "files:read")
    file = file_for(actor, request.at, sha256) if HASH.fullmatch(sha256) else None  # type: ignore[attr-defined]
    return answer(request, file) if file else answers.not_found()
