"""Down the arrow you call, up the arrow you listen: the imports of the source say so (architecture, import law)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import anlan

SOURCE = Path(anlan.__file__).parent
LAW = ("kernel", "toolkit", "places", "people", "outgoing", "premises", "matters", "hazards", "patrols", "calls", "resources", "duty",
       "incidents", "accidents", "warnings", "flood", "epidemic", "enforcement", "supervision", "outreach", "projects", "returns",
       "exercises")
PAGES = ("indicators", "reports", "layouts", "onemap", "desk", "portal", "field", "setup")
ABOVE_ALL = ("demo", "bench", "commands", "cli", "worker", "urls", "settings", "settings_test", "wsgi", "rsgi", "proxies",
             "supervise", "stream")
RANK = {name: n for n, name in enumerate(LAW)} | dict.fromkeys(PAGES, len(LAW)) | dict.fromkeys(ABOVE_ALL, len(LAW) + 1)
BRIDGES = {("toolkit", "anlan.settings")}  # the generated reference describes the whole house


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Names of our own modules that a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name.startswith("anlan."))
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "anlan":
            names = [f"anlan.{alias.name}" for alias in node.names] if node.module == "anlan" else [node.module]
            yield from ((name, node.lineno) for name in names)


def breaches(root: Path = SOURCE) -> list[str]:
    found = []
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        room = inside.parts[0].removesuffix(".py")
        if "tests" in inside.parts or inside.name == "testing.py" or "migrations" in inside.parts or room == "__init__":
            continue
        for name, line in imports(path):
            to = name.split(".")[1]
            if to in RANK and RANK[to] > RANK[room] and (room, name) not in BRIDGES:
                found.append(f"{inside}:{line} imports {name}")
    return found


def test_no_room_imports_one_above_it():
    assert breaches() == []


def test_every_room_has_its_place():
    rooms = {p.name.removesuffix(".py") for p in SOURCE.iterdir() if p.is_dir() or p.suffix == ".py"}
    assert rooms - set(RANK) - {"__init__", "__pycache__", "locale", "static"} == set()


def test_an_import_upwards_would_be_noticed(tmp_path):
    (tmp_path / "matters").mkdir()
    (tmp_path / "matters" / "flow.py").write_text("from anlan.hazards.models import Hazard\nimport anlan.kernel.marks\n")
    assert breaches(tmp_path) == ["matters/flow.py:1 imports anlan.hazards.models"]
