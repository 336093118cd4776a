"""What everybody may read of listed supervision, without signing in: unit, hazard, limit, supervisors, state, and proof.

No person is named. What has not been published is absent.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from anlan.kernel.instance import local_day
from anlan.kernel.models import Paper
from anlan.kernel.proofs import digests_after
from anlan.people.middleware import public
from anlan.toolkit import search
from anlan.toolkit.ui import parts, signs

from .listing import STANDING, STRUCK, State
from .listing_models import NOTICES, Listing
from .listing_panels import steps_of
from .listing_proof import lines_of, proof_of

PAGE = 30
GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "open": (lazy("整改中"), STANDING), "closed": (lazy("已销号"), STRUCK), "withdrawn": (lazy("已撤销挂牌"), (State.WITHDRAWN,))}
TONES: dict[str, signs.Tone] = {"open": "working", "closed": "closed", "withdrawn": "stopped"}
JSON = {"ensure_ascii": False, "indent": 1}


def published() -> QuerySet[Listing]:
    return Listing.objects.filter(published_at__isnull=False).select_related("committee", "department")


def group_of(x: Listing) -> str:
    return next(name for name, (_label, states) in GROUPS.items() if x.state in states)


def asked_of(request: HttpRequest) -> dict[str, str]:
    return {k: request.GET.get(k, "").replace("\x00", "").strip()[:80] for k in ("q", "year", "state", "after")}


def chosen(asked: dict[str, str]) -> QuerySet[Listing]:
    """The published listings asked for, newest publication first."""
    rows = published()
    if asked["state"] in GROUPS:
        rows = rows.filter(state__in=GROUPS[asked["state"]][1])
    if asked["year"].isdecimal() and len(asked["year"]) == 4:
        rows = rows.filter(listed_on__year=int(asked["year"]))
    if words := search.words_of(asked["q"]):
        annotations, condition = search.holds(("unit_name", "what", "listing_no"), words)
        rows = rows.alias(**annotations).filter(condition)
    return rows.order_by("-published_at", "-id")


def page_of(asked: dict[str, str]) -> tuple[list[Listing], str]:
    """One page, by the last row of the one before; and the address of the next, if there is one."""
    rows = chosen(asked)
    last = published().filter(id=int(asked["after"])).first() if asked["after"].isdecimal() and len(asked["after"]) < 18 else None
    if last is not None:
        rows = rows.filter(Q(published_at__lt=last.published_at) | Q(published_at=last.published_at, id__lt=last.id))
    found = list(rows[: PAGE + 1])
    more = {**{k: v for k, v in asked.items() if v}, "after": found[PAGE - 1].id} if len(found) > PAGE else {}
    return found[:PAGE], f"?{urlencode(more)}" if more else ""


@require_GET
@public
def board(request: HttpRequest) -> HttpResponse:
    """The open list: searched, by year and state."""
    asked = asked_of(request)
    rows, more = page_of(asked)
    counts = published().aggregate(**{n: Count("id", filter=Q(state__in=states)) for n, (_l, states) in GROUPS.items()})
    years = [str(d.year) for d in published().dates("listed_on", "year", order="DESC")]
    return render(request, "hazards/public_listings.html", {
        "table": _table(rows, more, asked, request), "filters": _filters(asked, years), "figures": _figures(counts, request)})


def _figures(counts: dict[str, int], request: HttpRequest) -> list[parts.Figure]:
    return [parts.Figure(str(label), counts[name], _("起"), local_day(request.at), f"?state={name}")  # type: ignore[attr-defined]
            for name, (label, _states) in GROUPS.items() if name != "withdrawn"]


def _filters(asked: dict[str, str], years: list[str]) -> parts.FilterBar:
    states = [(name, str(label)) for name, (label, _states) in GROUPS.items()]
    return parts.FilterBar((
        parts.Filter("year", _("挂牌年度"), "choice", [(y, _("{year}年").format(year=y)) for y in years], asked["year"]),
        parts.Filter("state", _("状态"), "choice", states, asked["state"])), search=asked["q"])


def _table(rows: list[Listing], more: str, asked: dict[str, str], request: HttpRequest) -> parts.Table:
    columns = tuple(parts.Column(x) for x in (_("责任单位"), _("隐患情况"), _("挂牌文号"), _("挂牌日期"), _("整改期限至"), _("督办单位")))
    body = [parts.Row((x.unit_name, x.what, x.listing_no, x.listed_on.isoformat() if x.listed_on else None,
                       x.due_on.isoformat() if x.due_on else None, str(x.committee or ""), _sign(x, request)),
                      f"/public/listings/{x.slug}/", str(x.id)) for x in rows]
    narrowed = any(asked[k] for k in ("q", "year", "state"))
    empty = parts.Empty(_("没有符合条件的挂牌隐患"), _("换一个条件再找。")) if narrowed else parts.Empty(
        _("还没有公布的挂牌隐患"), _("重大隐患挂牌并公布后，会出现在这里。"))
    return parts.Table(_("挂牌督办的重大隐患"), (*columns, parts.Column(_("状态"), "bare")), body, empty, next_url=more,
                       first_url="?" + urlencode({k: v for k, v in asked.items() if v and k != "after"}) if asked["after"] else "")


def _sign(x: Listing, request: HttpRequest) -> str:
    name = group_of(x)
    if name == "open" and x.due_on is not None and x.due_on < local_day(request.at):  # type: ignore[attr-defined]
        return signs.state_sign(_("整改逾期"), "late")
    return signs.state_sign(str(GROUPS[name][0]), TONES[name])


@require_GET
@public
def board_json(request: HttpRequest) -> JsonResponse:
    """The same page of the list for other programs."""
    rows, more = page_of(asked_of(request))
    return JsonResponse({"listings": [_plain(x) for x in rows], "next": more}, json_dumps_params=JSON)


def _plain(x: Listing) -> dict[str, Any]:
    return {"no": x.slug, "listing_no": x.listing_no, "unit": x.unit_name, "hazard": x.what, "level": x.level,
            "batch": x.batch, "committee": str(x.committee or ""), "department": str(x.department or ""),
            "state": group_of(x), "listed_on": x.listed_on, "due_on": x.due_on, "extensions": x.extensions,
            "published_at": x.published_at, "media": x.media, "closing_no": x.closing_no, "closed_at": x.closed_at,
            "closed_published_at": x.closed_published_at}


def listing_of(no: str) -> Listing:
    """By the year and number of its notice: 2021-3. Raises Http404 for one that was not published."""
    year, _dash, count = no.partition("-")
    if not (year.isdecimal() and count.isdecimal() and len(no) < 16):
        raise Http404
    notice = Paper.objects.filter(series=NOTICES, year=int(year) % 10_000, no=int(count)).values("subject_id")
    found = published().filter(id__in=notice).first()
    if found is None:
        raise Http404
    return found


@require_GET
@public
def one(request: HttpRequest, no: str) -> HttpResponse:
    """One listing: what, who supervises, until when, and how far it is."""
    x = listing_of(no)
    return render(request, "hazards/public_listing.html", {
        "listing": x, "sign": _sign(x, request), "facts": _facts(x), "steps": steps_of(x, request.at)})


def _facts(x: Listing) -> list[parts.Fact]:
    extended = _("已延期{n}次").format(n=x.extensions) if x.extensions else None
    told: list[tuple[str, Any]] = [
        (_("挂牌文号"), x.listing_no), (_("责任单位"), x.unit_name), (_("隐患情况"), x.what),
        (_("督办级别"), x.get_level_display()), (_("年度批次"), x.batch), (_("督办单位"), x.committee),
        (_("督办部门"), x.department), (_("挂牌日期"), x.listed_on), (_("整改期限至"), x.due_on), (_("延期"), extended),
        (_("公布日期"), x.published_at and local_day(x.published_at)), (_("公布媒体"), x.media),
        (_("销号编号"), x.closing_no), (_("销号日期"), x.closed_at and local_day(x.closed_at)),
        (_("销号公布日期"), x.closed_published_at and local_day(x.closed_published_at))]
    return [parts.Fact(label, value.isoformat() if hasattr(value, "isoformat") else value)
            for label, value in told if value not in (None, "")]


@require_GET
@public
def proof(request: HttpRequest, no: str) -> HttpResponse:
    """Every entry of the listing with its place in the sealed journal, and how to check it oneself."""
    x = listing_of(no)
    return render(request, "hazards/public_proof.html", {
        "listing": x, "lines": lines_of(x), "folder": f"/public/listings/{x.slug}/proof/"})


@require_GET
@public
def proof_json(request: HttpRequest, no: str) -> HttpResponse:
    x = listing_of(no)
    answer = JsonResponse(proof_of(x, lines_of(x)), json_dumps_params=JSON)
    answer["Content-Disposition"] = f'attachment; filename="listing-{x.slug}-proof.json"'
    return answer


@require_GET
@public
def check_program(request: HttpRequest) -> HttpResponse:
    """The program that recomputes a proof, to be read or run."""
    program = (files("anlan.hazards") / "check_listing.py").read_text(encoding="utf-8")
    return HttpResponse(program, content_type="text/plain; charset=utf-8")


@require_GET
@public
def chain(request: HttpRequest) -> JsonResponse:
    """Digests of the whole journal in their order, 5,000 a page: with them anybody rebuilds every link from the first."""
    after = request.GET.get("after", "0")
    start = int(after) if after.isdecimal() and len(after) < 18 else 0
    rows = digests_after(start)
    return JsonResponse({"after": start, "digests": [d.hex() for _no, d in rows], "next": rows[-1][0] if rows else None})
