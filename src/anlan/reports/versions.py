"""Two versions of a report side by side: what was written, as it reads with its figures of then, and what became of each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.folds import end_of
from anlan.kernel.instance import zone
from anlan.kernel.marks import Day
from anlan.kernel.models import Entry
from anlan.people.access import needs_post
from anlan.toolkit.registers.names import names_of
from anlan.toolkit.ui import parts

from . import grammar
from .layout import parts_of
from .models import Report
from .reckoning import Counted, Ground, areas_named, count_all, plain, refs_of
from .selectors import reports_seen_by

WRITING = ("begin", "edit")
ALIKE = 0.4
"""Paragraphs less alike than this are a new one and one that is gone."""


class Version(NamedTuple):
    """As one deed left it. no: the how many-th; n: that deed's number; head: of the journal when it was sealed, None before that."""

    no: int
    n: int
    at: datetime
    who: str
    title: str
    as_of: date
    text: str
    head: int | None

    @property
    def label(self) -> str:
        return _("第{no}稿 {at} {who}").format(no=self.no, at=f"{self.at.astimezone(zone()):%Y-%m-%d %H:%M}", who=self.who)


class Bit(NamedTuple):
    text: str
    changed: bool


class Pair(NamedTuple):
    """A paragraph on either side; empty where the other side alone has it."""

    left: Sequence[Bit]
    right: Sequence[Bit]
    same: bool


def versions_of(report: Report) -> list[Version]:
    """Oldest first, from the journal; three statements."""
    entries = list(Entry.objects.filter(kind="report", subject_id=report.id, verb__in=WRITING).order_by("n").select_related("seal"))
    names = names_of([e.actor_id for e in entries], [e.post_id for e in entries], [])
    held: dict[str, Any] = {}
    found = []
    for no, e in enumerate(entries, start=1):
        held |= {k: v if e.verb == "begin" else v[1] for k, v in e.data.get("set", {}).items() if k in ("title", "as_of", "text")}
        seal = getattr(e, "seal", None)
        found.append(Version(no, e.n, e.at, names.who(e.actor_id, e.post_id), held["title"], date.fromisoformat(held["as_of"]),
                             held.get("text", ""), seal.no if seal else None))
    return found


@require_GET
@needs_post
def compare(request: HttpRequest, uid: UUID) -> HttpResponse:
    """GET ?left=&right= (numbers of deeds); by default the last two."""
    report = reports_seen_by(request.actor, request.at).filter(uid=uid).first()
    versions = versions_of(report) if report else []
    if report is None or len(versions) < 2:
        raise Http404
    left = _chosen(versions, request.GET.get("left"), versions[-2])
    right = _chosen(versions, request.GET.get("right"), versions[-1])
    counted = [_counted(report, v) for v in (left, right)]
    pairs = list(beside(*(_paragraphs(v, c) for v, c in zip((left, right), counted, strict=True))))
    return render(request, "reports/versions.html", {
        "report": report, "versions": versions, "left": left, "right": right, "pairs": pairs,
        "changes": sum(not p.same for p in pairs), "figures": _figures(*counted)})


def _chosen(versions: Sequence[Version], n: str | None, usual: Version) -> Version:
    """Raises Http404 for one that is not there."""
    if not n:
        return usual
    found = next((v for v in versions if str(v.n) == n), None)
    if found is None:
        raise Http404
    return found


def _counted(report: Report, version: Version) -> dict[str, Counted]:
    """The figures as that version knew them: as of its day and deed, by what was sealed then."""
    refs = refs_of(grammar.parse(version.text)).values()
    at = min(end_of(version.as_of), version.at)
    return count_all(refs, Ground(version.as_of, at, report.area_id, version.head,
                                  areas_named(refs, report.area_id, version.as_of), report.area.uid))


def _paragraphs(version: Version, counted: dict[str, Counted]) -> list[str]:
    body = parts_of(grammar.parse(version.text), counted)
    return [version.title, *("".join(line.text for line in part.lines) for part in body)]


def beside(left: Sequence[str], right: Sequence[str]) -> Iterator[Pair]:
    """Every paragraph with its counterpart; within a changed one the words that differ."""
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Pair([Bit(text, False)], [Bit(text, False)], True) for text in left[i:j])
        else:
            yield from _changed(list(left[i:j]), list(right[k:m]))


def _changed(gone: list[str], come: list[str]) -> Iterator[Pair]:
    """In order; a paragraph that is like none of the other side stands alone."""
    for text in gone:
        like = next((n for n, other in enumerate(come) if SequenceMatcher(None, text, other).ratio() >= ALIKE), None)
        if like is None:
            yield Pair([Bit(text, True)], [], False)
            continue
        yield from (Pair([], [Bit(new, True)], False) for new in come[:like])
        yield Pair(*_words(text, come[like]), False)
        del come[:like + 1]
    yield from (Pair([], [Bit(new, True)], False) for new in come)


def _words(left: str, right: str) -> tuple[list[Bit], list[Bit]]:
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return ([Bit(left[i:j], tag != "equal") for tag, i, j, _k, _m in codes if i < j],
            [Bit(right[k:m], tag != "equal") for tag, _i, _j, k, m in codes if k < m])


def _figures(left: dict[str, Counted], right: dict[str, Counted]) -> parts.Table:
    """Each figure of either text, those that differ first."""
    columns = (parts.Column(_("数据")), parts.Column(_("时段")), parts.Column(_("左边"), "number"), parts.Column(_("右边"), "number"),
               parts.Column(_("变化")))
    keys = sorted({**left, **right}, key=lambda key: _value(left, key) == _value(right, key))
    rows = [parts.Row(((right.get(key) or left[key]).name, (right.get(key) or left[key]).ref.period, _said(left, key), _said(right, key),
                       _change(left, right, key)), "", key) for key in keys]
    return parts.Table(_("数的变化"), columns, rows, parts.Empty(_("两稿里都没有数"), ""))


def _value(side: dict[str, Counted], key: str) -> tuple[bool, Decimal | None]:
    return key in side, side[key].value if key in side else None


def _said(side: dict[str, Counted], key: str) -> str:
    return "" if key not in side else plain(side[key].value) + (side[key].unit if side[key].value is not None else "")


def _change(left: dict[str, Counted], right: dict[str, Counted], key: str) -> str:
    if key not in left:
        return _("新加")
    if key not in right:
        return _("删去")
    before, now = left[key].value, right[key].value
    if before == now:
        return _("相同")
    if before is None or now is None or isinstance(now, Day):
        return _("有变化")
    return f"{'+' if now > before else '−'}{plain(abs(now - before))}"
