#!/usr/bin/env bash
# Builds the front end and the demo side by side, the demo first where both want a processor, then serves the demo:
# the front end is looked at again before that.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/messages.sh
nice -n 10 scripts/frontend.sh || true &
exec .venv/bin/anlan demo --first scripts/frontend.sh
