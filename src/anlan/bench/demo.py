"""The demonstration's district as the ground of a scenario: as it is built, and with everything in it ten times over.

Tenfold: each unit, round, visit, matter, hazard, proposal, listing, call and attendance with its clocks and stakes stands
nine more times in the same grid, under ids moved on and uids derived from the first's. The journal and its marks stand once.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import models

from anlan.commands.tables import bring_up
from anlan.kernel.models import Clock, Stake
from anlan.kernel.unburden import put_back, take_off
from anlan.people.models import Person
from anlan.people.standing import actor_for

from . import fill
from .ground import Ground, run

ONCE, TENFOLD = "bench_demo_once", "bench_demo_tenfold"
MANIFOLD = 10
SMALLEST = 0.02
OFFICER = "street"


@contextmanager
def districts(ground: Ground, scale: float) -> Iterator[Ground]:
    """Both databases, and the ground as the cast's street officer sees it; they are gone afterwards."""
    from anlan.demo.crew import COUNTED, TOLD  # noqa: PLC0415  the demonstration is asked for here alone
    from anlan.demo.lanes import set_sequences  # noqa: PLC0415
    from anlan.demo.today import OPENS_AT  # noqa: PLC0415

    password = secrets.token_urlsafe(12)
    try:
        _build(ground, scale, password)
        officer = actor_for(Person.objects.get(login_name=OFFICER), None, OPENS_AT)
        ground.use("postgres")
        run(f'DROP DATABASE IF EXISTS "{TENFOLD}"', f'CREATE DATABASE "{TENFOLD}" TEMPLATE "{ONCE}"')
        ground.use(TENFOLD)
        multiply(TOLD, MANIFOLD - 1)
        set_sequences(COUNTED)
        for name in (ONCE, TENFOLD):
            ground.use(name)
            fill.settle(*TOLD, Clock, Stake)
        yield replace(ground, at=OPENS_AT, actors={OFFICER: officer}, login=(OFFICER, password))
    finally:
        ground.drop(ONCE, TENFOLD)


def _build(ground: Ground, scale: float, password: str) -> None:
    from anlan.demo.build import build  # noqa: PLC0415

    ground.use("postgres")
    run(f'DROP DATABASE IF EXISTS "{ONCE}"', f'CREATE DATABASE "{ONCE}"')
    ground.use(ONCE)
    bring_up()
    os.environ["ANLAN_DEMO_PASSWORD"] = password
    build(lambda _sentence, _share: None, None, 1.0 if scale == 1 else max(SMALLEST, scale), os.cpu_count() or 1)
    ground.use(ONCE)


def multiply(cases: tuple[type[models.Model], ...], times: int) -> None:
    """So many more of every case, with its clocks and stakes."""
    tables: tuple[type[models.Model], ...] = (*cases, Clock, Stake)
    shifts = {model: _last(model) + 1 for model in tables}
    kinds = {_kind(model): shifts[model] for model in cases}
    run("SET CONSTRAINTS ALL IMMEDIATE")  # what waits to be checked would hold the tables
    burden = take_off(tables)
    for model in tables:
        columns = {f.column: _expression(model, f, shifts, kinds) for f in model._meta.concrete_fields}
        only = f"WHERE t.kind IN ({', '.join(map(_quoted, kinds))})" if model in (Clock, Stake) else ""
        names = ", ".join(f'"{name}"' for name in columns)
        run(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(columns.values())}'
            f' FROM "{model._meta.db_table}" t, generate_series(1, {times}) AS k {only}')
    for part in burden:
        put_back(statement for statements in part.values() for statement in statements)


def _last(model: type[models.Model]) -> int:
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0)


def _kind(model: type[models.Model]) -> str:
    from anlan.kernel.flows import FLOWS  # noqa: PLC0415

    return next(kind for kind, flow in FLOWS.items() if flow.model is model)


def copied() -> frozenset[str]:
    """The kinds of which there are ten times as many."""
    from anlan.demo.crew import TOLD  # noqa: PLC0415

    return frozenset(map(_kind, TOLD))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _expression(model: type[models.Model], field: Any, shifts: dict[type[models.Model], int], kinds: dict[str, int]) -> str:
    """What the k-th copy of a row `t` holds in a column."""
    column, target = f't."{field.column}"', model if field.primary_key else field.related_model
    if target in shifts:
        return f"{column} + k * {shifts[target]}"
    if field.name == "case_id" and model in (Clock, Stake):
        return "t.case_id + k * CASE t.kind " + " ".join(f"WHEN {_quoted(k)} THEN {n}" for k, n in kinds.items()) + " END"
    if isinstance(field, models.UUIDField):
        return f"md5({column}::text || k)::uuid"
    if field.name == "hanging":
        return HANGING
    if field.name in _alone(model, shifts):
        return f"CASE WHEN {column} = '' THEN '' ELSE left({column}, {field.max_length - 2}) || '~' || k END"
    return column


HANGING = """ARRAY(SELECT split_part(h, ':', 1) || ':' || md5(split_part(h, ':', 2) || k)::uuid
 FROM unnest(t.hanging) WITH ORDINALITY AS held(h, n) ORDER BY n)"""
"""Cases that are named "kind:uid"."""


def _alone(model: type[models.Model], shifts: dict[type[models.Model], int]) -> set[str]:
    """Texts that alone tell one row from another: codes, numbers of papers, the name of a round."""
    fields = {f.name: f for f in model._meta.concrete_fields}
    sets = [[f.name] for f in fields.values() if f.unique] + [
        list(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    moved = {name for name, f in fields.items() if f.primary_key or f.related_model in shifts or isinstance(f, models.UUIDField)}
    texts = [[n for n in names if isinstance(fields[n], models.CharField) and not fields[n].choices]
             for names in sets if not moved.union({"case_id"}).intersection(names)]
    return {found[-1] for found in texts if found}
