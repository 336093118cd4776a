"""Indicators for other systems: which there are and what each declares, and a figure in the scope of the token.

/api/v1/indicators, /api/v1/indicators/<id>?area=&since=&on=&department=&industry=
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router

from anlan.kernel.marks import Day
from anlan.kernel.rulebook import one_rulebook
from anlan.toolkit import api as gate
from anlan.toolkit.indicators import INDICATORS, Indicator, figure
from anlan.toolkit.intake import answers
from anlan.toolkit.registers.figurewords import read_words

WORDS = ("area", "since", "on", "department", "industry")
SCOPE = "indicators:read"


def expose_indicators(into: NinjaAPI) -> None:
    router = Router(tags=["indicators"])
    for address, view, name, summary, words in (("", catalogue, "indicators", _("指标目录"), ()),
                                                ("/{id}", one, "indicator", _("一个指标的数"), WORDS)):
        extra = {"parameters": [{"name": w, "in": "query", "required": False, "schema": {"type": "string"}} for w in words]}
        answers.add(router, "GET", address, view, {200: dict}, summary=summary, operation_id=name, url_name=f"api-{name}",
                    openapi_extra=extra)
    into.add_router("/indicators", router)


def catalogue(request: HttpRequest) -> JsonResponse:
    gate.signed_in(request, SCOPE)
    return _told({"indicators": [declared(i) for i in sorted(INDICATORS.values(), key=lambda i: i.id)]})


@one_rulebook()
def one(request: HttpRequest, id: str) -> JsonResponse:
    """Raises Absent for an unknown one or an area out of scope, Refused for a dimension that it does not declare."""
    actor, asked = gate.signed_in(request, SCOPE), read_words(request)
    told = figure(id, actor=actor, at=request.at, area_id=asked.area_id, on=asked.on, since=asked.since,  # type: ignore[attr-defined]
                  narrow=asked.narrow)
    return _told({**declared(INDICATORS[id]), "value": _number(told.value), "since": told.period.since.isoformat(),
                  "on": told.period.until.isoformat(), "as_of": told.as_of.isoformat(), "rows": told.url})


def declared(found: Indicator) -> dict[str, Any]:
    return {"id": found.id, "name": str(found.name), "name_en": found.name_en, "unit": found.unit, "owner": found.owner,
            "definition": found.definition, "belongs": str(found.belongs), "dims": list(found.dims)}


def _told(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _number(value: Decimal | None) -> int | float | str | None:
    if value is None:
        return None
    if isinstance(value, Day):
        return value.day.isoformat() if value.day else None
    return int(value) if value == value.to_integral_value() else float(value)
