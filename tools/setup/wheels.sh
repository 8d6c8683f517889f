#!/usr/bin/env bash
# wheels.sh LIST FOLDER: downloads the wheels of LIST by version and hash and unpacks them into FOLDER, once. FOLDER is
# replaced as a whole: what runs from the old one keeps its files.
set -euo pipefail
list=$1 folder=$2
stamp=$folder/.$(sha256sum "$list" | cut -c1-16)
[ ! -e "$stamp" ] || exit 0

printf 'setup: fetching %s\n' "$(grep -v '^#' "$list" | cut -d' ' -f1 | paste -sd' ')"
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9
[ ! -e "$stamp" ] || exit 0
rm -rf "$folder".partial-* "$folder".old-*  # of a set-up that was killed
partial=$(mktemp -d "$folder.partial-XXXXXX")
wheels=$partial/.download
trap 'rm -rf "$partial"' EXIT
python3 -m pip download --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
  --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none \
  --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_25_x86_64 --platform manylinux_2_18_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --platform any \
  --dest "$wheels" --requirement "$list"
for wheel in "$wheels"/*.whl; do
  python3 -m zipfile -e "$wheel" "$partial"
done
rm -rf "$wheels"
touch "$partial/$(basename "$stamp")"
chmod 755 "$partial"
old=$(mktemp -d "$folder.old-XXXXXX")
[ ! -e "$folder" ] || mv -T "$folder" "$old/wheels"
mv -T "$partial" "$folder"
rm -rf "$old"
