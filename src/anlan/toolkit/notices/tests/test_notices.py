from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Owe, Tell
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all, reset
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Clock, Entry, Party
from anlan.kernel.tests.conftest import ANNA, NOON, minutes
from anlan.kernel.tests.toy.flow import LEAK
from anlan.kernel.tick import tick
from anlan.toolkit.intake.tests.conftest import LIN
from anlan.toolkit.notices.inbox import KEPT, mark_all_read, mark_read, notices_for, unread_count
from anlan.toolkit.notices.models import Notice, NoticeRead
from anlan.toolkit.notices.telling import FOLLOWER, HUSHES, tell

pytestmark = pytest.mark.django_db
COLLEAGUE = Actor(name="陈", person_id=8, post_id=18, parties=(18, 30))
LIN_AT_DESK = Actor(name="林", person_id=7, post_id=17, parties=(17, 30))


@pytest.fixture
def telling(monkeypatch, ground):
    """The toy's “take” tells party 30 and makes it owe the mending."""
    Party.objects.create(id=30, kind="crew")

    def told(case, facts, actor, when, given):
        yield Tell(30, f"{case.place}要修理", urgent=True)
        yield Owe(30, "fix")

    object.__setattr__(LEAK.move("take"), "does", (told,))
    yield
    from anlan.kernel.tests.toy import flow  # noqa: PLC0415

    object.__setattr__(LEAK.move("take"), "does", (flow.take,))


def test_what_a_deed_tells_arrives_once_it_is_sealed_and_only_once(telling, report):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    follow_all()
    assert Notice.objects.count() == 0
    seal_all()
    follow_all()
    reset(FOLLOWER)
    follow_all()
    (notice,) = Notice.objects.all()
    assert (notice.party_id, notice.person_id, notice.text, notice.url, notice.urgent, notice.at) == (
        30, None, "中南路1号要修理", f"/leaks/{ref.uid}/", True, Entry.objects.get(verb="take").told_at)


def test_a_clock_near_its_end_reminds_whoever_has_a_stake_once(telling, report):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    remind_at, due_at = Clock.objects.values_list("remind_at", "due_at").get(name="mend", stopped_at=None)
    tick(at=remind_at - minutes(1))
    assert Notice.objects.count() == 0
    tick(at=remind_at)
    tick(at=remind_at + minutes(1))
    (notice,) = Notice.objects.all()
    due = (due_at + timedelta(hours=8)).strftime("%m-%d %H:%M")
    assert (notice.party_id, notice.url, notice.at) == (30, f"/leaks/{ref.uid}/", remind_at)
    assert notice.text.startswith("泄漏“")
    assert notice.text.endswith(f"”快到时限：请在 {due} 前修好。")


def test_a_ring_says_outside_what_nobody_typed_and_falls_silent_when_somebody_takes_the_matter_up(telling, report, monkeypatch):
    def rings(case, facts, actor, when, given):
        yield Tell(30, f"{case.place}漏气，请联系张三13800138000", rings=True)

    object.__setattr__(LEAK.move("take"), "does", (rings,))
    monkeypatch.setitem(HUSHES, ("leak", "cancel"), lambda ids: [("leak", i) for i in ids])
    ref, other = report(), report()
    for leak in (ref, other):
        advance(leak, "take", actor=ANNA, at=NOON)
    seal_all()
    follow_all()
    notice = Notice.objects.filter(url__contains=str(ref.uid)).get()
    assert (notice.urgent, notice.rings, notice.hushed_at, notice.about, notice.verb) == (True, True, None, "leak", "take")
    assert notice.title == f"泄漏（{LEAK.model.objects.get(uid=ref.uid).area}）：接单"
    advance(ref, "cancel", actor=ANNA, at=NOON + minutes(5))
    seal_all()
    follow_all()
    told_at = Entry.objects.get(verb="cancel").told_at
    assert dict(Notice.objects.values_list("url", "hushed_at")) == {f"/leaks/{ref.uid}/": told_at, f"/leaks/{other.uid}/": None}


def test_the_bell_counts_what_this_person_has_not_read_in_one_statement(ground, django_assert_num_queries):
    for n, (party, person) in enumerate([(17, None), (30, None), (None, 7), (18, None), (None, 8)]):
        tell(key=uuid4(), text=f"第{n}条", at=NOON, party_id=party, person_id=person)
    with django_assert_num_queries(1):
        assert unread_count(LIN_AT_DESK, NOON) == 3
    shared = Notice.objects.get(party_id=30)
    mark_read([shared, shared], LIN_AT_DESK, NOON)
    mark_read([shared], LIN_AT_DESK, NOON + minutes(5))
    assert (unread_count(LIN_AT_DESK, NOON), unread_count(COLLEAGUE, NOON)) == (2, 3)
    assert mark_all_read(LIN_AT_DESK, NOON) == 2
    assert unread_count(LIN_AT_DESK, NOON) == 0
    assert NoticeRead.objects.get(notice=shared).read_at == NOON
    assert unread_count(Actor(name="无名"), NOON) == 0


def test_the_bell_stops_counting_at_a_hundred_and_forgets_what_is_old(ground):
    for n in range(103):
        tell(key=uuid4(), text=str(n), at=NOON, person_id=7)
    tell(key=uuid4(), text="旧", at=NOON - KEPT, person_id=7)
    assert unread_count(LIN_AT_DESK, NOON) == 100
    assert notices_for(LIN_AT_DESK, NOON).filter(text="旧").exists() is False


def test_a_notice_leads_nowhere_outside_and_is_never_too_long(ground):
    for url in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:1"):
        with pytest.raises(ValueError, match="cannot lead"):
            tell(key=uuid4(), text="x", at=NOON, person_id=7, url=url)
    tell(key=uuid4(), text="长" * 500, at=NOON, person_id=7)
    assert Notice.objects.get().text == "长" * 399 + "…"


@pytest.fixture
def browser(toy_api, settings):
    settings.ROOT_URLCONF = "anlan.toolkit.jobs.tests.urls"
    return Client()


def page(browser, query="", who="lin"):
    return browser.get(f"/desk/notices/{query}", headers={"X-Test-Actor": who})


def test_the_page_lists_ones_own_notices_and_opening_one_marks_it_read(browser):
    mine, foreign = uuid4(), uuid4()
    tell(key=mine, text="请复查老谢家常菜馆", at=NOON, party_id=17, url="/desk/hazards/1/", urgent=True)
    tell(key=foreign, text="别人的事", at=NOON, party_id=99, url="/desk/hazards/2/")
    text = page(browser).content.decode()
    assert "请复查老谢家常菜馆" in text
    assert 'class="unread"' in text
    assert "别人的事" not in text
    opened = browser.get(f"/desk/notices/{mine}/", headers={"X-Test-Actor": "lin"})
    assert (opened.status_code, opened["Location"], unread_count(LIN, NOON)) == (302, "/desk/hazards/1/", 0)
    assert 'class="unread"' not in page(browser).content.decode()
    assert browser.get(f"/desk/notices/{foreign}/", headers={"X-Test-Actor": "lin"}).status_code == 404
    assert page(browser, who="nobody").status_code == 404


def test_what_is_urgent_and_unread_stands_first_until_it_is_read(browser):
    key = uuid4()
    tell(key=key, text="挂牌督办超期", at=NOON - minutes(9), person_id=7, url="/desk/hazards/1/", urgent=True)
    tell(key=uuid4(), text="平常的事", at=NOON, person_id=7)
    text = page(browser).content.decode()
    assert "紧急，还没有看" in text
    assert text.index("挂牌督办超期") < text.index("平常的事")
    assert text.count("挂牌督办超期") == 1
    browser.get(f"/desk/notices/{key}/", headers={"X-Test-Actor": "lin"})
    text = page(browser).content.decode()
    assert "紧急，还没有看" not in text
    assert text.index("平常的事") < text.index("挂牌督办超期")


def test_all_are_marked_read_by_one_button_not_by_a_link(browser):
    tell(key=uuid4(), text="一", at=NOON, person_id=7)
    assert browser.get("/desk/notices/read/", headers={"X-Test-Actor": "lin"}).status_code == 405
    assert "全部标为已读" in page(browser).content.decode()
    assert browser.post("/desk/notices/read/", headers={"X-Test-Actor": "lin"}).status_code == 302
    assert unread_count(LIN, NOON) == 0
    assert "全部标为已读" not in page(browser).content.decode()


def test_the_page_turns_by_key_and_says_why_it_is_empty(browser, django_assert_max_num_queries):
    assert "没有通知" in page(browser).content.decode()
    for n in range(65):
        tell(key=uuid4(), text=f"第 {n:02} 条", at=NOON - minutes(n // 2), person_id=7)
    seen, query = [], ""
    for _ in range(3):
        with django_assert_max_num_queries(2):
            text = page(browser, query).content.decode()
        seen += [f"第 {n:02} 条" for n in range(65) if f"第 {n:02} 条" in text]
        query = text.partition('href="?before=')[2].partition('"')[0]
        query = f"?before={query}" if query else ""
    assert (len(seen), len(set(seen)), query) == (65, 65, "")
    assert page(browser, "?before=nonsense").status_code == 200
