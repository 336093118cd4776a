"""Signs: a word with a shape and a colour, as HTML. Views put them into table cells; templates use the tags."""

from datetime import datetime
from functools import lru_cache
from typing import Literal, get_args

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from anlan.toolkit.ui import assets, words

Tone = Literal["new", "working", "waiting", "late", "closed", "stopped"]
Colour = Literal["red", "orange", "yellow", "blue"]
TONES: tuple[str, ...] = get_args(Tone)
COLOURS: tuple[str, ...] = get_args(Colour)

# Each risk colour has a shape of its own: diamond, triangle, square, disc.
_SHAPES = {
    "red": "M6 0l6 6-6 6-6-6z",
    "orange": "M6 .5 12 11.5H0z",
    "yellow": "M1 1h10v10H1z",
    "blue": "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z",
}


def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite (web/icons.json); without a label it is decoration and hidden from readers."""
    if not label:
        return _decoration(assets.url("icons.svg"), name)
    return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, assets.url("icons.svg"), name)


@lru_cache(maxsize=512)
def _decoration(sprite: str, name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


def state_sign(word: str, tone: Tone = "new") -> SafeString:
    """A state as a word, a shape and a colour. Raises ValueError on an unknown tone."""
    if tone not in TONES:
        raise ValueError(f"unknown tone {tone!r}; one of {', '.join(TONES)}")
    return format_html('<span class="state state-{}">{}{}</span>', tone, icon(f"state-{tone}"), word)


def risk_word(colour: Colour) -> str:
    """重大风险, 较大风险, 一般风险, 低风险 (安委办〔2016〕3号 [sure])."""
    return {"red": _("重大风险"), "orange": _("较大风险"), "yellow": _("一般风险"), "blue": _("低风险")}[colour]


def risk_sign(colour: Colour, word: str = "") -> SafeString:
    """One of the four risk and warning colours with its shape; `word` for warnings (红色预警).

    Anything else is not graded yet, and wears no colour.
    """
    if colour not in _SHAPES:
        return format_html('<span class="tag">{}</span>', word or _("未分级"))
    shape = format_html('<svg viewBox="0 0 12 12" aria-hidden="true"><path d="{}"/></svg>', _SHAPES[colour])
    return format_html('<span class="risk risk-{}">{}{}</span>', colour, shape, word or risk_word(colour))


def due_sign(due: datetime, now: datetime, remind_at: datetime | None = None) -> SafeString:
    """The time left or run over, in words that the page keeps fresh; bold from `remind_at`, red with a mark when late."""
    left = words.time_left(due, now)
    soon = remind_at is not None and now >= remind_at
    kind = "due-late" if left.late else "due-soon" if soon else "due-open"
    return format_html(
        '<time class="due {}" datetime="{}" title="{}" data-due{}>{}{}<span>{}</span></time>',
        kind,
        due.isoformat(),
        timezone.localtime(due).strftime("%Y-%m-%d %H:%M"),
        format_html(' data-remind="{}"', remind_at.isoformat()) if remind_at else "",
        icon("late") if left.late else mark_safe(""),
        icon("clock") if not left.late else mark_safe(""),
        left.words,
    )


def paused_sign(reason: str) -> SafeString:
    """A clock that stands still, and why."""
    return format_html('<span class="due due-paused">{}{}</span>', icon("pause"), _("暂停计时：%s") % reason)


def provisional_sign(source: str = "") -> SafeString:
    """暂定: a rule whose value is not certain yet; the source is told on hover and to screen readers."""
    said = _("依据：%s") % source if source else _("数值待主管部门核定")
    return format_html('<span class="provisional" title="{}">{}</span>', said, _("暂定"))
