"""Case pages of a flow that is no register: the toy's leak, with its clock, its trail and its moves."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import include, path

from anlan.kernel.corrections import correct
from anlan.kernel.door import advance
from anlan.kernel.journal import shred
from anlan.kernel.models import Entry
from anlan.kernel.tests.conftest import ANNA, BEN, NOON, report  # noqa: F401
from anlan.kernel.tests.toy.flow import LEAK
from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit.registers import REGISTERS, CasePages, Col, names, offered
from anlan.toolkit.registers.caseview import CASES
from anlan.toolkit.registers.reference import reference

pytestmark = pytest.mark.django_db


class Addresses:
    def __init__(self, *urls):
        self.urlpatterns = [path("desk/", include(list(urls)))]


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.setattr(names, "_LOOKUPS", dict(names._LOOKUPS))
    monkeypatch.setattr(names, "_TOGETHER", [])
    names.register(people=lambda ids: {i: {1: "安娜", 2: "本"}[i] for i in ids}, posts=lambda ids: {},
                   parties=lambda ids: dict.fromkeys(ids, "东街街道"))
    held = dict(CASES)
    made = CasePages(flow=LEAK, slug="leaks", seen_by=lambda actor, at: Leak.objects.exclude(place="秘密"),
                     facts=(Col("place", label="地点"), Col("phone", private="p"), Col("grade", label="等级")),
                     clocks={"take": "接单", "mend": "修理"}, undo={"take": "give_back"})
    yield made
    CASES.clear()
    CASES.update(held)


@pytest.fixture
def browser(pages, visit, settings):
    def of(actor):
        found = visit(actor)
        settings.ROOT_URLCONF = Addresses(*pages.urls())
        return found

    return of


def view(pages, ref, actor=ANNA, at=NOON):
    request = RequestFactory().get("/")
    request.actor, request.at = actor, at
    return pages.get(request, ref.uid)


def test_the_head_says_who_owes_what_by_when(pages, report):  # noqa: F811
    told = view(pages, report()).head
    (owed,) = told.owes
    assert (owed.what, owed.due - NOON, owed.paused) == ("接单", timedelta(hours=2), "")
    assert told.newest == "06-01 12:00 安娜上报中南路1号"


def test_the_trail_is_newest_first_and_strikes_what_was_corrected(pages, report):  # noqa: F811
    ref = report()
    advance(ref, "take", actor=BEN, at=NOON + timedelta(minutes=5))
    assert [line.sentence for line in view(pages, ref).trail] == ["本接单", "安娜上报中南路1号"]
    entry = Entry.objects.get(verb="report")
    correct(entry, reason="等级写错", actor=ANNA, at=NOON + timedelta(minutes=9), given={"level": "major"})
    trail = view(pages, ref, at=NOON + timedelta(hours=1)).trail
    assert [(line.struck, "更正" in line.sentence) for line in trail] == [(False, True), (False, False), (True, False)]


def test_a_shredded_value_reads_as_a_dash_not_as_an_error(pages, report):  # noqa: F811
    ref = report(phone="13800138000")
    assert [f.value for f in view(pages, ref).facts][:2] == ["中南路1号", "138****8000"]
    assert shred("leak", Leak.objects.get().id) == 1
    assert view(pages, ref).trail[0].sentence == "安娜上报中南路1号"


def test_moves_follow_the_state_and_the_actor(pages, report):  # noqa: F811
    ref = report()
    assert {"接单", "撤销"} <= {m.label for m in view(pages, ref).moves}
    advance(ref, "take", actor=ANNA, at=NOON)
    mine, hers = view(pages, ref), view(pages, ref, BEN)
    assert {"暂停", "修好", "撤销"} <= {m.label for m in mine.moves} and "接单" not in {m.label for m in mine.moves}
    assert "修好" not in {m.label for m in hers.moves}
    assert {r.label: list(r.reasons) for r in hers.refused}["修好"] == ["须由修理人操作"]
    assert "修好" not in {r.label for r in mine.refused}


def test_a_move_is_made_from_its_page_and_one_without_a_form_at_one_tap(browser, report):  # noqa: F811
    ref = report()
    page = browser(ANNA).get(f"/desk/leaks/{ref.uid}/").content.decode()
    assert f'action="/desk/leaks/{ref.uid}/take"' in page and 'name="_expect" value="1"' in page
    assert browser(ANNA).get(f"/desk/leaks/{ref.uid}/take").status_code == 302, "there is no form to show"
    assert browser(ANNA).post(f"/desk/leaks/{ref.uid}/take", {"_expect": "1"}).status_code == 302
    form = browser(ANNA).get(f"/desk/leaks/{ref.uid}/mend").content.decode()
    assert 'name="cost"' in form
    assert browser(ANNA).post(f"/desk/leaks/{ref.uid}/mend", {"cost": "-1"}).status_code == 422
    assert browser(ANNA).post(f"/desk/leaks/{ref.uid}/mend", {"cost": "12"}).status_code == 302
    assert Leak.objects.get(uid=ref.uid).state == "mended"
    refused = browser(ANNA).post(f"/desk/leaks/{ref.uid}/accept")
    assert refused.status_code == 422 and "修理人不能自己验收" in refused.content.decode()


def test_moves_of_the_system_and_unknown_ones_have_no_address(browser, report):  # noqa: F811
    ref = report()
    assert [browser(ANNA).post(f"/desk/leaks/{ref.uid}/{move}").status_code
            for move in ("nobody_acted", "invent", "report")] == [404, 404, 404]
    refused = browser(ANNA).post(f"/desk/leaks/{ref.uid}/nag")
    assert refused.status_code == 422 and "只能由系统按时限执行" in refused.content.decode()


def test_what_the_selector_hides_is_absent(browser, report):  # noqa: F811
    ref = report()
    Leak.objects.filter(uid=ref.uid).update(place="秘密")
    assert browser(ANNA).get(f"/desk/leaks/{ref.uid}/").status_code == 404
    assert browser(ANNA).post(f"/desk/leaks/{ref.uid}/take").status_code == 404
    assert Leak.objects.get(uid=ref.uid).state == "open"


def test_a_case_is_opened_by_the_form_of_its_opening_move(browser, ground):
    form = browser(ANNA).get("/desk/leaks/new?place=洪山广场").content.decode()
    assert 'value="洪山广场"' in form
    answer = browser(ANNA).post("/desk/leaks/new", {"area": str(ground["G1"].uid), "place": "洪山广场"})
    assert (answer.status_code, Leak.objects.get().place) == (302, "洪山广场")
    assert browser(ANNA).get("/desk/leaks/new/take").status_code == 404


def test_a_page_asks_nobody_for_what_it_does_not_show(pages, visit, report, django_assert_max_num_queries):  # noqa: F811
    ref = report()
    with django_assert_max_num_queries(7):
        told = view(pages, ref)
        assert told.head and told.moves and not told.refused and told.sections


def test_the_reference_of_a_register_is_what_runs():
    told = reference(REGISTERS["pumps"])
    assert (told["kind"], told["address"], told["key"], told["layer"]) == ("pump", "/desk/pumps/", ["code"], "pumps")
    assert [m["name"] for m in told["moves"]] == ["create", "import_row", "edit", "retire", "restore", "check", "nobody_acted"]
    phone = next(c for c in told["columns"] if c["name"] == "phone")
    assert (phone["private"], phone["search"], phone["filter"], phone["hint"]) == ("pumps.see_phones", False, "", "手机或座机")
    assert told["sheet"][:3] == ["编号", "名称", "地址"] and "年龄" not in told["sheet"]



def test_a_higher_app_offers_its_opening_beside_the_moves_to_whom_it_wants(pages, report, monkeypatch):  # noqa: F811
    monkeypatch.setattr(offered, "OFFERS", {})
    offered.OFFERS["leak"] = {"call": offered.Offer("call", "呼叫", lambda case: f"/desk/calls/new?matter={case.uid}",
                                                    lambda case, actor: actor == ANNA and case.state == "open")}
    ref = report()
    told = {who.name: [(m.label, m.url) for m in view(pages, ref, who).moves if m.label == "呼叫"] for who in (ANNA, BEN)}
    assert told == {ANNA.name: [("呼叫", f"/desk/calls/new?matter={ref.uid}")], BEN.name: []}
