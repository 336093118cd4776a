"""Rows by the hundred thousand, written straight into the tables: deterministic, in the shape that deeds leave.

Only for measuring: nothing here passes the door, and the journal so made would not verify.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from anlan.calls.models import Call
from anlan.hazards.models import Hazard
from anlan.kernel.instance import zone
from anlan.kernel.models import Clock, Entry, Mark, Seal, Stake
from anlan.matters.models import Matter

from .ground import Ground

# Each case i has its own chance in [0, 1), its grid (hot ones first), and the instants at which it moves on.
CASES = """
WITH span AS (SELECT timestamptz '2019-01-01 08:00+08' AS first, %(at)s::timestamptz AS now),
drawn AS (
  SELECT i, ((i * 2654435761) %% 4294967296) / 4294967296.0 AS chance,
         span.first + (i - 1) * ((span.now - span.first) / %(count)s) AS opened, span.now
  FROM generate_series(1::bigint, %(count)s::bigint) AS i, span),
placed AS (
  SELECT *, 1 + floor(cardinality(%(grids)s::bigint[]) * power(chance, 1.5))::int AS g,
         opened + (1 + floor(chance * 20)) * interval '1 day' AS checked FROM drawn),
moved AS (
  SELECT *, checked + interval '1 day' AS planned, checked + interval '2 days' AS closed,
         i %% %(stuck)s = 0 AS is_stuck FROM placed),
cases AS (
  SELECT i, chance, opened, now, checked, planned, closed, is_stuck,
         (%(grids)s::bigint[])[g] AS area, (%(communities)s::bigint[])[g] AS community,
         (%(streets)s::bigint[])[g] AS street,
         CASE WHEN is_stuck OR checked > now THEN 0 WHEN planned > now THEN 1 WHEN closed > now THEN 2 ELSE 3 END AS steps,
         CASE WHEN i %% 100 = 7 THEN 'major' ELSE 'general' END AS level,
         (opened AT TIME ZONE zone)::date AS found_on, (opened AT TIME ZONE zone)::date + 15 AS due_on,
         (checked AT TIME ZONE zone)::date AS checked_on, (planned AT TIME ZONE zone)::date AS planned_on,
         (closed AT TIME ZONE zone)::date AS closed_on
  FROM moved, (SELECT %(zone)s::text AS zone) AS local)
"""
STATES = "(ARRAY['notified', 'self_checked', 'review_pending', 'closed'])[steps + 1]"
LAST = "CASE steps WHEN 0 THEN opened WHEN 1 THEN checked WHEN 2 THEN planned ELSE closed END"
WHAT = ("(ARRAY['疏散通道堆放杂物', '燃气软管老化', '灭火器压力不足', '配电箱未上锁', '安全出口指示灯损坏'])[1 + i % 5]"
        " || '，第' || i || '处'").replace("%", "%%")
MATTER = "greatest(i / %(a_matter)s, 1) * %(a_matter)s"
UID = "md5(%(salt)s || i)::uuid"


def hazards(ground: Ground, count: int, *, stuck: int = 50, owed: bool = True, a_matter: int = 1) -> None:
    """Hazards over three years, so many for each matter; one in `stuck` still waits. owed: with stakes."""
    params = _params(ground, count, stuck) | {"a_matter": a_matter}
    common = {"id": "i", "version": "1 + steps", "opened_at": "opened", "changed_at": LAST, "marked_at": LAST,
              "area_id": "area", "what": WHAT, "place": "'门面' || i %% 300", "opener": "'warden'"}
    _insert(Matter, {**common, "uid": UID, "code": "'S' || lpad(to_hex(i), 9, '0')", "channel": "'visit'",
                     "state": "CASE steps WHEN 3 THEN 'closed' ELSE 'answered' END",
                     "hanging": "'{}'", "answer": "''"}, "cases WHERE i %% %(a_matter)s = 0", {**params, "salt": "matter"})
    _insert(Hazard, {**common, "uid": UID, "code": "'H' || lpad(to_hex(i), 9, '0')", "matter_id": MATTER,
                     "state": STATES, "level": "level", "found_on": "found_on", "days": "15",
                     "due_on": "due_on", "community_party": "community",
                     "street_party": "street", "department_party": "%(department)s", "fixed_what": "''",
                     "closed_at": "CASE steps WHEN 3 THEN closed END",
                     "closed_how": "CASE steps WHEN 3 THEN 'reviewed' ELSE '' END"},
            "cases", {**params, "salt": "hazard"})
    if owed:
        _stakes(params)


def _stakes(params: Mapping[str, Any]) -> None:
    due = {"kind": "'hazard'", "case_id": "i", "area_id": "area", "due_at": "opened + interval '15 days'"}
    _insert(Stake, {**due, "party_id": "party", "role": "role"}, """
        cases CROSS JOIN LATERAL (VALUES (community, (ARRAY['rectify', 'accept_check', 'accept_check'])[steps + 1]),
          (street, (ARRAY['rectify', 'accept_check', 'review'])[steps + 1])) AS owing(party, role)
        WHERE steps < 3""", params)


STEPS = """
cases CROSS JOIN LATERAL (VALUES (0, 'find_on_visit', 'notified', opened), (1, 'self_check', 'self_checked', checked),
  (2, 'plan_review', 'review_pending', planned), (3, 'pass_review', 'closed', closed)) AS step(no, verb, state, moved_at)
WHERE no <= steps"""


def entries(ground: Ground, count: int, *, stuck: int = 50, first: int, sealed: bool = True) -> None:
    """One entry a move, numbered from `first` on in groups of four a case, with its seal where sealed."""
    params = {**_params(ground, count, stuck), "first": first}
    _insert(Entry, {
        "id": "%(first)s + 4 * (i - 1) + no", "kind": "'hazard'", "subject_id": "i", "n": "1 + no", "verb": "verb",
        "at": "moved_at", "told_at": "moved_at", "recorded_at": "moved_at",
        "data": "jsonb_build_object('to', step.state, 'given', jsonb_build_object('what', " + WHAT + "))",
        "digest": "sha256(convert_to(i || verb, 'UTF8'))"}, STEPS, params)
    if sealed:
        _insert(Seal, {"no": "id - %(first)s + 1 + %(head)s", "entry_id": "id", "link": "digest"},
                "kernel_entry WHERE id >= %(first)s", {"first": first, "head": _largest(Seal, "no")}, source="")


def marks(ground: Ground, count: int, *, stuck: int = 50, first: int) -> int:
    """The marks that these moves leave: thirteen of a case that was struck off. Returns how many."""
    params = {**_params(ground, count, stuck), "first": first}
    rows = """
    cases CROSS JOIN LATERAL (VALUES
      (0, 's', 'notified', 1, found_on, opened), (0, 'e', 'found', 1, found_on, opened),
      (0, 'e', 'owed', 1, due_on, opened),
      (1, 's', 'notified', -1, checked_on, checked), (1, 's', 'self_checked', 1, checked_on, checked),
      (2, 's', 'self_checked', -1, planned_on, planned), (2, 's', 'review_pending', 1, planned_on, planned),
      (3, 's', 'review_pending', -1, closed_on, closed), (3, 's', 'closed', 1, closed_on, closed),
      (3, 'e', 'rectified', 1, found_on, closed), (3, 'e', 'struck_off', 1, closed_on, closed),
      (3, 'e', CASE WHEN closed < opened + interval '16 days' THEN 'in_time' ELSE 'late' END, 1,
       due_on, closed), (3, 'e', 'days_taken', 15, closed_on, closed)
    ) AS mark(no, sort, cell, delta, belongs, moved_at) WHERE no <= steps ORDER BY i, no"""
    _insert(Mark, {
        "entry_id": "%(first)s + 4 * (i - 1) + no", "kind": "'hazard'", "case_id": "i", "sort": "sort", "cell": "cell",
        "area_id": "area", "party_id": "%(department)s", "level": "level", "facet": "'warden'", "belongs_on": "belongs",
        "at": "moved_at", "delta": "delta"}, rows, params)
    return Mark.objects.filter(kind="hazard").count()


def clocks(ground: Ground, count: int, *, name: str, apart_ms: int, days: int = 0, first: int | None = None,
           stuck: int = 1) -> None:
    """An open clock for each hazard not yet put right, due one after another in so many days; reminded of already.

    first: the number of the first entry, if each has its own; else all were started by the same one.
    """
    started_by = "%(first)s + 4 * (i - 1)" if first is not None else "(SELECT min(id) FROM kernel_entry)"
    _insert(Clock, {
        "kind": "'hazard'", "case_id": "i", "name": "%(name)s", "area_id": "area", "party_id": "community",
        "limit_value": "15", "limit_unit": "'calendar_day'", "calendar_id": "(SELECT min(id) FROM kernel_calendar)",
        "starts": "'at'", "started_at": "now - interval '15 days'", "due_at": "now + %(days)s * interval '1 day' + i * %(apart)s * interval '1 ms'",  # noqa: E501
        "remind_at": "timestamptz '9999-01-01 00:00+00'", "fires": "ARRAY['go_overdue']", "started_by_id": started_by},
        "cases WHERE steps = 0", {**_params(ground, count, stuck), "first": first, "apart": apart_ms, "days": days,
                               "name": name})


def calls(ground: Ground, count: int, *, apart_ms: int, first: int) -> None:
    """Calls of communities to their streets that nobody has signed: matter, call, entry, stakes, and the clock to sign.

    The i-th runs out i × apart_ms after now; reminded of already. first: the number of the first entry.
    """
    params = {**_params(ground, count, 1), "first": first, "apart": apart_ms}
    rows = {"id": "i", "version": "1", "opened_at": "now - interval '1 day'", "changed_at": "now - interval '1 day'",
            "marked_at": "now - interval '1 day'", "area_id": "area", "place": "'门面' || i %% 300"}
    _insert(Matter, {**rows, "uid": UID, "code": "'S' || lpad(to_hex(i), 9, '0')", "channel": "'desk'", "opener": "'officer'",
                     "what": WHAT, "state": "'answered'", "answer": "''", "reached": "'street'",
                     "hanging": "ARRAY['call:' || md5('call' || i)::uuid]"}, "cases", {**params, "salt": "matter"})
    _insert(Call, {**rows, "uid": UID, "code": "'K' || lpad(to_hex(i), 9, '0')", "matter_id": "i", "state": "'ringing'", "seq": "1",
                   "from_level": "'community'", "from_party": "community", "to_level": "'street'", "to_party": "street",
                   "priority": "'P3'", "reason": "'power'", "goal": WHAT, "rang_at": "now - interval '1 day'",
                   "limits": LIMITS}, "cases", {**params, "salt": "call"})
    _insert(Entry, {"id": "%(first)s + i - 1", "kind": "'call'", "subject_id": "i", "n": "1", "verb": "'ring'",
                    "at": "now - interval '1 day'", "told_at": "now - interval '1 day'", "recorded_at": "now - interval '1 day'",
                    "data": """'{"to": "ringing"}'::jsonb""", "digest": "sha256(convert_to(i || 'ring', 'UTF8'))"}, "cases", params)
    _insert(Stake, {"kind": "'call'", "case_id": "i", "area_id": "area", "party_id": "party", "role": "role", "due_at": "now"}, """
        cases CROSS JOIN LATERAL (VALUES (street, 'sign'), (community, 'follow')) AS owing(party, role)""", params)
    _insert(Clock, {"kind": "'call'", "case_id": "i", "name": "'sign'", "area_id": "area", "party_id": "street", "limit_value": "2",
                    "limit_unit": "'working_hour'", "calendar_id": "(SELECT min(id) FROM kernel_calendar)",
                    "starts": "'told_at'", "started_at": "now - interval '1 day'",
                    "due_at": "now + i * %(apart)s * interval '1 ms'", "remind_at": "timestamptz '9999-01-01 00:00+00'",
                    "fires": "ARRAY['climb']", "started_by_id": "%(first)s + i - 1"}, "cases", params)


LIMITS = """'{"sign": [2, "working_hour"], "arrive": [1, "working_day"], "finish": [3, "working_day"]}'::jsonb"""


def settle(*tables: type[models.Model]) -> None:
    """Sequences beyond what was written, statistics, visibility: as the database would be some minutes later."""
    with connection.cursor() as cursor:
        for model in tables:
            name = model._meta.db_table
            if isinstance(model._meta.pk, models.AutoField):
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM "
                               f'"{name}"))', [f'"{name}"'])
            cursor.execute(f'VACUUM (ANALYZE) "{name}"')


def next_id(model: type[models.Model]) -> int:
    return _largest(model, "id") + 1


def _largest(model: type[models.Model], name: str) -> int:
    return int(model._default_manager.aggregate(largest=models.Max(name))["largest"] or 0)


def _params(ground: Ground, count: int, stuck: int) -> dict[str, Any]:
    grids, communities, streets = (list(column) for column in zip(*ground.grids, strict=True))
    return {"at": ground.at, "count": count, "stuck": stuck, "grids": grids, "communities": communities,
            "streets": streets, "department": ground.department, "zone": str(zone())}


def _insert(model: type[models.Model], values: Mapping[str, str], rows: str, params: Mapping[str, Any],
            source: str = CASES) -> None:
    """INSERT … SELECT of these expressions; every other column gets its default."""
    fields = [f for f in model._meta.concrete_fields if f.attname in values or not _is_generated(f)]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    told = ", ".join(values.get(f.attname) or _default(f) for f in fields)
    with _bare(model._meta.db_table), connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({columns}) {source} SELECT {told} FROM {rows}', params)


INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = %s::regclass AND NOT indisunique"""
REFERENCES = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"""


@contextmanager
def _bare(table: str) -> Iterator[None]:
    """Without its indexes and references meanwhile: building and checking them afterwards is quicker."""
    with connection.cursor() as cursor:
        found = []
        for question in (REFERENCES, INDEXES):
            cursor.execute(question, [f'"{table}"'])
            found += cursor.fetchall()
        for drop, _make in found:
            cursor.execute(drop)
        yield
        for _drop, make in found:
            cursor.execute(make)


def _is_generated(field: Any) -> bool:
    return bool(field.primary_key) and isinstance(field, models.AutoField)


def _default(field: Any) -> str:
    if field.null:
        return "NULL"
    value = field.get_default()
    if isinstance(value, dict | list):
        return f"'{json.dumps(value)}'"
    return f"'{value}'" if isinstance(value, str) else str(value)
