"""The building of the demo, in a process of its own: ``python -m anlan.commands.building [TOTALS]``.

It begins when it reads a line: until then, while the database is made, it loads.
"""

import sys
import time
from pathlib import Path

from anlan.commands import homes
from anlan.commands.loading import ready
from anlan.commands.tables import bring_up
from anlan.toolkit.embedded import database_settings

PROCESSES = 2  # that tell the history side by side; always as many, so that every home gets the same


def main(arguments: list[str]) -> int:
    """Makes the tables, runs the builder and remembers the cast that it returns: pairs of log-in and role."""
    ready()
    from django.conf import settings  # noqa: PLC0415  needs Django's apps

    import anlan.urls  # noqa: PLC0415, F401  sheets of duty name pages
    from anlan.demo.build import build  # noqa: PLC0415

    if not sys.stdin.readline():
        return 1  # what should have been made ready was not
    settings.DATABASES["default"].update(database_settings(homes.home_folder()))  # its password may be new
    bring_up()
    began = time.monotonic()

    def progress(sentence: str, share: float) -> None:
        print(f"[{time.monotonic() - began:5.1f} s] {share:4.0%} {sentence}", file=sys.stderr, flush=True)

    cast = build(progress=progress, totals=Path(arguments[0]) if arguments else None, processes=PROCESSES)
    home = homes.home_folder()
    district = homes.read(home)
    assert district
    district.complete, district.logins = True, [(login, role) for login, role in cast or ()]
    homes.write(home, district)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
