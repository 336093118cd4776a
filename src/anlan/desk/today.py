"""One page per post: what is owed, late first, what climbs next, what waits for a signature; and who stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day
from anlan.people.access import needs_post
from anlan.toolkit.ui import parts, signs

from .first import first_minute
from .shell import head_and_unread
from .standins import standins_of
from .work import GROUPS, SOON, Duty, Wish, counts, page_of, where_of, wish_of


@dataclass(frozen=True)
class Row:
    """A duty in words. next: what happens by itself at the end of its limit."""

    duty: Duty
    where: str
    due: str
    next: str
    whose: str


@dataclass(frozen=True)
class Section:
    title: str
    rows: Sequence[Row]
    late: bool = False


@require_GET
@needs_post
def today(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    head_and_unread(request)  # before the rows are read: what is sealed later comes by the stream
    wish = wish_of(request.GET)
    told, page = counts(actor, at), page_of(actor, at, wish)
    return render(request, "desk/today.html", {
        "tabs": _tabs(wish, told), "filters": _filters(wish), "sections": _sections(request, page.duties),
        "wish": wish, "told": told, "day": local_day(at), "first": first_minute(actor), "standins": standins_of(actor, at),
        "next_url": address(wish, after=page.next_key) if page.next_key else "",
        "first_url": address(wish) if wish.after else "", "empty": _empty(wish)})


def address(wish: Wish, **other: str) -> str:
    told = {"show": wish.group if wish.group != "all" else "", "kind": wish.kind, "q": wish.text, **other}
    return "/desk/" + (f"?{asked}" if (asked := urlencode({k: v for k, v in told.items() if v})) else "")


def _tabs(wish: Wish, told: dict[str, int]) -> list[parts.Tab]:
    """Groups that hold something, and the one that is open."""
    return [parts.Tab(str(label), address(wish, show=group if group != "all" else ""), group == wish.group, told[group])
            for group, label in GROUPS.items() if told[group] or group in ("all", wish.group)]


def _filters(wish: Wish) -> parts.FilterBar:
    kinds = [(flow.kind, str(flow.label)) for flow in FLOWS.values() if flow.roles or flow.clock_names]
    chosen = []
    if wish.kind:
        chosen.append(parts.Link(_("种类：%(label)s") % {"label": FLOWS[wish.kind].label}, address(wish, kind="")))
    if wish.text:
        chosen.append(parts.Link(_("查找：%(text)s") % {"text": wish.text}, address(wish, q="")))
    kept = {"show": wish.group} if wish.group != "all" else {}
    return parts.FilterBar([parts.Filter("kind", _("种类"), "choice", kinds, wish.kind)], chosen,
                           address(Wish(wish.group)) if chosen else "", kept, wish.text)


def _sections(request: HttpRequest, duties: Sequence[Duty]) -> list[Section]:
    at, whose = request.at, _whose(request)  # type: ignore[attr-defined]
    titles = {"late": _("已超期"), "soon": _("24小时内到期"), "decide": _("等我签批"), "rest": _("其他要办的")}
    found: dict[str, list[Row]] = {name: [] for name in titles}
    for duty in duties:
        found[section_of(duty, at)].append(row_of(duty, at, whose.get(duty.party_id, "")))
    return [Section(title, found[name], name == "late") for name, title in titles.items() if found[name]]


def section_of(d: Duty, at: datetime) -> str:
    if d.limit and d.limit.due <= at and not d.limit.paused:
        return "late"
    if d.limit and d.limit.due <= at + SOON and not d.limit.paused:
        return "soon"
    return "decide" if d.owed.decides else "rest"


def row_of(d: Duty, at: datetime, whose: str) -> Row:
    limit = d.limit
    due = "" if limit is None else signs.paused_sign(_("等待中")) if limit.paused else signs.due_sign(
        limit.due, at, limit.remind)
    coming = _("到期后：%(next)s") % {"next": limit.next} if limit and limit.next and not limit.paused else ""
    return Row(d, where_of(d), due, coming, whose)


def _whose(request: HttpRequest) -> dict[int, str]:
    """Party → whose duty it is, from the standing that the request has anyway."""
    actor, standing = request.actor, request.standing  # type: ignore[attr-defined]
    found = {}
    for held in standing.usable if standing else ():
        if held.for_another:
            found[held.organisation_id] = _("代%(name)s") % {"name": held.organisation}
            found[held.post_id] = _("代%(name)s") % {"name": f"{held.organisation}{held.title}"}
    return {**found, actor.organisation_id: _("本单位"), actor.post_id: _("本人")}


def _empty(wish: Wish) -> Any:
    if wish.narrow:
        return parts.Empty(_("没有符合条件的事项"), _("可以换一个分组，或去掉筛选条件。"),
                           parts.Link(_("看全部要办的"), "/desk/"))
    return parts.Empty(_("现在没有要办的事"), _("新的隐患、复查和待批事项会出现在这里，快到期的排在前面。"))
