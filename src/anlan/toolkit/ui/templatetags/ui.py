"""Template tags and filters of the components; each is shown with its states on /design."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString

from anlan.toolkit.attachments.media import PHOTO_BYTES
from anlan.toolkit.ui import assets, forms, parts, signs, words
from anlan.toolkit.ui.script_words import script_words
from anlan.toolkit.ui.sketch import HEIGHT, WIDTH, Sketch

register = template.Library()

register.simple_tag(signs.icon, name="icon")
register.simple_tag(signs.state_sign, name="state")
register.simple_tag(signs.risk_sign, name="risk")
register.simple_tag(signs.due_sign, name="due")
register.simple_tag(signs.paused_sign, name="paused")
register.simple_tag(signs.provisional_sign, name="provisional")
register.simple_tag(assets.tags, name="asset")
register.simple_tag(assets.url, name="asset_url")
register.simple_tag(forms.form_field, name="form_field")

register.filter("figures", words.figures)
register.filter("district_time", words.district_time)
register.filter("district_date", words.district_date)
register.filter("paper_date", words.paper_date)
register.filter("weekday", words.weekday)
register.filter("duration", words.duration)
register.filter("person_name", words.mask_name)
register.filter("phone_mask", words.mask_phone)
register.filter("identity_mask", words.mask_identity)


@register.filter
def time_left(due: datetime, now: datetime) -> str:
    return words.time_left(due, now).words


@register.simple_tag
def photo_megabytes() -> int:
    """How large a photo may come."""
    return PHOTO_BYTES // (1024 * 1024)


@register.simple_tag
def script_words_json() -> SafeString:
    return json_script(script_words(), "script-words")


def _now(context: template.Context) -> datetime | None:
    """The instance clock's instant for this page: `now`, or `shell.now`."""
    shell = context.get("shell") or {}
    return context.get("now") or (shell.get("now") if isinstance(shell, dict) else shell.now)


def _part(name: str) -> None:
    """A tag that takes one part and prints it with its template, with the page's instant and form token."""

    def tag(context: template.Context, part: Any) -> dict[str, Any]:
        return {name: part, "now": _now(context), "csrf_token": context.get("csrf_token")}

    register.inclusion_tag(f"ui/parts/{name}.html", takes_context=True, name=name)(tag)


for _name in (
    "case_head",
    "figure",
    "figure_table",
    "filter_bar",
    "import_result",
    "table_list",
    "setting_row",
    "empty",
    "facts",
    "files",
    "figures_row",
    "notices",
    "people",
    "steps",
    "tabs",
    "timeline",
    "trail",
):
    _part(_name)


@register.inclusion_tag("ui/parts/moves.html", takes_context=True)
def moves(
    context: template.Context, moves: Sequence[parts.Move], refused: Sequence[parts.RefusedMove] = ()
) -> dict[str, Any]:
    """The moves one may make, primary first; those one may not make are absent, the reasons one tap away."""
    ordered = sorted(moves, key=lambda move: (not move.primary, move.grave))
    return {"moves": ordered, "refused": refused, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/parts/move.html", takes_context=True)
def move_button(context: template.Context, move: parts.Move) -> dict[str, Any]:
    return {"move": move, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/parts/move_form.html", takes_context=True)
def move_form(
    context: template.Context,
    form: BaseForm,
    submit: str,
    action: str = "",
    cancel_url: str = "",
    intro: str = "",
    grave: bool = False,
    draft: bool = True,
    focus: bool = True,
    hidden: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A form that keeps what was typed: faults at the top and at their fields, the cursor on the first fault."""
    return {
        "form": form,
        "submit": submit,
        "action": action,
        "cancel_url": cancel_url,
        "intro": intro,
        "grave": grave,
        "draft": draft,
        "focus": focus,
        "hidden": hidden or {},
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/parts/form_faults.html")
def form_faults(form: BaseForm) -> dict[str, Any]:
    return {"form": form, "faults": forms.faults(form)}


@register.inclusion_tag("ui/parts/photo_pair.html")
def photo_pair(before: parts.Photo | None, after: parts.Photo | None, waiting: str = "") -> dict[str, Any]:
    """Before and after side by side; `waiting` says why there is no second photo yet."""
    return {"before": before, "after": after, "waiting": waiting}


@register.inclusion_tag("ui/parts/area_sketch.html")
def area_sketch(sketch: Sketch, caption: str = "") -> dict[str, Any]:
    return {"sketch": sketch, "caption": caption, "width": WIDTH, "height": HEIGHT}


@register.inclusion_tag("ui/parts/checklist.html")
def checklist(groups: Sequence[parts.CheckGroup]) -> dict[str, Any]:
    """Inputs answer-CODE (normal, hazard, skip), note-CODE and photo-CODE for each item."""
    items = [item for group in groups for item in group.items]
    return {"groups": groups, "total": len(items), "answered": sum(bool(item.answer) for item in items)}


@register.inclusion_tag("ui/parts/progress.html")
def progress(label: str, done: int, total: int, note: str = "") -> dict[str, Any]:
    return {"label": label, "done": done, "total": total, "note": note}


@register.inclusion_tag("ui/parts/note.html")
def note(sentence: str, late: bool = False) -> dict[str, Any]:
    return {"sentence": sentence, "late": late}


@register.inclusion_tag("ui/parts/live_bar.html")
def live_bar(url: str, sentence: str = "", kind: str = "", case: Any = "") -> dict[str, Any]:
    """Says that something new came (3 条新呼叫) and waits; hidden until the stream tells of it.

    kind: "mine" for what the reader owes; any other for what scripts announce. case: the uid of the case of this page.
    """
    return {"url": url, "sentence": sentence, "kind": kind, "case": case}


@register.inclusion_tag("ui/parts/print_button.html")
def print_button(label: str = "") -> dict[str, Any]:
    return {"label": label}


@register.inclusion_tag("ui/parts/export_menu.html")
def export_menu(links: Sequence[parts.Link]) -> dict[str, Any]:
    return {"links": links}


@register.inclusion_tag("ui/parts/language_switch.html", takes_context=True)
def language_switch(context: template.Context) -> dict[str, Any]:
    """A button to the other language; absent where Django's set_language is not routed."""
    request = context.get("request")
    try:
        action = reverse("set_language")
    except NoReverseMatch:
        action = ""
    return {
        "action": action,
        "next": request.get_full_path() if request else "/",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/parts/toast.html", takes_context=True)
def undo_bar(context: template.Context, sentence: str, url: str = "", fault: bool = False) -> dict[str, Any]:
    """What was just done, and one tap to take it back; stays until closed or undone."""
    return {"sentence": sentence, "undo_url": url, "fault": fault, "csrf_token": context.get("csrf_token")}


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A dialog that data-open-dialog="id" opens; its content is the block."""
    return render_to_string("ui/parts/dialog.html", {"content": content, "id": id, "title": title})


@register.filter
def at(sequence: Sequence[Any], index: int) -> Any:
    return sequence[index]


@register.filter
def get(mapping: dict[str, Any] | None, key: str) -> Any:
    return (mapping or {}).get(key, "")


@register.simple_tag
def share(value: parts.Number, rows: Sequence[parts.FigureRow]) -> str:
    """The length of a bar in hundredths of the longest; bars start at zero."""
    longest = max((row.value or 0 for row in rows), default=0)
    return f"{float(value / longest * 100):.1f}" if longest else "0"
