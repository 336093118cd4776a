"""What a listing's page shows besides its facts: how far it is, its monthly reports, and who reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.instance import local_day
from anlan.toolkit.registers import Linked, Panel
from anlan.toolkit.ui import parts, signs

from .listing_models import ENDED, Duty, Extension, Listing

STEPS = (("opened_at", lazy("提请")), ("listed_on", lazy("挂牌")), ("published_at", lazy("公布")), ("received_at", lazy("签收整改")),
         ("applied_on", lazy("申请销号")), ("closed_at", lazy("复查销号")), ("closed_published_at", lazy("公布销号")))


def steps_of(case: Listing, at: datetime) -> list[parts.Step]:
    """Done steps with their day; the first that is not done is the present one, where the listing still runs."""
    found, current = [], case.state not in ENDED
    for name, label in STEPS:
        value = getattr(case, name)
        if value is None:
            found.append(parts.Step(str(label), "current" if current else "ahead"))
            current = False
        else:
            day = local_day(value) if isinstance(value, datetime) else value
            found.append(parts.Step(str(label), "done", day.isoformat()))
    return found


def steps(view: Any) -> str:
    """Where the listing stands between its proposal and the announcement of its close, and what is late."""
    case: Listing = view.case
    late = [signs.state_sign(str(Duty(name).label), "late") for name in case.late if case.state not in ENDED]
    flags = [_("已延期{n}次").format(n=case.extensions)] if case.extensions else []
    flags += [_("已提级")] if case.escalated_on else []
    return render_to_string("hazards/listing_steps.html", {
        "steps": steps_of(case, view.at), "late": late, "flags": flags, "extension": _extension(case),
        "public": f"/public/listings/{case.slug}/" if case.published_at else ""})


def _extension(case: Listing) -> list[parts.Fact]:
    if not case.extension:
        return []
    return [parts.Fact(_("延期申请"), _("{day}申请延长{n}天：{why}").format(day=case.extension_asked_on, n=case.extension_days,
                                                                 why=case.extension_reason)),
            parts.Fact(_("批复"), str(Extension(case.extension).label))]


def progress(view: Any) -> str:
    """The monthly reports, newest first."""
    if not view.case.progress:
        return ""
    columns = (parts.Column(_("日期")), parts.Column(_("完成比例"), "number"), parts.Column(_("进展")), parts.Column(_("报送")))
    rows = [parts.Row((date.fromisoformat(p["on"]), "—" if p["percent"] is None else f"{p['percent']}%", p["text"], p["by"]))
            for p in reversed(view.case.progress)]
    table = parts.Table(_("整改进展"), columns, rows, parts.Empty(_("还没有进展")))
    return render_to_string("hazards/listing_table.html", {"table": table})


def team(view: Any) -> str:
    """Who was named for the review, and what each has signed."""
    if not view.case.team:
        return ""
    words = {"passed": _("合格"), "failed": _("不合格"), "": _("待签署")}
    columns = tuple(parts.Column(x) for x in (_("姓名"), _("身份"), _("证号"), _("结论"), _("意见")))
    rows = [parts.Row((m["name"], _("专家") if m["as"] == "expert" else _("执法人员"), m["licence"], words[m["verdict"]],
                       m["opinion"] or "—")) for m in view.case.team]
    table = parts.Table(_("复查组"), columns, rows, parts.Empty(_("还没有复查组")))
    return render_to_string("hazards/listing_table.html", {"table": table})


def listed(view: Any) -> str:
    """On the hazard's own page: the listing that is open, which the hazard knows; of one that is done, those there were."""
    case = view.case
    if case.listing_uid is not None:
        told = _("已挂牌，整改期限至{day}").format(day=case.due_on) if case.listed_on else _("已提请挂牌")
        return render_to_string("hazards/listed.html", {"facts": [
            parts.Fact(_("挂牌督办"), told, f"/desk/listings/{case.listing_uid}/")]})
    over = case.level == "major" and case.state in ("closed", "cancelled", "to_enforcement")
    return str(Linked("listings", "hazard").render(view)) if over else ""


LISTED = Panel(lazy("挂牌督办"), listed)
LISTING_PANEL = Panel(lazy("挂牌进度"), steps)
PROGRESS_PANEL = Panel(lazy("整改进展"), progress)
TEAM_PANEL = Panel(lazy("复查组"), team)
