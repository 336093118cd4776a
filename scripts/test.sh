#!/usr/bin/env bash
# The whole suite: style, types, Python tests on two processes, browser tests one by one, front-end tests.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
ANLAN_HOME=$PWD/.anlan-test
export PATH ANLAN_HOME

if [ -z "${ANLAN_BROWSER:-}" ]; then
    for name in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge brave-browser; do
        if command -v "$name" >/dev/null; then ANLAN_BROWSER=$(command -v "$name"); export ANLAN_BROWSER; break; fi
    done
fi

ruff check .
mypy
pytest --create-db -n 2 --dist loadfile -m "not browser"
pytest --create-db -m browser || [ $? = 5 ] # 5: there are none
if [ -f web/package.json ]; then (cd web && npm run --if-present check && npm run --if-present test); fi
