"""Freezing: each figure of a signed report kept with its question, its rows' digest and the journal's head; checked later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db import connection
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel import marks
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import Given
from anlan.kernel.folds import end_of
from anlan.kernel.marks import Count
from anlan.kernel.models import Area, Entry, Seal
from anlan.toolkit.dimensions import asked_once, choices_of
from anlan.toolkit.indicators import INDICATORS, Period, counts_of, question_of
from anlan.toolkit.jobs.registry import job

from . import grammar
from .grammar import FigureRef
from .layout import parts_of, printed
from .models import Report
from .promises import promises_in
from .reckoning import Counted, Ground, areas_named, count_all, refs_of, unprinted

FREEZE = "report_freeze"


def ground_of(report: Report, head: int | None = None) -> Ground:
    """As of the end of the report's day, or of the instant it was counted at."""
    refs = refs_of(grammar.parse(report.text)).values()
    return Ground(report.as_of, report.counted_at or end_of(report.as_of), report.area_id, head,
                  areas_named(refs, report.area_id, report.as_of), report.area.uid)


def count_report(report: Report, head: int | None = None) -> dict[str, Counted]:
    """Every figure of the text by its key; two statements."""
    ground = ground_of(report, head)
    return count_all(refs_of(grammar.parse(report.text)).values(), ground)


@job(FREEZE, label=lazy("固化报告数据"))
def freeze_one(work: Any) -> None:
    """Counts at the head of the journal and keeps it; a second run finds it done."""
    report = Report.objects.select_related("area").get(uid=work.payload["report"])
    if report.state != "signed":
        return
    head = Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0
    at = datetime.fromisoformat(work.payload["at"])
    counted_at = min(at, end_of(report.as_of))
    report.counted_at = counted_at
    counted = count_report(report, head)
    read = keys_read(report, counted)
    frozen = [kept(c, head, c.ref.key in read) for c in counted.values() if c.indicator and c.period]
    advance(Ref("report", report.uid), "freeze", actor=SYSTEM, at=at, request=uuid5(report.uid, "freeze"), given=Given({
        "frozen": frozen, "head": head, "counted_at": counted_at, "digest": digest_of(report, frozen, head),
        "body": body_of(report, counted), "promises": promises_in(report, counted)}))


def body_of(report: Report, counted: Mapping[str, Counted]) -> list[dict[str, Any]]:
    """What is printed: each block with its pieces, a figure's with the key of its question."""
    parts = printed(parts_of(grammar.parse(report.text), counted))
    return [{"level": part.level, "pieces": [[b.text, b.key] for line in part.printed for b in line.bits if b.text]}
            for part in parts]


def keys_read(report: Report, counted: Mapping[str, Counted]) -> set[str]:
    """Figures of the sentences that are printed: stated in them or claimed about."""
    sentences = (s for block in grammar.parse(report.text) for s in block.sentences)
    return {ref.key for s in sentences if not unprinted(s, counted) for ref in s.figures()}


def kept(counted: Counted, head: int, read: bool) -> dict[str, Any]:
    """A figure as it is frozen; plain JSON. read: it stands behind something that is printed."""
    assert counted.period is not None
    rows, digest = rows_digest(counted, head)
    assert counted.indicator is not None
    since, until, at = (moment.isoformat() for moment in counted.period)
    return {"key": counted.ref.key, "indicator": counted.indicator.id, "name": counted.name, "unit": counted.unit,
            "narrow": dict(counted.narrow), "since": since, "until": until, "at": at, "area": counted.area_id and str(counted.area_uid),
            "value": None if counted.value is None else f"{counted.value.normalize():f}", "rows": rows, "digest": digest,
            "read": read}


def rows_digest(counted: Counted, head: int) -> tuple[int, str]:
    """How many cases stand behind a figure, and one SHA-256 over each with its share."""
    question = question_of(counted.indicator, counted.period, counted.area_id, head, counted.narrow)  # type: ignore[arg-type]
    told = [_digest(count) for count in counts_of(question)]
    return sum(n for n, _d in told), hashlib.sha256("".join(d for _n, d in told).encode()).hexdigest()


def _digest(count: Count) -> tuple[int, str]:
    shares, params = marks.shares_of(count)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(case_id || ':' || trim_scale(share), ','"
            f" ORDER BY case_id), ''), 'UTF8')), 'hex') FROM ({shares}) counted", params)
        rows, digest = cursor.fetchone()
    return int(rows), str(digest)


def rows_behind(count: Count) -> int:
    """How many cases stand behind a count."""
    return _digest(count)[0]


def digest_of(report: Report, frozen: Iterable[Mapping[str, Any]], head: int) -> str:
    """One SHA-256 over what the report says and counted, for the public page."""
    said = {"title": report.title, "on": report.as_of.isoformat(), "text": report.text, "head": head, "figures": list(frozen)}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# Months later


class Corrected(NamedTuple):
    """A deed told since that changed a figure."""

    entry_id: int
    kind: str
    verb: str
    at: datetime
    told_at: datetime
    actor_id: int | None
    post_id: int | None


class Checked(NamedTuple):
    """then: as frozen; again: counted again at the frozen head; now: at the present head, as of the same instant."""

    key: str
    name: str
    then: Decimal | None
    again: Decimal | None
    now: Decimal | None
    same_rows: bool
    since: list[Corrected]

    @property
    def holds(self) -> bool:
        return self.then == self.again and self.same_rows


def check(report: Report) -> list[Checked]:
    """Count every frozen figure again. Differences at the frozen head mean the records were tampered with."""
    areas = dict(Area.objects.filter(uid__in={f["area"] for f in report.frozen if f["area"]}).values_list("uid", "id"))
    with asked_once():
        return [_checked(report, frozen, areas) for frozen in report.frozen]


def _checked(report: Report, frozen: Mapping[str, Any], areas: Mapping[UUID, int]) -> Checked:
    indicator, narrow = INDICATORS.get(frozen["indicator"]), frozen.get("narrow") or {}
    then = None if frozen["value"] is None else indicator.number(frozen["value"]) if indicator else Decimal(frozen["value"])
    if indicator is None or not _known(narrow):
        return Checked(frozen["key"], frozen["name"], then, None, None, False, [])
    period = Period(date.fromisoformat(frozen["since"]), date.fromisoformat(frozen["until"]), datetime.fromisoformat(frozen["at"]))
    area = UUID(frozen["area"]) if frozen["area"] else None
    asked = Counted(FigureRef(frozen["indicator"]), indicator, period, areas.get(area) if area else None, area,
                    narrow=narrow)
    again, now = (_value(asked, report.head), _value(asked, None))
    rows, digest = rows_digest(asked, report.head or 0)
    since = _since(asked, report.head or 0) if (now != again or _rows_differ(asked, digest)) else []
    return Checked(frozen["key"], frozen["name"], then, again, now, (rows, digest) == (frozen["rows"], frozen["digest"]), since)


def _known(narrow: Mapping[str, str]) -> bool:
    return all(word in [c.word for c in choices_of(dimension)] for dimension, word in narrow.items())


def _value(asked: Counted, head: int | None) -> Decimal | None:
    from anlan.toolkit.indicators import value_of  # noqa: PLC0415

    value = value_of(asked.indicator, asked.period, asked.area_id, head, asked.narrow)  # type: ignore[arg-type]
    return value if value is None or isinstance(value, marks.Day) else value.normalize()


def _rows_differ(asked: Counted, digest: str) -> bool:
    head = Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0
    return rows_digest(asked, head)[1] != digest


def _since(asked: Counted, head: int) -> list[Corrected]:
    """The deeds sealed after the head that touch what the figure counts."""
    found: dict[int, Corrected] = {}
    for count in counts_of(question_of(asked.indicator, asked.period, asked.area_id, narrow=asked.narrow)):  # type: ignore[arg-type]
        ids = _told_later(replace(count, head=None), head)
        for e in Entry.objects.filter(id__in=ids):
            found[e.id] = Corrected(e.id, e.kind, e.verb, e.at, e.told_at, e.actor_id, e.post_id)
    return [found[key] for key in sorted(found)]


def _told_later(count: Count, head: int) -> list[int]:
    """Entries whose marks the count sums, or whose events would keep a case out of it."""
    where, params = marks.where_of(replace(count, without=None))
    asked = [("kernel_mark m", where, params, "m")]
    if count.without is not None:
        table, given = marks.events_of(count, count.without)
        asked.append((table, "true", given, "w"))
    ids: list[int] = []
    with connection.cursor() as cursor:
        for table, condition, values, name in asked:
            # the table's own parameters stand before those of the condition
            cursor.execute(f"SELECT DISTINCT {name}.entry_id FROM {table} JOIN kernel_seal s ON s.entry_id = {name}.entry_id"
                           f" WHERE {condition} AND s.no > %s", [*values, head])
            ids += [row[0] for row in cursor.fetchall()]
    return ids
