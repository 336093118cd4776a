from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from anlan.kernel.spaces import in_exercise
from anlan.toolkit.registers import Col, Facts, Panel, Register, Trail

from .flow import EXERCISE
from .models import Exercise
from .selectors import exercises_seen_by


def way_in(view) -> str:
    """What the state means to whoever wants to take part."""
    return render_to_string("exercises/way_in.html", {"case": view.case, "inside": in_exercise()}, request=view.request)


class ExerciseRegister(Register):
    kind, slug, model, label, flow = "exercise", "exercises", Exercise, _("演练"), EXERCISE
    seen_by, create, edit, small, importable, order = exercises_seen_by, "open", "", True, False, "-id"
    tones = {"preparing": "waiting", "open": "working", "ended": "stopped"}
    panels = (Panel(_("参加演练"), way_in), Facts(), Trail())
    cols = (Col("name", search=True, link=True), Col("state", badge="state", edit=False), Col("begins_at"), Col("speed"),
            Col("opener", edit=False), Col("why", show=False), Col("rows", edit=False, show=False),
            Col("ready_at", edit=False, show=False), Col("ended_at", edit=False))
