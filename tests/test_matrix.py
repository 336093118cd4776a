"""Every address × every role × own, foreign and absent rows: what is foreign looks absent, and nobody else is let in.

The addresses come from the URL conf, so a new one is walked without a line here; one with an argument that nobody
knows how to fill makes the walk fail.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.http import Http404, HttpResponseNotFound
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

import anlan.urls
from anlan.desk import shell
from anlan.kernel import instance, rulebook
from anlan.kernel.models import Area
from anlan.people import middleware
from anlan.people.testing import CAST, NOON
from anlan.toolkit.formfields import ReferenceField
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.layers import LAYERS
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.caseview import CASES, CasePages
from anlan.toolkit.tilekey import key
from anlan.toolkit.tilekey import tile as tile_at

from .world import Side, World, a_world, undone

pytestmark = pytest.mark.django_db
TOYS = ("pumps", "depots", "sirens")  # the toy town of the registers' own tests
EAST, WEST = {"warden", "community", "street", "officer1", "officer2", "reviewer", "storekeeper", "teamleader"}, {"warden2", "street2"}
DISTRICT = {"expert", "emergency", "director", "leader", "govoffice", "deputy"}
TRADE = {"gas": "gas_department"}  # sees its trade in every area, and by ground what has no trade
WORK = ("小馆", "招牌", "楼道堆物", "地面湿滑", "地下室", "后厨", "排期")  # its objects are not of a trade, and open by ground
BY_GROUND = {"special_object", "round", "area", "boundary", "person", "appointment", "licence", "organisation", "post",
             "report", "report_template", "commitment", "sketch", "layout", "relay", "info_report", "judgement",
             "instruction", "requisition"}
OF_A_HOUSE = {"monthly_return", "contradiction"}  # of the department that reports, and of who looks across trades
KEEPERS = {"sysadmin", "secadmin"}
OF_ONE = {"saved_question": "street", "subscription": "street",
          "channel": "street", "message": "street", "job": "warden"}  # and of nobody else, but for who keeps the jobs
KEPT_BY = {"api_token": {"sysadmin"}, "gateway": {"sysadmin", "emergency", "deputy"},
           "exercise": {"sysadmin", "emergency", "deputy"}}
DOUBLES = {"officer2", "warden2", "unit2",  # as officer1, warden and unit, these two from the other side
           "storekeeper", "teamleader", "deputy"}  # see what the street sees, and what emergency sees
MEMBER, OF_MEMBERS = "member", {"member/", "password/", "switch-post/", "language/"}  # of the Congress: what is public, and no more
OPEN_TO_ALL_POSTS = {"entrustment", "parameter", "shelter", "hydrant", "roster", "duty_number", "incident", "contingency_plan",
                     "plan_step", "plan_member", "rescue_team", "team_certificate", "callout", "good", "store", "stock", "lot", "transfer",
                     "agreement_call", "equipment", "rescue_station", "service_station", "station_meeting", "expert",
                     "field_crew", "need", "road_network"}
OF_THE_DUTY_ROOM = {"swap", "logged_call", "handover", "roll_call", "morning_sheet"}  # of its street, and of who looks across bodies
COUNTED = {"public/neighbourhood/<uuid:uid>/", "public/neighbourhood/<uuid:uid>/feed.xml"}  # of any ground, and nothing told of it
PUBLIC = {*COUNTED, "public/neighbourhood/",  # what may answer 200 to nobody in particular
    "", "sign-in/", "public/calls/", "public/door/<uuid:token>/", "public/reports/", "public/reports/<uuid:uid>/",
    "public/report/", "public/ground.json",
    "public/follow/", "unit/sign-in/", "public/knowledge/", "field/app/", "field/app.webmanifest", "field/worker.js",
    "public/listings/", "public/listings/list.json", "public/listings/check_listing.py", "public/listings/<slug:no>/",
    "public/listings/<slug:no>/proof/", "public/listings/<slug:no>/proof/proof.json", "public/journal/digests.json",
    "api/v1/openapi.json", "design",
    "^design/(?P<frame>phone|wall|paper|public|sign_in|worklist)$"}
DENIED = {302, 401, 403, 404, 405}
FOREIGN = {403, 404, 405}
UNREAD = {"api/": {422}}  # a body that says nothing is refused before anything is looked up
READS_ALL = {"desk/journal/"}  # the auditor's, over the whole district
ASKS_FOR_NONE = {"", "warden", "street", "unit", "sysadmin"}  # who asks for rows that are not there: they are not there for anybody
SENDS_NOTHING = {"", "warden", "street", "unit", "sysadmin", "emergency"}  # who sends an empty form also to what is her own
SENT_EMPTY: set[str] = set()  # forms that one of these had back, with its faults: of the others each sees them on her own pages


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        yield made


@pytest.fixture(autouse=True)
def brisk(monkeypatch):
    """An absent page is not drawn, each of the cast stands where it stood a moment ago, and no bell is counted."""
    logging.disable(logging.ERROR)
    held: dict[int, Any] = {}
    look = middleware._standing

    def standing(data, now, at):
        return held.setdefault(data["person"], look(data, now, at)) if data["person"] not in held else held[data["person"]]

    monkeypatch.setattr(middleware, "_standing", standing)
    monkeypatch.setattr(shell, "head_and_unread", lambda request: (0, 0))
    monkeypatch.setattr(CasePages, "get", _absent_once(CasePages.get))
    monkeypatch.setattr(anlan.urls, "handler404", lambda request, exception: HttpResponseNotFound(), raising=False)
    yield
    logging.disable(logging.NOTSET)


def _absent_once(look: Any) -> Any:
    """What is absent for a reader is looked for once: no walk leaves anything behind that could make it appear."""
    absent: set[tuple[str, Any, str]] = set()

    def get(pages: CasePages, request: Any, uid: Any) -> Any:
        asked = (pages.flow.kind, request.session.session_key, str(uid))
        if asked in absent:
            raise Http404
        try:
            return look(pages, request, uid)
        except Http404:
            absent.add(asked)
            raise

    return get


# The addresses


class Address(NamedTuple):
    route: str
    arguments: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The register, or what else stands before the first argument."""
        parts = re.split(r"[/<]", self.route.removeprefix("api/v1/").removeprefix("desk/"))
        return parts[0]


def addresses() -> Iterator[Address]:
    def below(patterns, before):
        for p in patterns:
            route = before + str(p.pattern)
            if isinstance(p, URLPattern):
                named = tuple(p.pattern.converters) or tuple(p.pattern.regex.groupindex)
                yield Address(route, named)
            else:
                yield from below(p.url_patterns, route)

    yield from (a for a in below(get_resolver().url_patterns, "") if a.slug not in TOYS)


ADDRESSES = sorted(set(addresses()))
SLUGS = {pages.slug: kind for kind, pages in CASES.items()} | {"papers": "paper", "accounts": "person", "notices": "notice",
                                                                  "my-notices": "way", "jobs": "job", "map": "hazard", "features": "hazard"}
PLAIN = {"sort": "mail", "format": "csv", "number": "2022", "key": "auth.fail_max", "frame": "phone", "slug": "units",
         "id": "haz-found", "dimension": "industry", "no": "2021-1", "rest": "nothing/here", "clock": "1",
         "layer": "hazards", "z": "13", "x": "6697", "y": "3370"}


def kind_of(address: Address) -> str:
    if address.route.startswith("field/visits/"):
        return "visit"
    if address.route.startswith("desk/duty/log/"):
        return "logged_call"
    if address.route in COUNTED:
        return "area"
    if address.route.startswith("unit/"):
        return SLUGS[address.route.split("/")[1]]
    if address.route.startswith(("public/reports/", "member/reports/")):
        return "report"
    kind = SLUGS.get(address.slug)
    assert kind, f"{address.route}: which rows does it show? Say so in SLUGS"
    return kind


def fillings(address: Address, side: Side | None) -> Iterator[tuple[str, str]]:
    """(kind, path) with the rows of a side; None: with rows that are not there."""
    for arguments in _arguments(address, side):
        path = address.route
        for name, value in arguments.items():
            path = re.sub(rf"<(?:\w+:)?{name}>|\(\?P<{name}>[^)]*\)", str(value), path)
        yield arguments.get("_kind", ""), "/" + path.strip("^$")


def _arguments(address: Address, side: Side | None) -> Iterator[dict[str, Any]]:
    names = set(address.arguments)
    if names & {"uid", "premises"} or (names == {"key"} and "uuid" in address.route):
        yield from _of_rows(address, names, side)
    elif names == {"sha256"}:
        yield {"_kind": "paper", "sha256": side.files[0] if side else "0" * 64}
    elif names == {"token"}:
        yield {"token": side.door if side else uuid4()}
    elif names == {"move"}:
        yield from ({"move": m.name} for m in CASES[kind_of(address)].flow.moves if m.opens and m.shown)
        yield {"move": "nothing"}
    else:
        assert names <= set(PLAIN), f"{address.route}: nobody knows how to fill {names - set(PLAIN)}"
        yield {n: PLAIN[n] for n in names}


def _of_rows(address: Address, names: set[str], side: Side | None) -> Iterator[dict[str, Any]]:
    if "premises" in names:
        yield {"_kind": "premises", "premises": side.rows["premises"] if side else uuid4(), "uid": uuid4(), "sort": "duty"}
        return
    kind = kind_of(address)
    row = (side.rows.get(kind) if side else None) or uuid4()
    shown = side is not None and kind in side.rows and address.route not in COUNTED
    known = {"_kind": kind if shown else "", "uid": row, "key": row, "layer": PLAIN["layer"]}
    moves = [m.name for m in CASES[kind].flow.moves if not m.opens and m.shown] if "move" in names else [""]
    assert names <= {"uid", "key", "move", "layer"}, f"{address.route}: nobody knows how to fill {names}"
    for move in moves:
        yield {**known, "move": move}


# Who sees what: said here once more, in other words than the selectors'


def sees(world: World, who: str, kind: str, side: Side) -> bool:
    ground = who in DISTRICT | (EAST if side is world.east else WEST)
    if who in TRADE:
        ground = kind in BY_GROUND or side.cast["trade"] == TRADE[who]
    unit = who == side.cast["unit"]
    if kind in OF_A_HOUSE:
        return who in DISTRICT or (who in TRADE and side.cast["trade"] == TRADE[who])
    if kind in OPEN_TO_ALL_POSTS:
        return who not in ("", "unit", "unit2", MEMBER)
    if kind in ("special_object", "round", "planned", "report", "report_template", "commitment", "call", "attendance",
                "sketch", "layout", "relay", "info_report", "judgement", "instruction", "requisition"):
        return ground
    if kind in ("area", "boundary"):
        return ground or who == "sysadmin"
    if kind in ("person", "appointment", "licence"):
        return ground or who in KEEPERS
    if kind in ("organisation", "post"):
        return ground or unit or who in KEEPERS
    if kind == "delegation":
        house = CAST[side.cast["street"]].house
        return who in KEEPERS or who == side.cast["warden"] or (who in CAST and CAST[who].house == house)
    if kind in KEPT_BY or kind == "way":  # a way out is a gateway that each person may have an address at
        return who in KEPT_BY.get(kind, CAST)
    if kind in OF_ONE:
        return who == side.cast[OF_ONE[kind]] or (kind, who) == ("job", "sysadmin")
    if kind == "notice" or kind in OF_THE_DUTY_ROOM:
        houses = (CAST[side.cast["street"]].house, CAST[side.cast["unit"]].house)[:2 if kind == "notice" else 1]
        return (kind != "notice" and who in DISTRICT) or (who in CAST and CAST[who].house in houses)
    return ground or unit


def untold(world: World, who: str) -> set[str]:
    """What must not stand on any page that this one opens, unless she wrote it into the address; an area or a gateway may be
    named by what is open to all."""
    found: set[str] = set()
    for side in (world.east, world.west):
        found |= {str(uid) for kind, uid in side.rows.items()
                  if kind not in ("area", "gateway", "way") and not sees(world, who, kind, side)}
        if not sees(world, who, "matter", side):
            found |= {*([side.word + what for what in WORK] if who in TRADE else [side.word]), *side.words, *side.files}
    return found


# The walk


class Fault(NamedTuple):
    who: str
    method: str
    path: str
    status: int
    why: str


def body_of(answer: Any) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode("utf-8", "replace")


def _form_of(method: str, path: str) -> dict[str, str]:
    return {"content_type": "application/json"} if method == "post" and path.startswith("/api/") else {}


class Walk:
    """One of the cast goes to every address; `faults` is what she should not have met with."""

    def __init__(self, world: World, who: str) -> None:
        self.world, self.who, self.client, self.faults = world, who, world.sign_in(who), []
        self.client.raise_request_exception = False
        self.seen: dict[int, int] = {}
        self.untold = untold(world, who)

    def ask(self, address: Address, method: str, path: str, allowed: set[int] | None = None, data: Any = None) -> int:
        with undone() if method == "post" else nullcontext():
            answer = getattr(self.client, method)(path, data or {}, **_form_of(method, path))
            body = body_of(answer)
        if method == "post" and answer.status_code < 400:
            instance.forget()
            rulebook.remember(self.world.rules)  # what was decided has not been decided
        self.seen[answer.status_code] = self.seen.get(answer.status_code, 0) + 1
        where = f"{path} {data or ''}"
        if answer.status_code >= 500:
            self._fault(method, path, answer.status_code, "breaks")
        if allowed is not None and answer.status_code not in allowed:
            self._fault(method, path, answer.status_code, "opens")
        if address.route not in READS_ALL and (address.route not in PUBLIC or address.route in COUNTED):
            if words := sorted(w for w in self.untold if w in body and w not in where):
                self._fault(method, path, answer.status_code, f"shows {words[:3]}")
        return answer.status_code

    def _fault(self, method: str, path: str, status: int, why: str) -> None:
        self.faults.append(Fault(self.who, method, path, status, why))

    def all(self, only: str = "") -> list[Fault]:
        for address in ADDRESSES:
            if only in address.route and address.route != "sign-out/":
                self.visit(address)
        return self.faults

    def _sides(self, address: Address) -> tuple[Side | None, ...]:
        """Whose rows to ask for, and rows that are not there; to the district both streets are one."""
        if not address.arguments:
            return (None,)
        there = (self.world.east,) if self.who in DISTRICT else (self.world.east, self.world.west)
        return (*there, None) if self.who in ASKS_FOR_NONE or not _of_a_row(address) else there

    def visit(self, address: Address) -> None:
        shut = not self.who or (self.who == MEMBER and address.route not in OF_MEMBERS)
        denied = DENIED if shut and address.route not in PUBLIC else None
        for whose in self._sides(address):
            for n, (kind, path) in enumerate(fillings(address, whose)):
                foreign = bool(kind) and whose is not None and not sees(self.world, self.who, kind, whose)
                allowed = FOREIGN | UNREAD.get(address.route[:4], set()) if foreign and self.who else denied
                missing = foreign or whose is None or not self.who
                if "<slug:move>" not in address.route or (missing and (not n or not _of_a_row(address))):  # one view shows all its forms
                    self.ask(address, "get", path, allowed)
                if foreign or allowed:
                    self.ask(address, "post", path, allowed)
                elif self.who in SENDS_NOTHING and whose is not self.world.west:
                    self._send_nothing(address, path)
            if not _of_a_row(address):
                break

    def _send_nothing(self, address: Address, path: str) -> None:
        form = re.sub(r"[0-9a-f-]{36}", "", path)
        if form not in SENT_EMPTY and self.ask(address, "post", path) in (200, 422):
            SENT_EMPTY.add(form)


def _of_a_row(address: Address) -> bool:
    return bool(set(address.arguments) & {"uid", "premises", "key", "sha256", "token"})


@pytest.mark.parametrize("who", ["", MEMBER, *sorted(set(CAST) - DOUBLES)])
def test_what_is_foreign_looks_absent_at_every_address(world, who):
    walk = Walk(world, who)
    assert walk.all() == []
    assert walk.seen.get(200, 0) > {"": 0, MEMBER: 8}.get(who, 20)


def test_every_kind_of_row_stands_in_both_streets(world):
    shown = set(SLUGS.values()) - {"parameter"} - {REGISTERS[toy].kind for toy in TOYS}
    assert (shown - set(world.east.rows), shown - set(world.west.rows)) == (set(), set())


@pytest.mark.parametrize("who", ["warden", "street", "unit", "auditor"])
def test_asking_for_the_foreign_by_name_finds_nothing(world, who):
    """Lists, sheets, pickers, figures, search and the API, asked for the foreign word, area, unit and post."""
    walk, west = Walk(world, who), world.west
    asked = [("q", west.word), ("area", str(west.rows["area"])), ("premises", str(west.rows["premises"])),
             ("person", str(west.rows["person"])), ("hazard", str(west.rows["hazard"]))]
    for register in (r for r in REGISTERS.values() if r.slug not in TOYS):
        for name, value in asked:
            if name == "q" or register.column(name) is not None:
                for place in (f"/desk/{register.slug}/", f"/api/v1/{register.slug}"):
                    _ask_for(walk, place, {name: value, "state": "all"})
        _ask_for(walk, f"/desk/{register.slug}/export.csv", {"q": west.word, "state": "all"})  # the list's rows, and no filters' names
        _ask_for(walk, f"/desk/{register.slug}/options", {"q": west.word})
    for figure in INDICATORS:
        for more in ("", "export.csv"):
            _ask_for(walk, f"/desk/figures/{figure}/{more}", {"area": str(west.rows["area"])})
            _ask_for(walk, f"/desk/figures/{figure}/{more}", {"since": "2021-01-01"})
    for word in (west.word, *west.words):
        _ask_for(walk, "/desk/search/", {"q": word})
    assert walk.faults == []


def _ask_for(walk: Walk, path: str, asked: dict[str, str]) -> None:
    walk.ask(Address(path[1:], ()), "get", path, data=asked)


@pytest.mark.parametrize("who", ["warden", "community", "street", "reviewer"])
def test_no_case_is_opened_on_foreign_rows(world, who):
    """The opening forms, with every reference pointing to a row of the other street."""
    client = world.sign_in(who)
    for kind, pages in CASES.items():
        if pages.slug in TOYS:
            continue
        for move in (m for m in pages.flow.moves if m.opens and m.shown and m.form and _refers(m.form)):
            with undone():
                answer = client.post(f"/desk/{pages.slug}/new/{move.name}", _filled(move.form, world.west))
            assert answer.status_code in (403, 404, 422), (kind, move.name, answer.status_code)


def _refers(form: Any) -> bool:
    """A form without a reference opens on one's own ground."""
    return any(isinstance(made, ReferenceField) for made in form.base_fields.values())


def _filled(form: Any, side: Side) -> dict[str, Any]:
    found = {}
    for name, made in form.base_fields.items():
        if isinstance(made, ReferenceField):
            found[name] = str(side.rows.get(SLUGS.get(made.choices_from, ""), uuid4()))
        else:
            choices = [str(k) for k, _v in getattr(made, "choices", ()) if k]
            found[name] = choices[0] if choices else {"DateField": "2021-06-02", "DayField": "2021-06-02"}.get(
                type(made).__name__, "3")
    return found


def test_a_visit_of_the_other_street_does_not_open_through_a_unit_of_ones_own(world):
    client, mine = world.sign_in("warden"), world.east.rows["premises"]
    own, foreign = (f"/field/premises/{mine}/visits/{side.rows['visit']}/" for side in (world.east, world.west))
    assert (client.get(own).status_code, client.get(foreign).status_code, client.post(foreign).status_code) == (200, 404, 404)


def test_the_api_says_the_same_of_a_foreign_row_and_of_none(world):
    """Also where the body of a move is sound, so that its rules are reached."""
    sound = {"matters": ("answer", {"answer": "已处理"}), "hazards": ("control", {"control": "stop"}),
             "visits": ("finish", {"result": "normal"})}
    client = world.sign_in("street")
    for slug, (move, body) in sound.items():
        told = []
        for uid in (world.west.rows[SLUGS[slug]], uuid4()):
            with undone():
                answer = client.post(f"/api/v1/{slug}/{uid}/moves/{move}", body, content_type="application/json")
                told.append((answer.status_code, answer.json()))
        assert told[0] == told[1], slug


def test_a_matter_sent_under_a_foreign_ones_uid_tells_nothing_of_it(world):
    body = {"what": "楼道堆物", "area": str(world.east.rows["area"])}
    uids = {side.word: side.rows["matter"] for side in (world.east, world.west)}
    with undone():
        told = {word: world.sign_in("warden").put(f"/api/v1/matters/{uid}", body, content_type="application/json")
                for word, uid in uids.items()}
    assert {word: answer.status_code for word, answer in told.items()} == {"丹桂": 200, "青檀": 404}


@pytest.mark.parametrize("who", ["warden", "community", "street", "street2", "unit", "unit2", "auditor", "sysadmin", "director"])
def test_no_tile_table_or_distance_tells_of_foreign_ground(world, who):
    """Every layer at three zooms over both streets, filtered and not, as of now and of yesterday; and what is asked around it."""
    walk, found = Walk(world, who), 0
    over = "114.25,30.45,114.45,30.6"
    for layer in sorted(LAYERS):
        for z in (8, 13, 17):
            for x, y in sorted({tile_at(key(*world.place.point(grid)), z) for grid in ("G111", "G211")}):
                for words in ({}, {"state": "all"}, {"state": "all", "on": "2021-05-31"}, {"state": "all", "age": "3000"}):
                    for sort in ("tiles", "shapes"):
                        found += walk.ask(Address("desk/map/", ()), "get", f"/desk/map/{sort}/{layer}/{z}/{x}/{y}.mvt", {200}, words) == 200
        walk.ask(Address("desk/map/", ()), "get", "/desk/map/table", {200}, {"layers": layer, "bbox": over, f"{layer}.state": "all"})
    for word in (world.west.word, world.east.word):
        walk.ask(Address("desk/map/", ()), "get", "/desk/map/find", {200}, {"q": word})
    assert (walk.faults, found > 100) == ([], True)


# The walk can fail


def test_a_leaky_selector_is_found(world, monkeypatch):
    pages = CASES["hazard"]
    monkeypatch.setattr(pages, "seen_by", lambda actor, at: pages.flow.model.objects.order_by("id"))
    faults = Walk(world, "warden").all("desk/hazards/<uuid:uid>/")
    assert {f.why.split()[0] for f in faults} == {"opens", "shows"}


def test_a_leaky_list_is_found(world, monkeypatch):
    register = REGISTERS["matters"]
    monkeypatch.setattr(type(register), "seen_by", staticmethod(lambda actor, at: register.model.objects.order_by("id")))
    assert {f.why.split()[0] for f in Walk(world, "unit").all("desk/matters/export")} == {"shows"}


def test_a_door_that_is_left_open_is_found(world, monkeypatch):
    monkeypatch.setattr("tests.test_matrix.PUBLIC", set())
    assert {(f.path, f.why) for f in Walk(world, "").all("design")} >= {("/design", "opens"), ("/design/phone", "opens")}


def test_an_address_nobody_can_fill_is_found():
    with pytest.raises(AssertionError, match="nobody knows how to fill"):
        list(fillings(Address("desk/windmills/<int:pressure>/", ("pressure",)), None))
    with pytest.raises(AssertionError, match="which rows does it show"):
        list(fillings(Address("desk/windmills/<uuid:uid>/", ("uid",)), None))


def test_the_time_of_these_tests_is_inside_all_terms(world):
    assert world.place.at == NOON and NOON - timedelta(days=1) < NOON and Area.objects.count() == 15
