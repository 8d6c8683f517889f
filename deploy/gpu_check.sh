#!/usr/bin/env bash
# gpu_check.sh [--torch DIR] [OPTION…]: what Sparsweep does on this machine's GPU, in less than nine minutes; builds
# nothing. Options are those of gpu_check/ (--help). DIR, or SPARSWEEP_TORCH, is the folder of LibTorch, with CUDA's
# libraries in ../nvidia beside it; else the torch of python3 is taken, else the one the trainer was linked with.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
torch=${SPARSWEEP_TORCH:-}
if [ "${1:-}" = --torch ]; then
  torch=${2:?--torch needs the folder of LibTorch}
  shift 2
fi
if [ -z "$torch" ]; then
  torch=$(python3 -c 'import torch; print(torch.__path__[0])' 2>/dev/null || true)
elif [ ! -e "$torch/lib/libtorch_cpu.so" ]; then
  echo "gpu_check: no lib/libtorch_cpu.so in $torch; give the folder that \`python3 -c 'import torch; print(torch.__path__[0])'\` prints" >&2
  exit 2
fi
if [ -n "$torch" ]; then
  path=$torch/lib
  for folder in "$torch"/../nvidia/*/lib; do
    [ ! -d "$folder" ] || path=$path:$folder
  done
  export LD_LIBRARY_PATH=$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi
exec python3 "$here/gpu_check" "$@"
