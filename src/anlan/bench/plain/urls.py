from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import path

from anlan.kernel.instance import real_time
from anlan.toolkit.intake.tokens import allows, token_of

from .models import Report


def put(request: HttpRequest, uid: UUID) -> JsonResponse:
    """The token, the body, one insert that is committed before the answer."""
    now = real_time()
    token = token_of(request.headers.get("Authorization", "").removeprefix("Bearer "), now)
    if token is None or not allows(token.scopes, "matters:write"):
        return JsonResponse({"error": "token"}, status=401)
    body = json.loads(request.body)
    Report.objects.create(uid=uid, what=body["what"], area=body["area"], place=body["place"], received_at=now)
    return JsonResponse({"uid": str(uid)}, status=201)


urlpatterns = [path("reports/<uuid:uid>", put)]
