"""Files of tests that share something costly go to one process together: the setting ``together`` names their folders.

``--dist loadfile`` sends each file where there is room; a fixture of a package would then be made once in every process.
"""

from typing import Any

import pytest

try:
    from xdist.scheduler import LoadFileScheduling
except ImportError:  # one process: everything is together
    LoadFileScheduling = object


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("together", "folders whose files of tests run in one process", type="linelist", default=[])


class Together(LoadFileScheduling):
    """As loadfile, except that a folder named in the settings counts as one file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        folders = (f"{folder.rstrip('/')}/" for folder in self.config.getini("together"))
        return next((folder for folder in folders if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadfile" else None
