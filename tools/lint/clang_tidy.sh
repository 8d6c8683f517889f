#!/usr/bin/env bash
# clang-tidy over every source that needs no torch.
set -euo pipefail
build=build/daemons
mkdir -p "$build"
cmake --preset daemons -DBUILD_TESTING=OFF >"$build/configure.log" 2>&1 || { cat "$build/configure.log" >&2; exit 1; }
cmake --build --preset daemons --target sparsweep_proto sparsweep_base_rpc >/dev/null
mapfile -t sources < <(git ls-files 'base/*.cpp' 'contract/*.cpp' 'store/*.cpp' 'coordinator/*.cpp' 'dashboard_api/*.cpp' 'worker/*.cpp' 'cli/*.cpp')
printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" clang-tidy-14 --quiet -p "$build" 2>/dev/null
