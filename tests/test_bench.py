"""Benchmarks at a twentieth of their size, on one ground: the answers are right, whatever the figures are on this machine."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def told() -> dict:
    return bench("stream", "dispatch", "--scale", "0.05")


def bench(*arguments: str) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANLAN_", "DJANGO_"))}
    done = subprocess.run([sys.executable, "-m", "anlan.cli", "bench", *arguments, "--json"], env=kept, stdout=subprocess.PIPE,
                          timeout=300, check=False)
    found = json.loads(done.stdout)["scenarios"]
    assert done.returncode == any(one["faults"] for one in found.values())
    return found


def test_every_deed_reaches_every_open_screen_once_and_later_than_a_bare_notification(told):
    told = told["stream"]
    assert (told["faults"], told["sizes"]["screens"]) == ([], 20)
    figures = {f["name"]: f["value"] for f in told["figures"]}
    assert list(figures) == ["p50", "p99", "against_plain"]
    assert 0 < figures["p50"] <= figures["p99"] < 60_000
    assert figures["against_plain"] > 1


def test_the_matcher_finds_the_best_plan_as_brute_force_and_the_plain_program_do(told):
    told = told["dispatch"]
    assert (told["faults"], told["sizes"]) == ([], {"teams": 50, "demands": 4, "rounds": 2})
    figures = {f["name"]: f["value"] for f in told["figures"]}
    assert list(figures) == ["best_plan", "against_highs", "nearest_first", "scarce", "scarce_open"]
    assert figures["best_plan"] > 0 and figures["nearest_first"] >= 0
