"""The committed reference is what the source says; `make docs` writes it anew."""

import os
import subprocess
import sys


def test_the_committed_reference_is_as_the_source_has_it(tmp_path):
    """As the command sees it: without the apps that only tests have."""
    surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "anlan.settings", "ANLAN_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "anlan.toolkit.reference", "--check"], env=surroundings,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"run `make docs`: {done.stdout}{done.stderr}"
