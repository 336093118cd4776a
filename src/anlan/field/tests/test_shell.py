"""The app's page, its worker and its card: open to anybody, because they hold nobody's data."""

from __future__ import annotations

import json
import re
from contextlib import closing
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from anlan.field import shell
from anlan.field.words import field_words

pytestmark = pytest.mark.django_db


def test_the_app_opens_for_nobody_in_particular_and_names_nobody(place):
    page = Client().get("/field/app/").content.decode()
    assert [p for p in ("王敏", "warden", "csrf") if p in page] == []
    assert json.loads(re.search(r'<script id="script-words"[^>]*>(.*?)</script>', page, re.S)[1]) == field_words()


def test_the_worker_holds_all_that_the_page_asks_for_and_each_is_there(place):
    page, worker = (Client().get(path).content.decode() for path in ("/field/app/", "/field/worker.js"))
    held = json.loads(re.search(r"FILES = (\[.*?\]), SHELL", worker)[1])
    asked = set(re.findall(r'(?:src|href|name="icons" content)="(/static/[^"]+|/field/app[^"]+)"', page))
    assert asked - set(held) == set() and held == shell.files()
    assert [path for path in held if Client().get(path).status_code != 200] == []


def test_another_language_is_another_version_of_the_app(place):
    asked = [Client(headers={"accept-language": language}).get("/field/worker.js") for language in ("zh-hans", "en", "zh-hans")]
    versions = [re.search(r'"field-([0-9a-f]{16})"', answer.content.decode())[1] for answer in asked]
    assert versions[0] == versions[2] != versions[1]


def test_the_card_opens_the_app_within_its_scope(place):
    card = Client().get("/field/app.webmanifest").json()
    assert (card["start_url"], card["scope"], card["display"]) == ("/field/app/", "/field/", "standalone")
    drawn, touched = (_taken(icon["src"]) for icon in card["icons"])
    assert (drawn[0], touched[0]) == tuple(icon["type"] for icon in card["icons"]) == ("image/svg+xml", "image/png")
    picture = Image.open(BytesIO(touched[1]))
    assert (picture.size, picture.has_transparency_data, card["icons"][1]["sizes"]) == ((512, 512), False, "512x512")
    page = Client().get("/field/app/").content.decode()
    assert f'<link rel="apple-touch-icon" href="{card["icons"][1]["src"]}">' in page


def _taken(path: str) -> tuple[str, bytes]:
    answer = Client().get(path)
    with closing(answer):
        return answer.headers["Content-Type"], b"".join(answer.streaming_content)


def test_who_signs_out_on_the_phone_is_signed_out(out):
    me = out()
    assert me.ask("/field/give-back", {}).json() == {"anlan": 1, "wipe": True}
    assert me.ask("/field/pack").status_code == 401
