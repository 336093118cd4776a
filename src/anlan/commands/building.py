"""The building of the demo, in a process of its own: ``python -m anlan.commands.building [TOTALS]``."""

import sys
import time
from pathlib import Path

from anlan.commands import homes
from anlan.commands.loading import ready

PROCESSES = 2  # that tell the history side by side; always as many, so that every home gets the same


def main(arguments: list[str]) -> int:
    """Runs the builder and remembers the cast that it returns: pairs of log-in and role."""
    ready()
    from anlan.demo.build import build  # noqa: PLC0415  needs Django's apps

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
