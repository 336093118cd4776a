"""Scripts and styles go out packed to whoever takes that, and are kept for good: their names change with their bytes."""

import gzip

import pytest
from django.test import Client

from anlan.toolkit.ui import assets

ENTRIES = ("main.ts", "field/main.ts", "islands/report.ts")


def sent(address, taken):
    answer = Client().get(address, headers={"Accept-Encoding": taken})
    return answer.get("Content-Encoding"), "immutable" in answer["Cache-Control"], b"".join(answer)


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_built_file_is_sent_packed_and_kept_for_good(entry):
    for address in assets.files(entry):
        whole = (assets.BUILT / address.rpartition("/")[2]).read_bytes()
        zipped, brotli = sent(address, "gzip, deflate"), sent(address, "gzip, br")
        assert sent(address, "identity") == (None, True, whole)
        assert (*zipped[:2], gzip.decompress(zipped[2])) == ("gzip", True, whole)
        assert (*brotli[:2], len(brotli[2]) <= len(zipped[2])) == ("br", True, True)


def test_what_keeps_its_name_is_not_kept_for_good():
    assert "immutable" not in Client().get("/static/built/manifest.json")["Cache-Control"]
