"""PostgreSQL engine whose foreign keys are not deferrable: a violation surfaces at once, on Citus too."""

from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgresSchemaEditor


class DatabaseOperations(PostgresOperations):
    def deferrable_sql(self) -> str:
        return ""


class DatabaseSchemaEditor(PostgresSchemaEditor):
    sql_create_column_inline_fk = (
        "CONSTRAINT %(name)s REFERENCES %(to_table)s(%(to_column)s)%(deferrable)s"
    )
    sql_delete_fk = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    SchemaEditorClass = DatabaseSchemaEditor
    in_exercise = False


class ExerciseWrapper(DatabaseWrapper):
    """A connection that sees the exercise's schema and no other. No pool: it ends with what was done in it.

    Its NAME differs, so that what processes keep in memory by it is never taken for the real one's.
    """

    in_exercise = True
    database: str
    schema: str

    @classmethod
    def beside(cls, real: base.DatabaseWrapper, schema: str) -> "ExerciseWrapper":
        told = real.settings_dict
        options = {name: value for name, value in told["OPTIONS"].items() if name != "pool"}
        options["options"] = f"{options.get('options', '')} -c search_path={schema}".strip()
        made = cls({**told, "NAME": f"{told['NAME']} {schema}", "OPTIONS": options, "CONN_MAX_AGE": 0}, real.alias)
        made.database, made.schema = told["NAME"], schema
        return made

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "dbname": self.database}

    def init_connection_state(self) -> None:
        """Raises OperationalError where there is no exercise."""
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            found = cursor.execute("SELECT current_schema()").fetchone()[0]
        if found != self.schema:
            raise OperationalError(f"there is no schema {self.schema}")
