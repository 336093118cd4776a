from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from anlan.field.models import Device
from anlan.field.testing import Phone
from anlan.patrols import handbook
from anlan.patrols.models import Visit
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from anlan.premises.models import Premises

APP = {"accept": "application/json", "x-anlan-field": "1"}


@pytest.fixture
def place(db, settings, tmp_path):
    settings.ANLAN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    district = small_district()
    handbook.load()
    return district


def shop(place, name, no):
    uid = open_one("premises", "create", {
        "name": name, "sign_name": name, "place_type": "restaurant", "address": f"中南路{no}号", "lon": 114.31 + no / 9000,
        "lat": 30.54, "area": place.areas["G111"].uid}, actor=place.actor("street"), at=NOON - timedelta(days=30))
    return Premises.objects.get(uid=uid)


@pytest.fixture
def walk_of_three(place):
    """Today's round of the warden: three restaurants."""
    for no in range(1, 4):
        shop(place, f"小馆{no}", no)
    plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("community"), at=NOON - timedelta(hours=4))
    return list(Visit.objects.order_by("turn"))


@pytest.fixture
def out(place):
    """Somebody of the cast with a phone that is registered; `ask` is a request of the app."""

    def do(who="warden", login=True, **more):
        client, phone = Client(), Phone(place.posts[who].uid, **more)
        if login:
            client.post("/sign-in/", {"login_name": who, "password": PASSWORD})

        def ask(path, data=None, method=None, **headers):
            told = {**APP, "x-anlan-device": str(phone.uid), **headers}
            method = method or ("get" if data is None else "post")
            if isinstance(data, bytes):
                return client.generic(method.upper(), path, data, "application/octet-stream", headers=told)
            return client.generic(method.upper(), path, json.dumps(data or {}), "application/json", headers=told)

        def sync(*envelopes, now=NOON):
            return ask("/field/sync", phone.batch(list(envelopes), now))

        if login:
            answer = ask("/field/devices", {"uid": str(phone.uid), "name": "测试手机", "key": phone.key})
            assert answer.status_code == 200, answer.content.decode()
        return SimpleNamespace(client=client, phone=phone, ask=ask, sync=sync,
                               device=Device.objects.filter(uid=phone.uid).first())

    return do


def outcomes(answer):
    assert answer.status_code == 200, answer.content.decode()
    return [r["outcome"] for r in answer.json()["receipts"]]
