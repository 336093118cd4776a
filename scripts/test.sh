#!/usr/bin/env bash
# The whole suite: style and types beside the front end's tests, then Python's tests, then those in a browser.
# Three processes on two cores: while one waits for a server, a browser or the clock, another works. The tests of the whole house, which take longest, begin; in a browser the walk through all pages.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
ANLAN_HOME=$PWD/.anlan-test
export PATH ANLAN_HOME
unset PYTHONDONTWRITEBYTECODE # the house that a browser looks at is many processes: each would compile all of it again

scripts/system-packages.sh &
packages=$!
# The tables are made once, by a test that needs them; each process copies them. Nor does each read all tests anew: what this one
# has read and compiled is kept.
ANLAN_TEST_DATABASE=anlan_template pytest --create-db -m "not browser" -k test_rulebook &
tables=$!
mypy &
types=$!
ruff check .
scripts/frontend.sh
if [ -f web/package.json ]; then (cd web && npm run --if-present check && npm run --if-present test); fi
wait "$types"
wait "$tables"
wait "$packages"
if [ -z "${ANLAN_BROWSER:-}" ]; then
    for name in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge brave-browser; do
        if command -v "$name" >/dev/null; then ANLAN_BROWSER=$(command -v "$name"); export ANLAN_BROWSER; break; fi
    done
fi
export ANLAN_TEST_TEMPLATE=anlan_template
pytest --create-db -n "${ANLAN_TEST_PROCESSES:-3}" --dist loadfile --no-loadscope-reorder -m "not browser"
# Only the files that hold such tests are read: three processes would look through six thousand others first.
mapfile -t browsing < <(grep -rl --include='test_*.py' 'mark\.browser' tests src/anlan | sort)
pytest --create-db -n 2 --dist loadfile --no-loadscope-reorder -m browser tests/test_pages.py "${browsing[@]}"
