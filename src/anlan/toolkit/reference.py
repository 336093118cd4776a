"""The reference, written from the running tables: ``python -m anlan.toolkit.reference [--check]`` → docs/reference/*.md.

Flows, registers, indicators, parameters, papers, settings, API and command line. With --check it writes nothing and
ends with 1 if what is committed differs.
"""

from __future__ import annotations

import argparse
import ast
import csv
import importlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import django
from django.utils import translation

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "reference"
SOURCE = ROOT / "src" / "anlan"
NOTE = "<!-- Written by `make docs` from the source; change the source, not this file. -->"
SETTINGS = {
    "ANLAN_DATABASE_POOL": "connections kept per process; `off` for none kept",
    "ANLAN_DATABASE_URL": "another PostgreSQL (15 or later) instead of the embedded one",
    "ANLAN_DEBUG": "`1` shows tracebacks in the browser; for development only",
    "ANLAN_DEMO_PASSWORD": "password of the demo's log-ins; made and printed when absent",
    "ANLAN_FONT_DIR": "a folder of fonts to set papers in, before those of the system",
    "ANLAN_HOME": "where everything of this instance is kept",
    "ANLAN_HOST": "address that the web server listens on",
    "ANLAN_ADDRESS": "address under which people reach Anlan, for the links in messages; e.g. https://anlan.example.gov.cn",
    "ANLAN_SENDER": "`null`: messages to the outside are prepared and shown, and not sent; always so in a demonstration",
    "ANLAN_HOSTS": "host names under which the pages may be asked for, with commas",
    "ANLAN_MAP_CREDIT": "what the map says of the tiles of ANLAN_MAP_TILES: whose they are, and their 审图号",
    "ANLAN_MAP_DATUM": "datum of those tiles: `wgs84`, `cgcs2000`, `gcj02` or `bd09`; the last two are shifted to fit",
    "ANLAN_MAP_TILES": "address of picture tiles under the map (XYZ or WMTS with {z}, {x}, {y}); none by default",
    "ANLAN_ORIGINS": "origins from which forms may be posted, with commas",
    "ANLAN_PORT": "port that the web server listens on",
    "ANLAN_TEST_DATABASE": "name of the database that tests use",
    "ANLAN_TEST_TEMPLATE": "database that the tests' own is copied from; none by default",
    "ANLAN_TEST_HOME": "home of the server that tests use",
    "ANLAN_PROXIES": "addresses or networks of the proxies before the server (with `ANLAN_TLS=1`: this machine itself): the address of who "
                     "asks is then the one they tell; rates and locks are counted by it",
    "ANLAN_TLS": "`1` behind a proxy with TLS: cookies are then sent over TLS only",
    "ANLAN_WEB_PROCESSES": "number of web processes",
    "ANLAN_WEB_THREADS": "threads of each web process",
    "ANLAN_ZONE": "time zone of the district",
}


def pages() -> dict[str, str]:
    """File name → text of every page of the reference. Needs Django's apps, no database."""
    written = {"flows.md": flows(), "registers.md": registers(), "indicators.md": indicators(),
               "parameters.md": parameters(), "papers.md": papers(), "settings.md": settings_page(), "api.md": api_page(),
               "commands.md": commands()}
    return {"README.md": index(written)} | written


def index(written: Mapping[str, str]) -> str:
    titles = {name: text.splitlines()[0].lstrip("# ") for name, text in written.items()}
    return _page("Reference", [f"- [{title}]({name})" for name, title in titles.items()])


def flows() -> str:
    """Each workflow: a diagram, its moves, its clocks, its inputs."""
    from anlan.kernel.flows import FLOWS  # noqa: PLC0415  needs Django's apps

    lines: list[str] = []
    for flow in sorted((f for f in FLOWS.values() if _is_ours(f.model.__module__)), key=lambda f: f.kind):
        lines += _flow(flow)
    return _page("Workflows", lines)


def _flow(flow: Any) -> list[str]:
    from anlan.kernel.draw import mermaid, table  # noqa: PLC0415  needs Django's apps

    lines = [f"## {both(flow.label)} `{flow.kind}`", ""]
    if len(flow.states.values) > 1:
        lines += ["```mermaid", mermaid(flow), "```", ""]
    lines += rows(("move", "操作", "from", "to", "who", "clock"), ((f"`{r[0]}`", *r[1:]) for r in table(flow)))
    clocks = [(f"`{m.name}`", f"`{k.name}`", _limit(k.limit), "、".join(f"`{f}`" for f in k.fires) or "—", f"{k.remind:g}")
              for m in flow.moves for k in m.clock]
    if clocks:
        lines += ["", *rows(("starts with", "clock", "limit", "fires", "reminds at"), clocks),
                  "", f"Last resort: `{flow.last_resort}`."]
    inputs = [(f"`{m.name}`", f"`{name}`", both(f.label or name), "yes" if f.required else "")
              for m in flow.moves if m.form for name, f in m.form.base_fields.items()]
    if inputs:
        lines += ["", *rows(("move", "input", "meaning", "required"), inputs)]
    return [*lines, ""]


def _limit(limit: Any) -> str:
    if isinstance(limit, str):
        return f"`{limit}`"
    if callable(limit) and not hasattr(limit, "unit"):
        return f"by `{getattr(limit, '__name__', 'rule')}`"
    return f"{limit.value} {limit.unit}"


def registers() -> str:
    """Each register with its columns."""
    from anlan.toolkit.registers import REGISTERS  # noqa: PLC0415  needs Django's apps

    lines: list[str] = []
    for register in sorted((r for r in REGISTERS.values() if _is_ours(r.model.__module__)), key=lambda r: r.slug):
        lines += [f"## {both(register.label)} `{register.slug}`", "",
                  *rows(("column", "meaning", "shown", "search", "filter", "sort", "edited", "private"),
                        map(_column, register.columns)), ""]
    return _page("Registers", lines)


def _column(column: Any) -> tuple[str, ...]:
    col = column.col
    yes = ["yes" if told else "" for told in (col.show, col.search, col.sort, column.editable)]
    private = f"`{col.private}`" if col.private else ""
    return f"`{column.name}`", both(column.label), yes[0], yes[1], col.filter, yes[2], yes[3], private


def indicators() -> str:
    """Each number that exists, with its definition, the day a row counts on, what it can be narrowed by, and who vouches for it."""
    from anlan.toolkit.indicators import INDICATORS  # noqa: PLC0415  needs Django's apps

    ours = sorted((i for i in INDICATORS.values() if _is_ours(i.ask.__module__)), key=lambda i: i.id)
    told = ((f"`{i.id}`", str(i.name), i.name_en, i.unit, i.owner, *_definitions(i), both(i.belongs), ", ".join(i.dims)) for i in ours)
    head = ("id", "指标", "in English", "unit", "owner", "definition", "definition in English", "counts on", "dimensions")
    return _page("Indicators", rows(head, told))


def _definitions(of: Any) -> Iterator[str]:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield of.definition


def parameters() -> str:
    """The dated rules that a new instance starts with, from each app's data/parameters.csv."""
    lines = ["Values marked 暂定 are not certain; each instance may decide otherwise from a date on.", ""]
    told = ((f"`{r['key']}`", r["label"], f"`{r['value']}`", r["valid_from"],
             "" if r["confidence"] == "sure" else "暂定", r["source"]) for r in _parameter_rows())
    return _page("Parameters", [*lines, *rows(("key", "规则", "value", "from", "", "source"), told)])


def _parameter_rows() -> list[dict[str, str]]:
    from django.apps import apps  # noqa: PLC0415  needs settings

    found: list[dict[str, str]] = []
    for config in apps.get_app_configs():
        path = files(config.name) / "data" / "parameters.csv" if _is_ours(config.name) else None
        if path is not None and path.is_file():
            found += csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return sorted(found, key=lambda r: (r["key"], r["valid_from"]))


def papers() -> str:
    """Each kind of paper that some app sets."""
    from anlan.toolkit.papers.templates import TEMPLATES  # noqa: PLC0415  needs Django's apps

    told = ((f"`{t.kind}`", both(t.label), _first_sentence(t.set)) for t in sorted(TEMPLATES.values(), key=lambda t: t.kind)
            if _is_ours(t.set.__module__))
    return _page("Papers", rows(("kind", "文书", "what it is"), told))


def _first_sentence(function: Any) -> str:
    return (function.__doc__ or "").strip().split("\n")[0]


def settings_page() -> str:
    """Each environment variable that the source reads, with its default."""
    told = [(f"`{name}`", f"`{default}`" if default else "—", SETTINGS.get(name, "")) for name, default in read_settings()]
    return _page("Settings", ["All settings come from the environment.", "", *rows(("variable", "default", "meaning"), told)])


def read_settings(root: Path = SOURCE) -> list[tuple[str, str]]:
    """(name, literal default or "") of every ANLAN_ variable read below root, tests left out."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        if "tests" not in path.relative_to(root).parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for name, default in _variable(node):
                    found[name] = found.get(name) or default
    return sorted(found.items())


def _variable(node: ast.AST) -> Iterator[tuple[str, str]]:
    """os.environ.get("ANLAN_X", default) or os.environ["ANLAN_X"], read."""
    if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in ("os.environ.get", "os.getenv"):
        default = node.args[1] if len(node.args) > 1 else None
        yield from _named(node.args[0], default)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and ast.unparse(node.value) == "os.environ":
        yield from _named(node.slice, None)


def _named(key: ast.AST, default: ast.AST | None) -> Iterator[tuple[str, str]]:
    if isinstance(key, ast.Constant) and str(key.value).startswith("ANLAN_"):
        yield str(key.value), str(default.value) if isinstance(default, ast.Constant) else ""


def api_page() -> str:
    """Each operation of the API, from its OpenAPI document."""
    from anlan.toolkit.api import api  # noqa: PLC0415  needs Django's apps
    from anlan.toolkit.intake import urls  # noqa: F401, PLC0415  what the toolkit itself exposes

    document = api.get_openapi_schema(path_prefix="/api/v1/")
    lines = ["Authorization: `Bearer <token>`. What is written carries an id made by its sender (UUIDv7); a second sending",
             "gets the first receipt. Errors are `{\"error\": {\"sentences\": […], \"fields\": {…}}}`.",
             "The machine-readable document is at `/api/v1/openapi.json`.", ""]
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            lines += _operation(method, path, operation)
    return _page("API", lines)


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> list[str]:
    scope = f"{operation['tags'][0]}:{'read' if method == 'get' else 'write'}"
    lines = [f"## {method.upper()} `{path}`", "", f"{both(operation['summary'])}. Scope `{scope}`.", ""]
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if schema.get("properties"):
        required = set(schema.get("required", ()))
        lines += rows(("member", "meaning", "type", "required"),
                      ((f"`{name}`", both(p.get("title", "")), _type(p), "yes" if name in required else "")
                       for name, p in schema["properties"].items()))
        lines.append("")
    return lines


def _type(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "any")
    words = " or ".join(k for k in (kinds if isinstance(kinds, list) else [kinds]) if k != "null")
    if "enum" in schema:
        return words + ": " + ", ".join(f"`{v}`" for v in schema["enum"] if v is not None)
    return f"{words} ({schema['format']})" if "format" in schema else words


def commands() -> str:
    """Each verb of the command line with its options, from the parser itself."""
    parser = importlib.import_module("anlan.cli").parser()
    verbs = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    helped = {choice.dest: choice.help for choice in verbs._choices_actions}
    lines: list[str] = []
    for name, verb in verbs.choices.items():
        lines += [f"## `anlan {name}`", "", helped.get(name) or "", ""]
        options = [("`" + ", ".join(a.option_strings or [a.dest]) + "`", a.help or "") for a in verb._actions
                   if not isinstance(a, argparse._HelpAction)]
        if options:
            lines += [*rows(("option", "meaning"), options), ""]
    return _page("Command line", lines)


def _is_ours(module: str) -> bool:
    """Of the product, not of its tests."""
    return module.startswith("anlan.") and ".tests" not in module


def both(label: Any) -> str:
    """A label in Chinese and, where it has one, in English."""
    with translation.override("zh-hans"):
        chinese = str(label)
    with translation.override("en"):
        english = str(label)
    return chinese if english == chinese else f"{chinese} ({english})"


def rows(head: Sequence[str], told: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; nothing where there is no row."""
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in told]
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *lines] if lines else []


def _cell(text: Any) -> str:
    return str(text).replace("\n", " ").replace("|", "\\|")


def _page(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", NOTE, "", *lines]).rstrip() + "\n"


def differing(folder: Path = FOLDER) -> list[str]:
    """Names of pages that are not as committed, missing or left over."""
    wanted = pages()
    held = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | held.keys() if wanted.get(name) != held.get(name))


def write(folder: Path = FOLDER) -> int:
    """Writes every page and removes what is no longer one. Returns how many pages there are."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(wanted)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m anlan.toolkit.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page differs")
    given = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.settings")
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("ANLAN_HOME", home)
        django.setup()
        if given.check:
            stale = differing()
            print("\n".join(stale) or "与源码一致 / as the source has it")
            return int(bool(stale))
        print(f"{FOLDER}: {write()} 页 / pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
