"""A small district with work going on in two streets, one foreign to the other, for tests that walk all pages.

Everything of the eastern street carries the word 丹桂, everything of the western one 青檀.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client, override_settings
from PIL import Image

from anlan.calls.models import Attendance, Call
from anlan.duty.models import MorningSheet
from anlan.duty.testing import draw_up, holding, publish, swap_asked
from anlan.hazards.models import Hazard, Listing, Proposal
from anlan.incidents.models import Relay
from anlan.indicators.models import Subscription
from anlan.kernel import instance, rulebook
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import real_time
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Paper
from anlan.outgoing.actions import add_channel, allow_gateway
from anlan.outgoing.models import Gateway, Message
from anlan.outgoing.weighing import weigh
from anlan.patrols import handbook
from anlan.patrols.models import Round, Visit
from anlan.patrols.rounds import plan_rounds
from anlan.people.models import Appointment, Credential, Delegation, Entrustment, Licence, Organisation, Person
from anlan.people.testing import CAST, NOON, PASSWORD, District, small_district
from anlan.places.actions import open_one
from anlan.places.models import Boundary
from anlan.places.testing import BEGAN
from anlan.premises.models import Premises
from anlan.resources.models import AgreementCall, Callout, Lot
from anlan.resources.road_import import RoadsGiven, commit, rehearse
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.intake.tokens import issue_token
from anlan.toolkit.jobs.queue import enqueue
from anlan.toolkit.layouts.samples import ledger_sheet
from anlan.toolkit.notices.models import Notice

QUICK = "django.contrib.sessions.backends.cache"  # sessions are tested where people sign in
LEADERS = {"street": ("street", "reviewer", "chief2", "chief3"), "street2": ("street2", "west_chief2", "west_chief3", "west_chief4")}
MORNING, BEFORE = NOON - timedelta(hours=3), NOON - timedelta(days=30)


@dataclass
class Side:
    """One street: its word, and a row of each kind."""

    word: str
    cast: Mapping[str, str]
    rows: dict[str, UUID] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    door: UUID | None = None

    @property
    def telling(self) -> set[str]:
        """What stands on a page only where it shows something of this street."""
        ours = {k: v for k, v in self.rows.items() if k not in ("area", "organisation", "post")}
        return {self.word, *self.words, *self.files, *map(str, ours.values())}


EAST = {"warden": "warden", "community": "community", "street": "street", "unit": "unit", "grid": "G111",
        "owner": "restaurant", "licensed": "officer1", "other": "officer2", "trade": "gas_department"}
WEST = {"warden": "warden2", "community": "street2", "street": "street2", "unit": "unit2", "grid": "G211",
        "owner": "tea_house", "licensed": "street2", "other": "street2", "trade": "commerce"}


@dataclass
class World:
    place: District
    east: Side
    west: Side
    rules: Mapping[Any, Any] = field(default_factory=dict)
    """As `rulebook.remembered` had them when all was built."""

    def sign_in(self, name: str) -> Client:
        """A browser's session of one of the cast; an empty name: nobody."""
        client = Client()
        if name:
            answer = client.post("/sign-in/", {"login_name": name, "password": PASSWORD})
            assert answer.status_code == 302, (name, answer.content.decode()[:2000])
        return client


def photo(shade: int, word: str = "照片") -> tuple[bytes, str]:
    """A small JPEG that differs by its shade, and its name."""
    out = BytesIO()
    Image.new("RGB", (320, 240), (shade % 256, 90, 60)).save(out, "JPEG")
    return out.getvalue(), f"{word}{shade}.jpg"


@contextmanager
def a_world(home: Any, blocker: Any) -> Iterator[World]:
    """Built inside one transaction that is taken back at the end; the whole of a module looks at it."""
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files", SESSION_ENGINE=QUICK), blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)
    forget()


@contextmanager
def undone() -> Iterator[None]:
    """What happens in here has not happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def forget() -> None:
    rulebook.forget()
    instance.forget()


def build() -> World:
    place = small_district()
    handbook.load()
    commerce = open_one("organisation", "create", {"code": "C-09", "name": "区商务局", "sort": "department",
                                                   "area": place.areas["D"].uid, "valid_from": BEGAN}, actor=SYSTEM, at=BEFORE)
    place.houses["commerce"] = Organisation.objects.get(uid=commerce)
    _member(place)
    world = World(place, Side("丹桂", EAST), Side("青檀", WEST))
    mail = allow_gateway("mail", "单位邮箱", {"host": "127.0.0.1", "security": "insecure", "port": 25, "sender": "anlan@qu.cn"},
                         actor=SYSTEM, at=BEFORE)
    for shade, side in ((10, world.east), (100, world.west)):
        _fill(place, side, shade)
        _channel(place, side, Gateway.objects.get(uid=mail))
    exercise = open_one("exercise", "open", {"name": "防汛演练", "why": "汛前检验预案"}, actor=SYSTEM, at=BEFORE)
    advance(Ref("exercise", exercise), "end", actor=SYSTEM, at=BEFORE)
    seal_all()
    follow_all()
    _messages(place, world)
    for side in (world.east, world.west):
        asker = place.people[side.cast["warden"]].id
        side.rows["exercise"] = exercise
        side.rows["job"] = enqueue("journal_verify", key=uuid4(), person_id=asker).key
        _text, side.rows["api_token"] = issue_token(
            name="市民热线", post_id=place.posts[side.cast["street"]].id, scopes=("matters:write",),
            expires_at=real_time() + timedelta(days=365), actor=SYSTEM, at=NOON)
    for side, street in ((world.east, "street1_office"), (world.west, "street2_office")):
        told = Notice.objects.filter(party_id__in=(place.parties[street], place.parties[side.cast["owner"]]))
        side.rows["notice"] = told.first().key
    rulebook.rulebook()
    world.rules = rulebook.remembered()
    return world


def _member(place: District) -> None:
    """A member of the Congress, in a post without ground."""
    post = open_one("post", "create", {"title": "区人大代表", "organisation": place.houses["government"].uid, "roles": ["member"],
                                       "valid_from": BEGAN}, actor=SYSTEM, at=BEFORE)
    person = open_one("person", "register", {"name": "方正", "login_name": "member", "phone": "13800138099"}, actor=SYSTEM, at=BEFORE)
    open_one("appointment", "appoint", {"person": person, "post": post, "since": BEGAN}, actor=SYSTEM, at=BEFORE)
    place.people["member"] = Person.objects.get(uid=person)
    Credential.objects.create(person=place.people["member"], password=make_password(PASSWORD), set_at=real_time(), must_change=False)


def _do(place: District, kind: str, uid: UUID, move: str, who: str, at: Any = NOON, /, **given: Any) -> None:
    actor = SYSTEM if who == "system" else place.actor(who, at=at)
    advance(Ref(kind, uid), move, actor=actor, at=at, given=given)


def _photo(place: District, side: Side, shade: int) -> str:
    data, name = photo(shade, side.word)
    sha = keep(data, name, actor=place.actor(side.cast["warden"]), at=NOON).sha256
    side.files.append(sha)
    return sha


def _fill(place: District, side: Side, shade: int) -> None:
    unit = _ground(place, side)
    _work(place, side, unit, shade)
    _people(place, side)
    _reports(place, side)
    _questions(place, side)
    _returns(place, side)
    _layout(place, side)
    _duty(place, side)


def _duty(place: District, side: Side) -> None:
    """The street's roster of July, a swap that is asked, and how it is reached."""
    street = side.cast["street"]
    house = place.houses[CAST[street].house]
    june = publish(place, draw_up(place, street, date(2021, 6, 1), leaders=LEADERS[street]), street)
    roster = publish(place, draw_up(place, street, date(2021, 7, 1), leaders=LEADERS[street]), street)
    side.rows |= {"roster": roster.uid, "swap": swap_asked(place, roster, street, f"{side.word}家中有事"),
                  "duty_number": open_one("duty_number", "create", {
                      "organisation": house.uid, "area": house.area.uid, "day_phone": "027-88880001"}, actor=SYSTEM, at=BEFORE)}
    leader = holding(place, june, "2021-06-01", "leader")
    side.rows |= {name: uuid4() for name in ("logged_call", "handover", "roll_call")}
    _do(place, "logged_call", side.rows["logged_call"], "log", street, way="in", what=f"{side.word}楼道烟味", number="13912345678")
    advance(Ref("handover", side.rows["handover"]), "hand_over", actor=leader, at=NOON + timedelta(hours=1), given={
        "equipment": "正常", "keyring": "齐全", "note": f"{side.word}交代"})
    _do(place, "roll_call", side.rows["roll_call"], "call_roll", "emergency", organisation=str(house.uid), draw=str(uuid4()), drawn_from=2)
    side.rows["morning_sheet"] = MorningSheet.objects.get(organisation=house).uid


def _channel(place: District, side: Side, gateway: Gateway) -> None:
    """The street's clerk has a mailbox."""
    clerk = place.people[side.cast["street"]]
    side.rows["gateway"] = side.rows["way"] = gateway.uid
    side.rows["channel"] = add_channel(gateway, f"{side.word}邮箱", {"address": f"{side.cast['street']}@qu.cn"}, holder=clerk.name,
                                       person_id=clerk.id, actor=place.actor(side.cast["street"]), at=BEFORE)


def _messages(place: District, world: World) -> None:
    """What she was told is on its way to it."""
    weigh(NOON)
    for side in (world.east, world.west):
        side.rows["message"] = Message.objects.filter(person_id=place.people[side.cast["street"]].id).latest("id").uid


def _layout(place: District, side: Side) -> None:
    """The street's own sheet of the upper office."""
    actor = place.actor(side.cast["street"])
    sha = keep(ledger_sheet(side.word), f"{side.word}台账.xlsx", actor=actor, at=NOON).sha256
    side.rows["layout"] = open_one("layout", "create", {
        "name": f"{side.word}隐患台账", "sort": "ledger", "slug": "hazards", "file": [sha]}, actor=actor, at=NOON)


def _ground(place: District, side: Side) -> Premises:
    """A unit with an object and a risk point; the street's own area, house and boundary."""
    street, grid = place.actor(side.cast["street"], at=BEFORE), place.areas[side.cast["grid"]]
    lon, lat = place.point(side.cast["grid"])
    there = {"lon": lon, "lat": lat}
    made = {"actor": SYSTEM, "at": BEFORE}
    unit = open_one("premises", "create", {
        "name": f"{side.word}小馆", "sign_name": f"{side.word}招牌", "place_type": "restaurant",
        "address": f"{side.word}路1号", "area": grid.uid, "owner": place.houses[side.cast["owner"]].uid, "gas": "lpg", **there,
        "department": place.houses[side.cast["trade"]].uid,
        "legal_person": f"{side.word}某", "legal_phone": "13812345678"}, actor=street, at=BEFORE)
    side.rows |= {
        "premises": unit, "area": grid.uid, "organisation": place.houses[side.cast["owner"]].uid,
        "special_object": open_one("special_object", "create", {
            "sort": "elevator", "name": f"{side.word}电梯", "area": grid.uid, **there}, **made),
        "shelter": open_one("shelter", "create", {
            "name": f"{side.cast['grid']}号广场", "sort": "outdoor", "capacity": 500, "address": "中山路",
            "area": grid.uid, **there}, **made),
        "hydrant": open_one("hydrant", "create", {
            "code": f"X{side.cast['grid']}", "sort": "ground", "place": "路口", "area": grid.uid, **there}, **made),
        **_forces(place, side, there),
        "sketch": open_one("sketch", "draw", {
            "name": f"{side.word}警戒区", "shared": True, "geometry": {"type": "Point", "coordinates": [lon, lat]}},
            actor=street, at=BEFORE),
        "risk_point": open_one("risk_point", "create", {
            "premises": unit, "name": f"{side.word}后厨", "method": "ls", "likelihood": "3", "consequence": "4"}, **made),
        "boundary": Boundary.objects.get(area=grid).uid}
    held = Premises.objects.get(uid=unit)
    side.door = held.door_token
    return held


def _forces(place: District, side: Side, there: dict[str, float]) -> dict[str, UUID]:
    """A team with a certificate, called up once."""
    grid, made = side.cast["grid"], {"actor": SYSTEM, "at": BEFORE}
    area = place.areas[grid].uid
    team = open_one("rescue_team", "create", {
        "name": f"{grid}号抢险队", "tier": "grassroots", "skill": "flood", "level": "2", "people": 30,
        "owner": place.houses[CAST[side.cast["street"]].house].uid, "echelon": "first", "ready_minutes": 30, "area": area, **there}, **made)
    _do(place, "rescue_team", team, "call", "emergency", task="堵漏", place="闸口")
    return {"rescue_team": team, "callout": Callout.objects.get(team__uid=team).uid,
            **_goods(place, side, there), **_stations(place, side, there), "team_certificate": open_one("team_certificate", "create", {
                "team": team, "holder": "队员", "sort": "潜水员证", "number": f"T{grid}", "valid_to": "2022-06-30", "area": area}, **made)}


def _stations(place: District, side: Side, there: dict[str, float]) -> dict[str, UUID]:
    grid, made, station = side.cast["grid"], {"actor": SYSTEM, "at": BEFORE}, uuid4()
    area = place.areas[grid].uid
    _do(place, "service_station", station, "plan", "system", BEFORE, name=f"{grid}应急服务站", finish_by="2021-11-30",
        area=str(place.areas[f"C{grid[1:3]}"].uid))
    road = RoadsGiven(f"{grid}路网", "规划局", "wgs84", date(2021, 1, 1))
    drawn = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"speed": 30}, "geometry": {
        "type": "LineString", "coordinates": [[there["lon"], there["lat"]], [there["lon"] + 0.001, there["lat"]]]}}]}
    return {
        "road_network": commit(rehearse(json.dumps(drawn), road), road, **made),
        "service_station": station,
        "equipment": open_one("equipment", "create", {"code": f"E{grid}", "name": "移动泵", "sort": "pump", "pieces": 2,
                                                      "service_due_on": "2021-07-01", "area": area}, **made),
        "rescue_station": open_one("rescue_station", "create", {"name": f"{grid}救援站", "address": "街口", "people": 10,
                                                                "duty_phone": "027-1", "area": area, **there}, **made),
        "station_meeting": open_one("station_meeting", "create", {"name": f"{grid}建站推进会", "sort": "progress", "held_on": "2021-05-20",
                                                                  "area": area}, **made),
        "expert": open_one("expert", "create", {"name": "专家", "number": f"聘{grid}", "fields": ["gas"], "employer": "设计院",
                                                "since": "2021-01-01", "until": "2022-12-31", "area": area}, **made)}


def _goods(place: District, side: Side, there: dict[str, float]) -> dict[str, UUID]:
    """A store with sandbags in two stocks, one of which asks the other for some; and a boat that was taken."""
    grid, made, area = side.cast["grid"], {"actor": SYSTEM, "at": BEFORE}, place.areas[side.cast["grid"]].uid
    house = place.houses[CAST[side.cast["street"]].house].uid
    good = open_one("good", "create", {"code": f"3999{grid[1:]}", "name": f"沙袋{grid}", "sort": "3", "measure": "bag"}, **made)
    stores = [open_one("store", "create", {"name": f"{grid}{name}库", "level": "street", "owner": house, "address": "库房",
                                           "area": area, **there}, **made) for name in ("东", "西")]
    stocks = [open_one("stock", "open", {"store": store, "good": good, "basis": "own", "minimum": "20"}, **made) for store in stores]
    _do(place, "stock", stocks[1], "take_in", "system", BEFORE, amount="100", number=f"B{grid}", expires_on="2021-06-20")
    transfer = open_one("transfer", "ask", {"to_stock": stocks[0], "from_stock": stocks[1], "amount": "30", "purpose": "加固"}, **made)
    theirs = open_one("stock", "open", {"store": stores[0], "good": good, "basis": "agreement", "supplier": "建材公司"}, **made)
    _do(place, "stock", theirs, "take_in", "system", BEFORE, amount="50", number=f"协{grid}")
    _do(place, "stock", theirs, "call_firm", "system", BEFORE, amount="20", destination="闸口", purpose="加固")
    boat = open_one("requisition", "take", {
        "what": f"{side.word}冲锋舟", "amount": "1", "measure": "machine", "owner_name": f"{side.word}公司", "order_no": f"征{grid}",
        "purpose": "转移"}, actor=place.actor(side.cast["street"], at=BEFORE), at=BEFORE)
    return {"good": good, "store": stores[0], "stock": stocks[0], "lot": Lot.objects.get(number=f"B{grid}").uid, "transfer": transfer,
            "requisition": boat, "agreement_call": AgreementCall.objects.get(stock__uid=theirs).uid}


def _work(place: District, side: Side, unit: Premises, shade: int) -> None:
    """A matter, a visit that is done with two hazards and its papers, a proposal, and a round of today that waits."""
    cast, matter, visit = side.cast, uuid4(), uuid4()
    plan_rounds([place.posts[cast["warden"]]], NOON.date(), actor=place.actor(cast["street"], at=MORNING), at=MORNING)
    _do(place, "matter", matter, "open", cast["warden"], MORNING, what=f"{side.word}楼道堆物", premises=str(unit.uid),
        reporter_name=f"{side.word}人", reporter_phone="13912345678", photos=[_photo(place, side, shade)])
    finds = [{"uid": str(uuid4()), "matter": str(uuid4()), "item": "", "what": f"{side.word}地面湿滑", "days": 3,
              "level": "general", "before": [_photo(place, side, shade + 1)]},
             {"uid": str(uuid4()), "matter": str(uuid4()), "item": "CY02", "what": f"{side.word}地下室有气瓶",
              "control": "remove", "before": [_photo(place, side, shade + 2)]},
             {"uid": str(uuid4()), "matter": str(uuid4()), "item": "CY02", "what": f"{side.word}后厨有气瓶",
              "control": "stop", "before": [_photo(place, side, shade + 4)]}]
    _do(place, "visit", visit, "drop_in", cast["warden"], MORNING, premises=str(unit.uid), result="hazards", finds=finds,
        answers={"CY01": "ok", "CY02": "hazard"}, signature=[_photo(place, side, shade + 3)], signer=f"{side.word}某")
    slippery = UUID(finds[0]["uid"])
    _do(place, "hazard", slippery, "ask_extension", cast["unit"], NOON, reason=f"{side.word}排期", days=5)
    _list(place, side, UUID(finds[2]["uid"]))
    round_ = Round.objects.get(post_id=place.posts[cast["warden"]].id)
    side.rows |= {
        "listing": Listing.objects.get(hazard__uid=finds[2]["uid"]).uid, "matter": matter, "visit": visit,
        "hazard": slippery, "major": UUID(finds[1]["uid"]), "round": round_.uid,
        "planned": Visit.objects.get(round=round_).uid, "proposal": Proposal.objects.get(hazard__uid=slippery).uid,
        "paper": Paper.objects.filter(subject_kind="visit", subject_id=Visit.objects.get(uid=visit).id).first().uid}
    side.words += [h.code for h in Hazard.objects.filter(premises=unit)]
    _unsealing(place, side, matter)
    _inspected(place, side, unit)
    _own_book(place, side, unit)
    _call(place, side, matter)
    _incident(place, side)


def _inspected(place: District, side: Side, unit: Premises) -> None:
    """The owner has gone through its own premises."""
    side.rows["self_inspection"] = uuid4()
    _do(place, "self_inspection", side.rows["self_inspection"], "record", side.cast["unit"], premises=str(unit.uid),
        inspector_name=f"{side.word}某", answers={"CY01": "ok"}, problems=[{"item": "", "what": f"{side.word}后门堆物"}])


def _own_book(place: District, side: Side, unit: Premises) -> None:
    """The owner asks for a change of its file and writes down who answers for what."""
    side.rows |= {"file_change": uuid4(), "unit_record": uuid4()}
    _do(place, "file_change", side.rows["file_change"], "propose", side.cast["unit"], premises=str(unit.uid),
        safety_manager=f"{side.word}安")
    _do(place, "unit_record", side.rows["unit_record"], "note", side.cast["unit"], premises=str(unit.uid), sort="duty",
        what=f"{side.word}灶台", people=f"{side.word}师傅", on_day=NOON.date().isoformat())


def _unsealing(place: District, side: Side, matter: UUID) -> None:
    """The street asks to read who told the matter."""
    side.rows["unsealing"] = uuid4()
    _do(place, "unsealing", side.rows["unsealing"], "ask", side.cast["street"], matter=str(matter), reason=f"{side.word}需到场指认")


def _call(place: District, side: Side, matter: UUID) -> None:
    """The warden calls the community, which has the street office beside it."""
    office = place.houses[CAST[side.cast["street"]].house]
    uid = uuid4()
    _do(place, "call", uid, "ring", side.cast["warden"], MORNING, matter=str(matter), goal=f"{side.word}楼道请清理",
        priority="P3", reason="force", tried=f"{side.word}劝导无效", assistants=[str(office.uid)])
    side.rows |= {"call": uid, "attendance": Attendance.objects.get(call__uid=uid).uid}
    side.words.append(Call.objects.get(uid=uid).code)


def _incident(place: District, side: Side) -> None:
    """The street reports a fire: open to every post on duty, so that it carries no street's word."""
    uid = uuid4()
    _do(place, "incident", uid, "open", side.cast["street"], title=f"{side.cast['grid']}起火", area=str(place.areas[side.cast["grid"]].uid))
    report = uuid4()
    _do(place, "info_report", report, "draft", side.cast["street"], incident=str(uid), sort="first")
    side.rows |= {"incident": uid, "relay": Relay.objects.get(incident__uid=uid, rung="street").uid,
                  "info_report": report}
    house, made = place.houses[CAST[side.cast["street"]].house], {"actor": SYSTEM, "at": BEFORE}
    plan = open_one("contingency_plan", "create", {
        "code": f"YA{side.cast['grid']}", "name": "火灾预案", "sort": "accident", "edition": "2021", "owner": house.uid,
        "area": place.areas["D"].uid}, **made)
    step = open_one("plan_step", "create", {"plan": plan, "level": "4", "organisation": house.uid, "what": "疏散", "minutes": 30,
                                            "area": place.areas["D"].uid}, **made)
    member = open_one("plan_member", "create", {"plan": plan, "organisation": house.uid, "seat": "member",
                                                "area": place.areas["D"].uid}, **made)
    side.rows |= {"judgement": uuid4(), "instruction": uuid4(), "contingency_plan": plan, "plan_step": step, "plan_member": member}
    _do(place, "judgement", side.rows["judgement"], "record", "emergency", incident=str(uid), people="甲", facts="火势", decision="watch")
    _do(place, "instruction", side.rows["instruction"], "issue", "emergency", incident=str(uid), organisation=str(house.uid), what="封路",
        minutes=30)
    side.rows |= {"field_crew": uuid4(), "need": uuid4()}
    _do(place, "field_crew", side.rows["field_crew"], "enter", "emergency", incident=str(uid), name="抢修班", people=3)
    _do(place, "need", side.rows["need"], "raise", "emergency", incident=str(uid), what="水泵", amount=2, measure="machine")


def _list(place: District, side: Side, hazard: UUID) -> None:
    """Under listed supervision, received, published and reported on once."""
    _do(place, "hazard", hazard, "confirm", "emergency")
    _do(place, "hazard", hazard, "ask_listing", "emergency", reason=f"{side.word}人员密集", level="district", batch=1,
        days=90, department=str(place.houses[side.cast["trade"]].uid),
        committee=str(place.houses["gas_committee"].uid))
    listing = Listing.objects.get(hazard__uid=hazard).uid
    for move, who, given in (("approve", "leader", {}), ("issue", "emergency", {}), ("receive", side.cast["unit"], {}),
                             ("publish", "emergency", {"media": "区政府网站"}),
                             ("report_progress", side.cast["unit"], {"text": f"{side.word}已采购", "percent": 30})):
        _do(place, "listing", listing, move, who, **given)


def _people(place: District, side: Side) -> None:
    cast = side.cast
    held = place.people[cast["licensed"]]
    if not Licence.objects.filter(person=held).exists():
        open_one("licence", "grant", {"person": held.uid, "sort": "gas", "number": f"证{side.cast['grid']}", "issuer": "区城管局",
                                      "since": date(2021, 1, 1), "until": date(2023, 1, 1)}, actor=SYSTEM, at=NOON)
    post = place.posts[cast["street"]]
    delegation = open_one("delegation", "delegate", {
        "from_post": post.uid, "to_person": place.people[cast["warden"]].uid, "reason": "学习",
        "since": date(2021, 7, 1), "until": date(2021, 7, 2)}, actor=SYSTEM, at=NOON)
    side.rows |= {
        "person": place.people[cast["warden"]].uid, "post": place.posts[cast["unit"]].uid, "delegation": delegation,
        "appointment": Appointment.objects.get(post=place.posts[cast["warden"]]).uid,
        "licence": Licence.objects.filter(person=held).first().uid, "entrustment": Entrustment.objects.get().uid}
    assert Delegation.objects.filter(uid=delegation).exists()


def _reports(place: District, side: Side) -> None:
    """A template of the street, a draft from it, and a promise of that."""
    street, template, report, commitment = side.cast["street"], uuid4(), uuid4(), uuid4()
    _do(place, "report_template", template, "create", street, sort="daily", name=f"{side.word}日报",
        text=f"# {side.word}今日\n发现一般隐患{{haz-found 本日}}起。")
    _do(place, "report", report, "begin", street, sort="daily", title=f"{side.word}日报", as_of=NOON.date().isoformat(),
        template=str(template))
    _do(place, "commitment", commitment, "promise", street, report=str(report), source="promise", text=f"{side.word}排查燃气",
        organisation=str(place.houses[CAST[street].house].uid), due_on="2021-11-30")
    side.rows |= {"report_template": template, "report": report, "commitment": commitment}


def _questions(place: District, side: Side) -> None:
    """The clerk's own question, told to her every morning."""
    uid = uuid4()
    _do(place, "saved_question", uid, "keep", side.cast["street"], name=f"{side.word}本月隐患", indicator="haz-found", period="本月")
    _do(place, "saved_question", uid, "subscribe", side.cast["street"], rhythm="daily")
    side.rows |= {"saved_question": uid, "subscription": Subscription.objects.get(question__uid=uid).uid}


def _returns(place: District, side: Side) -> None:
    """The return that the department of the side's trade owes, and a contradiction that it is to explain."""
    house, owed, contradiction = place.houses[side.cast["trade"]], uuid4(), uuid4()
    _do(place, "monthly_return", owed, "ask", "emergency", organisation=str(house.uid), month="2021-05-01")
    _do(place, "contradiction", contradiction, "name", "system", subject_kind="monthly_return", subject_uid=str(owed),
        subject=str(house), link=f"/desk/monthly-returns/{owed}/", area_id=house.area_id, organisation_id=house.id, sort="rate",
        item="rate", sentence="整改率写作95%，可整改一般隐患3除以排查一般隐患4是75%", said="95", found="75", unit="%")
    side.rows |= {"monthly_return": owed, "contradiction": contradiction}
