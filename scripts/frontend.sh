#!/usr/bin/env bash
# Builds web/ into src/anlan/static/built with the Node of the environment. Skipped when nothing in web/ has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
export PATH

[ -f web/package.json ] || exit 0
exec 9> .venv/front-end.lock
flock 9  # it may be under way
built=src/anlan/static/built
stamp=web/node_modules/.built

digest() { sha256sum | cut -c1-64; }
inputs=$(find web -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | digest)
lock=$(cat web/package.json web/package-lock.json web/.npmrc 2>/dev/null | digest)

if [ "$(cat web/node_modules/.installed 2>/dev/null || true)" != "$lock" ]; then
    echo "安装前端软件包…… / Installing the front end's packages." >&2
    (cd web && npm ci --no-audit --no-fund --loglevel=error)
    echo "$lock" > web/node_modules/.installed
fi
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$inputs" ] || ! [ -f "$built/manifest.json" ]; then
    echo "构建前端…… / Building the front end." >&2
    (cd web && npm run --silent build)
    echo "$inputs" > "$stamp"
fi
