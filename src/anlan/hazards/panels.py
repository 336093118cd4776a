"""What the hazard's page shows besides its facts: photos side by side, its place, and the five blocks."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.toolkit.attachments.access import files_of
from anlan.toolkit.registers import Panel
from anlan.toolkit.ui import parts

from .models import Level
from .rules import BLOCKS


def photo_of(files: list[tuple[str, str, Any]], role: str, alt: str) -> parts.Photo | None:
    named = [(sha, held) for its_role, sha, held in files if its_role == role and held is not None]
    if not named:
        return None
    sha, held = named[-1]
    return parts.Photo(f"/files/{sha}", alt, held.taken_at, small_url=f"/files/{sha}/preview")


def photos(view: Any) -> str:
    """Before and after, side by side, and what the finder said; nothing where nobody took or said anything."""
    files = list(files_of("hazard", [view.case.id]).get(view.case.id, ()))
    if not files:
        return ""
    before, after = photo_of(files, "before", _("整改前")), photo_of(files, "after", _("整改后"))
    return render_to_string("hazards/photos.html", {"before": before, "after": after, "waiting": _("等待整改后的照片"),
                                                    **({} if view.actor.is_any("unit") else spoken(files))})


def spoken(files: list[tuple[str, str, Any]]) -> dict[str, Any]:
    """The finder's voice notes, for offices: addresses to play, and whether one is still on its way."""
    voices = [(sha, held) for role, sha, held in files if role == "voice"]
    return {"voices": [f"/files/{sha}" for sha, held in voices if held is not None and held.mime.startswith("audio/")],
            "unheard": any(held is None for _sha, held in voices)}


def blocks(view: Any) -> str:
    """五落实 of a major hazard: what is filled and what is missing."""
    case = view.case
    if case.level != Level.MAJOR:
        return ""
    facts = [parts.Fact(str(label), case.blocks.get(name) or _("未填写")) for name, label in BLOCKS.items()]
    return render_to_string("hazards/blocks.html", {"facts": facts})


PHOTOS = Panel(lazy("照片"), photos)
BLOCKS_PANEL = Panel(lazy("五落实"), blocks)
