"""Following a report with number and PIN: each step in plain words; withdraw, rate, ask once more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from anlan.calls import forms as call_forms
from anlan.calls import pins
from anlan.calls.public import awaiting, steps_of
from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refused
from anlan.matters.forms import AgainForm, RateForm
from anlan.matters.models import Matter
from anlan.matters.residents import resident
from anlan.people.middleware import public

from . import limits
from .forms import FollowForm

MOBILE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")
FORMS: dict[str, Any] = {"rate": RateForm, "ask_again": AgainForm, "withdraw": forms.Form,
                         "rate_by_reporter": call_forms.CloseForm, "rework_by_reporter": call_forms.ReasonForm}
DONE: dict[str, Any] = {"rate": lazy("谢谢您的评价。"), "ask_again": lazy("已请社区再次办理。"), "withdraw": lazy("已撤回，不再办理。"),
                        "rate_by_reporter": lazy("谢谢您的评价。"), "rework_by_reporter": lazy("已请承办方再次办理。")}
SAID: dict[str, Any] = {
    "report": lazy("已收到，交所在社区办理。"), "open": lazy("已登记，交所在社区办理。"),
    "report_again": lazy("又有居民反映同一情况。"), "join": lazy("与另一件反映的是同一件事，一并办理。"),
    "part": lazy("恢复单独办理。"), "answer": lazy("社区已答复。"), "go_unanswered": lazy("到期没有答复，已提醒社区和街道。"),
    "hand_back": lazy("没有办成，正在另行安排。"), "settle": lazy("已办结。"), "close": lazy("已办结。"),
    "take_up": lazy("抽查没有通过，重新办理。"), "reject": lazy("不予受理：{reason}"),
    "ask_again": lazy("您要求再办理。"), "rate": lazy("您已评价。"), "withdraw": lazy("您已撤回。")}
STAGES: dict[str, Any] = {
    "found": lazy("已立为隐患。"), "registered": lazy("已立为隐患。"), "graded": lazy("已立为隐患并定级。"),
    "notified": lazy("已告知责任单位整改。"), "rectifying": lazy("责任单位正在整改。"),
    "self_checked": lazy("责任单位报告已改好，等待复查。"),
    "review_pending": lazy("等待现场复查。"), "closed": lazy("复查通过，隐患已消除。"), "cancelled": lazy("经核实不属于隐患。"),
    "to_enforcement": lazy("已移交执法。")}
MOST = 60


class Shown(NamedTuple):
    matter: Matter
    first: bool
    keys: dict[str, str]


@require_http_methods(["GET", "POST"])
@public
def follow(request: HttpRequest) -> HttpResponse:
    """GET the form, POST number and PIN; wrong ones all look the same."""
    form = FollowForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    if seconds := limits.wait_for(request, device=False):
        form.add_error(None, _("查询太频繁，请过一会儿再试。"))
        answer = _page(request, form, status=429)
        answer["Retry-After"] = str(seconds)
        return answer
    given = form.cleaned_data
    opened = pins.open_with(given["code"], given["pin"], real=real_time(), day_at=request.at,  # type: ignore[attr-defined]
                            address=limits.address_of(request), kept=given["kept"])
    if opened.matter is None:
        form.add_error(None, opened.sentence)
        return _page(request, form, status=422)
    shown = Shown(opened.matter, opened.first, {k: given[k] for k in ("code", "pin", "kept")})
    return _page(request, form, shown, _decided(request, shown))


def _decided(request: HttpRequest, shown: Shown) -> list[str]:
    """What the first reporter has just asked for, in words; a refusal says why."""
    move, at = request.POST.get("move", ""), request.at  # type: ignore[attr-defined]
    if move not in FORMS or not shown.first:
        return []
    call = awaiting(shown.matter) if move.endswith("_by_reporter") else None
    if move.endswith("_by_reporter") and call is None:
        return []
    form = FORMS[move](request.POST)
    if not form.is_valid():
        return [str(e) for told in form.errors.values() for e in told]
    ref = Ref("call", call.uid) if call is not None else Ref("matter", shown.matter.uid)
    try:
        with transaction.atomic():
            advance(ref, move, actor=resident(shown.matter.id), at=at,
                    given={k: request.POST[k] for k in form.base_fields if request.POST.get(k)})
    except Refused as refused:
        return list(refused.refusal.sentences)
    return [str(DONE[move])]


def _page(request: HttpRequest, form: FollowForm, shown: Shown | None = None, said: Sequence[str] = (),
          status: int = 200) -> HttpResponse:
    told: dict[str, Any] = {"form": form, "said": said, "now": request.at}  # type: ignore[attr-defined]
    if shown is not None:
        shown.matter.refresh_from_db()
        told |= {"matter": shown.matter, "steps": list(steps(shown.matter)), "answer": veiled(shown.matter.answer),
                 "offers": list(_offers(shown)), "state": _state(shown.matter)}
    answer = render(request, "portal/follow.html", told, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _state(matter: Matter) -> dict[str, Any]:
    words = {"open": (_("等待答复"), "waiting"), "answered": (_("正在办理") if matter.hanging else _("已答复"), "working"),
             "closed": (_("已办结"), "closed"), "rejected": (_("不予受理"), "stopped"), "withdrawn": (_("已撤回"), "stopped")}
    word, tone = words[matter.state]
    return {"word": word, "tone": tone}


class Offer(NamedTuple):
    """Something that the reporter may do now. grave: it cannot be undone."""

    title: str
    form: forms.Form
    submit: str
    hidden: dict[str, str]
    grave: bool = False


def _offers(shown: Shown) -> Iterator[Offer]:
    m = shown.matter
    if not shown.first:
        return
    if (call := awaiting(m)) is not None:
        yield _offer(shown, "rate_by_reporter", _("请您评价"), _("评价并结束"))
        if not call.reworks:
            yield _offer(shown, "rework_by_reporter", _("没有解决？可以要求再办理一次"), _("请再办理"))
    elif m.state in ("answered", "closed") and not m.hanging:
        if m.stars is None:
            yield _offer(shown, "rate", _("请您评价"), _("提交评价"))
        if not m.reworks:
            yield _offer(shown, "ask_again", _("没有解决？可以要求再办理一次"), _("请再办理"))
    elif m.state == "open" and not (m.hanging or m.others or m.reworks):
        yield _offer(shown, "withdraw", _("不用办了？"), _("撤回这次上报"), grave=True)


def _offer(shown: Shown, move: str, title: str, submit: str, grave: bool = False) -> Offer:
    return Offer(title, FORMS[move](), submit, {**shown.keys, "move": move}, grave)


# The steps


class Step(NamedTuple):
    at: datetime
    who: str
    said: str


def steps(matter: Matter) -> list[Step]:
    """What has happened, oldest first: of the matter, of its calls and of its hazards. Bodies are named, people never."""
    entries = Entry.objects.filter(kind="matter", subject_id=matter.id, verb__in=SAID, corrects=None).order_by("n")[:MOST]
    found = [Step(e.at, "", veiled(str(SAID[e.verb]).format(reason=(e.data.get("given") or {}).get("reason", ""))))
             for e in entries]
    found += [Step(s["at"], f'{s["level"]} {s["who"]}', s["said"]) for s in steps_of(matter)]
    found += [Step(h.changed_at, "", str(STAGES[h.state])) for h in Hazard.objects.filter(matter=matter)]
    return sorted(found, key=lambda s: s.at)


def veiled(text: str) -> str:
    """An answer may name a mobile by mistake; it is not for everybody who holds the number."""
    return MOBILE.sub(r"\1****\2", text)


