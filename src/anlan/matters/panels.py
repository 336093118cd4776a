"""Who reported, as the page of a granted request shows it for some minutes after each look; and what was said of a matter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.toolkit.attachments.models import File
from anlan.toolkit.ui import parts
from anlan.toolkit.ui.words import district_time

from .informants import informants


def informant(view: Any) -> str:
    """Nothing unless the one who asked has just looked (`look` is in the trail), and the grant still runs."""
    case, actor, at = view.case, view.actor, view.at
    if case.state != "granted" or actor.person_id is None or actor.person_id != case.asker_id or case.looked_at is None:
        return ""
    shown_until = case.looked_at + timedelta(minutes=int(parameter("matter.unsealing_minutes", local_day(at))))
    if at > min(shown_until, case.until):
        return ""
    facts = [parts.Fact(district_time(i.at, at), "，".join(filter(None, (i.name, i.phone)))) for i in informants(case.matter_id)]
    return render_to_string("matters/informant.html", {"facts": facts, "note": _("请勿抄录、转发，不得告诉被反映的单位。")})


def voices(view: Any) -> str:
    """The voice note of whoever saw it, for offices; nothing where nothing was said."""
    said = [sha for entry in view.entries for sha, role in entry.data.get("attach", ()) if role == "voice"]
    if not said or view.actor.is_any("unit"):
        return ""
    come = set(File.objects.filter(sha256__in=said, mime__startswith="audio/").values_list("sha256", flat=True))
    return render_to_string("ui/parts/voices.html", {"voices": [f"/files/{sha}" for sha in said if sha in come],
                                                    "unheard": not come.issuperset(said)})
