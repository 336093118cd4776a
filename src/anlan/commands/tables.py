"""The tables of this version: ``python -m anlan.commands.tables``.

An empty database gets them from the models at once. The migrations, one after the other, tell the same (tested) and take
ten times as long; they are for databases with a past.
"""

import sys

from anlan.commands.loading import ready


def main() -> int:
    ready()
    bring_up()
    return 0


def bring_up() -> None:
    """In one transaction where there were none, else by the migrations that are missing."""
    from django.core.management import call_command  # noqa: PLC0415  needs Django's apps
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic():
        if not connection.introspection.table_names():
            _make()
    call_command("migrate", interactive=False, verbosity=0)


def _make() -> None:
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415

    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in sorted(MigrationLoader(None, ignore_no_migrations=True).graph.nodes):
        recorder.record_applied(app, name)


if __name__ == "__main__":
    sys.exit(main())
