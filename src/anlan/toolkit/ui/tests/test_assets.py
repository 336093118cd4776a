import json
import re
from pathlib import Path

import pytest
from django.apps import apps

from anlan.toolkit.ui import assets

ICONS = json.loads((Path(__file__).resolve().parents[5] / "web" / "icons.json").read_text(encoding="utf-8"))


@pytest.fixture
def build(tmp_path, monkeypatch):
    def write(manifest: dict) -> None:
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")

    return write


def test_an_entry_brings_its_styles_and_those_of_what_it_imports_once(build):
    build(
        {
            "main.ts": {"file": "main.1.js", "css": ["main.1.css"], "imports": ["shared.ts"]},
            "islands/map.ts": {"file": "map.2.js", "css": ["map.2.css"], "imports": ["shared.ts", "main.ts"]},
            "shared.ts": {"file": "shared.3.js", "css": ["main.1.css"]},
        }
    )
    assert assets.tags("islands/map.ts") == (
        '<link rel="stylesheet" href="/static/built/map.2.css"><link rel="stylesheet" href="/static/built/main.1.css">'
        '<link rel="modulepreload" href="/static/built/shared.3.js"><link rel="modulepreload" href="/static/built/main.1.js">'
        '<script type="module" src="/static/built/map.2.js"></script>'
    )


def test_without_a_build_pages_still_come_and_a_check_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "none.json")
    assert assets.tags("main.ts") == "<!-- the front end is not built: main.ts -->"
    assert [(warning.id, "npm run build" in warning.hint) for warning in assets.check_built(None)] == [
        ("toolkit_ui.W001", True)
    ]


def test_a_manifest_cut_short_leaves_a_page_without_styles_not_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
    assets.MANIFEST.write_text('{"main.ts": {"fi')
    assert assets.tags("main.ts") == "<!-- the front end is not built: main.ts -->"


def test_a_built_front_end_raises_no_warning(build):
    build({"main.ts": {"file": "main.1.js"}})
    assert assets.check_built(None) == []


def anlan_sources(pattern: str) -> list[Path]:
    package = Path(apps.get_app_config("toolkit_ui").path).parents[1]
    return [path for path in package.rglob(pattern) if "tests" not in path.parts]


def test_every_icon_that_a_template_asks_for_is_in_the_sprite():
    asked = {
        name
        for path in anlan_sources("*.html")
        for name in re.findall(r"""{% icon ["']([\w-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert asked - set(ICONS) == set()


def test_no_template_carries_a_script_or_style_that_the_content_policy_forbids():
    inline = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\b(src|type=\"application/json\"))")
    assert [str(path) for path in anlan_sources("*.html") if inline.search(path.read_text(encoding="utf-8"))] == []
