#!/usr/bin/env bash
# system.sh PART…: the Debian packages of debian/PART.txt. Installs what is missing on Debian 12, says what is
# needed anywhere else.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

mapfile -t wanted < <(cd "$here/debian" && cat "${@/%/.txt}")
release=$(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}")
if [ "$release" != debian-12 ] || ! command -v dpkg-query >/dev/null; then
  printf 'setup: this is %s, not Debian 12. Install what corresponds to these Debian packages, then run with SPARSWEEP_SKIP_SYSTEM=1:\n' "$release" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  exit 1
fi

# A program that another installation provides counts as well (npm, for one, comes with a newer Node.js).
provided() {
  case $1 in
    npm) command -v npm >/dev/null ;;
    python3-pip) python3 -m pip --version >/dev/null 2>&1 ;;
    *) return 1 ;;
  esac
}
missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || provided "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

printf 'setup: installing %d Debian packages: %s\n' "${#missing[@]}" "${missing[*]}"
sudo=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo 'setup: needs root or sudo to install them' >&2; exit 1; }
  sudo=(sudo)
fi
"${sudo[@]}" apt-get update -q
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
