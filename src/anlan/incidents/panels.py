"""What an incident's page shows besides its facts: who must be told by when, and which of 十逢十必 it meets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.instance import local_day
from anlan.kernel.models import Clock
from anlan.kernel.rulebook import rulebook
from anlan.toolkit.registers import Panel
from anlan.toolkit.ui import signs

from .contents import FIELDS, said
from .flow import Passing
from .models import Fault, Relay, Rung
from .selectors import relays_seen_by

TONES = {"waiting": "waiting", "running": "working", "done": "closed", "withdrawn": "stopped"}


def relays(view: Any) -> str:
    """Level by level: when it knew and from whom, what it has told, what it owes by when. Levels that one may not open are named."""
    mine = relays_seen_by(view.actor, view.at).order_by().filter(id=OuterRef("id"))
    rows = list(Relay.objects.filter(incident=view.case.id).annotate(opens=Exists(mine)).order_by("id"))
    if not rows:
        return render_to_string("incidents/chain.html", {"case": view.case, "rows": []})
    clocks: dict[int, list[Clock]] = {}
    for clock in Clock.objects.filter(kind="relay", case_id__in=[r.id for r in rows], stopped_at=None).order_by("due_at"):
        clocks.setdefault(clock.case_id, []).append(clock)
    labels = {"phone": _("电话报告"), "written": _("书面报告")}
    told = [{"relay": r, "opens": r.opens, "sign": signs.state_sign(str(Passing(r.state).label), TONES[r.state]),
             "fault": str(Fault(r.fault).label) if r.fault and r.fault != Fault.NONE else "",
             "owes": [(labels.get(k.name, k.name), k.due_at, k.remind_at) for k in clocks.get(r.id, ())]} for r in rows]
    return render_to_string("incidents/chain.html", {
        "case": view.case, "rows": told, "now": view.at, "gap": Rung.GOVOFFICE in view.case.gaps})


def triggers(view: Any) -> str:
    """The met ones by name, with how they were met."""
    if not view.case.triggers:
        return ""
    how = {"ticked": _("值班员勾选"), "figure": _("按数字"), "words": _("按描述")}
    setting = rulebook().setting("incident.triggers", local_day(view.case.opened_at))
    found = [(row["name"], row["condition"], how.get(view.case.triggers[row["code"]], "")) for row in setting.value
             if row["code"] in view.case.triggers]
    return render_to_string("incidents/triggers.html", {"found": found, "provisional": setting.provisional, "source": setting.source})


def content(view: Any) -> str:
    """The report as it reads, with what is still missing: missing things are told, and hold nothing up."""
    rows = [(str(name), view.case.content.get(key) or "", key in view.case.missing) for key, name in FIELDS.items()]
    return render_to_string("incidents/content.html", {
        "rows": [r for r in rows if r[1] or r[2]], "missing": said(view.case.missing), "draft": view.case.state == "draft"})


def receipts(view: Any) -> str:
    """Sent → received by whom, when."""
    rows = [(r["name"], datetime.fromisoformat(r["received_at"]) if r["received_at"] else None, r["by"]) for r in view.case.receipts]
    return render_to_string("incidents/receipts.html", {"rows": rows, "now": view.at}) if rows else ""


def pledges(view: Any) -> str:
    """What is still lacking, and who gives how much of it."""
    case = view.case
    rows = [(p["name"], f"{p['amount']}{case.get_measure_display()}", p["note"],
             datetime.fromisoformat(p["delivered_at"]) if p["delivered_at"] else None) for p in case.pledges]
    return render_to_string("incidents/pledges.html", {
        "rows": rows, "now": view.at, "lacking": f"{case.lacking}{case.get_measure_display()}" if case.lacking else ""})


def law(view: Any) -> str:
    """What the law lists (Emergency Response Law 2007 Arts 16, 44, 45, 49 [sure]) while a response or a readiness runs, and what of it
    was done."""
    done = {row["step"]: {**row, "at": datetime.fromisoformat(row["at"])} for row in view.case.law_done}
    if not (view.case.response or view.case.readiness or done):
        return ""
    lists = [{"name": found["name"], "article": found["article"], "n": sum(s in done for s in found["steps"]),
              "of": len(found["steps"]), "steps": [(s, done.get(s)) for s in found["steps"]]}
             for found in rulebook().value("incident.law_lists", local_day(view.at))]
    return render_to_string("incidents/law.html", {"lists": lists, "now": view.at})


LAW = Panel(lazy("法定措施清单"), law)
PLEDGES = Panel(lazy("供给"), pledges)
CONTENT = Panel(lazy("报告内容"), content)
RECEIPTS = Panel(lazy("收件回执"), receipts)
CHAIN = Panel(lazy("报送链"), relays)
TRIGGERS = Panel(lazy("十逢十必"), triggers)
