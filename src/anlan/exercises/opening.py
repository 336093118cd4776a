"""Making the exercise's space: tables anew in a schema of their own, and what is copied into them.

The only place where one transaction names both schemas. It reads the real one and writes the other.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import CharField

from anlan.kernel import bulk, spaces
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import FLOWS, When
from anlan.kernel.instance import instance_clock, local_day, real_time
from anlan.kernel.journal_format import marks_digest
from anlan.kernel.models import Attached, Entry, InstanceClock, LedgerLine, Mark, Pending, Versioned
from anlan.kernel.tables import make_tables
from anlan.kernel.wording import words
from anlan.kernel.write import ENTRY_COLUMNS, MARK_COLUMNS, digested
from anlan.resources.store_models import STOCK_LEDGER
from anlan.resources.team_models import RescueTeam, Standing
from anlan.toolkit.attachments.models import File
from anlan.toolkit.attachments.store import Store

from .models import Exercise

COPIED = {
    "kernel": ("Area", "AreaIn", "Party", "Calendar", "CalendarDay", "Parameter", "Revision"),
    "places": ("Boundary", "HolidayYear"),
    "people": ("Organisation", "Post", "Person", "Credential", "Appointment", "Licence", "Delegation", "Entrustment"),
    "patrols": ("Handbook", "Item"),
    "resources": ("RescueTeam", "TeamCertificate", "Equipment", "RescueStation", "ServiceStation", "Expert", "Good", "Store",
                  "Stock", "Lot", "Shelter", "Hydrant", "RoadNetwork", "RoadFile"),
    "duty": ("Roster", "DutyNumber"),
    "incidents": ("ContingencyPlan", "PlanStep", "PlanMember"),
    "exercises": ("Exercise",),
}
"""Areas, rules, people, forces, the duty's rosters and numbers, plans. Everything else begins empty."""
STANDING = """
SELECT kind, case_id, cell, area_id, party_id, level, facet, sum(delta) FROM {real}.kernel_mark
WHERE sort = 's' AND kind = ANY(%s) GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(delta) <> 0"""
BALANCES = """
SELECT item_id, sum(amount) FROM {real}.kernel_ledgerline WHERE ledger = %s AND sort = 'entry'
GROUP BY item_id HAVING sum(amount) <> 0"""

ATTACHED = "SELECT kind, case_id, sha256, role FROM {real}.kernel_attached WHERE kind = ANY(%s) ORDER BY id"

words("*", "carried_in", "{who}在演练开始时复制")


def copied_models() -> list[type[models.Model]]:
    return [apps.get_model(app, name) for app, names in COPIED.items() for name in names]


def prepare(exercise: Exercise) -> int:
    """Wipe what an earlier exercise left, copy, and let people in; once. Returns how many rows were copied."""
    with transaction.atomic():
        held = Exercise.objects.select_for_update().get(id=exercise.id)
        if held.state != "preparing":
            return held.rows
        _wipe_files()
        with in_schema_of_exercise() as real:
            rows = _furnish(held, real)
        advance(Ref("exercise", held.uid), "be_ready", actor=SYSTEM, at=instance_clock(), given={"rows": rows})
    return rows


def give_up() -> None:
    """A new version could not take the exercise's tables over: it is over, and what was in it is gone."""
    held = Exercise.objects.order_by("-id").first()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(spaces.schema())} CASCADE")
        if held is not None and not held.outgrown:
            advance(Ref("exercise", held.uid), "outgrow", actor=SYSTEM, at=instance_clock())


@contextmanager
def in_schema_of_exercise() -> Iterator[str]:
    """A new schema, in which names without one are looked up; gives the quoted name of the real one."""
    schema, quote = spaces.schema(), connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_setting('search_path')")
        real, path = cursor.fetchone()
        cursor.execute(f"DROP SCHEMA IF EXISTS {quote(schema)} CASCADE")
        cursor.execute(f"CREATE SCHEMA {quote(schema)}")
        cursor.execute("SELECT set_config('search_path', %s, true)", [schema])
        yield quote(real)
        cursor.execute("SELECT set_config('search_path', %s, true)", [path])


def _furnish(exercise: Exercise, real: str) -> int:
    made = [0]

    def fill() -> None:
        made[0] = sum(_copy(model, real, "WHERE id = %s" if model is Exercise else "", exercise.id) for model in copied_models())
        _stand_by()
        _carry_in(real, exercise.begins_at)

    make_tables(fill)
    _after(copied_models())
    _start_clock(exercise)
    return made[0]


def _copy(model: type[models.Model], real: str, where: str, key: Any) -> int:
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(f.column) for f in model._meta.concrete_fields if not f.generated)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {real}.{table} {where}", [key] if where else [])
        return cursor.rowcount


def _stand_by() -> None:
    """Where a team is really under way or at rest, it stands by here: the call that sent it is not copied."""
    RescueTeam.objects.exclude(standing__in=(Standing.READY, Standing.OFF)).update(standing=Standing.READY)
    RescueTeam.objects.update(out_since=None, back_at=None, rest_until=None, spell_minutes=0)


def _carry_in(real: str, at: datetime) -> None:
    """Each case begins its journal here with one entry, under which stands what stands of it; a lot with its balance."""
    kinds = {f.model: f.kind for f in FLOWS.values()}
    ours = [m for m in copied_models() if issubclass(m, Versioned)]
    standing = _standing(real, [kinds[m] for m in ours], at)
    files = _attached(real, [kinds[m] for m in ours])
    recorded_at, numbers = real_time(), iter(range(1, 10**9))
    entries: list[Any] = []
    marks: list[Any] = []
    for model in ours:
        model._default_manager.update(version=1, marked_at=at, alarm="")
        for case_id, state in model._default_manager.order_by("id").values_list("id", "state"):
            held, named = standing[kinds[model], case_id], files.get((kinds[model], case_id))
            told = {"to": state, **({"attach": named} if named else {}), **({"marks": marks_digest(held)} if held else {})}
            entry = digested(next(numbers), kinds[model], case_id, 1, "carried_in", SYSTEM, None, When(at, at), recorded_at, told)
            entries.append(entry)
            marks += [(entry[0], kinds[model], case_id, *m) for m in held]
    bulk.copy(Entry, ENTRY_COLUMNS, entries)
    bulk.copy(Pending, ("entry_id",), ((e[0],) for e in entries))
    bulk.copy(Mark, MARK_COLUMNS, marks)
    begun = {(e[1], e[2]): e[0] for e in entries}
    bulk.copy(Attached, ("entry_id", "kind", "case_id", "role", "sha256"), (
        (begun[of], *of, role, sha) for of, named in files.items() if of in begun for sha, role in named))
    _carry_files(real, sorted({sha for named in files.values() for sha, _role in named}))
    lots = {case_id: entry_id for entry_id, kind, case_id, *_rest in entries if kind == kinds[apps.get_model("resources", "Lot")]}
    bulk.copy(LedgerLine, ("ledger", "item_id", "amount", "sort", "at", "entry_id"), (
        (STOCK_LEDGER, lot, amount, "entry", at, lots[lot]) for lot, amount in _asked(BALANCES, real, STOCK_LEDGER) if lot in lots))


def _standing(real: str, kinds: Sequence[str], at: datetime) -> dict[tuple[str, int], list[tuple[Any, ...]]]:
    found: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
    for kind, case_id, *place, delta in _asked(STANDING, real, list(kinds)):
        cell, area, party, level, facet = place
        found[kind, case_id].append(("s", cell, area, party, level, facet, local_day(at), at, delta))
    return found


def _attached(real: str, kinds: Sequence[str]) -> dict[tuple[str, int], list[list[str]]]:
    """What is attached to the cases that come along: a plan's text, the scan of an entrustment."""
    found: dict[tuple[str, int], list[list[str]]] = defaultdict(list)
    for kind, case_id, sha, role in _asked(ATTACHED, real, list(kinds)):
        found[kind, case_id].append([sha, role])
    return found


def _carry_files(real: str, hashes: Sequence[str]) -> None:
    """Their rows and their bytes; nothing that was sent for another reason."""
    _copy(File, real, "WHERE sha256 = ANY(%s)", hashes)
    folder = Path(settings.MEDIA_ROOT)
    ours, theirs = Store(folder), Store(folder.with_name(f"{folder.name}-{spaces.EXERCISE.name}"))
    for kept in File.objects.order_by("id").values_list("kept_sha256", "preview_sha256"):
        for digest in filter(None, kept):
            if digest in ours:
                theirs.put(ours.get(digest))


def _asked(sql: str, real: str, *given: Any) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(real=real), given)
        return cursor.fetchall()


def _after(copied: Sequence[type[models.Model]]) -> None:
    """New rows get ids after those that were copied."""
    with connection.cursor() as cursor:
        for model in (*copied, Entry, Mark, LedgerLine, Attached, File):
            if not isinstance(model._meta.pk, CharField) and model._meta.pk.column == "id":
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table} HAVING max(id) IS NOT NULL",
                               [table])


def _start_clock(exercise: Exercise) -> None:
    """It stands at the beginning until the worker, or a script, lets it run."""
    InstanceClock.objects.create(id=1, floor_at=exercise.begins_at, stands_at=exercise.begins_at, speed=exercise.speed)


def _wipe_files() -> None:
    folder = Path(settings.MEDIA_ROOT)
    shutil.rmtree(folder.with_name(f"{folder.name}-{spaces.EXERCISE.name}"), ignore_errors=True)
    Path(settings.ANLAN_HOME, "anchors-exercise.jsonl").unlink(missing_ok=True)


