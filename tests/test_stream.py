"""The stream of a served instance: a deed reaches another's screen, and only screens that may show it."""

import random
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.desk.live.hub import Hub, Watcher
from anlan.desk.live.stream import OF_ONE_SESSION
from anlan.kernel import instance, rulebook
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Seal
from anlan.people.testing import NOON, PASSWORD, District, small_district
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import tell

from .serving import Screen, at_rest, served

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Iterator[District]:
    rulebook.forget()
    instance.forget()
    made = small_district()
    seal_all()
    yield made
    rulebook.forget()
    instance.forget()


def free_port() -> int:
    while True:
        chosen = random.randrange(10_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", chosen)):
            return chosen


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def web(django_db_setup, port) -> Iterator[str]:
    """One web process for the tests of a file: the district that each of them begins with is the very same."""
    with served(port) as found:
        yield found


@pytest.fixture
def origin(place, web) -> Iterator[str]:
    yield web
    at_rest()


def signed_in(name: str) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"login_name": name, "password": PASSWORD}).status_code == 302
    return client


def report(place: District, who: str = "warden", grid: str = "G111") -> UUID:
    """A matter in a grid, sealed."""
    uid = uuid4()
    advance(Ref("matter", uid), "open", actor=place.actor(who), at=NOON, given={
        "what": "楼道堆物", "area": str(place.areas[grid].uid), "place": "中南路1号"})
    seal_all()
    return uid


def head() -> int:
    return Seal.objects.order_by("-no").values_list("no", flat=True)[0]


def test_a_deed_reaches_the_screens_that_may_show_it_and_no_other(place, port, origin):
    with closing(Screen(port, signed_in("street"))) as east, closing(Screen(port, signed_in("street2"))) as west, \
            closing(Screen(port, signed_in("unit"))) as unit, closing(Screen(port, signed_in("warden"))) as own:
        for screen in (east, west, unit, own):
            screen.next("bell")
        began = time.monotonic()
        uid = report(place)
        event = east.next("news")
        assert time.monotonic() - began < 2
        assert (event.no, event.data) == (head(), {
            "kind": "matter", "uid": str(uid), "verb": "open", "mine": False, "own": False, "opens": True})
        assert own.next("news").data["own"] is True
        assert west.has_nothing("news")
        assert unit.has_nothing("news", 0.1)


def test_a_web_process_that_was_asked_for_no_page_yet_tells_of_deeds_as_well(place):
    client = signed_in("street")
    with served(port := free_port()), closing(Screen(port, client)) as screen:
        screen.next("bell")
        uid = report(place)
        assert screen.next("news", 10).data["uid"] == str(uid)


def test_many_pages_of_one_session_cost_one_look_what_one_page_costs(place):
    key = signed_in("street").cookies[settings.SESSION_COOKIE_NAME].value

    def look(pages: int) -> tuple[int, int]:
        """How many statements a look takes in which all is asked anew, and how many screens it rings on."""
        hub, watching = Hub(), [Watcher(key, None) for _ in range(pages)]
        for watcher in watching:
            assert hub.admit(watcher)
            hub.watchers[watcher] = None
        hub.look(0.0)
        tell(key=uuid4(), text="有新的通知", at=NOON, party_id=place.parties["street"], url="/desk/")
        with CaptureQueriesContext(connection) as captured:
            told = hub.look(16.0)
        return len(captured), sum("event: bell" in line for _watcher, line in told)

    (of_one, once), (of_eight, eight_times) = look(1), look(8)
    assert (of_eight, once, eight_times) == (of_one, 1, 8)


def test_who_comes_back_is_told_what_was_sealed_meanwhile_and_nothing_twice(place, port, origin):
    client = signed_in("street")
    with closing(Screen(port, client)) as screen:
        screen.next("bell")
        first = report(place)
        last = screen.next("news")
        assert last.data["uid"] == str(first)
    missed = [report(place), report(place)]
    report(place, "warden2", "G211")
    with closing(Screen(port, client, after=1, came_back=last.no)) as screen:
        assert [screen.next("news").data["uid"] for _ in missed] == [str(uid) for uid in missed]
        assert screen.next("bell").no == head()
        now = report(place)
        assert screen.next("news").data["uid"] == str(now)


def test_the_stream_ends_with_the_session_and_with_the_post(place, port, origin):
    leaving, moving = signed_in("street"), signed_in("director")
    with closing(Screen(port, leaving)) as gone, closing(Screen(port, moving)) as moved:
        gone.next("bell")
        moved.next("bell")
        leaving.post("/sign-out/")
        assert gone.next("end").data == {"why": "session"}
        assert gone.ends()
        report(place)
        assert moved.next("news")
    with closing(Screen(port, leaving)) as refused:
        assert refused.status == 401
    with closing(Screen(port, Client())) as nobody:
        assert nobody.status == 401


def last_bell(screen, count):
    """The bell once it counts so many; it may tell of one after the other."""
    while (told := screen.next("bell").data)["count"] < count:
        pass
    return told


def test_the_bell_rings_at_once_and_stops_on_every_screen_of_who_has_heard_it(place, port, origin):
    client = signed_in("street")
    with closing(Screen(port, client)) as one, closing(Screen(port, client)) as other, \
            closing(Screen(port, signed_in("street2"))) as west:
        for screen in (one, other, west):
            assert screen.next("bell").data == {"count": 0, "rings": []}
        key = uuid4()
        tell(key=key, text="一级呼叫：老街燃气泄漏", at=NOON, party_id=place.parties["street"], url="/desk/", rings=True)
        tell(key=uuid4(), text="紧急但不响铃", at=NOON, party_id=place.parties["street"], url="/desk/", urgent=True)
        rung = last_bell(one, 2)
        assert (rung["count"], [r["text"] for r in rung["rings"]]) == (2, ["一级呼叫：老街燃气泄漏"])
        assert last_bell(other, 2) == rung
        answer = client.post(rung["rings"][0]["heard"], headers={"Accept": "application/json"})
        assert answer.json() == {"heard": True}
        assert other.next("bell").data == {"count": 1, "rings": []}
        assert west.has_nothing("bell", 0.5)
        assert Notice.objects.get(key=key).reads.count() == 1


def test_a_page_served_beside_the_stream_keeps_its_headers_its_body_and_its_name(place, port, origin):
    client = signed_in("street")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    with closing(Screen(port, client)) as screen:
        asked = Request(f"{origin}/desk/search/?q=%E8%80%81%E9%99%88", headers={
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
        with urlopen(asked) as answer:
            assert "老陈" in answer.read().decode()
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        screen.next("bell")


def test_open_streams_do_not_hold_up_a_stop(place):
    with served(port := free_port()):
        screen = Screen(port, signed_in("street"))
        screen.next("bell")
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert screen.ends()


def test_a_session_with_too_many_pages_loses_the_oldest_stream(place, port, origin):
    client = signed_in("street")
    screens = [Screen(port, client) for _ in range(OF_ONE_SESSION)]
    for screen in screens:
        screen.next("bell")
    with closing(Screen(port, client)) as newest:
        newest.next("bell")
        assert screens[0].ends()
        report(place)
        assert screens[1].next("news").no == newest.next("news").no == head()
    for screen in screens:
        screen.close()
