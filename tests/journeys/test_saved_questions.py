"""What is asked again and again: kept under a name, shared with colleagues, told in the morning, stopped by one click."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.indicators.asking import answer, answer_in_full
from anlan.indicators.flow import next_at
from anlan.indicators.models import SavedQuestion, Subscription
from anlan.indicators.selectors import questions_seen_by, subscriptions_seen_by
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import zone
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Clock
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.people.testing import NOON, PASSWORD
from anlan.toolkit.notices.inbox import notices_for
from anlan.toolkit.notices.models import Notice

from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def found(place, restaurant, walk):
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", signer="陈某",
         finds=[find("CY09", before=[BEFORE]), find("", "地面湿滑", days=3, before=[BEFORE])], signature=[SIGNATURE])
    seal_all()


@pytest.fixture
def kept(found, walk):
    """The street's question, by area."""
    uid = uuid4()
    walk("saved_question", uid, "keep", "street", NOON, name="本月隐患", indicator="haz-found", period="本月", grouping="area")
    return SavedQuestion.objects.get(uid=uid)


def morning(days=1):
    """What the house does until some mornings later."""
    at = datetime.combine(NOON.date() + days * DAY, datetime.min.time(), zone()) + timedelta(hours=8, minutes=1)
    seal_all()
    tick(at=at, kinds=["subscription"])
    seal_all()
    follow_all()
    return at


def told():
    return [(n.person_id, n.text, n.url) for n in Notice.objects.filter(about="subscription").order_by("id")]


def read(who, path):
    client = Client()
    client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
    return client.get(path)


def test_it_opens_with_the_figure_of_whoever_reads_it(kept, place, walk):
    walk("saved_question", kept.uid, "share", "street", NOON)
    page = read("officer1", f"/desk/saved-questions/{kept.uid}/").content.decode()
    assert "排查一般隐患" in page and "东一社区" in page and "东二社区" in page
    assert f'href="/desk/figures/haz-found/areas/?since={NOON:%Y-%m}-01&amp;on={NOON:%Y-%m-%d}"' in page
    export = f"/desk/figures/haz-found/areas/export.xlsx?since={NOON:%Y-%m}-01&on={NOON:%Y-%m-%d}"
    assert export.replace("&", "&amp;") in page
    assert read("officer1", export).status_code == 200


def test_it_is_ones_own_until_it_is_shared_and_then_the_organisations(kept, place, walk):
    def seen(who):
        return [q.name for q in questions_seen_by(place.actor(who), NOON)]

    assert [seen(who) for who in ("street", "officer1", "street2", "director")] == [["本月隐患"], [], [], []]
    with pytest.raises(Refused, match="尚未共享"):
        walk("saved_question", kept.uid, "unshare", "street", NOON)
    walk("saved_question", kept.uid, "share", "street", NOON)
    assert [seen(who) for who in ("street", "officer1", "street2", "director")] == [["本月隐患"], ["本月隐患"], [], []]
    with pytest.raises(Refused, match="已经共享"):
        walk("saved_question", kept.uid, "share", "street", NOON)
    for move, given in (("edit", {"name": "改", "indicator": "haz-found", "period": "本年"}), ("delete", {}), ("unshare", {})):
        with pytest.raises(Refused, match="只有保存的人可以更改"):
            walk("saved_question", kept.uid, move, "officer1", NOON, **given)


def test_it_asks_only_of_ones_own_ground_and_in_words_that_are_understood(found, place, walk):
    asked = {"name": "西街", "indicator": "haz-found", "period": "本年"}
    with pytest.raises(Refused, match="统计区域须在自己的责任区内"):
        walk("saved_question", uuid4(), "keep", "street", NOON, **asked, where=str(place.areas["S2"].uid))
    with pytest.raises(Refused, match="看不懂时段"):
        walk("saved_question", uuid4(), "keep", "street", NOON, **{**asked, "period": "去年夏天"})
    with pytest.raises(Refused, match="须以有责任区的岗位保存查询"):
        walk("saved_question", uuid4(), "keep", "unit", NOON, **asked)
    uid = uuid4()
    walk("saved_question", uid, "keep", "director", NOON, **asked, where=str(place.areas["S2"].uid))
    page = read("director", f"/desk/saved-questions/{uid}/").content.decode()
    assert "西街" in page and f"area={place.areas['S2'].uid}" in page


def test_a_figures_page_leads_to_a_form_that_is_filled_in(found, place):
    page = read("director", f"/desk/figures/haz-found/?since=2021-05-01&on=2021-05-31&area={place.areas['S1'].uid}")
    (offer,) = [o for o in page.context["offers"] if "saved-questions" in o.url]
    form = read("director", offer.url).context["form"]
    assert (form["indicator"].value(), form["period"].value(), form["where"].value()) == (
        "haz-found", "2021-05-01..2021-05-31", str(place.areas["S1"].uid))


def test_a_subscription_tells_its_subscriber_alone_to_the_end_of_the_day_before(kept, place, walk):
    walk("saved_question", kept.uid, "subscribe", "street", NOON, rhythm="daily")
    morning()
    link = f"/desk/saved-questions/{kept.uid}/?on={NOON:%Y-%m-%d}"
    month = f"{NOON:%Y-%m}-01至{NOON:%Y-%m-%d}"
    assert told() == [(place.people["street"].id, f"本月隐患：2起（排查一般隐患，{month}）", link)]
    at = morning(2)
    assert [len(told()), Subscription.objects.get().sent_on] == [2, at.date()]
    assert notices_for(place.actor("officer1"), at).filter(about="subscription").count() == 0
    assert read("street", link).status_code == 200


def test_it_is_counted_in_the_ground_that_the_subscriber_has_when_it_is_sent(kept, place, walk):
    walk("saved_question", kept.uid, "subscribe", "street", NOON, rhythm="daily")
    post = place.posts["street"]
    advance(Ref("post", post.uid), "edit", actor=SYSTEM, at=NOON, given={"title": post.title, "area": str(place.areas["C12"].uid)})
    morning()
    assert [text.partition("（")[0] for _who, text, _url in told()] == ["本月隐患：0起"]


def test_one_click_stops_it_and_nothing_is_told_after(kept, place, walk):
    walk("saved_question", kept.uid, "subscribe", "street", NOON, rhythm="daily")
    with pytest.raises(Refused, match="您已经订阅"):
        walk("saved_question", kept.uid, "subscribe", "street", NOON, rhythm="weekly")
    client = Client()
    client.post("/sign-in/", {"login_name": "street", "password": PASSWORD})
    offered = [m.label for m in client.get(f"/desk/saved-questions/{kept.uid}/").context["view"].moves]
    assert offered == ["修改", "停止订阅", "本单位共享", "删除"], "and no button that would be refused"
    assert client.post(f"/desk/saved-questions/{kept.uid}/unsubscribe").status_code == 302
    assert (Subscription.objects.get().state, Clock.objects.filter(kind="subscription", stopped_at=None).count()) == ("stopped", 0)
    morning()
    assert told() == []
    with pytest.raises(Refused, match="您没有订阅"):
        walk("saved_question", kept.uid, "unsubscribe", "street", NOON)
    walk("saved_question", kept.uid, "subscribe", "street", NOON, rhythm="weekly")
    assert sorted(Subscription.objects.values_list("state", flat=True)) == ["on", "stopped"]


def test_what_is_not_shared_any_more_is_told_to_its_owner_alone(kept, place, walk):
    walk("saved_question", kept.uid, "share", "street", NOON)
    for who in ("street", "officer1"):
        walk("saved_question", kept.uid, "subscribe", who, NOON, rhythm="daily")
    walk("saved_question", kept.uid, "unshare", "street", NOON)
    assert [s.state for s in subscriptions_seen_by(place.actor("officer1"), NOON)] == ["stopped"]
    morning()
    assert [who for who, _text, _url in told()] == [place.people["street"].id]
    walk("saved_question", kept.uid, "delete", "street", NOON)
    assert set(Subscription.objects.values_list("state", flat=True)) == {"stopped"}


def test_it_ends_by_itself_with_the_post(kept, place, walk):
    walk("saved_question", kept.uid, "subscribe", "street", NOON, rhythm="daily")
    term = place.people["street"].appointments.get()
    advance(Ref("appointment", term.uid), "end", actor=SYSTEM, at=NOON, given={"until": NOON.date().isoformat()})
    morning()
    assert (told(), Subscription.objects.get().state) == ([], "stopped")


def test_after_a_week_without_the_house_one_figure_is_told(kept, place, walk):
    walk("saved_question", kept.uid, "subscribe", "street", NOON, rhythm="daily")
    morning(7)
    assert len(told()) == 1


@pytest.mark.parametrize(("rhythm", "after", "falls"), [
    ("daily", "2021-06-02T07:59", date(2021, 6, 2)), ("daily", "2021-06-02T08:00", date(2021, 6, 3)),
    ("weekly", "2021-06-02T12:00", date(2021, 6, 7)), ("weekly", "2021-06-07T08:00", date(2021, 6, 14)),
    ("monthly", "2021-06-02T12:00", date(2021, 7, 1)), ("monthly", "2021-12-01T09:00", date(2022, 1, 1))])
def test_it_falls_on_the_next_day_of_its_rhythm(rhythm, after, falls, db):
    due = next_at(rhythm, datetime.fromisoformat(after).replace(tzinfo=zone()))
    assert (due.astimezone(zone()).date(), due.astimezone(zone()).hour) == (falls, 8)


def test_its_page_takes_few_statements(kept, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    client = Client()
    client.post("/sign-in/", {"login_name": "street", "password": PASSWORD})
    client.get(f"/desk/saved-questions/{kept.uid}/")
    with CaptureQueriesContext(connection) as held:
        client.get(f"/desk/saved-questions/{kept.uid}/")
    assert len(held) <= 12


# One department, one industry


@pytest.fixture
def checks(place, restaurant, walk, found):
    """Beside the warden's visit, the gas department looked twice."""
    for _turn in range(2):
        walk("visit", uuid4(), "drop_in", "gas", NOON, premises=str(restaurant.uid), result="normal", signature=[SIGNATURE], signer="陈某")
    seal_all()


ASKED = {"name": "检查", "indicator": "haz-units-checked", "period": "本年"}


def test_it_asks_of_one_department_and_industry_and_is_split_by_them(checks, place, walk):
    uid, split = uuid4(), uuid4()
    walk("saved_question", uid, "keep", "director", NOON, **ASKED, department="gas_department", industry="H")
    walk("saved_question", split, "keep", "director", NOON, **ASKED, grouping="department")
    whole = "/desk/figures/haz-units-checked/?since=2021-01-01&amp;on=2021-06-01"
    page = read("director", f"/desk/saved-questions/{uid}/").content.decode()
    assert f'href="{whole}&amp;department=gas_department&amp;industry=H"' in page
    assert answer(SavedQuestion.objects.get(uid=uid), place.actor("director"), NOON).value == 2
    table = answer_in_full(SavedQuestion.objects.get(uid=split), place.actor("director"), NOON).table
    assert [(row.label, row.value) for row in table.rows] == [("区城管局", 2), ("部门以外（街道、社区、网格）", 1)]
    page = read("director", f"/desk/saved-questions/{split}/").content.decode()
    assert f'href="{whole}&amp;department=others"' in page
    export = "/desk/figures/haz-units-checked/by/department/export.xlsx?since=2021-01-01&on=2021-06-01"
    assert export.replace("&", "&amp;") in page and read("director", export).status_code == 200


@pytest.mark.parametrize("asked", [{"department": "gas_department"}, {"grouping": "department"}])
def test_what_its_indicator_does_not_tell_is_refused_in_a_sentence(found, walk, asked):
    with pytest.raises(Refused, match="“网格员上报问题隐患”不能按部门看，只能按区域、时段看"):
        walk("saved_question", uuid4(), "keep", "director", NOON, name="上报", indicator="grd-events", period="本年", **asked)


def test_a_department_that_is_not_there_is_refused(found, walk):
    with pytest.raises(Refused, match="没有这个部门：nobody"):
        walk("saved_question", uuid4(), "keep", "director", NOON, **ASKED, department="nobody")


def test_the_page_of_one_department_leads_to_a_form_that_is_filled_in(checks, place):
    page = read("director", "/desk/figures/haz-units-checked/?department=gas_department&industry=H")
    (offer,) = [o for o in page.context["offers"] if "saved-questions" in o.url]
    form = read("director", offer.url)
    chosen = (form.context["form"]["department"].value(), form.context["form"]["industry"].value())
    assert chosen == ("gas_department", "H")
    assert '<option value="gas_department" selected>区城管局</option>' in form.content.decode()
