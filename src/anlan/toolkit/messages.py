"""The English of what is written in Chinese in the source: ``python -m anlan.toolkit.messages extract|compile|check``.

extract   finds every wrapped sentence and brings locale/en up to date; what is new waits for its translation
compile   makes the files that Django reads
check     names each sentence that has no English, is marked as doubtful, or lost a placeholder; exit 1 if any
"""

from __future__ import annotations

import ast
import io
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
LOCALES = PACKAGE / "locale"
DOMAIN = "django"
LANGUAGE = "en"
BEGUN = datetime(2021, 6, 25, tzinfo=UTC)
HEADER = "# 安澜 Anlan, in English. Made by python -m anlan.toolkit.messages extract; translations are written by hand."
KEYWORDS: dict[str, Any] = {
    "_": None, "_now": None, "_late": None, "lazy": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}
REGISTERING = ("indicator", "told")
_LEFT_OUT = {"tests", "migrations", "locale", "static", "node_modules", "__pycache__"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")


class Wrapped(NamedTuple):
    """A sentence as the source has it. plural and context are empty where it has none."""

    text: str
    plural: str
    context: str
    path: str

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.text, self.plural) if self.plural else self.text


def sources(root: Path = PACKAGE) -> Iterator[Path]:
    """Python files and templates below root, tests left out, in a fixed order."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        if path.suffix in (".py", ".html", ".txt") and _LEFT_OUT.isdisjoint(inside[:-1]):
            if path.suffix == ".py" or "templates" in inside:
                yield path


def wrapped_in(path: Path, root: Path = PACKAGE) -> Iterator[Wrapped]:
    """Every wrapped sentence of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    where = path.relative_to(root).as_posix()
    for _line, function, said, _comments in extract_python(io.BytesIO(text.encode()), list(KEYWORDS), [], {}):
        if found := _wrapped(function, said, where):
            yield found
    if path.name.endswith("indicators.py"):
        yield from (Wrapped(told, "", "", where) for told in definitions(text))


def definitions(source: str) -> Iterator[str]:
    """What each figure counts: the docstring of a function that is registered under an id."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(_registers(d) for d in node.decorator_list):
            yield " ".join((ast.get_docstring(node) or "").split())


def _registers(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id in REGISTERING


def _wrapped(function: str, said: Any, where: str) -> Wrapped | None:
    """The sentence in the arguments of a call; None where the first one is no text of its own."""
    arguments = list(said) if isinstance(said, tuple | list) else [said]
    spec = KEYWORDS[function] or (1,)
    context, texts = "", []
    for place in spec:
        at = place[0] if isinstance(place, tuple) else place
        value = arguments[at - 1] if len(arguments) >= at else None
        if not isinstance(value, str) or not value:
            return None
        if isinstance(place, tuple):
            context = value
        else:
            texts.append(value)
    return Wrapped(texts[0], texts[1] if len(texts) > 1 else "", context, where)


def template(root: Path = PACKAGE) -> Catalog:
    """All that is wrapped below root, without translations."""
    made = Catalog(project="Anlan", version="1", charset="utf-8", creation_date=BEGUN)
    for path in sources(root):
        for found in wrapped_in(path, root):
            made.add(found.id, locations=[(found.path, 0)], context=found.context or None)
    return made


def catalogue(locales: Path = LOCALES, language: str = LANGUAGE) -> Catalog:
    """The translations as they stand; empty where none were begun."""
    path = _file(locales, language)
    if not path.exists():
        return Catalog(locale=language, creation_date=BEGUN)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _file(locales: Path, language: str) -> Path:
    return locales / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def extract(root: Path = PACKAGE, locales: Path = LOCALES, language: str = LANGUAGE) -> int:
    """Brings the translations up to date with the source. Returns how many still wait for theirs."""
    held = catalogue(locales, language)
    held.update(template(root), no_fuzzy_matching=True)
    held.header_comment, held.project, held.version = HEADER, "Anlan", "1"
    held.creation_date = held.revision_date = BEGUN
    held.last_translator, held.language_team, held.msgid_bugs_address = "Anlan", "Anlan", ""
    path = _file(locales, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, held, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return sum(1 for message in held if message.id and not _translated(message))


def compile_all(locales: Path = LOCALES) -> list[Path]:
    """Makes the .mo file of each language. Returns them."""
    made = []
    for path in sorted(locales.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        with path.open("rb") as file:
            held = read_po(file, locale=path.parents[1].name)
        target = path.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, held)
        made.append(target)
    return made


def check(root: Path = PACKAGE, locales: Path = LOCALES, language: str = LANGUAGE) -> list[str]:
    """What keeps the translation from being complete, one line each; empty when it is."""
    held = catalogue(locales, language)
    faults = []
    for wanted in template(root):
        if wanted.id:
            fault = _fault(wanted, held.get(_first(wanted), wanted.context))
            faults += [f"{wanted.locations[0][0]}: {_first(wanted)!r} {fault}"] if fault else []
    return faults


def _fault(wanted: Message, held: Message | None) -> str:
    if held is None:
        return "is not in the catalogue (run extract)"
    if held.fuzzy:
        return "is marked as doubtful"
    if not _translated(held):
        return "has no translation"
    texts = held.string if isinstance(held.string, list | tuple) else [held.string]
    expected = set(_PLACEHOLDER.findall(" ".join(_all(wanted))))
    for text in texts:
        if not set(_PLACEHOLDER.findall(text)) <= expected:
            return "has a placeholder that the source does not"
    if set(_PLACEHOLDER.findall(" ".join(texts))) != expected:
        return "lost a placeholder"
    return ""


def _translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(texts) and all(texts)


def _all(message: Message) -> Sequence[str]:
    return message.id if isinstance(message.id, list | tuple) else [message.id]


def _first(message: Message) -> str:
    return _all(message)[0]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser("python -m anlan.toolkit.messages", description=__doc__)
    parser.add_argument("step", choices=("extract", "compile", "check"))
    step = parser.parse_args(arguments).step
    if step == "extract":
        print(f"{_file(LOCALES, LANGUAGE)}: {extract()} 条待译 / waiting for a translation")
    elif step == "compile":
        print(f"{len(compile_all())} 份译文已编译 / compiled")
    else:
        faults = check()
        print("\n".join([*faults[:200], f"{len(faults)} 处译文不全 / incomplete"]))
        return int(bool(faults))
    return 0


if __name__ == "__main__":
    sys.exit(main())
