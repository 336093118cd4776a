"""The desk of a post, and several rows at once."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from anlan.desk.work import SOON, counts, page_of, wish_of
from anlan.hazards.models import Hazard, Proposal
from anlan.kernel.flows import FLOWS
from anlan.kernel.models import Stake
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one

from .journeys.conftest import BEFORE, SIGNATURE, find, place, restaurant, walk  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(place):  # noqa: F811
    def sign_in(name: str) -> Client:
        client = Client()
        assert client.post("/sign-in/", {"login_name": name, "password": PASSWORD}).status_code == 302
        return client

    return sign_in


@pytest.fixture
def found(place, restaurant, walk):  # noqa: F811
    """A cylinder (major, to be confirmed) and three wet floors that the unit owes."""
    finds = [find("CY02", "地下室存放气瓶", before=[BEFORE], control="remove"),
             *(find("", f"后厨地面湿滑{n}", days=3, before=[BEFORE]) for n in range(3))]
    walk("visit", UUID(int=7), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", finds=finds,
         answers={"CY02": "hazard"}, signature=[SIGNATURE], signer="陈某")
    return [Hazard.objects.get(uid=f["uid"]) for f in finds]


def text_of(answer) -> str:
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def titles(place, who, at=NOON, **asked):  # noqa: F811
    return [(d.title, str(d.owed.label)) for d in page_of(place.actor(who, at=at), at, wish_of(asked)).duties]


def test_a_desk_shows_what_its_post_owes_and_nobody_elses(place, found):  # noqa: F811
    confirm = (found[0].what[:40], "确认重大隐患等级")
    assert (titles(place, "community"), titles(place, "street")) == ([confirm], [confirm])
    assert titles(place, "street2") == []
    assert titles(place, "unit") == [(f"后厨地面湿滑{n}", "整改") for n in range(3)]


def test_groups_follow_the_clock_and_say_what_happens_next(place, found, walk):  # noqa: F811
    for hazard in found[1:]:
        walk("hazard", hazard.uid, "ask_extension", "unit", NOON, reason="排期", days=5)
    street = place.actor("street")
    assert counts(street, NOON) == {"all": 4, "late": 0, "soon": 1, "decide": 4, "own": 0, "other": 0}
    (major,) = page_of(street, NOON, wish_of({"show": "soon"})).duties
    assert (major.case, major.limit.next, major.limit.due - NOON <= SOON) == (found[0], "逾期未确认", True)
    later = major.limit.due
    assert counts(street, later)["late"] == 1
    assert len(page_of(street, NOON, wish_of({"kind": "proposal"})).duties) == 3
    assert [title for title, _label in titles(place, "street", q="气瓶")] == [found[0].what[:40]]


def test_a_long_list_goes_on_by_key(place, restaurant, walk, monkeypatch, found):  # noqa: F811
    monkeypatch.setattr("anlan.desk.work.PAGE", 2)
    unit, seen, asked = place.actor("unit"), [], {}
    for _ in range(2):
        page = page_of(unit, NOON, wish_of(asked))
        seen += [d.title for d in page.duties]
        asked = {"after": page.next_key}
    assert (seen, page.next_key) == ([f"后厨地面湿滑{n}" for n in range(3)], "")


def test_the_page_says_late_what_comes_next_and_whose_it_is(place, found, enter):  # noqa: F811
    told = text_of(enter("street").get("/desk/"))
    for words in ("要办 1 件", "24小时内到期", "确认重大隐患等级", "到期后：逾期未确认", "本单位", "怎样用这一页"):
        assert words in told, words
    assert "没有符合条件的事项" in text_of(enter("street").get("/desk/?show=late"))
    assert enter("street").get("/desk/?show=nothing&kind=nothing&after=!!&q=%00").status_code == 200


def test_whoever_stands_in_has_both_desks_and_both_say_so(place, found, enter):  # noqa: F811
    open_one("delegation", "delegate", {
        "from_post": place.posts["street"].uid, "to_post": place.posts["gas"].uid, "reason": "外出学习",
        "since": NOON.date(), "until": NOON.date() + timedelta(days=2)}, actor=place.actor("street"), at=NOON)
    own, deputy = text_of(enter("street").get("/desk/")), text_of(enter("gas").get("/desk/"))
    assert "现由区城管局燃气管理科科长代办您的事。" in own
    assert "您正在代办东街街道办事处街道安全办主任的事" in deputy
    assert "地下室存放气瓶" in deputy
    assert "代东街街道办事处" in deputy


def test_every_role_that_is_owed_says_what_it_asks_for(place, found, walk):  # noqa: F811
    walk("hazard", found[0].uid, "confirm", "street", NOON)
    roles = set(Stake.objects.values_list("kind", "role"))
    assert ("hazard", "rectify") in roles
    assert {(kind, role) for kind, role in roles if str(FLOWS[kind].owed(role).label) in (role, str(FLOWS[kind].label))} == set()


# Several rows at once


def rows(cases, kind="hazard"):
    return [f"{kind}:{case.uid}" for case in cases]


def test_several_rows_share_one_form_and_each_tells_what_became_of_it(place, found, enter, walk):  # noqa: F811
    unit = enter("unit")
    offered = text_of(unit.get("/desk/many/", {"row": rows(found[1:])}))
    assert "已选隐患 3 件" in offered
    assert "申请延期" in offered
    assert "填写一次，各自留痕" in text_of(unit.get("/desk/many/", {"row": rows(found[1:]), "move": "ask_extension"}))
    walk("hazard", found[3].uid, "ask_extension", "unit", NOON, reason="排期", days=5)
    answer = unit.post("/desk/many/", {"row": rows(found[1:3]), "move": "ask_extension", "reason": "等配件", "days": "5",
                                       "batch": str(UUID(int=9))})
    assert "办成 2 件" in text_of(answer)
    assert Proposal.objects.count() == 3
    again = unit.post("/desk/many/", {"row": rows(found[1:3]), "move": "ask_extension", "reason": "等配件", "days": "5",
                                      "batch": str(UUID(int=9))})
    assert (again.status_code, Proposal.objects.count()) == (200, 3)


def test_a_row_that_is_refused_says_why_and_holds_up_no_other(place, found, enter, monkeypatch):  # noqa: F811
    from anlan.desk import many  # noqa: PLC0415

    stale, whole = rows(found[1:3]), many.advance_many

    def meanwhile(orders):
        """Somebody else changes the first case between the reading and the deed."""
        Hazard.objects.filter(id=found[1].id).update(version=99)
        return whole(orders)

    monkeypatch.setattr(many, "advance_many", meanwhile)
    told = text_of(enter("unit").post("/desk/many/", {"row": stale, "move": "ask_extension", "reason": "等配件", "days": "5"}))
    assert "办成 1 件，没有办成 1 件" in re.sub(r"\s+", " ", told)
    assert "内容刚被他人更新，请刷新后再试" in told


def test_a_faulty_form_is_told_once_and_nothing_happens(place, found, enter):  # noqa: F811
    answer = enter("unit").post("/desk/many/", {"row": rows(found[1:]), "move": "ask_extension", "reason": "", "days": "5"})
    assert answer.status_code == 422, text_of(answer)
    assert Proposal.objects.count() == 0


def test_rows_out_of_sight_are_as_if_not_picked_and_kinds_go_one_by_one(place, found, enter):  # noqa: F811
    assert enter("unit2").get("/desk/many/", {"row": rows(found)}).headers["Location"] == "/desk/"
    assert enter("unit").get("/desk/many/", {"row": ["nothing", "hazard:x", "toy:1"]}).headers["Location"] == "/desk/"
    mixed = enter("street").get("/desk/many/", {"row": [*rows(found[:1]), *rows([found[0].premises], "premises")]})
    assert "不是同一种" in text_of(mixed)


def test_what_was_done_to_several_rows_is_taken_back_for_all_of_them(place, found, enter):  # noqa: F811
    """Drafts of orders for three wet floors, and their withdrawal by one button."""
    officer, three = enter("officer1"), found[1:]
    limits = [h.due_on for h in three]
    told = officer.post("/desk/many/", {"row": rows(three), "move": "draft_order", "demand": "三日内整改", "batch": str(UUID(int=11)),
                                        "due_on": str(NOON.date() + timedelta(days=5))})
    assert "办成 3 件" in text_of(told)
    assert set(Hazard.objects.filter(id__in=[h.id for h in three]).values_list("order_drafter", flat=True)) == {"吴刚"}
    assert [Hazard.objects.get(id=h.id).due_on for h in three] == limits, "the limit moves at the second signature"
    form = re.search(r'<form method="post" action="/desk/many/" class="cluster">(.*?)</form>', told.content.decode(), re.S)[1]
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(row|move|batch)" value="([^"]+)"', form):
        sent.setdefault(name, []).append(value)
    assert sent["row"] == rows(three)
    assert "办成 3 件" in text_of(officer.post("/desk/many/", sent))
    assert set(Hazard.objects.filter(id__in=[h.id for h in three]).values_list("order_drafter", "order_by", "state")) == {
        ("", None, "notified")}
