"""My notices; what the bureau sets; and how sending stands, for whoever keeps the system."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.rulebook import rulebook
from anlan.people.access import needs
from anlan.people.models import Organisation, Post
from anlan.toolkit.formfields import ReferenceField
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.books import note
from anlan.toolkit.registers.caseurls import hidden_of
from anlan.toolkit.registers.exporting import MIME
from anlan.toolkit.registers.inputs import page_form, resolve, tell_refusal
from anlan.toolkit.sheets import write_csv
from anlan.toolkit.ui import parts

from .actions import add_channel, allow_gateway, named_form, renew_account
from .flow import LIVE, ChannelState, GatewayState, MessageState, WishesForm, WishesState
from .gateways import WAYS
from .kinds import always_out, told_always
from .models import Channel, Gateway, Message, Quiet, Sort, Wishes
from .quiet import usual_hours
from .selectors import states_of_all
from .sending import sender_of

NAMESPACE = UUID("6f0d8a5e-3c0b-5b57-9a0e-2f1d6b7c8e90")
STATES_PAGE, STATES_EXPORTED = 50, 100_000
GIVES = needs("gateways.edit", says=gettext_lazy("外发网关和机构渠道由系统管理员或应急管理部门维护"))


def _reader(request: HttpRequest) -> tuple[Actor, datetime]:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.person_id is None:
        raise Http404
    return actor, request.at  # type: ignore[attr-defined]


# One's own


@require_GET
def my_notices(request: HttpRequest) -> HttpResponse:
    """Where notices go, what goes out, and when not."""
    return _mine(request)


def _mine(request: HttpRequest, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
    actor, at = _reader(request)
    rules, day = rulebook(), local_day(at)
    wishes = Wishes.objects.filter(person_id=actor.person_id).first()
    own = Channel.objects.filter(person_id=actor.person_id, state__in=LIVE).select_related("gateway").order_by("id")
    since, until = usual_hours(rules, day)
    return render(request, "outgoing/mine.html", {
        "channels": [(channel, Sort(channel.gateway.sort).label, _buttons(channel)) for channel in own],
        "gateways": [g for g in Gateway.objects.filter(state=GatewayState.OPEN).order_by("id") if WAYS[g.sort].personal],
        "form": form or WishesForm(initial=_wished(wishes)), "off": wishes is not None and wishes.state == WishesState.OFF,
        "always": "、".join(told_always(always_out(rules, day))), "hours": f"{since:%H:%M}–{until:%H:%M}",
        "provisional": rules.setting("notice.quiet_hours", day).provisional, "muted": ChannelState.MUTED,
        "null": sender_of() is None}, status=status)


def _wished(wishes: Wishes | None) -> dict[str, Any]:
    if wishes is None:
        return {"quiet": Quiet.USUAL}
    return {"stays": wishes.stays, "quiet": wishes.quiet, "quiet_from": wishes.quiet_from, "quiet_until": wishes.quiet_until}


def _buttons(channel: Channel) -> list[parts.Move]:
    def move(name: str, label: str, question: str = "") -> parts.Move:
        return parts.Move(label, f"/desk/channels/{channel.uid}/{name}", posts=True, question=question, grave=bool(question),
                          hidden=hidden_of(channel))

    muting = move("unmute", _("取消静音")) if channel.state == ChannelState.MUTED else move("mute", _("静音"))
    return [move("test", _("发一条测试")), muting, move("remove", _("移除"), _("移除后地址从系统里删去，通知不再发到这里。现在移除？"))]


@require_POST
def set_wishes(request: HttpRequest) -> HttpResponse:
    actor, at = _reader(request)
    form = WishesForm(request.POST)
    if not form.is_valid():
        return _mine(request, form, status=422)
    told = {name: form.fields[name].widget.value_from_datadict(request.POST, request.FILES, name) for name in form.fields}
    _wish(actor, at, told)
    messages.success(request, _("已保存"))
    return redirect("outgoing:mine")


def _wish(actor: Actor, at: datetime, told: dict[str, Any]) -> None:
    """The first wish opens the row; its uid follows from the person."""
    uid = wishes_uid(actor)
    known = Wishes.objects.filter(uid=uid).exists()
    given = told if known else {**told, "person_id": actor.person_id}
    advance(Ref("wishes", uid), "change" if known else "begin", actor=actor, at=at, given=given)


def wishes_uid(actor: Actor) -> UUID:
    return uuid5(NAMESPACE, str(actor.person_id))


@require_POST
def switch_subscription(request: HttpRequest) -> HttpResponse:
    """Out of everything that one may leave, or back."""
    actor, at = _reader(request)
    wishes = Wishes.objects.filter(person_id=actor.person_id).first()
    if wishes is None:
        _wish(actor, at, {"quiet": Quiet.USUAL})
    leaving = wishes is None or wishes.state == WishesState.ON
    advance(Ref("wishes", wishes_uid(actor)), "unsubscribe" if leaving else "subscribe", actor=actor, at=at)
    messages.success(request, _("已退订：除不能关闭的以外，通知只在安澜里看") if leaving else _("已恢复接收外发通知"))
    return redirect("outgoing:mine")


@never_cache
@require_http_methods(["GET", "POST"])
def add_mine(request: HttpRequest, uid: UUID) -> HttpResponse:
    actor, at = _reader(request)
    gateway = Gateway.objects.filter(uid=uid, state=GatewayState.OPEN).first()
    if gateway is None or not WAYS[gateway.sort].personal:
        raise Http404
    form_class = named_form(WAYS[gateway.sort].address, gateway.name)
    return _asked(request, form_class, _("添加%(name)s") % {"name": gateway.name}, reverse("outgoing:mine"),
                  lambda told: add_channel(gateway, told.pop("name"), told, holder=actor.name, person_id=actor.person_id,
                                           actor=actor, at=at), _("添加后请点“发一条测试”，确认收得到。"))


# The bureau's


class ForPartyForm(forms.Form):
    organisation = ReferenceField(label=gettext_lazy("归哪个机构"), choices_from="organisations", required=False)
    post = ReferenceField(label=gettext_lazy("或归哪个岗位"), choices_from="posts", required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if bool(told.get("organisation")) == bool(told.get("post")):
            raise forms.ValidationError(_("机构和岗位选一个"))
        return told


@GIVES
@require_GET
def choose_gateway(request: HttpRequest) -> HttpResponse:
    ways = [(g.name, Sort(g.sort).label, reverse("outgoing:add_for_party", args=[g.uid]))
            for g in Gateway.objects.filter(state=GatewayState.OPEN).order_by("id")]
    return _ways(request, _("添加机构的外发渠道"), ways)


@GIVES
@require_GET
def choose_sort(request: HttpRequest) -> HttpResponse:
    return _ways(request, _("登记外发网关"), [(label, "", reverse("outgoing:allow", args=[sort])) for sort, label in Sort.choices])


def _ways(request: HttpRequest, title: str, ways: list[tuple[str, str, str]]) -> HttpResponse:
    return render(request, "outgoing/ways.html", {"title": title, "ways": ways})


@never_cache
@GIVES
@require_http_methods(["GET", "POST"])
def add_for_party(request: HttpRequest, uid: UUID) -> HttpResponse:
    actor, at = _reader(request)
    gateway = Gateway.objects.filter(uid=uid, state=GatewayState.OPEN).first()
    if gateway is None:
        raise Http404

    def add(told: dict[str, Any]) -> UUID:
        party = _party(told.pop("organisation", None), told.pop("post", None))
        return add_channel(gateway, told.pop("name"), told, holder=str(party), party_id=party.id, actor=actor, at=at)

    form_class = type("PartyChannelForm", (ForPartyForm, named_form(WAYS[gateway.sort].address, gateway.name)), {
        "field_order": ["name", "organisation", "post"]})
    return _asked(request, form_class, _("添加%(name)s") % {"name": gateway.name}, "/desk/channels/", add)


def _party(organisation: UUID | None, post: UUID | None) -> Any:
    """Raises Refused where there is none such in use."""
    model, uid = (Organisation, organisation) if organisation else (Post, post)
    found = model._default_manager.filter(uid=uid, state="active").first()
    if found is None:
        raise Refused(Refusal((_("没有找到这个机构或岗位"),)))
    return found


@never_cache
@GIVES
@require_http_methods(["GET", "POST"])
def allow(request: HttpRequest, sort: str) -> HttpResponse:
    actor, at = _reader(request)
    if sort not in WAYS:
        raise Http404
    form_class = named_form(WAYS[sort].server, str(Sort(sort).label))
    return _asked(request, form_class, _("登记%(sort)s网关") % {"sort": Sort(sort).label}, "/desk/gateways/",
                  lambda told: allow_gateway(sort, told.pop("name"), told, actor=actor, at=at))


@never_cache
@GIVES
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everything is typed anew: what is kept is never shown."""
    actor, at = _reader(request)
    gateway = Gateway.objects.filter(uid=uid).first()
    if gateway is None:
        raise Http404
    return _asked(request, WAYS[gateway.sort].server, _("更换“%(name)s”的账号") % {"name": gateway.name},
                  f"/desk/gateways/{uid}/", lambda told: renew_account(gateway, told, actor=actor, at=at))


def _asked(request: HttpRequest, form_class: type[forms.Form], title: str, back: str, act: Any, intro: str = "") -> HttpResponse:
    """The form, or what comes of it; what was typed is not kept as a draft, since it may be a secret."""
    actor, at = _reader(request)
    form = page_form(form_class, actor, at, data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        given = {n: f.widget.value_from_datadict(request.POST, request.FILES, n) for n, f in form.fields.items()}
        faults = resolve(form_class, given, actor, at)
        cleaned = form_class(data=given)
        try:
            if not faults and cleaned.is_valid():
                act(dict(cleaned.cleaned_data))
                messages.success(request, _("已保存"))
                return redirect(back)
            refusal = Refusal((), tuple((n, tuple(s)) for n, s in faults) or tuple(
                (n, tuple(map(str, e))) for n, e in cleaned.errors.items()))
        except Refused as refused:
            refusal = refused.refusal
        tell_refusal(form, refusal, given)
        status = 422
    return render(request, "outgoing/ask.html", {"title": title, "form": form, "back": back, "intro": intro}, status=status)


# How sending stands


@needs("system.watch")
@require_GET
def states(request: HttpRequest) -> HttpResponse:
    """To whom, by which way, when and in what state; never what it says."""
    state, way, before = (request.GET.get(name, "") for name in ("state", "way", "before"))
    rows = _states_asked(request)
    rows = rows.filter(id__lt=int(before)) if before.isascii() and before.isdecimal() and len(before) < 19 else rows
    found = list(rows[: STATES_PAGE + 1])
    shown = found[:STATES_PAGE]
    asked = request.GET.copy()
    asked["before"] = str(shown[-1].id) if shown else ""
    whole = request.GET.copy()
    whole.pop("before", None)
    return render(request, "outgoing/states.html", {
        "table": _states(shown, whole.urlencode()), "text": _text(request),
        "states": MessageState.choices, "ways": Sort.choices, "state": state, "way": way,
        "next": asked.urlencode() if len(found) > STATES_PAGE else ""})


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:60]


def _states_asked(request: HttpRequest) -> QuerySet[Message]:
    state, way, text = request.GET.get("state", ""), request.GET.get("way", ""), _text(request)
    rows = states_of_all()
    rows = rows.filter(state=state) if state in MessageState.values else rows
    rows = rows.filter(way=way) if way in Sort.values else rows
    return rows.filter(Q(to_name__icontains=text) | Q(why__icontains=text)) if text else rows


@needs("system.watch")
@require_GET
def export_states(request: HttpRequest) -> HttpResponseBase:
    """All that the list shows, without what any message says; who took it stands in the book of messages."""
    actor, at = _reader(request)
    rows = list(_states_asked(request)[:STATES_EXPORTED])
    note(REGISTERS["messages"], "exported", actor=actor, at=at, data={"rows": len(rows), "format": "CSV"})
    table = _states(rows)
    answer = StreamingHttpResponse(write_csv([c.label for c in table.columns], [list(map(_plainly, r.cells)) for r in table.rows]),
                                   content_type=MIME["csv"])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_('外发情况'))}.csv"
    answer["Cache-Control"] = "no-store"
    return answer


def _plainly(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, datetime) else str(cell)


def _states(rows: list[Message], words: str = "") -> parts.Table:
    columns = (parts.Column(_("时间"), "when"), parts.Column(_("发给")), parts.Column(_("途径")), parts.Column(_("形式")),
               parts.Column(_("状态")), parts.Column(_("发出或结束时间"), "when"), parts.Column(_("原因")))
    lines = [parts.Row((m.at, m.to_name, m.get_way_display(), m.get_sort_display(), MessageState(m.state).label,
                        m.ended_at or "—", m.why), key=str(m.uid)) for m in rows]
    exports = [parts.Link(_("导出 CSV"), f"export.csv?{words}", "export")] if lines else []
    return parts.Table(_("外发情况"), columns, lines, parts.Empty(_("没有符合的消息"), _("有通知外发时，会出现在这里。")), exports=exports)
