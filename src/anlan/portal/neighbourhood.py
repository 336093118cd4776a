"""What was reported and put right in a community or street, in plain words; followed without a name.

Which neighbourhoods somebody follows, and when she last looked, stands in a signed cookie of her own browser and nowhere
else: Anlan keeps nothing about her, and sends nothing anywhere. The address of the page is the link to follow it by on another
phone, and its feed is read by whatever reads feeds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db.models import Count, DateField, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anlan.hazards.listing_models import Listing
from anlan.hazards.models import Hazard
from anlan.kernel.instance import local_day, zone
from anlan.kernel.models import Area, AreaIn
from anlan.kernel.rulebook import parameter
from anlan.matters.models import Channel, Matter, Sort
from anlan.people.middleware import public
from anlan.places.models import Level
from anlan.toolkit.codes import uid_of

from . import limits
from .ground import communities

COOKIE, SALT, KEPT = "neighbourhoods", "anlan.portal.neighbourhoods", timedelta(days=365)
FOLLOWED_MOST, MOST, READ_MOST = 5, 60, 300
Span = tuple[datetime, datetime]
GONE = ("withdrawn", "rejected")


class Change(NamedTuple):
    """at: of the newest deed told in this line; url: where more can be read, if the public may."""

    at: datetime
    said: str
    url: str = ""


# What changed


def changes_in(areas: Collection[Area], at: datetime) -> dict[int, list[Change]]:
    """By area, newest first; five statements. No words of anybody, no unit and no place of a report: kinds, days and counts; and
    published listings."""
    span = (at - timedelta(days=int(parameter("portal.neighbourhood_days", local_day(at)))), at)
    lies_in = _within(areas, local_day(at))
    told: dict[int, list[Change]] = {area.id: [] for area in areas}
    for area_id, change in (*_reported(list(lies_in), span), *_listings(list(lies_in), span)):
        for holder in lies_in[area_id]:
            told[holder].append(change)
    for holder, change in _hazards(lies_in, span):
        told[holder].append(change)
    return {holder: sorted(held, key=lambda change: change.at, reverse=True)[:MOST] for holder, held in told.items()}


def _within(areas: Collection[Area], on: date) -> dict[int, list[int]]:
    """Area → those of the given that it lies in on this day."""
    rows = AreaIn.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), ancestor__in=areas, valid_from__lte=on)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for area_id, holder in rows.values_list("area_id", "ancestor_id"):
        found[area_id].append(holder)
    return found


def _reported(within: list[int], span: Span) -> Iterator[tuple[int, Change]]:
    """What was reported, visits apart: those are counted as hazards."""
    since, at = span
    rows = Matter.objects.filter(area__in=within, same_as=None).exclude(channel=Channel.VISIT).exclude(state__in=GONE)
    rows = rows.filter(Q(opened_at__range=span) | Q(closed_at__range=span)).order_by("-opened_at", "-id")
    for area_id, opened, closed, sort in rows.values_list("area_id", "opened_at", "closed_at", "sort")[:READ_MOST]:
        kind = str(Sort(sort).label) if sort else _("安全问题")
        if opened >= since:
            yield area_id, Change(opened, _("有人反映：%(kind)s") % {"kind": kind})
        if closed and since <= closed <= at:
            yield area_id, Change(closed, _("已办结：%(kind)s") % {"kind": kind})


def _hazards(lies_in: dict[int, list[int]], span: Span) -> Iterator[tuple[int, Change]]:
    """By day and in numbers, so that no unit can be told from a line."""
    rows = Hazard.objects.filter(area__in=list(lies_in))
    found = rows.filter(opened_at__range=span).exclude(state="cancelled")
    closed = rows.filter(closed_at__range=span, state="closed")
    for said, chosen, instant in ((_("检查发现隐患 %(n)s 起"), found, "opened_at"), (_("整改销号隐患 %(n)s 起"), closed, "closed_at")):
        for (holder, _day), (last, n) in _by_day(chosen, instant, lies_in).items():
            yield holder, Change(last, said % {"n": n})


def _by_day(rows: QuerySet[Hazard], instant: str, lies_in: dict[int, list[int]]) -> dict[tuple[int, date], tuple[datetime, int]]:
    """(holder, day) → (newest, how many)"""
    days = rows.annotate(day=TruncDate(instant, tzinfo=zone(), output_field=DateField())).order_by().values("area_id", "day")
    found: dict[tuple[int, date], tuple[datetime, int]] = {}
    for area_id, day, last, n in days.annotate(last=Max(instant), n=Count("id")).values_list("area_id", "day", "last", "n"):
        for holder in lies_in[area_id]:
            newest, count = found.get((holder, day), (last, 0))
            found[holder, day] = max(newest, last), count + n
    return found


def _listings(within: list[int], span: Span) -> Iterator[tuple[int, Change]]:
    since, at = span
    rows = Listing.objects.filter(area__in=within, published_at__isnull=False)
    rows = rows.filter(Q(published_at__range=span) | Q(closed_published_at__range=span)).order_by("-published_at", "-id")
    told = rows.values_list("area_id", "listing_no", "unit_name", "published_at", "closed_published_at")
    for area_id, no, unit, published, closed in told[:READ_MOST]:
        url = f'{reverse("public-listings")}?{urlencode({"q": no})}'
        if since <= published <= at:
            yield area_id, Change(published, _("挂牌督办公布：%(unit)s") % {"unit": unit}, url)
        if closed and since <= closed <= at:
            yield area_id, Change(closed, _("挂牌督办销号公布：%(unit)s") % {"unit": unit}, url)


# Who follows


def followed(request: HttpRequest) -> dict[UUID, datetime]:
    """Neighbourhoods of this browser, each with when it was last looked at; what is not ours counts as none."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return {UUID(uid): datetime.fromtimestamp(seen, UTC) for uid, seen in held[:FOLLOWED_MOST]}


def _keep(answer: HttpResponse, held: dict[UUID, datetime], secure: bool) -> None:
    if not held:
        answer.delete_cookie(COOKIE, samesite="Lax")
        return
    told = signing.dumps([[str(uid), int(seen.timestamp())] for uid, seen in held.items()], salt=SALT)
    answer.set_cookie(COOKIE, told, max_age=KEPT, httponly=True, samesite="Lax", secure=secure)


# The pages


@require_GET
@public
def choose(request: HttpRequest) -> HttpResponse:
    """Those that are followed, with how much is new; and all there are to choose from."""
    if seconds := limits.wait_to_read(request):
        return _busy(request, seconds)
    if (uid := uid_of(request.GET.get("area"))) is not None:
        return HttpResponseRedirect(reverse("neighbourhood", args=[_area(uid).uid]))
    at, held = request.at, followed(request)  # type: ignore[attr-defined]
    areas = list(Area.objects.filter(uid__in=held, state="active").order_by("code"))
    told = changes_in(areas, at) if areas else {}
    rows = [{"area": a, "new": sum(change.at > held[a.uid] for change in told[a.id])} for a in areas]
    return _fresh(render(request, "portal/neighbourhoods.html", {"rows": rows, "streets": communities(local_day(at)), "now": at}))


@require_http_methods(["GET", "POST"])
@public
def neighbourhood(request: HttpRequest, uid: UUID) -> HttpResponse:
    """GET what changed, marked what is new since the last look; POST follow=1 or follow=0."""
    if seconds := limits.wait_to_read(request):
        return _busy(request, seconds)
    area, at, held = _area(uid), request.at, followed(request)  # type: ignore[attr-defined]
    if request.method == "POST":
        return _turned(request, area, held)
    since, told = held.get(area.uid), changes_in([area], at)[area.id]
    answer = render(request, "portal/neighbourhood.html", {
        "area": area, "followed": since is not None, "since": since, "now": at, "full": since is None and len(held) >= FOLLOWED_MOST,
        "days": int(parameter("portal.neighbourhood_days", local_day(at))), "most": FOLLOWED_MOST,
        "fresh": sum(since is not None and change.at > since for change in told),
        "changes": [{"change": change, "fresh": since is not None and change.at > since} for change in told]})
    if since is not None:
        _keep(answer, {**held, area.uid: at}, request.is_secure())
    return _fresh(answer)


def _turned(request: HttpRequest, area: Area, held: dict[UUID, datetime]) -> HttpResponse:
    answer = HttpResponseRedirect(reverse("neighbourhood", args=[area.uid]))
    if request.POST.get("follow") != "1":
        held.pop(area.uid, None)
    elif len(held) < FOLLOWED_MOST:
        held = {**held, area.uid: request.at}  # type: ignore[attr-defined]
    _keep(answer, held, request.is_secure())
    return answer


@require_GET
@public
def feed(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The same lines as Atom (RFC 4287), for whoever reads with a program of her own."""
    if seconds := limits.wait_to_read(request):
        return _busy(request, seconds)
    area, at = _area(uid), request.at  # type: ignore[attr-defined]
    page = request.build_absolute_uri(reverse("neighbourhood", args=[area.uid]))
    atom = Atom1Feed(title=_("%(area)s的安全动态") % {"area": area.name}, link=page, description="", feed_url=request.build_absolute_uri(),
                     feed_guid=page)
    for change in changes_in([area], at)[area.id]:
        link = request.build_absolute_uri(change.url) if change.url else page
        atom.add_item(title=change.said, link=link, description=change.said, pubdate=change.at, updateddate=change.at,
                      unique_id=f"{page}#{int(change.at.timestamp())}-{change.said}")
    answer = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=600"
    return answer


def _area(uid: UUID) -> Area:
    return get_object_or_404(Area, uid=uid, state="active", level__in=(Level.STREET, Level.COMMUNITY))


def _busy(request: HttpRequest, seconds: int) -> HttpResponse:
    answer = render(request, "portal/neighbourhood_busy.html", {"seconds": seconds}, status=429)
    answer["Retry-After"] = str(seconds)
    return _fresh(answer)


def _fresh(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    return answer
