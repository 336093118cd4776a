import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from anlan.premises.models import Premises

BEFORE, AFTER, SIGNATURE, AGAIN = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


@pytest.fixture
def place(handbook_stands, db, settings, tmp_path):
    """The small district with its cast, the handbook, and a restaurant in the warden's grid."""
    settings.ANLAN_HOME = tmp_path
    return small_district()


@pytest.fixture
def restaurant(place):
    uid = open_one("premises", "create", {
        "name": "百瑞景小馆", "sign_name": "小馆", "place_type": "restaurant", "address": "中南路1号",
        "area": place.areas["G111"].uid, "owner": place.houses["restaurant"].uid, "gas": "lpg",
        "department": place.houses["gas_department"].uid, "legal_person": "陈某", "legal_phone": "13800138000",
    }, actor=place.actor("street"), at=NOON - timedelta(days=30))
    return Premises.objects.get(uid=uid)


@pytest.fixture
def walk(place):
    """Make a move on a case and return its receipt."""

    def do(kind, uid, move, who, at, **given):
        return advance(Ref(kind, uid), move, actor=place.actor(who, at=at), at=at, given=given)

    return do


def find(item="", what="", **more):
    return {"uid": str(uuid4()), "matter": str(uuid4()), "item": item, "what": what, **more}


@pytest.fixture
def sign_in(place, settings, tmp_path):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    settings.MEDIA_ROOT = tmp_path / "files"

    def do(who):
        client = Client()
        assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
        return client

    return do


def picture(shade=90):
    out = BytesIO()
    Image.new("RGB", (320, 240), (shade, 90, 60)).save(out, "JPEG")
    return SimpleUploadedFile(f"{shade}.jpg", out.getvalue(), "image/jpeg")


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
