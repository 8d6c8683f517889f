#!/usr/bin/env bash
# peer.sh DEPS: the virtual environment of the tests against Python libraries into DEPS/peer-venv, once.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
list=$here/../../tests/peer/requirements.txt
folder=$1/peer-venv
stamp=$folder/.$(sha256sum "$list" | cut -c1-16)
[ ! -e "$stamp" ] || exit 0

echo 'setup: the Python libraries that the peer tests compare with (5 GB unpacked)'
python3 -m venv --clear "$folder"
"$folder/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --requirement "$list"
touch "$stamp"
