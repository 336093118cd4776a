"""The tables of this version: ``python -m anlan.commands.tables``.

An empty database gets them from the models at once. The migrations, one after the other, tell the same (tested) and take
ten times as long; they are for databases with a past.
"""

import logging
import sys

from anlan.commands.loading import ready

log = logging.getLogger("anlan.tables")


def main() -> int:
    ready()
    bring_up()
    return 0


def bring_up() -> None:
    """In one transaction where there were none, else by the migrations that are missing; an exercise's as well."""
    from django.core.management import call_command  # noqa: PLC0415  needs Django's apps
    from django.db import connection, transaction  # noqa: PLC0415

    from anlan.kernel import spaces  # noqa: PLC0415
    from anlan.kernel.tables import make_tables  # noqa: PLC0415

    with transaction.atomic():
        if not connection.introspection.table_names():
            make_tables()
    call_command("migrate", interactive=False, verbosity=0)
    if spaces.exists():
        bring_up_exercise()


def bring_up_exercise() -> None:
    """It follows. One that cannot is ended with a sentence: it never keeps the real house from opening."""
    from django.core.management import call_command  # noqa: PLC0415  needs Django's apps

    from anlan.kernel import spaces  # noqa: PLC0415

    try:
        with spaces.within(spaces.EXERCISE):
            call_command("migrate", interactive=False, verbosity=0)
    except Exception:
        log.exception("the exercise's tables do not follow this version; it is ended")
        spaces.give_up()


if __name__ == "__main__":
    sys.exit(main())
