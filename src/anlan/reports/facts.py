"""What rules and effects know besides the report. One statement a fact for the whole set, but `marks`: its ground, its figures,
and the houses that it names."""

from __future__ import annotations

from anlan.kernel.door import Subject
from anlan.people.models import Organisation

from . import grammar
from .freezing import count_report
from .models import Report, ReportTemplate
from .promises import houses_missing
from .reckoning import faults_of


def templates(subjects: list[Subject]) -> list[ReportTemplate | None]:
    wanted = {s.given.template for s in subjects} - {None}
    held = {t.uid: t for t in ReportTemplate.objects.filter(uid__in=wanted, state="active")} if wanted else {}
    return [held.get(s.given.template) for s in subjects]


def marks(subjects: list[Subject]) -> list[list[str]]:
    """What does not hold in each text, a sentence a fault."""
    return [marks_of(s.case) for s in subjects]


def marks_of(report: Report) -> list[str]:
    counted = count_report(report)
    found = [f"“{shown(sentence)}”{fault}" for block in grammar.parse(report.text) for sentence in block.sentences
             for fault in faults_of(sentence, counted)]
    return found + houses_missing(report.text)


def shown(sentence: grammar.Sentence) -> str:
    text = "".join(p if isinstance(p, str) else "…" if isinstance(p, grammar.FigureRef) else "" for p in sentence.pieces)
    return text if len(text) <= 24 else text[:23] + "…"


def reports(subjects: list[Subject]) -> list[Report | None]:
    wanted = {s.given.report for s in subjects} - {None}
    held = {r.uid: r for r in Report.objects.filter(uid__in=wanted)}
    return [held.get(s.given.report) for s in subjects]


def houses(subjects: list[Subject]) -> list[Organisation | None]:
    wanted = {s.given.organisation for s in subjects} - {None}
    held = {o.uid: o for o in Organisation.objects.filter(uid__in=wanted, state="active")}
    return [held.get(s.given.organisation) for s in subjects]
