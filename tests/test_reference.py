"""The committed reference is what the source says; `make docs` writes it anew."""

import os
import subprocess
import sys

import pytest
from django.test import Client


def test_the_committed_reference_is_as_the_source_has_it(tmp_path):
    """As the command sees it: without the apps that only tests have."""
    surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "anlan.settings", "ANLAN_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "anlan.toolkit.reference", "--check"], env=surroundings,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"run `make docs`: {done.stdout}{done.stderr}"


@pytest.mark.django_db
def test_the_document_of_the_api_speaks_the_readers_language_whoever_asked_before():
    told = [Client().get("/api/v1/openapi.json", headers={"accept-language": language}).json() for language in ("zh-CN", "en", "zh-CN")]
    assert ["发送方" in t["info"]["description"] for t in told] == [True, False, True]
    assert told[0] == told[2] != told[1]
