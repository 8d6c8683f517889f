#!/usr/bin/env bash
# buf lint of proto/, with buf from npm at a fixed version.
set -euo pipefail
version=1.75.0
folder=.deps/buf-$version
if [ ! -x "$folder/node_modules/.bin/buf" ]; then
  npm install --prefix "$folder" --no-audit --no-fund --silent "@bufbuild/buf@$version"
fi
exec "$folder/node_modules/.bin/buf" lint proto
