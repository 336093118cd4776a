"""Two phones × 200 records, shuffled, doubled, cut off: the rows are the same for all orders, apart from allotted codes."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID, uuid5

import pytest
from django.db import transaction

from anlan.field.envelopes import tell
from anlan.hazards.models import Hazard
from anlan.kernel.models import Clock, Entry
from anlan.matters.models import Matter
from anlan.patrols.models import SelfInspection, Visit
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.premises.models import Premises

from .conftest import shop

pytestmark = pytest.mark.django_db
RECORDS, BATCH = 200, 40
NAMES = UUID("0197a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b")
ITEMS = ("CY05", "CY09", "CY02")


def a_day(me, units, point, who):
    """The records of one phone: matters, visits with and without hazards, shops with the visit that needs them."""
    sent = []
    for no in range(RECORDS):
        at, uid = NOON - timedelta(minutes=600 - no * 2), uuid5(NAMES, f"{who}-{no}")
        unit = {"premises": str(units[no % len(units)].uid)}
        match no % 4:
            case 0:
                sent.append(me.phone.envelope("matter", "open", uid, at, {"what": f"第{no}处井盖破损", **unit}))
            case 1:
                finds = [{"uid": str(uuid5(uid, "h")), "matter": str(uuid5(uid, "m")), "item": ITEMS[no % 3], "control": "stop"}]
                sent.append(me.phone.envelope("visit", "drop_in", uid, at, {"result": "hazards", "finds": finds, **unit}))
            case 2:
                given = {"name": f"新店{who}{no}", "place_type": "restaurant", "address": f"新路{no}号", "photos": ["b" * 64]}
                sent.append(me.phone.envelope("premises", "add_on_spot", uid, at, {**given, "lon": point[0], "lat": point[1]}))
            case 3:
                parent = uuid5(NAMES, f"{who}-{no - 1}")
                sent.append(me.phone.envelope("visit", "drop_in", uid, at, {"result": "normal", "premises": str(parent)},
                                              parents=(("premises", parent),)))
    return sent


def send_all(phones, chance):
    """Batches of both phones in a chance order, some twice, some whose answer is lost or that break off half way."""
    left = {who: [(place, e) for place, e in enumerate(sent)] for who, (_me, sent) in phones.items()}
    told_at = NOON
    while any(left.values()):
        who = chance.choice([w for w, rest in left.items() if rest])
        me, rest, told_at = phones[who][0], left[who], told_at + timedelta(seconds=5)
        chance.shuffle(rest)
        batch = rest[:chance.randint(1, BATCH)]
        envelopes = [e for _place, e in batch] + [e for _place, e in batch if chance.random() < 0.2]
        receipts = tell(envelopes, me.device, told_at, told_at)
        if chance.random() < 0.3:
            continue  # the answer never came: all of it is sent again
        over = {batch[r["place"]][0] for r in receipts if r["place"] < len(batch) and r["outcome"] == "applied"}
        assert [r["sentences"] for r in receipts if r["outcome"] not in ("applied", "waiting")] == []
        left[who] = [(place, e) for place, e in rest if place not in over]


def rows():
    return {
        "matter": sorted(map(str, Matter.objects.values_list("uid", "what", "state", "opened_at", "premises__uid", "reporter_id"))),
        "visit": sorted(map(str, Visit.objects.values_list("uid", "state", "result", "finished_at", "premises__uid", "post_id", "finds"))),
        "hazard": sorted(map(str, Hazard.objects.values_list("uid", "state", "level", "days", "due_on", "found_on", "matter__uid",
                                                             "recurred_from", "what"))),
        "shop": sorted(map(str, Premises.objects.values_list("uid", "name", "state", "area_id"))),
        "deeds": sorted(map(str, Entry.objects.values_list("kind", "verb", "n", "at", "actor_id", "device_id", "request")))}


def test_any_order_gives_the_same_rows(place, out):
    units = [shop(place, f"小馆{no}", no) for no in range(1, 7)]
    wardens = {"warden": units, "warden2": []}
    phones = {}
    for who in wardens:
        me = out(who)
        mine = units if who == "warden" else [_western(place)]
        phones[who] = (me, a_day(me, mine, place.point("G111" if who == "warden" else "G211"), who))
    found = []
    for seed in (1, 2, 3):
        with transaction.atomic():
            send_all(phones, Random(seed))
            found.append(rows())
            transaction.set_rollback(True)
    assert found[1] == found[0]
    assert found[2] == found[0]
    assert [len(found[0][k]) for k in ("matter", "visit", "hazard")] == [200, 200, 100]
    assert len(found[0]["shop"]) == 7 + 100


def own_inspections(me, units):
    """Two units inspect themselves twelve times each, and every third time find something."""
    sent = []
    for no in range(24):
        given = {"premises": str(units[no % 2].uid), "inspector_name": "陈老板", "answers": {"CY05": "ok"}}
        if no % 3 == 0:
            given |= {"answers": {"CY05": "hazard"}, "problems": [{"item": "CY05", "what": f"第{no}次软管老化"}]}
        sent.append(me.phone.envelope("self_inspection", "record", uuid5(NAMES, f"own-{no}"), NOON - timedelta(hours=24 - no), given))
    return sent


def own_rows():
    return sorted(map(str, SelfInspection.objects.values_list(
        "uid", "opened_at", "done_on", "found", "standing", "problems", "answers", "premises__uid")))


def running_next():
    """The inspections whose time until the next one runs."""
    cases = list(Clock.objects.filter(kind="self_inspection", name="next", stopped_at=None).values_list("case_id", flat=True))
    return sorted(str(SelfInspection.objects.get(id=case).uid) for case in cases)


def test_own_inspections_told_in_any_order_leave_the_same_rows_and_one_next_a_unit(place, out):
    units = []
    for no in (1, 2):
        uid = open_one("premises", "create", {"name": f"老陈{no}店", "place_type": "restaurant", "address": f"中南路{no}号",
                                              "area": place.areas["G111"].uid, "owner": place.houses["restaurant"].uid},
                       actor=place.actor("street"), at=NOON - timedelta(days=30))
        units.append(Premises.objects.get(uid=uid))
    me, found, running = out("unit"), [], []
    sent = own_inspections(me, units)
    for seed in (1, 2, 3, 4):
        with transaction.atomic():
            send_all({"unit": (me, sent)}, Random(seed))
            found.append(own_rows())
            running.append(running_next())
            transaction.set_rollback(True)
    newest = sorted(str(uuid5(NAMES, f"own-{no}")) for no in (22, 23))
    assert (found[1:], running, len(found[0])) == ([found[0]] * 3, [newest] * 4, 24)


def _western(place):
    uid = open_one("premises", "create", {"name": "西馆", "place_type": "restaurant", "address": "西路1号",
                                          "area": place.areas["G211"].uid}, actor=place.actor("street2"), at=NOON - timedelta(days=30))
    return Premises.objects.get(uid=uid)
