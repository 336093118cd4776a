#!/usr/bin/env bash
# Builds the front end and the demo side by side, then serves the demo: the front end is looked at again before that.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/messages.sh
scripts/frontend.sh || true &
exec .venv/bin/anlan demo --first scripts/frontend.sh
