#!/usr/bin/env bash
# The Python environment in .venv: environment.sh run (to run Anlan) or environment.sh test (to test it too).
# Does nothing when the locks have not changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}
case $purpose in run) lock=requirements.lock ;; test) lock=requirements-dev.lock ;; *) echo "environment.sh run|test" >&2; exit 2 ;; esac

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

makes_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The system's own comes first: distributions build it for speed, version managers as a rule do not (plain loops take 1.4 times
# as long, pages 1.06).
find_python() {
    local name found=
    for name in ${PYTHON:-} /usr/bin/python3 python3 python3.11 python3.12 python3.13 python3.14; do
        if ! command -v "$name" >/dev/null || ! is_new_enough "$name"; then continue; fi
        if [ -n "${PYTHON:-}" ] || makes_environments "$name"; then command -v "$name"; return; fi
        found=${found:-$(command -v "$name")}
    done
    if [ -n "$found" ]; then echo "$found"; return; fi
    echo "需要 Python 3.11 或更高版本（可用 PYTHON=路径 指定）。 / Python 3.11 or later is needed (or set PYTHON)." >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

make_environment() {
    local python=$1 version
    if ! makes_environments "$python"; then
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        echo "安装 $version…… / Installing $version." >&2
        if ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$version"; } >&2; then
            echo "缺少软件包 $version，这里装不了；请由管理员执行 apt-get install $version 后再试。" >&2
            echo "The package $version is missing and cannot be installed from here; have it installed and try again." >&2
            exit 1
        fi
    fi
    rm -rf .venv
    "$python" -m venv .venv
}

digest() { cat "$@" | sha256sum | cut -c1-64; }
stamped() { [ "$(cat ".venv/installed-$1" 2>/dev/null || true)" = "$2" ]; }
pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input -qq "$@"; }

if ! .venv/bin/python -c 'import pip' 2>/dev/null || ! is_new_enough .venv/bin/python; then
    make_environment "$(find_python)"
fi

install_project() {
    local project
    project=$(digest pyproject.toml)$PWD
    if stamped project "$project" && [ -x .venv/bin/anlan ]; then return; fi
    pip install --no-deps --no-build-isolation -e .
    echo "$project" > .venv/installed-project
}

# What builds the front end and the project. The front end needs Node, which is here then; who asks for it afterwards waits,
# and is told what failed.
install_tools() {
    pip install --no-compile --no-deps --require-hashes -r requirements-build.lock
    nice -n 10 scripts/frontend.sh >&2 || true &
    install_project
}

locks=$(digest requirements.lock "$lock" requirements-build.lock)
if ! stamped "$purpose" "$locks"; then
    echo "安装 Python 软件包…… / Installing the Python packages." >&2
    install_tools &
    tools=$!
    pip install --no-compile --no-deps --require-hashes -r "$lock" || { wait "$tools" || true; exit 1; }
    wait "$tools"
    echo "$locks" > ".venv/installed-$purpose"
    # Both locks pin the same versions, so what tests need also runs.
    if [ "$purpose" = test ]; then digest requirements.lock requirements.lock requirements-build.lock > .venv/installed-run; fi
fi
install_project
