"""A resident without an account: reports, is joined, follows, withdraws, rates, asks once more; and what is refused."""

import re
import time
from datetime import timedelta
from io import BytesIO
from itertools import count
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from shapely.geometry import Point, Polygon

from anlan.calls import pins
from anlan.calls.models import Call, StatusPin
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area, Attached, Clock, Entry, Stake
from anlan.kernel.rulebook import parameter
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.matters.selectors import matters_seen_by
from anlan.people.testing import NOON
from anlan.portal import limits, puzzle, report
from anlan.portal.knowledge import ADVICE
from anlan.portal.near import joined
from anlan.portal.pressure import Pressure
from anlan.toolkit.attachments.models import File
from anlan.toolkit.codes import public_code
from anlan.toolkit.intake.rates import Buckets
from tests.crawl import asked_by_page

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PROOFS: dict[str, dict[str, str]] = {}


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    """Nobody has asked yet, and puzzles are short."""
    monkeypatch.setattr(limits, "BUCKETS", Buckets())
    monkeypatch.setattr(puzzle, "ASKED", Pressure())
    monkeypatch.setattr(puzzle, "parameter", lambda key, on: 6 if key == "portal.puzzle_bits" else parameter(key, on))


@pytest.fixture
def phone(place, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return Client()


def picture(shade=90, exif=None):
    out = BytesIO()
    Image.new("RGB", (320, 240), (shade, 90, 60)).save(out, "JPEG", **({"exif": exif} if exif else {}))
    return SimpleUploadedFile(f"IMG_{shade}.jpg", out.getvalue(), "image/jpeg")


def ticket_of(client, query=""):
    proof = proof_of(client, query)
    PROOFS[proof["ticket"]] = proof
    return proof["ticket"]


def proof_of(client, query=""):
    """Ticket and solved puzzle, as the page's script sends them."""
    page = client.get(f"/public/report/{query}").content.decode()
    asked, bits = re.search(r'name="puzzle" value="([^"]+)" data-puzzle="(\d+)"', page).groups()
    answer = next(str(n) for n in count() if puzzle.zero_bits(f"{asked}.{n}") >= int(bits))
    return {"ticket": re.search(r'name="ticket" value="([^"]+)"', page)[1], "puzzle": asked, "solved": answer}


def send(client, ticket, **given):
    return client.post("/public/report/", {"ticket": ticket, "sort": "blocked", **PROOFS.get(ticket, {}), **given})


def at_point(place, grid="G111", east=0.0):
    lon, lat = place.point(grid)
    return {"lon": str(lon + east), "lat": str(lat)}


def told(answer):
    """Number and PIN of a receipt."""
    listed = re.search(r'<dl class="told">.*?</dl>', answer.content.decode())
    return dict(zip(("code", "pin"), re.findall(r"<dd>([^<]+)</dd>", listed[0]), strict=True))


def offered(page):
    """What the first button of the page of known reports sends."""
    form = page.split('class="plain known"')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def seen(client, receipt, **more):
    return text_of(client.post("/public/follow/", {**receipt, **more}))


def filed(client, place, **given):
    answer = send(client, ticket_of(client), **{**at_point(place), "what": "楼道口被自行车堵住", **given})
    assert answer.status_code == 200, text_of(answer)
    return told(answer)


# The way through


def test_a_report_goes_to_its_community_is_answered_rated_and_handled_once_more(place, phone):
    receipt = filed(phone, place, photos=picture())
    matter = Matter.objects.get(code=receipt["code"])
    assert (matter.opener, matter.channel, matter.sort, matter.state, matter.area, matter.reporter_id) == (
        "resident", "portal", "blocked", "open", place.areas["G111"], None)
    assert list(Stake.objects.values_list("party_id", "role")) == [(place.parties["community11"], "answer")]
    assert list(Clock.objects.values_list("name", "stopped_at")) == [("answer", None)]
    assert Attached.objects.get(kind="matter").sha256 == File.objects.get().sha256

    advance(Ref("matter", matter.uid), "answer", actor=place.actor("community"), at=NOON, given={"answer": "已清走，联系 13812345678"})
    page = seen(phone, receipt)
    assert "已收到，交所在社区办理。" in page and "138****5678" in page and "13812345678" not in page
    assert "刘芳" not in page
    assert not Stake.objects.exists()

    assert "已请社区再次办理。" in seen(phone, receipt, move="ask_again", reason="又堵上了")
    assert Stake.objects.get().party_id == place.parties["community11"]
    advance(Ref("matter", matter.uid), "answer", actor=place.actor("community"), at=NOON, given={"answer": "加了隔离桩"})
    assert "已经要求过再办理，不能再次要求" in seen(phone, receipt, move="ask_again", reason="还想再说")
    assert "谢谢您的评价。" in seen(phone, receipt, move="rate", stars="5", solved="yes")
    assert "已经评价过" in seen(phone, receipt, move="rate", stars="1", solved="no")
    matter.refresh_from_db()
    assert (matter.stars, matter.solved, matter.reworks) == (5, True, 1)


def test_what_is_not_answered_in_time_reaches_the_community_and_the_resident_reads_it(place, phone):
    receipt = filed(phone, place)
    tick(at=NOON + 3 * DAY)
    assert "到期没有答复，已提醒社区和街道。" in seen(phone, receipt)


def test_a_call_made_for_her_is_followed_and_rated_on_the_same_page(place, phone):
    receipt = filed(phone, place)
    matter, call = Matter.objects.get(code=receipt["code"]), uuid4()
    advance(Ref("call", call), "ring", actor=place.actor("community"), at=NOON, given={
        "matter": str(matter.uid), "goal": "请清走", "priority": "P4", "reason": "request", "on_behalf": True, "to_level": "street"})
    assert "街道 东街街道办事处" in seen(phone, receipt)
    advance(Ref("call", call), "sign", actor=place.actor("street"), at=NOON)
    advance(Ref("call", call), "finish", actor=place.actor("street"), at=NOON, given={"result": "solved", "finding": "已清走"})
    assert "谢谢您的评价。" in seen(phone, receipt, move="rate_by_reporter", response_stars="5", result_stars="4", solved="yes")
    assert (Call.objects.get().state, Matter.objects.get().state) == ("closed", "closed")


def test_the_second_sending_changes_nothing_and_gets_the_first_receipt(place, phone):
    ticket, given = ticket_of(phone), {**at_point(place), "what": "井盖松动"}
    first = told(send(phone, ticket, **given))
    again = send(phone, ticket, **given)
    assert "没有重复登记" in text_of(again)
    assert (told(again), Matter.objects.count(), StatusPin.objects.count(), Entry.objects.filter(kind="matter").count()) == (first, 1, 1, 1)


def test_offices_that_know_the_matter_cannot_make_its_receipt(place, phone):
    receipt = filed(phone, place)
    matter = Matter.objects.get(code=receipt["code"])
    answer = send(Client(), str(matter.uid), **at_point(place), what="别的")
    assert receipt["pin"] not in answer.content.decode()


def test_she_may_withdraw_while_nobody_has_acted(place, phone):
    receipt = filed(phone, place)
    assert "撤回这次上报" in seen(phone, receipt)
    assert "已撤回，不再办理。" in seen(phone, receipt, move="withdraw")
    assert (Matter.objects.get().state, Stake.objects.count()) == ("withdrawn", 0)

    acted = filed(phone, place, what="别处的井盖", sort="road")
    advance(Ref("matter", Matter.objects.get(code=acted["code"]).uid), "answer", actor=place.actor("community"), at=NOON,
            given={"answer": "已派人"})
    page = seen(phone, acted, move="withdraw")
    assert "撤回这次上报" not in page and "不能“撤回”" in page


# Near and alike


def test_what_is_known_is_suggested_without_the_others_words_and_may_be_joined(place, phone):
    first = filed(phone, place, what="三楼李家堆了一屋纸板")
    other = Client()
    ticket = ticket_of(other)
    asked = send(other, ticket, **at_point(place, east=0.0003), what="楼道有纸板", photos=picture(40))
    page = asked.content.decode()
    assert "附近已有人反映" in page and "约30米处" in page and "李家" not in page
    hidden = offered(page)
    second = told(other.post("/public/report/", hidden))
    assert (second["code"], second["pin"] != first["pin"]) == (first["code"], True)
    assert told(other.post("/public/report/", hidden)) == second
    matter = Matter.objects.get()
    assert (matter.others, StatusPin.objects.count(), Attached.objects.filter(kind="matter").count()) == (1, 2, 1)
    assert "另有 1 位居民反映同一情况。" in seen(phone, first)
    assert "李家" not in seen(other, second)
    assert "撤回" not in seen(phone, first), "others follow it"


def test_only_the_first_reporter_decides(place, phone):
    first = filed(phone, place)
    ticket, other = ticket_of(phone), Client()
    page = send(phone, ticket, **at_point(place), what="同上").content.decode()
    hidden = offered(page)
    second = told(phone.post("/public/report/", hidden))
    advance(Ref("matter", Matter.objects.get().uid), "answer", actor=place.actor("community"), at=NOON, given={"answer": "已清走"})
    assert "请您评价" not in seen(other, second, move="rate", stars="1", solved="no")
    assert Matter.objects.get().stars is None
    assert "谢谢您的评价。" in seen(other, first, move="rate", stars="4", solved="yes")


def test_another_kind_or_far_away_or_anyway_is_a_matter_of_its_own(place, phone):
    filed(phone, place)
    filed(phone, place, sort="gas")
    filed(phone, place, lon=str(place.point("G111")[0] + 0.004))
    filed(phone, place, anyway="1")
    assert Matter.objects.count() == 4


def test_an_offer_to_join_is_good_for_its_own_ticket_only(place, phone):
    filed(phone, place)
    ticket = ticket_of(phone)
    page = send(phone, ticket, **at_point(place), what="同上").content.decode()
    token = re.search(r'name="join" value="([^"]+)"', page)[1]
    assert (joined(token, UUID(ticket)), joined(token, uuid4()), joined("x", UUID(ticket))) == (Matter.objects.get().id, None, None)


# Where


def test_a_doorplate_fills_in_the_unit(place, restaurant, phone):
    query = f"?door={restaurant.door_token}"
    assert "小馆" in phone.get(f"/public/report/{query}").content.decode()
    answer = send(phone, ticket_of(phone, query), door=str(restaurant.door_token), photos=picture())
    matter = Matter.objects.get(code=told(answer)["code"])
    assert (matter.premises, matter.what, matter.place) == (restaurant, "通道堵塞、堆物", "中南路1号")


def test_a_unit_does_not_see_what_residents_have_reported_of_it(place, restaurant, phone):
    send(phone, ticket_of(phone), door=str(restaurant.door_token), photos=picture())
    assert [matters_seen_by(place.actor(who), NOON).count() for who in ("unit", "warden", "community", "street2")] == [0, 1, 1, 0]


def test_a_community_chosen_from_the_list_will_do(place, phone):
    answer = send(phone, ticket_of(phone), area=str(place.areas["C12"].uid), place="三号楼", what="灭火器没压力", sort="facility")
    assert Matter.objects.get(code=told(answer)["code"]).area == place.areas["C12"]
    assert Stake.objects.get().party_id == place.parties["community12"]


def test_swapped_coordinates_are_turned_round(place, phone):
    lon, lat = place.point("G111")
    answer = send(phone, ticket_of(phone), lon=str(lat), lat=str(lon), what="堆物")
    matter = Matter.objects.get(code=told(answer)["code"])
    assert (matter.area, matter.lon, matter.lat) == (place.areas["G111"], lon, lat)


@pytest.mark.parametrize(("lon", "lat", "words"), [
    ("114.214", "30.582", "好像在硚口区，不归本区办理，请拨打 12345"), ("2.35", "48.85", "不在本区，请拨打当地 12345"),
    ("nan", "30.5", "请点“用我现在的位置”"), ("", "", "请点“用我现在的位置”"), ("1e9", "3", "请点“用我现在的位置”")])
def test_a_place_outside_gets_a_sentence_with_the_right_number(place, phone, lon, lat, words):
    answer = send(phone, ticket_of(phone), lon=lon, lat=lat, what="堆物")
    assert (answer.status_code, Matter.objects.count()) == (422, 0)
    assert words in text_of(answer)


def test_the_photo_tells_the_place_where_nothing_else_does_and_keeps_it_to_itself(place, phone):
    lon, lat = place.point("G121")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (int(lat), 0.0, (lat - int(lat)) * 3600), 3: "E", 4: (int(lon), 0.0, (lon - int(lon)) * 3600)}
    answer = send(phone, ticket_of(phone), photos=picture(50, exif))
    assert Matter.objects.get(code=told(answer)["code"]).area == place.areas["G121"]


@pytest.mark.parametrize(("written", "area"), [
    ("丹桂社区三号楼", None), ("东街中南路1号", None), ("百瑞景小馆门口", None), ("中南路1号", "C11"), ("小馆", "C11"),
    ("月亮上", None), ("", None)])
def test_a_written_address_is_enough_where_it_names_one_community(place, restaurant, phone, written, area):
    answer = send(phone, ticket_of(phone), place=written, what="堆物")
    if area is None:
        assert (answer.status_code, Matter.objects.count()) == (422, 0)
        assert ("没有认出这个地址" if written else "请点“用我现在的位置”、在地图上点、写地址") in text_of(answer)
    else:
        matter = Matter.objects.get(code=told(answer)["code"])
        assert (matter.area, matter.place, matter.premises) == (place.areas[area], written, None)


def test_a_community_named_in_the_address_counts_before_any_unit(place, restaurant, phone):
    named = place.areas["C12"].name
    answer = send(phone, ticket_of(phone), place=f"{named}中南路1号旁", what="堆物")
    assert Matter.objects.get(code=told(answer)["code"]).area == place.areas["C12"]


def test_the_map_to_point_on_holds_outlines_and_names_alone(place, phone):
    areas = phone.get("/public/ground.json").json()["areas"]
    assert {(a["level"], a["name"]) for a in areas} == {
        (row.level, row.name) for row in Area.objects.filter(level__in=(1, 2), boundaries__state="active")}
    assert [a["level"] for a in areas] == sorted(a["level"] for a in areas)
    assert {frozenset(a) for a in areas} == {frozenset(("name", "level", "rings"))}
    lon, lat = place.point("G111")
    holding = {a["name"] for a in areas if Polygon(a["rings"][0]).contains(Point(lon, lat))}
    assert place.areas["C11"].name in holding


# What is refused, with what was filled in


def test_nothing_but_a_kind_is_too_little(place, phone):
    answer = send(phone, ticket_of(phone), **at_point(place))
    assert (answer.status_code, "请拍一张照片，或者写几个字。" in text_of(answer)) == (422, True)
    assert "请点选是什么情况。" in text_of(send(phone, ticket_of(phone), sort="", **at_point(place), what="堆物"))


def test_a_refused_page_keeps_words_and_photos(place, phone):
    ticket = ticket_of(phone)
    page = send(phone, ticket, what="堆着纸板", photos=picture()).content.decode()
    assert "堆着纸板</textarea>" in page and "已收到 1 张" in page
    held = re.search(r'name="held" value="([^"]+)"', page)[1]
    send(phone, ticket, what="堆着纸板", held=held, **at_point(place))
    assert Attached.objects.filter(kind="matter").count() == 1


def test_photos_of_another_ticket_are_not_taken(place, phone):
    page = send(phone, ticket_of(phone), what="堆着纸板", photos=picture()).content.decode()
    held = re.search(r'name="held" value="([^"]+)"', page)[1]
    send(phone, ticket_of(phone), what="别的", held=held, **at_point(place))
    assert (Matter.objects.count(), Attached.objects.filter(kind="matter").count()) == (1, 0)


@pytest.mark.parametrize(("name", "data", "words"), [
    ("a.jpg", b"MZ" + b"\0" * 200, "内容是程序、脚本或网页"), ("b.exe", b"\xff\xd8\xff\xe0" + b"\0" * 99, "不接收 .exe 文件"),
    ("c.jpg", b"", "堆着纸板"), ("d.pdf", b"%PDF-1.7 " + b"x" * 99, "这里只接收"),
    ("e.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40 * 2**20, "超过 40 MB")])
def test_files_that_are_no_photos_are_refused_in_a_sentence(place, phone, name, data, words):
    answer = send(phone, ticket_of(phone), what="堆着纸板", photos=SimpleUploadedFile(name, data))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_program_that_fills_in_every_field_is_told_to_leave_one_empty(place, phone):
    answer = send(phone, ticket_of(phone), **at_point(place), what="buy", website="https://spam")
    assert ("请留空" in text_of(answer), answer.status_code, Matter.objects.count()) == (True, 422, 0)


@pytest.mark.parametrize("what", ["😀🔥" * 100, "<script>alert(1)</script>", "'; DROP TABLE matter;--", "　", "\u202e反过来", "啊" * 500])
def test_any_words_are_kept_as_words(place, phone, what):
    answer = send(phone, ticket_of(phone), **at_point(place), what=what, photos=picture())
    assert answer.status_code == 200, text_of(answer)
    assert Matter.objects.get().what == (what.strip() or "通道堵塞、堆物")


@pytest.mark.parametrize("given", [
    {"ticket": "x"}, {"sort": "nothing"}, {"what": "啊" * 100_000}, {"place": "长" * 100_000}, {"reporter_phone": "1" * 100_000},
    {"what": "啊" * 501}, {"area": "x"}, {"door": "x"}, {"place": "长" * 201},
    {"what": "\x00堆物"}, {"held": "x"}, {"join": "x"}, {"anyway": "什么"}, {"lon": "东经", "lat": "北纬"}])
def test_a_form_that_was_tampered_with_never_breaks(place, phone, given):
    answer = send(phone, given.pop("ticket", None) or ticket_of(phone), **{**at_point(place), "what": "堆物", **given})
    assert answer.status_code in (200, 422), given


def test_five_hundred_reports_from_one_address_are_held_off_and_nobody_else_is_slowed(place, phone):
    proof = proof_of(phone)
    answers = [send(phone, **{**proof, "ticket": proof["ticket"] if n % 2 else str(uuid4())}, what="") for n in range(500)]
    held_off = [a for a in answers if a.status_code == 429]
    assert len(held_off) > 470 and Matter.objects.count() == 0
    assert {"发送太频繁" in text_of(a) or "没有运行脚本" in text_of(a) for a in held_off[:40]} == {True}
    assert all(int(a["Retry-After"]) > 0 for a in held_off)
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert told(send(elsewhere, **proof_of(elsewhere), **at_point(place), what="堆物"))["code"]


def test_without_scripts_one_may_report_more_slowly_and_does_not_slow_who_has_them(place, phone):
    asked = dict.fromkeys(("puzzle", "solved"), "")
    plain = [send(Client(), str(uuid4()), **asked, **at_point(place), what=f"堆物{n}", anyway="1") for n in range(8)]
    assert [a.status_code for a in plain] == [200] * 6 + [429] * 2
    assert "没有运行脚本" in text_of(plain[-1]) and "堆物7</textarea>" in plain[-1].content.decode()
    assert told(send(phone, **proof_of(phone), **at_point(place), what="另一处", anyway="1"))["code"]


def bits_asked(**where):
    return int(re.search(r'data-puzzle="(\d+)"', Client().get("/public/report/", **where).content.decode())[1])


def test_whoever_asks_for_many_pages_gets_harder_puzzles_up_to_a_limit_and_nobody_else_does(place, monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(puzzle, "time", SimpleNamespace(monotonic=lambda: now))
    hard = [bits_asked(REMOTE_ADDR="203.0.113.7") for _n in range(82)]
    assert [hard.count(6 + n) for n in range(4)] == [20, 20, 40, 2]
    assert bits_asked(REMOTE_ADDR="203.0.113.8") == 6
    day = NOON.date()
    assert [puzzle.harder("203.0.113.7", day, now + minutes * 60) for minutes in (0, 20, 24 * 60)] == [3, 1, 0]
    assert max(puzzle.harder("203.0.113.9", day, now) for _n in range(2_000)) == 5


def test_when_all_ask_much_the_puzzles_of_all_are_harder(place):
    now = 1_000.0
    wanted = [puzzle.harder(f"198.51.100.{n}", NOON.date(), now) for n in range(1_300)]
    assert [wanted.count(n) for n in range(4)] == [600, 600, 100, 0]


def test_a_proof_is_good_for_its_own_page_and_for_a_while(place, phone, monkeypatch):
    proof, at = proof_of(phone), NOON
    ticket = UUID(proof["ticket"])
    kept = proof["puzzle"], proof["solved"]
    unsolved = next(str(n) for n in count() if puzzle.zero_bits(f"{kept[0]}.{n}") < 5)
    assert [puzzle.solved(*kept, ticket, at), puzzle.solved(*kept, uuid4(), at), puzzle.solved(kept[0], unsolved, ticket, at),
            puzzle.solved(kept[0][:-1], kept[1], ticket, at), puzzle.solved("", "", None, at)] == [True, False, False, False, False]
    later = time.time() + 3 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert not puzzle.solved(*kept, ticket, at)


def test_a_page_that_was_sent_out_yesterday_joins_nothing(place, phone, monkeypatch):
    filed(phone, place)
    ticket = ticket_of(phone)
    token = offered(send(phone, ticket, **at_point(place), what="同上").content.decode())["join"]
    later = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert joined(token, UUID(ticket)) is None


def wrong(receipt, n=0):
    pin = f"{n:06}"
    return {**receipt, "pin": pin if pin != receipt["pin"] else "999999"}


def test_a_pin_guessed_a_thousand_times_locks_who_guesses_and_spares_the_owner(place, phone):
    receipt = filed(phone, place)
    tries = [pins.open_with(receipt["code"], wrong(receipt, n)["pin"], real=NOON, day_at=NOON, address="10.0.1.1") for n in range(1000)]
    assert [bool(t.locked) for t in tries[:6]] == [False] * 4 + [True] * 2 and {t.matter for t in tries} == {None}
    assert "请过15分钟再试" in tries[-1].sentence and "扫回执上的码" in tries[-1].sentence
    right = {"code": receipt["code"], "pin": receipt["pin"], "real": NOON, "day_at": NOON}
    assert pins.open_with(**right, address="10.0.1.1").matter is None, "also the right one, while it is locked"
    assert pins.open_with(**right, address="10.0.2.1").first, "she asks from elsewhere"
    assert pins.open_with(**right, address="10.0.1.1", kept=pins.kept_of(receipt["code"])).first, "or from next door, with the receipt"
    assert pins.open_with(**{**right, "real": NOON + timedelta(minutes=16)}, address="10.0.1.1").first


def test_guesses_from_many_addresses_lock_the_number_but_not_the_receipt(place, phone):
    receipt = filed(phone, place)
    answers = [pins.open_with(receipt["code"], wrong(receipt, n)["pin"], real=NOON, day_at=NOON, address=f"10.0.{n}.1")
               for n in range(51)]
    assert [bool(a.locked) for a in answers] == [False] * 50 + [True]
    right = {"code": receipt["code"], "pin": receipt["pin"], "real": NOON, "day_at": NOON, "address": "10.9.9.9"}
    assert (pins.open_with(**right).locked, pins.open_with(**right, kept=pins.kept_of(receipt["code"])).first) == (15, True)


def test_a_number_that_does_not_exist_locks_like_one_that_does(place, phone):
    receipt = filed(phone, place)
    free = public_code(uuid4(), "S")
    tries = [pins.open_with(free, "123456", real=NOON, day_at=NOON, address="10.0.1.1").sentence for n in range(6)]
    known = [pins.open_with(receipt["code"], wrong(receipt)["pin"], real=NOON, day_at=NOON, address="10.0.1.1").sentence
             for n in range(6)]
    assert tries == known


# Urgent words, cost


def test_what_sounds_like_an_emergency_shows_the_numbers_and_is_told_as_urgent(place, phone):
    answer = send(phone, ticket_of(phone), **at_point(place), what="二楼冒烟了")
    assert "请现在就打电话" in text_of(answer) and 'href="tel:119"' in answer.content.decode()
    entry = Entry.objects.get(kind="matter")
    assert [t for t in entry.data["tell"] if t[2]] != []
    calm = Client().get("/public/report/").content.decode()
    assert all(f'href="tel:{n}"' in calm for n in (119, 110, 120)) and "请现在就打电话" not in text_of(Client().get("/public/report/"))


def test_pages_cost_few_statements(place, restaurant, phone):
    receipt = filed(phone, place, photos=picture())
    asks = {
        "form": lambda: phone.get("/public/report/"), "door": lambda: phone.get(f"/public/report/?door={restaurant.door_token}"),
        "follow": lambda: phone.post("/public/follow/", receipt)}
    counted = {}
    for name, ask in asks.items():
        with CaptureQueriesContext(connection) as held:
            assert ask().status_code == 200
        counted[name] = asked_by_page(held)
    assert {k: n for k, n in counted.items() if n > 12} == {}


def test_what_to_do_oneself_is_read_without_signing_in_and_each_number_rings_at_a_touch(place):
    page = Client().get("/public/knowledge/")
    text = page.content.decode()
    assert page.status_code == 200
    assert all(f'id="{one.key}"' in text and f'href="#{one.key}"' in text and f'href="tel:{one.call}"' in text for one in ADVICE)
    assert all(str(line) in text for one in ADVICE for line in (*one.do, *one.never))
    assert {len(one.do) >= 3 and len(one.never) >= 1 for one in ADVICE} == {True}
    assert 'href="/public/knowledge/"' in Client().get("/public/report/").content.decode()


def test_the_pin_and_the_matter_do_not_tell_the_ticket():
    ticket = uuid4()
    assert report.pin_of(ticket) == report.pin_of(ticket) != report.pin_of(uuid4())
    assert re.fullmatch(r"\d{6}", report.pin_of(ticket)) and report.matter_of(ticket) != ticket
