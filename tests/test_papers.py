"""Nothing is typed twice: every field of every paper says where it came from, and every paper can be set."""

from datetime import timedelta

import pytest

from anlan.hazards.models import Hazard
from anlan.kernel.models import Paper
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import NOON
from anlan.toolkit.documents import missing, to_docx, to_pdf, unsourced
from anlan.toolkit.papers.contents import field_sources
from anlan.toolkit.papers.templates import TEMPLATES, document
from tests.journeys.conftest import AFTER, BEFORE, SIGNATURE, find
from tests.journeys.conftest import place as place
from tests.journeys.conftest import restaurant as restaurant
from tests.journeys.conftest import walk as walk

pytestmark = pytest.mark.django_db
TYPED_ON_THE_SPOT = {"finish", "draft_order", "self_check", "fill_blocks", "review"}  # once, in the deed itself


@pytest.fixture
def papers(place, restaurant, walk):
    """One of each kind, drawn up by the walk of a major hazard."""
    plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("community"), at=NOON - timedelta(hours=3))
    visit = restaurant.visits.get()
    found = find("CY02", before=[BEFORE], control="remove")
    walk("visit", visit.uid, "finish", "warden", NOON, result="hazards", finds=[found, find("CY09", before=[BEFORE])],
         answers={"CY01": "ok"}, signature=[SIGNATURE], signer="陈某")
    major = Hazard.objects.get(uid=found["uid"])
    walk("hazard", major.uid, "confirm", "street", NOON)
    walk("hazard", major.uid, "draft_order", "officer1", NOON, demand="停止使用", due_on="2021-06-08")
    walk("hazard", major.uid, "sign_order", "officer2", NOON)
    walk("hazard", major.uid, "fill_blocks", "unit", NOON, responsible="陈某", phone="13800138000", leader="李主任",
         measures="移出", budget_yuan="10", funds_from="own", due_on="2021-06-08", plan="疏散")
    walk("hazard", major.uid, "self_check", "unit", NOON, fixed_what="已移出", fixer_name="陈某", photos=[AFTER])
    walk("hazard", major.uid, "plan_review", "street", NOON)
    walk("hazard", major.uid, "pass_review", "reviewer", NOON, opinion="合格")
    return list(Paper.objects.order_by("id"))


def test_each_kind_of_paper_is_drawn_up_by_the_walk(papers):
    assert {p.kind for p in papers} == {"patrol_record", "hazard_notice", "order", "review_opinion", "closing"}
    assert {p.kind for p in papers} <= set(TEMPLATES)


def test_every_field_of_every_paper_has_a_source(papers):
    sources = [f for p in papers for f in field_sources(p.kind, p.content)]
    assert [f for f in sources if not f.source] == []
    assert [f for p in papers for f in unsourced(document(p))] == []


def test_what_is_typed_is_typed_in_one_deed_and_printed_from_there(papers):
    typed = {f.source for p in papers for f in field_sources(p.kind, p.content)
             if f.source.split(".")[0] in TYPED_ON_THE_SPOT and "finds" not in f.source and "answers" not in f.source}
    assert typed == {"finish.result", "finish.reason", "finish.signer", "finish.signature", "draft_order.demand",
                     "draft_order.due_on", "self_check.fixed_what", "review.opinion", "fill_blocks"}


def test_every_paper_is_set_as_word_and_pdf_without_empty_boxes(papers):
    for p in papers:
        made = document(p)
        assert to_docx(made)[:2] == b"PK"
        assert to_pdf(made)[:5] == b"%PDF-"
        assert missing(made) == ""


def test_a_basis_not_in_force_on_the_day_is_marked(papers):
    """CY09 cites a law of 2021 that was not in force in June 2021, or was not checked: its paper says 依据待核."""
    notice = next(p for p in papers if p.kind == "hazard_notice")
    rows = notice.content["hazards"]["value"]
    pending = [r for r in rows if r["basis_pending"]]
    assert bool(pending) == any(m.text == "依据待核" for m in document(notice).marks)
