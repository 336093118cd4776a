"""Who reported is sealed: two people and a reason open it for a while, every look is a deed, nothing else gives it away."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all, shred
from anlan.kernel.keyfile import key_path
from anlan.kernel.models import Entry, Secret
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.kernel.verification import verify
from anlan.matters.informants import Informant, Unreadable, informants, opened, seal
from anlan.matters.models import Matter, Unsealing
from anlan.people.testing import CAST, NOON, PASSWORD
from anlan.portal import limits
from anlan.toolkit.intake.rates import Buckets
from anlan.toolkit.registers import REGISTERS
from tests.journeys.test_resident import at_point, filed, picture, send, text_of, ticket_of
from tests.world import QUICK

pytestmark = pytest.mark.django_db
PHONE, CALLER = "13977776666", "诸葛知秋"


@pytest.fixture(autouse=True)
def rested(monkeypatch, settings, tmp_path):
    settings.ANLAN_HOME, settings.MEDIA_ROOT, settings.SESSION_ENGINE = tmp_path, tmp_path / "files", QUICK
    monkeypatch.setattr(limits, "BUCKETS", Buckets())


@pytest.fixture
def matter(place):
    receipt = filed(Client(), place, reporter_phone="139 7777-6666", photos=picture())
    return Matter.objects.get(code=receipt["code"])


def signed_in(who):
    client = Client()
    assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
    return client


def ask(place, matter, who="street", reason="需请报事人到场指认"):
    uid = uuid4()
    advance(Ref("unsealing", uid), "ask", actor=place.actor(who), at=NOON, given={"matter": str(matter.uid), "reason": reason})
    return Ref("unsealing", uid)


def test_one_asks_another_grants_and_every_look_is_told_in_the_journal(place, matter):
    asker, director = signed_in("street"), signed_in("director")
    page = asker.get(f"/desk/matters/{matter.uid}/").content.decode()
    assert f"/desk/unsealings/new?matter={matter.uid}" in page and PHONE not in page
    form = asker.get(f"/desk/unsealings/new?matter={matter.uid}").content.decode()
    assert str(matter.uid) in form
    made = asker.post("/desk/unsealings/new", {"matter": str(matter.uid), "reason": "需请报事人到场指认", "_uid": str(uuid4())})
    address = made["Location"]
    assert "等待" not in address and PHONE not in asker.get(address).content.decode()
    ref = Ref("unsealing", Unsealing.objects.get().uid)

    with pytest.raises(Refused, match="须由分管负责人或区领导批准"):
        advance(ref, "grant", actor=place.actor("street"), at=NOON, given={"answer": "同意"})
    assert director.post(f"{address}grant", {"answer": "同意，只作核实"}).status_code == 302
    assert PHONE not in asker.get(address).content.decode(), "not before she looks"
    assert asker.post(f"{address}look", {}).status_code == 302
    assert PHONE in asker.get(address).content.decode()
    assert [PHONE in signed_in(who).get(address).content.decode() for who in ("director", "leader", "community")] == [False] * 3
    told = text_of(signed_in("auditor").get("/desk/journal/"))
    trail = text_of(asker.get(address))
    assert all(s in trail for s in ("申请查看上报人：需请报事人到场指认", "同意查看上报人：同意，只作核实", "查看了上报人"))
    assert PHONE not in told


def test_who_asked_cannot_grant_it_whatever_else_she_may(place, matter):
    mine = ask(place, matter, "director")
    with pytest.raises(Refused, match="申请人不能批准自己的申请"):
        advance(mine, "grant", actor=place.actor("director"), at=NOON, given={"answer": "同意"})
    row = Unsealing.objects.get()
    with pytest.raises(IntegrityError, match="unsealing_by_two"), transaction.atomic():
        Unsealing.objects.filter(id=row.id).update(granter_id=row.asker_id)
    advance(mine, "grant", actor=place.actor("leader"), at=NOON, given={"answer": "同意"})
    for who in ("leader", "street"):
        with pytest.raises(Refused, match="只有申请人本人可以查看"):
            advance(mine, "look", actor=place.actor(who), at=NOON)


def test_what_is_declined_stays_closed_and_the_asker_hears_why(place, matter):
    ref = ask(place, matter)
    advance(ref, "decline", actor=place.actor("leader"), at=NOON, given={"answer": "请先到现场看"})
    with pytest.raises(Refused, match="不能“查看上报人”"):
        advance(ref, "look", actor=place.actor("street"), at=NOON)
    told = Entry.objects.get(kind="unsealing", verb="decline").data["tell"]
    assert [t[:2] for t in told] == [[place.parties["street"], "没有同意您查看上报人：请先到现场看"]]


def test_a_grant_ends_by_itself_and_an_unanswered_request_too(place, matter):
    ref, left = ask(place, matter), ask(place, matter, "community")
    advance(ref, "grant", actor=place.actor("director"), at=NOON, given={"answer": "同意"})
    with pytest.raises(Refused, match="查看期限已过，请重新申请"):
        advance(ref, "look", actor=place.actor("street"), at=NOON + timedelta(hours=24, seconds=1))
    tick(at=NOON + timedelta(days=5))
    assert {u.uid: u.state for u in Unsealing.objects.all()} == {ref.uid: "ended", left.uid: "ended"}


@pytest.mark.parametrize(("who", "words"), [
    ("warden", "须由社区、街道、执法或应急管理部门的人员申请"), ("gas", "须由社区、街道、执法或应急管理部门的人员申请"),
    ("street2", "这件事不在您负责的区域内")])
def test_who_may_not_ask_is_told_why(place, matter, who, words):
    with pytest.raises(Refused, match=words):
        ask(place, matter, who)


def test_nothing_can_be_asked_where_nobody_left_a_name(place):
    bare = Matter.objects.get(code=filed(Client(), place)["code"])
    with pytest.raises(Refused, match="上报人没有留下姓名和电话"):
        ask(place, bare)


def test_no_table_of_the_database_holds_it_and_shredding_leaves_the_chain_whole(place, matter):
    advance(Ref("matter", uuid4()), "open", actor=place.actor("community"), at=NOON, given={
        "what": "井盖松动", "area": str(place.areas["C11"].uid), "channel": "phone", "reporter_name": CALLER, "reporter_phone": PHONE})
    assert held_in_tables(PHONE, CALLER) == []
    assert [i.phone for i in informants(matter.id)] == [PHONE]
    assert list(informants(Matter.objects.latest("id").id)) == [Informant(NOON, CALLER, PHONE)]
    seal_all()
    assert shred("matter", matter.id) == 1
    assert (verify().breaks, list(informants(matter.id)), Secret.objects.filter(entry__kind="matter").count()) == ([], [], 2)


def held_in_tables(*words):
    """Every table that has a row with one of the words in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [t for (t,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE ' + " OR ".join(["t::text LIKE %s"] * len(words)),
                           [f"%{w}%" for w in words])
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_the_search_through_tables_finds_what_is_there(place):
    assert "people_person" in held_in_tables(CAST["warden"].name)


@pytest.mark.parametrize("who", ["warden", "community", "street", "emergency", "director", "leader", "auditor", "sysadmin", "unit"])
def test_no_page_list_sheet_paper_or_api_answer_gives_it_away(place, matter, who):
    """Asked and granted for another: whoever else reads matters, requests, sheets, the journal and notices reads no number."""
    ref = ask(place, matter, "officer1")
    advance(ref, "grant", actor=place.actor("director"), at=NOON, given={"answer": "同意"})
    advance(ref, "look", actor=place.actor("officer1"), at=NOON)
    seal_all()
    client, shown = signed_in(who), {}
    for slug in ("matters", "unsealings", "calls", "hazards"):
        for path in (f"/desk/{slug}/", f"/desk/{slug}/?q={PHONE}", f"/desk/{slug}/export.csv",
                     f"/desk/{slug}/export.csv?private=1&reason=看", f"/api/v1/{slug}", f"/api/v1/{slug}?q={PHONE}"):
            shown[path] = client.get(path)
    for path in (f"/desk/matters/{matter.uid}/", f"/desk/unsealings/{ref.uid}/", f"/desk/matters/{matter.uid}/unseal", "/desk/journal/",
                 f"/desk/search/?q={PHONE}", "/desk/notices/", "/desk/", f"/api/v1/matters/{matter.uid}"):
        shown[path] = client.get(path)
    assert sum(a.status_code == 200 for a in shown.values()) >= 3
    bodies = {path: b"".join(a) if a.streaming else a.content for path, a in shown.items()}
    assert [p for p, body in bodies.items() if PHONE in body.decode(errors="replace") and f"q={PHONE}" not in p] == []
    searched = {p: body.decode(errors="replace") for p, body in bodies.items() if f"q={PHONE}" in p and "unsealings" not in p}
    assert [p for p, body in searched.items() if str(matter.uid) in body] == []


def test_the_register_of_matters_has_no_column_for_it():
    """The reporter of an information report is the official who draws it up."""
    named = {(r.kind, c.name) for r in REGISTERS.values() for c in r.columns if "reporter" in c.name or "informant" in c.name}
    assert named == {("info_report", "reporter")}


def test_words_that_repeat_who_it_was_are_sent_back(place):
    phone = Client()
    answer = send(phone, ticket_of(phone), **at_point(place), what="请打 139-7777-6666", reporter_phone=PHONE)
    assert (answer.status_code, "不要再写上报人的姓名和电话" in text_of(answer), Matter.objects.count()) == (422, True, 0)
    with pytest.raises(Refused, match="不要再写上报人的姓名和电话"):
        advance(Ref("matter", uuid4()), "open", actor=place.actor("community"), at=NOON, given={
            "what": f"{CALLER}说井盖松动", "area": str(place.areas["C11"].uid), "reporter_name": CALLER})
    assert not Entry.objects.filter(kind="matter").exists()


@pytest.mark.parametrize("number", ["abc", "12", "1" * 16, "<b>1</b>"])
def test_what_is_no_telephone_is_said_and_nothing_is_lost(place, number):
    phone = Client()
    answer = send(phone, ticket_of(phone), **at_point(place), what="井盖松动", reporter_phone=number)
    assert (answer.status_code, "电话号码请填 5 到 15 位数字" in text_of(answer)) == (422, True)
    assert "井盖松动</textarea>" in answer.content.decode()


def test_the_key_stands_beside_the_database_and_without_it_nothing_can_be_read(settings, tmp_path):
    kept = seal(PHONE)
    assert (opened(kept), key_path("informant.key").stat().st_mode & 0o777) == (PHONE, 0o600)
    settings.ANLAN_HOME = tmp_path / "elsewhere"
    for text in (kept, PHONE):
        with pytest.raises(Unreadable):
            opened(text)
