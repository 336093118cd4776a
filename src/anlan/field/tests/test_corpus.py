"""Envelopes of every released version, signed by Web Crypto, are read for ever: one file a version, never changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anlan.field.envelopes import SENT, VERSIONS, Letter, read_letter
from anlan.field.models import Device
from anlan.kernel.flows import FLOWS
from anlan.kernel.refusals import Refusal

CORPUS = sorted((Path(__file__).parent / "corpus").glob("v*.json"))


def letters(path):
    held = json.loads(path.read_text(encoding="utf-8"))
    device = Device(uid=held["device"], key=held["key"])
    return [(sent, read_letter(sent, device)) for sent in held["envelopes"]]


def test_every_version_has_its_corpus():
    assert [path.stem for path in CORPUS] == [f"v{n}" for n in VERSIONS]


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.stem)
def test_old_envelopes_are_read(path):
    read = letters(path)
    assert [letter for _sent, letter in read if not isinstance(letter, Letter)] == []
    assert [letter.n for _sent, letter in read] == list(range(1, len(read) + 1))


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.stem)
def test_the_moves_still_take_what_old_phones_send(path):
    for _sent, letter in letters(path):
        form = FLOWS[letter.ref.kind].move(letter.move).form
        assert letter.move in SENT[letter.ref.kind]
        assert set(letter.given) <= set(form.base_fields if form else ())


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.stem)
def test_one_letter_changed_is_noticed(path):
    held = json.loads(path.read_text(encoding="utf-8"))
    device = Device(uid=held["device"], key=held["key"])
    for sent in held["envelopes"]:
        assert isinstance(read_letter({**sent, "body": sent["body"].replace("2021", "2022", 1)}, device), Refusal)
