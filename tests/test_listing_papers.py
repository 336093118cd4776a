"""The papers of a listing: each is drawn up by its deed, every field says where it came from, and each can be set."""

import pytest

from anlan.kernel.models import Paper
from anlan.toolkit.documents import missing, to_docx, to_pdf, unsourced
from anlan.toolkit.papers.contents import field_sources
from anlan.toolkit.papers.templates import document

from .journeys.conftest import AFTER
from .journeys.conftest import place as place
from .journeys.conftest import restaurant as restaurant
from .journeys.conftest import walk as walk
from .test_listing import LATER, SOON, sign, team
from .test_listing import listed as listed
from .test_listing import major as major
from .test_listing import proposed as proposed

pytestmark = pytest.mark.django_db
KINDS = ["listing_announcement", "listing_closing", "listing_closing_announcement", "listing_extension", "listing_notice",
         "listing_review", "listing_review"]


@pytest.fixture
def papers(place, listed, walk):
    """A listing that is extended, fails its first review and passes its second."""
    x = listed(days=60)
    walk("listing", x.uid, "ask_extension", "unit", SOON, days=30, reason="设备到货晚")
    walk("listing", x.uid, "grant_extension", "emergency", SOON)
    for verdict in ("failed", "passed"):
        walk("hazard", x.hazard.uid, "self_check", "unit", LATER, fixed_what="气瓶已移出地下室", fixer_name="陈某", photos=[AFTER])
        walk("listing", x.uid, "form_team", "emergency", LATER, **team(place))
        sign(walk, x, expert=verdict)
        if verdict == "failed":
            walk("listing", x.uid, "fail_review", "emergency", LATER, reason="通风不良", days=3)
    walk("listing", x.uid, "strike_off", "emergency", LATER)
    walk("listing", x.uid, "announce", "emergency", LATER)
    return list(Paper.objects.filter(subject_kind="listing").order_by("kind", "id"))


def test_every_paper_is_complete_sourced_and_set_without_empty_boxes(papers):
    assert [p.kind for p in papers] == KINDS
    assert [f for p in papers for f in field_sources(p.kind, p.content) if not f.source] == []
    for p in papers:
        made = document(p)
        assert unsourced(made) == ()
        assert missing(made) == ""
        assert (to_docx(made)[:2], to_pdf(made)[:5]) == (b"PK", b"%PDF-")


def test_what_stands_on_no_register_is_marked_on_the_notice(papers):
    """The basis is a likely one: the notice says 依据待核."""
    notice = next(p for p in papers if p.kind == "listing_notice")
    assert [m.text for m in document(notice).marks] == ["依据待核"]


def test_public_announcements_name_no_person(papers):
    told = str([p.content for p in papers if "announcement" in p.kind])
    assert not [name for name in ("陈", "吴刚", "郑伟", "卫华", "沈平") if name in told]
    assert "百瑞景小馆" in told
