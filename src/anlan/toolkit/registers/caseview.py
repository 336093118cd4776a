"""Case pages: what one row is, who owes what, which moves may be made, and the forms of those moves.

Registers have them for nothing; any other flow declares `CasePages` with its selector, facts and panels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.door import look
from anlan.kernel.flows import Flow, Move, When
from anlan.kernel.flows import Given as NoInput
from anlan.kernel.instance import local_day
from anlan.kernel.models import NEVER, Area, Entry
from anlan.kernel.plan import legal, refusals
from anlan.kernel.rules import system_only
from anlan.kernel.wording import sentence
from anlan.toolkit.ui import parts, signs, words

from .columns import Col, Column, bind, masked, told
from .names import names_of
from .offered import offered
from .panels import default_panels
from .tables import target_url

TRAIL = 50
CASES: dict[str, CasePages] = {}
"""Kind → the pages of its cases, for whoever links to or lists them."""


@dataclass
class CasePages:
    """GET /desk/<slug>/<uid>/ and GET, POST /desk/<slug>/<uid>/<move> for the cases of a flow.

    facts: columns to show; clocks: names of clocks in words; tones: state → sign; undo: move → the move (without a
    form) that takes it back; initial(case, move, actor) → values to begin a form with.
    """

    flow: Flow
    slug: str
    seen_by: Callable[[Actor, datetime], QuerySet[Any]]
    facts: tuple[Col, ...] = ()
    panels: tuple[Any, ...] | None = None
    clocks: Mapping[str, Any] = field(default_factory=dict)
    tones: Mapping[str, Any] = field(default_factory=dict)
    undo: Mapping[str, str] = field(default_factory=dict)
    initial: Callable[[Any, Move, Actor], Mapping[str, Any]] | None = None
    template: str = "registers/case.html"
    register: Any = None

    def __post_init__(self) -> None:
        if CASES.get(self.flow.kind, self).slug != self.slug:
            raise ValueError(f"pages of {self.flow.kind} declared twice")
        CASES[self.flow.kind] = self

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return bind(self.facts, self.flow.model)

    def rows(self, actor: Actor, at: datetime) -> QuerySet[Any]:
        """The selector's rows with the references that a page shows."""
        rows = self.seen_by(actor, at)
        wanted = [c.name for c in self.columns if c.is_reference]
        if any(f.name == "area" for f in self.flow.model._meta.concrete_fields):
            wanted.append("area")
        return rows.select_related(*wanted) if wanted and rows.query.select_related is not True else rows

    def get(self, request: HttpRequest, uid: Any) -> CaseView:
        """The view of one case. Raises Http404 where it is absent or out of scope: both look the same."""
        actor, at = reader_of(request)
        case = self.rows(actor, at).filter(uid=uid).order_by().first()
        if case is None:
            raise Http404
        return CaseView(self, request, case, actor, at)

    def address(self, case: Any, move: str = "") -> str:
        return f"/desk/{self.slug}/{case.uid}/{move}"

    def urls(self) -> list[Any]:
        from .caseurls import urls_of  # noqa: PLC0415  views need this class

        return urls_of(self)


def reader_of(request: HttpRequest) -> tuple[Actor, datetime]:
    """Who asks, and the business time; set at the edge. Raises Http404 for nobody."""
    actor = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return actor, request.at  # type: ignore[attr-defined]


class CaseView:
    """What a case page prints; each part is worked out when it is asked for."""

    def __init__(self, pages: CasePages, request: HttpRequest, case: Any, actor: Actor, at: datetime,
                 opened: frozenset[str] = frozenset()) -> None:
        self.pages, self.request, self.case, self.actor, self.at, self.opened = pages, request, case, actor, at, opened
        self.flow = pages.flow

    @cached_property
    def title(self) -> str:
        return str(self.flow.title(self.case))

    @cached_property
    def url(self) -> str:
        return self.pages.address(self.case)

    @cached_property
    def known(self) -> Any:
        """The facts that the flow's rules read."""
        (_subject, facts), = look(self.flow, [self.case], self.actor, When(self.at, self.at))
        return facts

    @cached_property
    def _legal(self) -> list[Move]:
        return legal(self.flow, self.case, self.known, self.actor, When(self.at, self.at))

    @cached_property
    def moves(self) -> list[parts.Move]:
        primary = next((m for m in self._legal if m.primary), None)
        more = [parts.Move(str(o.label), o.url(self.case)) for o in offered(self)]
        return [self._button(m, m is primary) for m in self._legal] + more

    def _button(self, move: Move, primary: bool) -> parts.Move:
        from .caseurls import hidden_of  # noqa: PLC0415  views need this class

        return parts.Move(str(move.label), self.pages.address(self.case, move.name), primary=primary,
                          grave=bool(move.asks), posts=move.form is None, question=str(move.asks),
                          hidden=hidden_of(self.case) if move.form is None else {})

    @cached_property
    def refused(self) -> list[parts.RefusedMove]:
        """Moves open from this state that the reader may not make, each with why."""
        when, given = When(self.at, self.at), NoInput()
        others = [m for m in self.flow.moves if not m.opens and m.shown and self.case.state in m.source
                  and m not in self._legal and m.by is not system_only]
        return [parts.RefusedMove(str(m.label), refusals(self.flow, m, self.case, self.known, self.actor, when, given))
                for m in others]

    def why_not(self, move: Move) -> list[str]:
        return refusals(self.flow, move, self.case, self.known, self.actor, When(self.at, self.at), NoInput())

    @cached_property
    def facts(self) -> list[parts.Fact]:
        """What is known; the state stands in the head, and what is empty is left out."""
        found = (self._fact(c) for c in self.pages.columns if c.col.badge != "state")
        return [f for f in found if f.value not in (None, "")]

    def _fact(self, column: Column) -> parts.Fact:
        value = column.value(self.case)
        if column.col.private and column.name not in self.opened:
            return parts.Fact(column.label, masked(value) or None)
        url = target_url(value) if column.is_reference and self._has_page(value) else ""
        return parts.Fact(column.label, column.cell(self.case, self.at), url)

    def _has_page(self, value: Any) -> bool:
        """An area around the reader's ground, or beside it, is named and cannot be opened."""
        if not isinstance(value, Area) or self.actor.system:
            return True
        return self.actor.area_id in self.known.lineage(value.id)

    @cached_property
    def sealed(self) -> list[Column]:
        """Private columns that hold something and that the reader may open with a reason."""
        return [c for c in self.pages.columns if c.col.private in self.actor.permits and c.col.private
                and c.value(self.case) and c.name not in self.opened]

    @property
    def unseal_url(self) -> str:
        return self.pages.address(self.case, "unseal") if self.sealed else ""

    @cached_property
    def entries(self) -> list[Entry]:
        rows = Entry.objects.filter(kind=self.flow.kind, subject_id=self.case.id)
        return list(rows.order_by("-n")[: TRAIL + 1])

    @property
    def trail_is_cut(self) -> bool:
        return len(self.entries) > TRAIL

    @cached_property
    def _names(self) -> Any:
        clocks = self.known.clocks.values()
        return names_of([e.actor_id for e in self.entries], [e.post_id for e in self.entries],
                        [c.party_id for c in clocks])

    @cached_property
    def trail(self) -> list[parts.TrailEntry]:
        corrected = {e.corrects_id for e in self.entries}
        return [parts.TrailEntry(e.at, self.sentence(e), note=self._changes(e), late=bool(e.data.get("late")),
                                 struck=e.id in corrected) for e in self.entries[:TRAIL]]

    def sentence(self, entry: Entry) -> str:
        """What an entry says, with choices in words."""
        who = self._names.who(entry.actor_id, entry.post_id)
        more = {"title": self.title, **_chosen_words(self.flow, entry)}
        return sentence(entry, who, more)

    def _changes(self, entry: Entry) -> str:
        """地址：中南路1号 → 中南路2号, for what a later deed changed; references only by name of the column.

        What the sentence says already, and the day and hour of the deed itself, are not told twice.
        """
        if entry.n == 1:
            return ""
        told_already = self.sentence(entry)
        pairs = {k: v for k, v in entry.data.get("set", {}).items() if isinstance(v, list) and len(v) == 2}
        said = [_changed(c, *_read(c, pairs[c.field.attname])) for c in self.pages.columns
                if c.field is not None and c.field.attname in pairs and not c.col.private
                and _is_news(c, *_read(c, pairs[c.field.attname]), entry, told_already)]
        return "；".join(said)

    @cached_property
    def head(self) -> parts.CaseHead:
        kicker = [str(self.flow.label)]
        if (area := getattr(self.case, "area", None)) is not None:
            kicker.append(str(area))
        newest = self.trail[0] if self.trail else None
        return parts.CaseHead(
            title=self.title, kicker=kicker, signs=self._signs(), owes=self._owes(),
            newest=f"{words.district_time(newest.at, self.at)} {newest.sentence}" if newest else "")

    def _signs(self) -> list[Any]:
        states = self.flow.states
        label = states(self.case.state).label if self.case.state in states.values else self.case.state
        usual = "closed" if self.case.state in self.flow.final else "working"
        found = [signs.state_sign(str(label), self.pages.tones.get(self.case.state, usual))]
        found += [c.cell(self.case) for c in self.pages.columns if c.col.badge == "risk" and c.value(self.case)]
        if self.case.alarm:
            found.append(signs.state_sign(_("无人处理"), "late"))
        return found

    def _owes(self) -> list[parts.Owes]:
        """Open clocks, soonest first: who owes what by when."""
        clocks = sorted((c for c in self.known.clocks.values() if c.due_at != NEVER), key=lambda c: c.due_at)
        return [parts.Owes(self._names.party(c.party_id) or str(self.flow.label), self._clock_label(c.name),
                           c.due_at, c.remind_at if c.remind_at != NEVER else None,
                           paused=_("等待中") if c.paused_at else "") for c in clocks]

    def _clock_label(self, name: str) -> str:
        """What is owed, as these pages or the flow call it."""
        label = str(self.pages.clocks.get(name) or self.flow.clock_label(name))
        return "" if label == name else label

    @cached_property
    def sections(self) -> list[tuple[str, str]]:
        """(title, HTML) of each panel that has something to show."""
        panels: Sequence[Any] = self.pages.panels if self.pages.panels is not None else default_panels()
        drawn = [(str(panel.title or getattr(panel, "slug", "")), panel.render(self)) for panel in panels]
        return [(title, html) for title, html in drawn if html]


def _read(column: Column, pair: list[Any]) -> tuple[Any, Any]:
    """Old and new as the column has them; the journal keeps instants and days as text."""
    if not isinstance(column.field, models.DateField):
        return pair[0], pair[1]
    old, new = (column.field.to_python(v) if v else None for v in pair)
    return old, new


def _is_news(column: Column, old: Any, new: Any, entry: Entry, sentence: str) -> bool:
    """Not so: what is filled for the first time with the deed's own time, or with what the sentence says."""
    if old not in (None, "", []) or old == new:
        return old != new
    said = str(told(new, dict(column.options), None) or "")
    return bool(said) and said not in sentence and new not in (entry.at, entry.told_at, local_day(entry.at))


def _changed(column: Column, old: Any, new: Any) -> str:
    if column.is_reference or column.field.get_internal_type() == "JSONField":
        return _("%(label)s有变动") % {"label": column.label}
    options = dict(column.options)
    before, after = (told(v, options, None) or "—" for v in (old, new))
    return f"{column.label}：{before} → {after}"


def _chosen_words(flow: Flow, entry: Entry) -> dict[str, str]:
    """Inputs and columns with closed choices, in words."""
    values = {k: v[1] if isinstance(v, list) and len(v) == 2 and entry.n > 1 else v
              for k, v in entry.data.get("set", {}).items()} | entry.data.get("given", {})
    move = flow.by_name.get(entry.verb)  # type: ignore[attr-defined]
    inputs = move.form.base_fields if move is not None and move.form else {}
    found = {}
    for name, value in values.items():
        source = getattr(inputs.get(name), "choices", None) or _column_choices(flow, name)
        options = {str(k): str(v) for k, v in source if not isinstance(v, list | tuple)} if source else {}
        if options:
            found[name] = str(told(value, options, None) or "—")
    return found


def _column_choices(flow: Flow, name: str) -> Any:
    return next((f.flatchoices for f in flow.model._meta.concrete_fields if f.attname == name), None)
