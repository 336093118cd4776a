"""What a phone asks: to be known, what to take along, to tell what was done, to send its photos. All answers carry a mark."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.kernel.refusals import Refusal, Refused
from anlan.patrols import positions
from anlan.people import sessions
from anlan.people.access import needs_post
from anlan.people.models import Person, Post
from anlan.toolkit.intake import answers
from anlan.toolkit.intake.bodies import Unreadable, read_bytes, read_instant, read_json, read_uid

from . import envelopes, pack, photos
from .flow import State
from .models import Device
from .selectors import devices_seen_by

HASH = re.compile(r"[0-9a-f]{64}")
DEVICE, OWN = "X-Anlan-Device", "X-Anlan-Field"
MARK = {"anlan": 1}
View = Callable[..., HttpResponse]


def told(data: dict[str, Any], status: int = 200) -> HttpResponse:
    return answers.json_answer({**MARK, **data}, status)


def fault(status: int, *sentences: Any, wipe: bool = False) -> HttpResponse:
    return told({"error": answers.fault(sentences), "wipe": wipe}, status)


def from_the_app(view: View) -> View:
    """Asked by the app itself: its own header, which no foreign page can send, stands for the token of a form."""

    @csrf_exempt
    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get(OWN) != "1":
            return fault(403, _("请从现场应用里办理"))
        if request.actor.post_id is None:  # type: ignore[attr-defined]
            return fault(403, _("这一页须以岗位身份查看，您目前没有在任的岗位"))
        try:
            return view(request, *args, **kwargs)
        except Unreadable as unreadable:
            return fault(unreadable.status, unreadable)
        except Refused as refused:
            return fault(422, *refused.refusal.sentences)

    return judged


def with_device(view: View) -> View:
    """The phone that asks is known, its own person's, and not shut out; `request.device`."""

    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        uid = read_uid(request.headers.get(DEVICE, ""))
        device = None if isinstance(uid, Refusal) else Device.objects.filter(uid=uid).first()
        if device is None:
            return fault(403, _("这台手机还没有登记"))
        if device.state != State.IN_USE:
            return fault(403, _("这台手机已停用，手机上的数据已清除。需要继续使用的，请与社区联系后重新登记。"), wipe=True)
        if device.person_id != request.actor.person_id:  # type: ignore[attr-defined]
            owner = Person.objects.filter(id=device.person_id).values_list("name", flat=True).first()
            return fault(403, _("这台手机登记在%(name)s名下，请由本人登录后发送") % {"name": owner})
        request.device = device  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return from_the_app(judged)


@require_POST
@from_the_app
def enrol(request: HttpRequest) -> HttpResponse:
    """Make the phone's key known. Sent again, it is the phone that is known already."""
    body = read_json(request)
    uid = read_uid(str(body.get("uid")))
    if isinstance(uid, Refusal):
        return fault(422, *uid.sentences)
    given = {"name": str(body.get("name") or "")[:80], "key": str(body.get("key"))}
    advance(Ref("device", uid), "enrol", actor=request.actor, at=request.at, given=given)  # type: ignore[attr-defined]
    return told({"device": str(uid)})


@require_POST
@with_device
def give_back(request: HttpRequest) -> HttpResponse:
    """Signed out on the phone: its key is worth nothing any more, and the session ends."""
    device = request.device  # type: ignore[attr-defined]
    advance(Ref("device", device.uid), "give_back", actor=request.actor, at=request.at)  # type: ignore[attr-defined]
    positions.forget(device.person_id)
    sessions.end(request)
    return told({"wipe": True})


@require_GET
@with_device
def take_along(request: HttpRequest) -> HttpResponse:
    """The pack; 304 where the phone has it already. The clock is told each time."""
    device, actor = request.device, request.actor  # type: ignore[attr-defined]
    Device.objects.filter(pk=device.pk).update(seen_at=real_time())
    made = pack.pack_for(actor, request.at, Post.objects.get(id=actor.post_id))  # type: ignore[attr-defined]
    made["place"] = pack.place_rules(device.shares_since, request.at)  # type: ignore[attr-defined]
    tag = f'"{pack.tag_of(made)}"'
    same = request.headers.get("If-None-Match") == tag
    answer: HttpResponse = HttpResponseNotModified() if same else told({"pack": made})
    answer["ETag"], answer["X-Anlan-Now"] = tag, answers.instant(request.at)  # type: ignore[attr-defined]
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_POST
@with_device
def sync(request: HttpRequest) -> HttpResponse:
    """A batch of envelopes; each gets its receipt, whatever becomes of the others."""
    device, at = request.device, request.at  # type: ignore[attr-defined]
    body = read_json(request)
    batch = body.get("envelopes")
    sent_at = read_instant(str(body.get("sent_at")), "sent_at")
    if isinstance(sent_at, Refusal) or not isinstance(batch, list) or not 1 <= len(batch) <= envelopes.MOST:
        return fault(400, _("一次提交 1 至 %(most)s 件。") % {"most": envelopes.MOST})
    Device.objects.filter(pk=device.pk).update(seen_at=real_time())
    return told({"now": answers.instant(at), "receipts": envelopes.tell(batch, device, sent_at, at)})


@require_POST
@with_device
def sharing(request: HttpRequest) -> HttpResponse:
    """{"on": true}: the person has read what is shared and agrees, which the journal keeps; false: what is known is deleted."""
    device, actor, at = request.device, request.actor, request.at  # type: ignore[attr-defined]
    wanted = read_json(request).get("on") is True
    if wanted != bool(device.shares_since):
        advance(Ref("device", device.uid), "share_place" if wanted else "keep_place", actor=actor, at=at)
    if not wanted:
        positions.forget(actor.person_id)
    return told({"place": pack.place_rules(at if wanted else None, at)})


@require_POST
@with_device
def place(request: HttpRequest) -> HttpResponse:
    """Where the phone is now. Kept only with consent and on duty, and then only the newest."""
    body, device, actor, at = read_json(request), request.device, request.actor, request.at  # type: ignore[attr-defined]
    lon, lat, accuracy = (_degrees(body.get(name)) for name in ("lon", "lat", "accuracy_m"))
    if lon is None or lat is None:
        return fault(422, _("定位的写法不对，没有保存"))
    if not device.shares_since:
        return fault(422, _("还没有同意共享位置，没有保存"))
    refused = positions.tell_place(actor, lon, lat, accuracy, at)
    return told({"kept": refused is None, "sentence": "" if refused is None else "".join(map(str, refused.sentences))})


def _degrees(raw: Any) -> float | None:
    return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw) else None


@require_http_methods(["GET", "PUT"])
@with_device
def photo(request: HttpRequest, sha256: str) -> HttpResponse:
    """GET: how far it has come. PUT ?offset=&size=: the next piece."""
    device = request.device  # type: ignore[attr-defined]
    if not HASH.fullmatch(sha256):
        return fault(422, _("附件标识写法不对"))
    if request.method == "GET":
        return _standing(photos.standing(sha256, device.id))
    offset, size = (request.GET.get(name, "") for name in ("offset", "size"))
    if not (offset.isdecimal() and size.isdecimal() and 0 < int(size) <= photos.LARGEST):
        return fault(422, _("照片太大或不完整，未接收"))
    return _standing(photos.put(sha256, device.id, int(offset), int(size), read_bytes(request), actor=request.actor,  # type: ignore[attr-defined]
                                at=request.at))  # type: ignore[attr-defined]


def _standing(now: photos.Standing) -> HttpResponse:
    refused = answers.fault(now.refused.sentences) if now.refused is not None else None
    return told({"offset": now.offset, "whole": now.whole, "refused": refused})


@require_http_methods(["GET", "POST"])
@needs_post
def phones(request: HttpRequest) -> HttpResponse:
    """Phones of one's ground, and one's own: a lost one is shut out here."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    faults: tuple[Any, ...] = ()
    if request.method == "POST":
        uid = read_uid(request.POST.get("uid", ""))
        held = None if isinstance(uid, Refusal) else devices_seen_by(actor, at).filter(uid=uid).first()
        faults = _shut_out(request, held.uid if held else None)
        if not faults:
            return redirect("field-phones")
    held = list(devices_seen_by(actor, at).order_by("state", "-id")[:200])
    names = dict(Person.objects.filter(id__in={d.person_id for d in held}).values_list("id", "name"))
    return render(request, "field/phones.html", {
        "phones": [{"device": d, "person": names.get(d.person_id, ""), "live": d.state == State.IN_USE,
                    "state": State(d.state).label} for d in held], "faults": faults}, status=422 if faults else 200)


def _shut_out(request: HttpRequest, uid: UUID | None) -> tuple[Any, ...]:
    if uid is None:
        return (_("没有找到，或者它不在您的范围内。"),)
    try:
        advance(Ref("device", uid), "shut_out", actor=request.actor, at=request.at,  # type: ignore[attr-defined]
                given={"reason": request.POST.get("reason", "")})
        positions.forget(Device.objects.get(uid=uid).person_id)
    except Refused as refused:
        return refused.refusal.sentences
    return ()
