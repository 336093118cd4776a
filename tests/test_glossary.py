"""Code uses only the glossary's words."""

import re
from pathlib import Path

from django.apps import apps

from anlan.kernel.flows import FLOWS
from anlan.toolkit.indicators import INDICATORS

ROOT = Path(__file__).resolve().parent.parent
WORDS = set(re.findall(r"`([^`]+)`", (ROOT / "docs/glossary.md").read_text(encoding="utf-8")))
FIGURE_APPS = ("accidents", "enforcement", "epidemic", "flood", "hazards", "incidents", "matters", "outreach", "patrols",
               "places", "premises", "projects", "resources", "supervision", "warnings")


def own(module):
    return module.startswith("anlan.") and ".tests." not in module


def test_every_kind_state_and_move_is_in_the_glossary():
    flows = [f for f in FLOWS.values() if own(f.model.__module__)]
    used = {w for f in flows for w in (f.kind, *f.states.values, *(m.name for m in f.moves))}
    assert sorted(used - WORDS) == []


def test_every_indicator_and_table_is_in_the_glossary():
    tables = {m._meta.label for m in apps.get_models() if own(m.__module__)}
    assert sorted((set(INDICATORS) | tables) - WORDS) == []


def test_each_app_of_the_sources_figures_has_its_name_here():
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert [a for a in FIGURE_APPS if f"| {a} | `{a}` |" not in text] == []


def test_a_word_that_nobody_listed_would_be_noticed():
    assert "a_word_nobody_listed" not in WORDS
