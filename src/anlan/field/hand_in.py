"""Records that a phone could not send, brought as the file it saved: each is judged as if the phone itself had told it.

The phone's signature vouches for them, not who brings the file; what came already gets its first receipt.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from anlan.kernel.door import record
from anlan.kernel.refusals import Refusal
from anlan.kernel.wording import words
from anlan.people.access import needs_post
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.intake.bodies import Unreadable, parse_json, read_instant, read_uid

from . import envelopes
from .flow import State
from .models import Device
from .selectors import devices_seen_by

LARGEST, RECORDS_MOST, FILES_MOST = 8 * 1024 * 1024, 2000, 100
OUTCOMES: dict[str, Any] = {"applied": lazy("已收下"), "told": lazy("情况已变，留档备查"), "refused": lazy("未收下"),
                            "waiting": lazy("还缺它前面的一条"), "later": lazy("系统出错，请再交一次")}
words("device", "hand_in", lazy("{who}代交这台手机导出的记录{n}条"))


@require_http_methods(["GET", "POST"])
@needs_post
def hand_in(request: HttpRequest) -> HttpResponse:
    """GET the form; POST records: the file a phone exported, files: its photos and voice notes."""
    faults: list[str] = []
    receipts = _records(request, faults) if request.FILES.get("records") else []
    kept = _files(request, faults)
    if request.method == "POST" and not (receipts or kept or faults):
        faults.append(_("请选择手机导出的文件。"))
    return render(request, "field/hand_in.html", {"faults": faults, "receipts": receipts, "kept": kept, "now": request.at},  # type: ignore[attr-defined]
                  status=422 if faults else 200)


def _records(request: HttpRequest, faults: list[str]) -> list[dict[str, Any]]:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    held = _read(request.FILES["records"])
    uid = read_uid(str(held.get("device"))) if held else None
    device = None if uid is None or isinstance(uid, Refusal) else devices_seen_by(actor, at).filter(uid=uid).first()
    fault = _fault(held, device)
    if fault or device is None:
        faults.append(fault)
        return []
    batch, sent_at = held["envelopes"], _clock_of(held, at)
    told: list[dict[str, Any]] = []
    for start in range(0, len(batch), envelopes.MOST):
        told += envelopes.tell(batch[start:start + envelopes.MOST], device, sent_at, at)
    record(device, "hand_in", actor=actor, at=at, data={"n": len(batch)})
    return [{"what": _named(sent), "outcome": OUTCOMES[one["outcome"]], "refused": one["outcome"] != "applied",
             "sentences": one.get("sentences") or [one.get("sentence") or ""]} for sent, one in zip(batch, told, strict=True)]


def _fault(held: dict[str, Any], device: Device | None) -> str:
    """Why nothing of the file is taken; empty: it is."""
    if not isinstance(held.get("envelopes"), list) or not held["envelopes"]:
        return _("这不是手机导出的记录文件，或者文件不完整。")
    if len(held["envelopes"]) > RECORDS_MOST:
        return _("一个文件最多 %(n)s 条记录。") % {"n": RECORDS_MOST}
    if device is None:
        return _("没有找到导出它的手机，或者它不在您的范围内。")
    return _("这台手机已停用，它的记录不再接收。") if device.state == State.SHUT_OUT else ""


def _read(upload: Any) -> dict[str, Any]:
    try:
        held = parse_json(upload.read()) if upload.size <= LARGEST else {}
    except (ValueError, Unreadable):
        return {}
    return held if isinstance(held, dict) else {}


def _clock_of(held: dict[str, Any], at: datetime) -> datetime | None:
    """The phone's clock when it exported, where that lies ahead of ours: it was fast by so much at least. Else unknown."""
    exported = read_instant(str(held.get("exported_at")), "exported_at")
    return exported if not isinstance(exported, Refusal) and exported > at + timedelta(minutes=1) else None


def _named(sent: Any) -> str:
    """When and what, as far as the file says it."""
    try:
        body = parse_json(str(sent["body"]).encode())
        return f'{str(body["at"])[:16].replace("T", " ")} {envelopes.FLOWS[body["kind"]].label}'
    except (KeyError, TypeError, ValueError, Unreadable):
        return "—"


def _files(request: HttpRequest, faults: list[str]) -> int:
    """Photos and voice notes find their records by their own content. How many were kept."""
    sent, n = request.FILES.getlist("files"), 0
    if len(sent) > FILES_MOST:
        faults.append(_("一次最多交 %(n)s 个照片或录音，请分几次。") % {"n": FILES_MOST})
        return 0
    for upload in sent:
        kept = keep(upload.read(), upload.name or "", actor=request.actor, at=request.at)  # type: ignore[attr-defined]
        if isinstance(kept, Refusal):
            faults += map(str, kept.sentences)
        else:
            n += 1
    return n
