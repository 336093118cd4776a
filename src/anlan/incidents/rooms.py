"""The command room of one incident, and its tracing back: pages for those who handle it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.duty.selectors import stands_watch
from anlan.kernel.models import Clock
from anlan.kernel.rulebook import rulebook
from anlan.people.access import needs_post
from anlan.people.middleware import refuse
from anlan.resources.flow import OPEN
from anlan.resources.flow import State as CalloutState
from anlan.resources.team_models import Callout
from anlan.resources.team_register import TONES
from anlan.toolkit.layers import with_outer_tiles
from anlan.toolkit.ui import parts, signs

from . import inside, story, tracing
from .contents import COUNTS
from .flow import INCIDENT, RELAY, State
from .models import Fault, Incident, Instruction, Relay
from .register import IncidentRegister
from .selectors import handles, incidents_seen_by

ON_THE_MAP = ("incidents", "callouts", "crews", "needs", "transfers", "shelters")
COMING = ("called", "signed", "on_way")


def for_those_who_handle_it(view: Callable[[HttpRequest, Incident], HttpResponse]) -> Callable[..., HttpResponse]:
    """An incident is seen by any post on duty; who told whom only by those who handle it. Raises Http404."""

    def inner(request: HttpRequest, uid: UUID) -> HttpResponse:
        found = _with_its_limit(incidents_seen_by(request.actor, request.at)).filter(uid=uid).first()
        if found is None:
            raise Http404
        if not handles(request.actor, found) and not stands_watch(request.actor, request.at):
            return refuse(request, _("这一页由事发地的社区、街道和区值班室查看。"), 403)
        return view(request, found)

    return inner


def _with_its_limit(rows: Any) -> Any:
    """With the next report that is due, and what it is."""
    running = Clock.objects.filter(kind="incident", case_id=OuterRef("pk"), stopped_at=None).order_by("due_at")
    return rows.annotate(next_due=Subquery(running.values("due_at")[:1]), next_clock=Subquery(running.values("name")[:1]))


def _due(kind: str) -> Subquery:
    return Subquery(Clock.objects.filter(kind=kind, case_id=OuterRef("pk"), stopped_at=None).order_by("due_at").values("due_at")[:1])


def _to_report(relay: Relay) -> str:
    return RELAY.clock_label("written" if relay.phoned_at else "phone")


@require_GET
@needs_post
@for_those_who_handle_it
def room(request: HttpRequest, incident: Incident) -> HttpResponse:
    """What is known, who owes what, who is on the way and what happened, newest first. ?wall=1 for the wall."""
    relays = list(Relay.objects.filter(incident=incident).exclude(state="withdrawn").annotate(next_due=_due("relay")).order_by("id"))
    orders = list(Instruction.objects.filter(incident=incident).annotate(next_due=_due("instruction")).order_by("id")[:200])
    teams = list(Callout.objects.filter(for_kind="incident", for_uid=incident.uid).select_related("team").order_by("id")[:200])
    told = story.lines(incident)
    field = inside.of(incident, story.kinds_of(told))
    owed = sorted([(x.next_due, x.who, _to_report(x) if isinstance(x, Relay) else str(x)) for x in (*relays, *orders) if x.next_due]
                  + [(c.next_due, c.name, _("报平安")) for c in field.crews if c.next_due]
                  + ([(incident.next_due, _("两个值班室"), INCIDENT.clock_label(incident.next_clock))] if incident.next_due else []))
    page = "incidents/wall.html" if request.GET.get("wall") else "incidents/room.html"
    return with_outer_tiles(render(request, page, {
        "case": incident, "sign": _state(incident), "now": request.at, "figures": _figures(incident), "owed": owed,
        "kinds": " ".join(story.KINDS),
        "orders": [_order(o) for o in orders], "teams": [_team(t) for t in teams], "field": field, "trail": story.trail(told[::-1]),
        "newest": story.trail(told[:-9:-1]), "situation": situation(incident, relays, orders, teams, field), "map": _map_url(incident),
        "told_url": f"/desk/map/told?layers={','.join(ON_THE_MAP)}&area={incident.area.uid}", "ways": ways(incident, teams, field)}))


def _figures(x: Incident) -> list[parts.Figure]:
    return [parts.Figure(str(label), getattr(x, name), str(_("人"))) for name, label in COUNTS]


def _state(x: Incident) -> str:
    return signs.state_sign(str(State(x.state).label), IncidentRegister.tones[x.state])


def _order(o: Instruction) -> tuple[Instruction, str]:
    tone = "late" if o.late and o.done_at is None else {"issued": "new", "taken": "working", "done": "closed"}.get(o.state, "stopped")
    said = {"issued": _("待签收"), "taken": _("办理中"), "done": _("已完成"), "withdrawn": _("已收回")}[o.state]
    return o, signs.state_sign(said, tone)


def _team(t: Callout) -> tuple[Callout, str]:
    """With where it is: called, signed, on the way, there."""
    red = t.late or (t.unsigned and t.state == CalloutState.CALLED)
    return t, signs.state_sign(str(CalloutState(t.state).label), "late" if red and t.state in OPEN else TONES[t.state])  # type: ignore[arg-type]


def _map_url(x: Incident) -> str:
    at = f"&c={x.lon:.5f},{x.lat:.5f}&z=15&at=incidents:{x.uid}" if x.lat is not None else ""
    return f"/desk/map/?layers={','.join(ON_THE_MAP)}{at}"


def ways(x: Incident, teams: list[Any], field: inside.Field) -> dict[str, Any]:
    """What the room's map draws by itself: the place, who and what is on the way to it, and the box that holds all of it.

    Without a point of the incident's own nothing: the map then shows its area.
    """
    scene = _point(x)
    coming = [(t.team, str(t.team)) for t in teams if t.state in COMING]
    coming += [(g.from_stock.store, str(g.from_stock.good)) for g in field.goods if g.state == "sent"]
    found = [[at, name] for row, name in coming if scene and (at := _point(row))]
    points = [scene, *(at for at, _name in found)] if scene else []
    box = [min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)] if points else None
    return {"scene": scene, "ways": found, "box": box}


def _point(row: Any) -> list[float] | None:
    return [row.lon, row.lat] if row.lon is not None else None


def situation(x: Incident, relays: list[Any], orders: list[Any], teams: list[Any], field: inside.Field) -> list[str]:
    """The situation report, sentence by sentence from the records; nothing in it is typed."""
    known = "，".join(f"{label}{getattr(x, name)}人" for name, label in COUNTS if getattr(x, name) is not None)
    done, late = sum(o.done_at is not None for o in orders), sum(bool(o.late) for o in orders)
    found = [_("{what}。").format(what=x.title)]
    if known:
        found.append(_("目前掌握：{known}。").format(known=known))
    if x.response:
        found.append(_("已启动{level}，指挥长：{who}。").format(level=x.get_response_display(), who=x.commander))
    if x.readiness:
        found.append(_("战备等级：{level}。").format(level=x.get_readiness_display()))
    if orders:
        found.append(_("下达指令{n}条，完成{done}条，到期未完成{late}条。").format(n=len(orders), done=done, late=late))
    if teams:
        here, coming = sum(t.state == "arrived" for t in teams), sum(t.state in ("signed", "on_way") for t in teams)
        found.append(_("调派队伍{n}支，到场{here}支，在途{coming}支。").format(n=len(teams), here=here, coming=coming))
    found += field.sentences()
    waiting = [r.who for r in relays if r.state != "done"]
    if waiting:
        found.append(_("尚未书面报告：{who}。").format(who="、".join(waiting)))
    return found


@require_GET
@needs_post
@for_those_who_handle_it
def trace(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Who knew when and told whom, each gap against its limit; ?step= replays what was known by then."""
    told = story.lines(incident)
    step = _step(request.GET.get("step"), len(told))
    at = told[step - 1].entry.at if told and step < len(told) else request.at
    relays = list(Relay.objects.filter(incident=incident).exclude(state="withdrawn").order_by("id"))
    rows = tracing.gaps(incident, relays, rulebook(), at)
    return render(request, "incidents/trace.html", {
        "case": incident, "now": request.at, "at": at, "rows": [(g, _sign(g)) for g in rows], "trail": story.trail(told[:step]),
        "step": step, "steps": len(told), "late": _late(sum(g.late > 0 for g in rows)), "provisional": any(g.provisional for g in rows),
        "blamed": [(r, str(Fault(r.fault).label)) for r in relays if r.fault]})


def _step(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isdecimal() and len(text) < 6 and most else most


def _late(n: int) -> str:
    return signs.state_sign(_("{n} 项报告超过时限").format(n=n), "late") if n else ""


def _sign(gap: tracing.Gap) -> str:
    if gap.late:
        return signs.state_sign(_("超过{n}分钟").format(n=gap.late), "late")
    return signs.state_sign(_("没有超过") if gap.told_at else _("时限内"), "closed" if gap.told_at else "working")
