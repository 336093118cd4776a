"""A new instance's tables come from the models at once, and are those that the migrations give, one after the other."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from anlan.commands.tables import bring_up

COLUMNS = """SELECT table_name, column_name, udt_name, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
 column_default, is_identity FROM information_schema.columns WHERE table_schema = current_schema()"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
CONSTRAINTS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'"""


def told(schema: str) -> dict[str, set[tuple[object, ...]]]:
    """What the catalogue says of the schema that is searched, without its name."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path TO {schema}")
        for sort, sql in {"columns": COLUMNS, "indexes": INDEXES, "constraints": CONSTRAINTS}.items():
            cursor.execute(sql)
            found[sort] = {tuple(v.replace(f"{schema}.", "") if isinstance(v, str) else v for v in row) for row in cursor.fetchall()}
    return found


@pytest.fixture
def empty(db):
    """A schema with nothing in it, which this transaction sees instead of the other."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA anew")
        cursor.execute("SET LOCAL search_path TO anew")


def test_an_empty_database_gets_the_tables_that_the_migrations_give(empty):
    bring_up()
    applied = set(MigrationRecorder(connection).applied_migrations())
    anew, migrated = told("anew"), told("public")
    assert len(anew["columns"]) > 1000
    assert {sort: (anew[sort] - rows, rows - anew[sort]) for sort, rows in migrated.items()} == {
        sort: (set(), set()) for sort in migrated}
    assert applied == set(MigrationRecorder(connection).applied_migrations())


def test_tables_that_are_there_are_left_to_the_migrations(db):
    before = told("public")
    bring_up()
    assert told("public") == before
    call_command("migrate", check_unapplied=True, verbosity=0)
