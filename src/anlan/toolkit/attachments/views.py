"""Files over HTTP: sent in by a signed-in person, and served to who may see a case they belong to.

What is served can do nothing in a browser: it was cleaned when it came, has a policy that forbids everything, and only
pictures are shown in place.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refusal

from .access import file_for
from .keeping import keep, store
from .media import Damaged
from .models import File

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
PREVIEW_MIME = "image/jpeg"
ONE_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def signed_in(request: HttpRequest) -> tuple[Actor, datetime]:
    """The actor and instant of the request; to anybody else the address does not exist."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.person_id is None:
        raise Http404
    return actor, request.at  # type: ignore[attr-defined]


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """A multipart form with one `file`; answers as the API does."""
    actor, at = signed_in(request)
    sent = request.FILES.get("file")
    if sent is None:
        return _refusal(422, _("没有收到文件，请重新选择。"))
    kept = keep(sent.read(), sent.name or "", actor=actor, at=at)
    if isinstance(kept, Refusal):
        return _refusal(422, *kept.sentences)
    return JsonResponse(described(kept), status=201)


def described(file: File) -> dict[str, object]:
    """What a sender is told of a file; place and time of a photo are not among it."""
    preview = reverse("files:preview", args=[file.sha256]) if file.preview_sha256 else None
    return {"sha256": file.sha256, "name": file.name, "mime": file.mime, "size": file.size, "width": file.width,
            "height": file.height, "url": reverse("files:file", args=[file.sha256]), "preview": preview}


def _refusal(status: int, *sentences: str) -> JsonResponse:
    return JsonResponse({"error": {"sentences": list(sentences), "fields": {}}}, status=status)


@require_GET
def serve(request: HttpRequest, sha256: str) -> HttpResponse:
    return answer(request, _visible(request, sha256))


@require_GET
def serve_preview(request: HttpRequest, sha256: str) -> HttpResponse:
    """The small picture; a file without one has none."""
    file = _visible(request, sha256)
    if not file.preview_sha256:
        raise Http404
    return answer(request, file, preview=True)


def _visible(request: HttpRequest, sha256: str) -> File:
    actor, at = signed_in(request)
    file = file_for(actor, at, sha256)
    if file is None:
        raise Http404
    return file


def answer(request: HttpRequest, file: File, *, preview: bool = False) -> HttpResponse:
    """The bytes, with headers that keep them harmless and out of shared caches. Raises Http404 when they are lost."""
    digest = file.preview_sha256 if preview else file.kept_sha256
    tag = f'"{digest}"'
    if request.headers.get("If-None-Match") == tag:
        told: HttpResponse = HttpResponseNotModified()
    else:
        told = _part(request, _read(digest), PREVIEW_MIME if preview else file.mime)
        told["Content-Disposition"] = _disposition(file)
    told["ETag"] = tag
    told["Content-Security-Policy"] = POLICY
    told["X-Content-Type-Options"] = "nosniff"
    told["Cross-Origin-Resource-Policy"] = "same-origin"
    told["Cache-Control"] = "private, max-age=3600"
    return told


def _part(request: HttpRequest, data: bytes, mime: str) -> HttpResponse:
    """All of it, or the one range asked for: some browsers play no sound that cannot be asked for in parts (RFC 9110, 14)."""
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = (int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)) if asked else (0, -1)
    if not first <= last:
        told = HttpResponse(data, content_type=mime)
    else:
        told = HttpResponse(data[first:last + 1], content_type=mime, status=206)
        told["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    told["Accept-Ranges"] = "bytes"
    return told


def _read(digest: str) -> bytes:
    try:
        return store().get(digest)
    except (FileNotFoundError, Damaged) as lost:
        raise Http404 from lost


def _disposition(file: File) -> str:
    """Pictures in place, everything else as a download; the name travels in UTF-8 (RFC 6266)."""
    way = "inline" if file.is_picture else "attachment"
    ending = file.name.rpartition(".")[2] if "." in file.name else "bin"
    plain = ending if ending.isascii() and ending.isalnum() else "bin"
    return f"{way}; filename=\"file.{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
