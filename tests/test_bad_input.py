"""What nobody should send, put in through the doors that people use; each gets a sentence and changes nothing.

Sheets have theirs in setup/tests/test_sheets.py and toolkit/sheets; two people at the same instant on two connections
are in kernel/tests/test_concurrency.py.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.hazards.models import Hazard
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import instance_clock, real_time, set_clock
from anlan.kernel.models import Entry, InstanceClock
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.patrols.models import Visit
from anlan.people.testing import NOON
from anlan.premises.models import Premises
from anlan.toolkit.attachments.tests.made import archive, png_that_claims
from anlan.toolkit.intake.tokens import issue_token

from .world import World, a_world, forget, photo

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PROGRAM = b"MZ\x90\x00" + b"\x00" * 60 + b"This program cannot be run in DOS mode." + b"\x00" * 400
BOMB = archive({"a.txt": b"\x00" * (64 * 2**20)})


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        yield made


@pytest.fixture(autouse=True)
def forgetful():
    forget()
    yield
    forget()


def sentences(answer) -> str:
    """The visible text of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# A matter sent three times


@pytest.fixture
def put(world, client):
    """A system with a token of the street sends a matter under a uid of its own."""
    text, _uid = issue_token(name="热线系统", post_id=world.place.posts["street"].id, scopes=("matters:write",),
                             expires_at=real_time() + 365 * DAY, actor=SYSTEM, at=NOON)

    def do(uid, **body):
        answer = client.put(f"/api/v1/matters/{uid}", body, content_type="application/json",
                            headers={"Authorization": f"Bearer {text}"})
        return answer.status_code, answer.json()

    return do


@pytest.fixture
def waiting(world, put):
    """A matter that nobody has answered; nothing hangs on it."""
    uid = uuid4()
    assert put(uid, what="井盖松动", area=str(world.east.rows["area"]))[0] == 201
    return uid


def test_a_matter_sent_three_times_is_one_matter_with_the_first_receipt(world, put):
    uid, body = uuid4(), {"what": "井盖松动", "area": str(world.east.rows["area"])}
    told = [put(uid, **body) for _ in range(3)]
    assert [status for status, _receipt in told] == [201, 200, 200]
    first, *again = ({k: v for k, v in receipt.items() if k != "replay"} for _status, receipt in told)
    assert again == [first, first]
    assert [receipt["replay"] for _status, receipt in told] == [False, True, True]
    matter = Matter.objects.get(uid=uid)
    assert Entry.objects.filter(kind="matter", subject_id=matter.id).count() == 1


# A move made by two people at once


def test_of_two_who_answer_the_same_page_the_second_is_told(world, waiting):
    address = f"/desk/matters/{waiting}/answer"
    community, street = world.sign_in("community"), world.sign_in("street")
    pages = [client.get(address).content.decode() for client in (community, street)]
    seen = {re.search(r'name="_expect" value="(\d+)"', page)[1] for page in pages}
    first = community.post(address, {"answer": "已清理", "_expect": seen.copy().pop(), "_request": str(uuid4())})
    second = street.post(address, {"answer": "已派人", "_expect": seen.pop(), "_request": str(uuid4())})
    assert (first.status_code, second.status_code) == (302, 422)
    assert re.search("[。：，].*(办理|变化|修改|刷新)", sentences(second)), sentences(second)
    assert Matter.objects.get(uid=waiting).answer == "已清理"


# A clock set back


def test_a_clock_set_back_stays_at_the_last_tick(world):
    tick(at=NOON + DAY)
    with pytest.raises(Refused, match="业务时间不能拨回到上次时限检查（2021-06-02 12:00）之前"):
        set_clock(NOON, running=False)
    InstanceClock.objects.update(stands_at=NOON - 30 * DAY)  # as where the machine's own clock was set back
    forget()
    assert instance_clock() == NOON + DAY
    set_clock(NOON + 2 * DAY, running=False)
    assert instance_clock() == NOON + 2 * DAY


# A post that ended yesterday


def test_who_was_signed_in_when_the_post_ended_is_told_and_does_nothing_more(world, waiting):
    client, uid = world.sign_in("community"), waiting
    held = world.place.people["community"].appointments.get()
    advance(Ref("appointment", held.uid), "end", actor=world.place.actor("sysadmin"), at=NOON,
            given={"until": NOON.date()})
    set_clock(NOON + DAY, running=False)
    forget()
    before = Entry.objects.count()
    answer = client.post(f"/desk/matters/{uid}/answer", {"answer": "已清理"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/sign-in/")
    assert re.search("已于2021-06-01结束", sentences(answer)), sentences(answer)
    assert (Entry.objects.count(), Matter.objects.get(uid=uid).state) == (before, "open")
    with pytest.raises(Refused, match="已于2021-06-01结束"):
        world.place.actor("community", at=NOON + DAY)


# Files that are not what they say


@pytest.mark.parametrize("content, name, sentence", [
    (PROGRAM, "灶台.jpg", "不是照片|程序|不能上传|格式"), (BOMB, "灶台.jpg", "不是照片|压缩|不能上传|格式"),
    (png_that_claims(60_000, 60_000), "灶台.png", "像素|太大|尺寸"), (photo(7)[0][:300], "灶台.jpg", "损坏|不完整|打不开")])
def test_a_visit_with_a_photo_that_is_none_is_refused_with_a_sentence(world, content, name, sentence):
    client = world.sign_in("warden")
    address = f"/field/visits/{world.east.rows['planned']}/"
    sent = {"answer-CY05": "hazard", "photo-CY05": SimpleUploadedFile(name, content, "image/jpeg")}
    before = Hazard.objects.count()
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert re.search(sentence, faults_of(answer)) and "灶台" in faults_of(answer), faults_of(answer)
    assert (Hazard.objects.count(), Visit.objects.get(uid=world.east.rows["planned"]).state) == (before, "planned")


def faults_of(answer) -> str:
    found = re.search(r'class="form-faults".*?</div>', answer.content.decode(), re.S)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


def test_a_photo_that_is_one_goes_through_the_same_door(world):
    client, before = world.sign_in("warden"), Hazard.objects.count()
    data, name = photo(7)
    answer = client.post(f"/field/visits/{world.east.rows['planned']}/", {
        "answer-CY05": "hazard", "photo-CY05": SimpleUploadedFile(name, data, "image/jpeg"), "signer": "陈某"})
    assert (answer.status_code, Hazard.objects.count()) == (302, before + 1)


# A name that no paper can print


@pytest.mark.parametrize("who, address, given", [
    ("street", "/desk/premises/new", {"place_type": "restaurant", "address": "中南路9号", "area": "{area}"}),
    ("warden", "/field/new-shop/", {"place_type": "restaurant", "address": "中南路9号", "photos": "{photo}",
                                    "lon": "114.305", "lat": "30.505"}),
    ("sysadmin", "/desk/people/new", {}), ("street", "/desk/special-objects/new", {"sort": "elevator", "area": "{area}"})])
def test_a_name_with_an_emoji_is_refused_with_a_sentence(world, who, address, given):
    known = {"area": str(world.east.rows["area"]), "photo": world.east.files[0]}
    body = {k: v.format(**known) for k, v in given.items()}
    client, before = world.sign_in(who), Premises.objects.count()
    refused = client.post(address, {**body, "name": "好运来🍜小吃"})
    assert (refused.status_code, "“🍜”是表情符号" in sentences(refused)) == (422, True), sentences(refused)
    assert Premises.objects.count() == before
    taken = client.post(address, {**body, "name": "好运来小吃"})
    assert taken.status_code == 302, sentences(taken)
