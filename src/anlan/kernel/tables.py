"""All tables of this version at once, from the models: what the migrations tell one after the other (tested)."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def make_tables(fill: Callable[[], None] | None = None) -> None:
    """In the present schema, in two round trips. fill: puts rows in before indexes and references are made."""
    with connection.schema_editor(collect_sql=True) as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        tables = len(editor.collected_sql)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("".join(editor.collected_sql[:tables]))
        if fill is not None:
            fill()
        cursor.execute("".join(editor.collected_sql[tables:]))
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in sorted(MigrationLoader(None, ignore_no_migrations=True).graph.nodes):
        recorder.record_applied(app, name)
