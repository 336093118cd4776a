#!/usr/bin/env bash
# Compiles the translations (Babel; no gettext of the system is needed).
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -e src/anlan/toolkit/messages.py ] || [ -d src/anlan/toolkit/messages ]; then
    .venv/bin/python -m anlan.toolkit.messages compile
fi
