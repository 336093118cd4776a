#!/usr/bin/env bash
# Builds the front end and the demo side by side, then serves the demo.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/messages.sh
scripts/frontend.sh &
front=$!
.venv/bin/anlan demo --build-only || { wait "$front" || true; exit 1; }
wait "$front"
exec .venv/bin/anlan demo
