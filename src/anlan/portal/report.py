"""The resident's report: a photo, a kind, a place, sent. One page, no sign-in, the same with and without scripts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from anlan.calls import pins
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.rulebook import parameter
from anlan.matters.informants import SEALED
from anlan.matters.models import Matter, Sort
from anlan.matters.residents import resident
from anlan.people.middleware import public
from anlan.toolkit.attachments import kinds
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.attachments.media import Limits
from anlan.toolkit.codes import uid_of

from . import ground as grounds
from . import limits, near, puzzle, receipt
from .forms import ICONS, PICTURES, PortalForm

HELD = "anlan.portal.held"
PHOTOS = Limits(kinds=frozenset(k.name for k in kinds.KINDS if k.family == "picture"))


@require_http_methods(["GET", "POST"])
@public
def report(request: HttpRequest) -> HttpResponse:
    """GET the page, by ?door= for a unit's doorplate; POST what was seen."""
    if request.method != "POST":
        return limits.marked(request, _page(request, None, {}))
    form = PortalForm(request.POST)
    sound = form.is_valid()
    proved = _proved(request, form)
    if seconds := limits.wait_for(request, device=True, proved=proved):
        return _busy(request, form, seconds, proved)
    photos = _photos(request, form)
    if not sound or form.errors:
        return _page(request, form, photos, 422)
    return _taken(request, form, photos)


def _proved(request: HttpRequest, form: PortalForm) -> bool:
    given = form.cleaned_data
    return puzzle.solved(given.get("puzzle") or "", given.get("solved") or "", given.get("ticket"), request.at)  # type: ignore[attr-defined]


def _busy(request: HttpRequest, form: PortalForm, seconds: int, proved: bool) -> HttpResponse:
    told = _("发送太频繁，请过%(n)s秒再试，已填的内容还在。紧急情况请直接拨打电话。") if proved else _(
        "这个页面没有运行脚本，只能慢些收：请过%(n)s秒再点一次发送，已填的内容还在。允许运行脚本就不用等。紧急情况请直接拨打电话。")
    form.add_error(None, told % {"n": seconds})
    answer = _page(request, form, {}, 429)
    answer["Retry-After"] = str(seconds)
    return answer


def _photos(request: HttpRequest, form: PortalForm) -> dict[str, Any]:
    """hashes: of the pictures that have come, now or with the page before; place: where a picture says it was taken."""
    ticket, at = form.cleaned_data.get("ticket"), request.at  # type: ignore[attr-defined]
    kept: dict[str, Any] = {"hashes": _held(form.cleaned_data.get("held") or "", ticket), "place": None}
    sent = request.FILES.getlist("photos")
    if len(sent) + len(kept["hashes"]) > PICTURES:
        form.add_error(None, _("最多传%(n)s张照片。") % {"n": PICTURES})
        return kept
    for upload in sent:
        file = keep(upload.read(), upload.name or "", actor=resident(), at=at, limits=PHOTOS)
        if isinstance(file, Refusal):
            form.add_error(None, list(file.sentences))
            continue
        kept["hashes"] = list(dict.fromkeys([*kept["hashes"], file.sha256]))
        if file.lon is not None and file.lat is not None:
            kept["place"] = kept["place"] or (file.lon, file.lat)
    return kept


def _held(told: str, ticket: UUID | None) -> list[str]:
    """Pictures of the page before; of this ticket only."""
    try:
        of, hashes = signing.loads(told, salt=HELD, max_age=near.GOOD_FOR) if told else ("", [])
    except signing.BadSignature:
        return []
    return list(hashes) if of == str(ticket) else []


def _taken(request: HttpRequest, form: PortalForm, photos: dict[str, Any]) -> HttpResponse:
    given, at = form.cleaned_data, request.at  # type: ignore[attr-defined]
    uid = matter_of(given["ticket"])
    if held := Matter.objects.filter(uid=uid).first():
        return receipt.shown(request, held, pin_of(given["ticket"]), new=False)
    if (joining := near.joined(given["join"], given["ticket"]) if given["join"] else None) is not None:
        return _join(request, form, photos, joining)
    where = _where(request, form, photos)
    if where is None or not _says_something(form, photos):
        return _page(request, form, photos, 422)
    if not given["anyway"] and (known := near.known_near(where, given["sort"], given["what"] + given["place"], at, given["ticket"])):
        return _near_page(request, form, photos, known)
    return _filed(request, form, photos, where, uid)


def _says_something(form: PortalForm, photos: dict[str, Any]) -> bool:
    if not photos["hashes"] and not form.cleaned_data["what"]:
        form.add_error("what", _("请拍一张照片，或者写几个字。"))
        return False
    return True


def _where(request: HttpRequest, form: PortalForm, photos: dict[str, Any]) -> grounds.Ground | None:
    """The place that was told; else the one the photo tells, or the written address. Outside: a sentence with the right number."""
    given, on = form.cleaned_data, local_day(request.at)  # type: ignore[attr-defined]
    unit = grounds.unit_at(given.get("door"))
    point = form.point or (photos["place"] if not given.get("area") else None)
    found = grounds.ground_of(on, unit, point, given.get("area"))
    if found is None and point is not None and given.get("area"):
        found = grounds.ground_of(on, None, None, given["area"])
    found = found or (grounds.addressed(given["place"], on) if point is None else None)
    if found is None and point is not None:
        there = grounds.outside(point, on)
        form.add_error("area", _("这个位置好像在%(name)s，不归本区办理，请拨打 %(phone)s 反映。如果就在本区，请在下面选社区。") % {
            "name": there.name, "phone": there.phone} if there.name else
            _("这个位置不在本区，请拨打当地 %(phone)s 反映。如果就在本区，请在下面选社区。") % {"phone": there.phone})
    elif found is None and given["place"]:
        form.add_error("area", _("没有认出这个地址在哪个社区，请点“用我现在的位置”、在地图上点，或者选所在社区。"))
    elif found is None:
        form.add_error("area", _("请点“用我现在的位置”、在地图上点、写地址，或者选所在社区。"))
    return found


def _filed(request: HttpRequest, form: PortalForm, photos: dict[str, Any], where: grounds.Ground, uid: UUID) -> HttpResponse:
    """The matter and the PIN, both or neither."""
    given, at = form.cleaned_data, request.at  # type: ignore[attr-defined]
    told = {"sort": given["sort"], "what": given["what"], "place": given["place"], "area": str(where.area),
            "photos": photos["hashes"], "urgent": looks_urgent(given["what"], at), "lon": where.lon, "lat": where.lat,
            "premises": str(where.unit.uid) if where.unit else None, "reporter_phone": given["reporter_phone"]}
    try:
        with transaction.atomic():
            advance(Ref("matter", uid), "report", actor=resident(), at=at,
                    given={k: v for k, v in told.items() if v not in (None, "", [], False)})
            matter = Matter.objects.get(uid=uid)
            pins.issue(matter, at, pin_of(given["ticket"]))
    except Refused as refused:
        form.add_error(None, list(refused.refusal.sentences))
        return _page(request, form, photos, 422)
    return receipt.shown(request, matter, pin_of(given["ticket"]), new=True, urgent=bool(told["urgent"]))


def _join(request: HttpRequest, form: PortalForm, photos: dict[str, Any], matter_id: int) -> HttpResponse:
    given, at = form.cleaned_data, request.at  # type: ignore[attr-defined]
    matter, pin = Matter.objects.get(id=matter_id), pin_of(given["ticket"])
    try:
        with transaction.atomic():
            told = advance(Ref("matter", matter.uid), "report_again", actor=resident(), at=at, request=uuid5(given["ticket"], "join"),
                           given={k: v for k, v in (("what", given["what"]), ("photos", photos["hashes"]),
                                                ("reporter_phone", given["reporter_phone"])) if v})
            pin = pin if told.replay or pins.issue(matter, at, pin) else ""
    except Refused as refused:
        form.add_error(None, list(refused.refusal.sentences))
        return _page(request, form, photos, 422)
    return receipt.shown(request, matter, pin, new=not told.replay, joined=True)


def matter_of(ticket: UUID) -> UUID:
    """The matter's own uid, by which offices know it, does not tell the ticket."""
    return uuid5(ticket, "matter")


def pin_of(ticket: UUID) -> str:
    """The same for the same ticket, so that an answer that never came may be asked for again."""
    digest = salted_hmac("anlan.portal.pin", str(ticket), algorithm="sha256").hexdigest()
    return f"{int(digest, 16) % 10 ** pins.DIGITS:0{pins.DIGITS}}"


def looks_urgent(text: str, at: datetime) -> bool:
    return any(word in text for word in parameter("portal.urgent_words", local_day(at)))


# The page


def _page(request: HttpRequest, form: PortalForm | None, photos: dict[str, Any], status: int = 200) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    given = form.data.dict() if form is not None else {}
    if str(given.get("reporter_phone", "")).startswith(SEALED):
        given["reporter_phone"] = ""  # she may tell it again; what is sealed is shown to nobody
    ticket = str(uid_of(given.get("ticket")) or uuid7())
    unit = grounds.unit_at(uid_of(given.get("door") or request.GET.get("door")))
    hashes = photos.get("hashes") or []
    asked, bits = puzzle.question(ticket, limits.address_of(request), at)
    return _fresh(render(request, "portal/report.html", {
        "form": form, "given": given, "ticket": ticket, "unit": unit, "kept": len(hashes), "left": PICTURES - len(hashes),
        "held": signing.dumps([ticket, hashes], salt=HELD) if hashes else "", "sorts": _sorts(given.get("sort", "")),
        "streets": [] if unit else grounds.communities(local_day(at)), "now": at,
        "urgent": form is not None and looks_urgent(given.get("what", ""), at),
        "puzzle": asked, "bits": bits, "words": " ".join(parameter("portal.urgent_words", local_day(at))), "demo": settings.ANLAN_IS_DEMO,
        "faults": _faults(form) if form is not None else []}, status=status))


def _sorts(chosen: str) -> list[dict[str, Any]]:
    return [{"value": s.value, "label": s.label, "icon": ICONS[s], "chosen": s.value == chosen} for s in Sort]


FIRST = {"sort": "sort-blocked", "area": "area", "what": "what", "place": "place", "reporter_phone": "reporter_phone", "website": "website"}


def _faults(form: forms.Form) -> list[dict[str, str]]:
    """Each with the place on the page where it can be mended."""
    return [{"sentence": str(s), "at": FIRST.get(name, "photos")} for name, told in form.errors.items() for s in told]


AGAIN = ("ticket", "sort", "what", "area", "place", "door", "lon", "lat", "reporter_phone", "puzzle", "solved")


def _near_page(request: HttpRequest, form: PortalForm, photos: dict[str, Any], known: list[near.Known]) -> HttpResponse:
    given = form.cleaned_data
    again = {k: str(given[k]) for k in AGAIN if given.get(k) not in (None, "")}
    if photos["hashes"]:
        again["held"] = signing.dumps([again["ticket"], photos["hashes"]], salt=HELD)
    if "lon" not in again and photos["place"]:
        again |= {"lon": str(photos["place"][0]), "lat": str(photos["place"][1])}
    return _fresh(render(request, "portal/near.html", {
        "known": known, "again": again, "now": request.at,  # type: ignore[attr-defined]
        "urgent": looks_urgent(given["what"], request.at)}))  # type: ignore[attr-defined]


def _fresh(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"  # each page has a ticket of its own
    return answer
