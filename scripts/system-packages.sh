#!/usr/bin/env bash
# Installs what only the tests need from the system, where that is possible; names what stays missing.
# The tests that need a missing one fail and say so.
set -euo pipefail

is_there() {
    case $1 in
        chromium) [ -n "${ANLAN_BROWSER:-}" ] || command -v chromium >/dev/null ;;
        gdal-bin) command -v ogr2ogr >/dev/null ;;
        fonts-noto-cjk) dpkg -s fonts-noto-cjk >/dev/null 2>&1 || fc-list :lang=zh-cn 2>/dev/null | grep -q . ;;
    esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

missing=()
for package in chromium gdal-bin fonts-noto-cjk; do is_there "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "安装系统软件包 ${missing[*]}…… / Installing system packages." >&2
as_root apt-get update -qq >&2 || true
for package in "${missing[@]}"; do
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2 ||
        echo "装不上 $package，用到它的测试会失败；请由管理员执行 apt-get install $package。 / $package could not be installed." >&2
done
